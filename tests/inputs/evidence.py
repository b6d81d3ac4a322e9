"""How the smoothness of inputs/08_flow_inversion is chosen: by the evidence of the data, which knows no exact solution.

usage: evidence.py [DRAWS]      prints the mean log evidence, the misfit and its degrees of freedom of each candidate

theta: Chebyshev coefficients of u, v, p on the whole domain and log Re.  Noise, equations (weight 1e8, nearly exact)
and the squares of derivatives (the prior) are Gaussian around the best theta:  log Z = log of the integral of
exp(-(chi2 + E + Q)/2) over that of exp(-(E + Q)/2), each by its minimum and the determinant of its matrix."""
import sys

import numpy as np
from numpy.polynomial import chebyshev, legendre

BOX = ((-0.5, 1), (-0.5, 1.5))
DEGREE = (11, 17)
SIGMA, WEIGHT, DATA = 0.01, 1e8, 200
# candidates: (order in x, weight), (order in y, weight) of the mean squares of derivatives of u and v
CANDIDATES = [((qx, tx), (qy, ty)) for qx, tx in ((4, 30), (4, 1), (4, 1000), (6, 30))
              for qy, ty in ((4, 1e-7), (4, 5e-6), (6, 3e-10), (6, 3e-9), (6, 3e-8))]


def axis(a, x, order):
    """T_k^(order) of axis a at x [n]: [n][degree+1]"""
    lo, hi = BOX[a]
    scale = 2 / (hi - lo)
    T = [chebyshev.chebval((x - lo) * scale - 1, chebyshev.chebder(row, order)) * scale ** order
         for row in np.eye(DEGREE[a] + 1)]
    return np.array(T).T


def basis(x, y, p=0, q=0):
    """d^p/dx^p d^q/dy^q of the products of total degree one, in units of DEGREE: [n][width]"""
    i, j = np.array([(i, j) for i in range(DEGREE[0] + 1) for j in range(DEGREE[1] + 1)
                     if i / DEGREE[0] + j / DEGREE[1] <= 1 + 1e-9]).T
    return axis(0, x, p)[:, i] * axis(1, y, q)[:, j]


def points(n=(20, 26)):
    """Gauss points of the domain and the roots of their weights"""
    (x, wx), (y, wy) = [legendre.leggauss(k) for k in n]
    x, y = [(t + 1) / 2 * (hi - lo) + lo for t, (lo, hi) in zip((x, y), BOX)]
    x, y = [a.ravel() for a in np.meshgrid(x, y, indexing='ij')]
    return x, y, np.sqrt(np.outer(wx, wy).ravel() / 4)


class Flow:
    def __init__(self, candidate):
        x, y, w = points()
        self.w = np.tile(w, 3) * np.sqrt(WEIGHT)
        self.D0, self.Dx, self.Dy = basis(x, y), basis(x, y, 1), basis(x, y, 0, 1)
        self.L = basis(x, y, 2) + basis(x, y, 0, 2)
        n = self.n = self.D0.shape[1]
        self.Q = np.zeros((3 * n + 1, 3 * n + 1))
        (qx, tx), (qy, ty) = candidate
        for order, weight, fields in (((0, 0), 1e-9, 3), ((qx, 0), tx, 2), ((0, qy), ty, 2)):
            A = w[:, None] * basis(x, y, *order)
            for f in range(fields):
                self.Q[f * n:f * n + n, f * n:f * n + n] += weight * A.T @ A
        level = (w ** 2) @ self.D0
        self.Q[2 * n:3 * n, 2 * n:3 * n] += 1e6 * np.outer(level, level)

    def equations(self, theta):
        """weighted residuals of mass and momentum, and their Jacobian"""
        D0, Dx, Dy, L, n = self.D0, self.Dx, self.Dy, self.L, self.n
        u, v, p, nu = theta[:n], theta[n:2 * n], theta[2 * n:3 * n], np.exp(-theta[-1])
        U, V, zero = D0 @ u, D0 @ v, np.zeros_like(D0)
        flow = U[:, None] * Dx + V[:, None] * Dy - nu * L
        r = np.concatenate([Dx @ u + Dy @ v, flow @ u + Dx @ p, flow @ v + Dy @ p])
        column = np.concatenate([0 * U, nu * (L @ u), nu * (L @ v)])[:, None]
        J = np.block([[Dx, Dy, zero], [flow + (Dx @ u)[:, None] * D0, (Dy @ u)[:, None] * D0, Dx],
                      [(Dx @ v)[:, None] * D0, flow + (Dy @ v)[:, None] * D0, Dy]])
        return r * self.w, np.hstack([J, column]) * self.w[:, None]

    def fit(self, H, d):
        """Levenberg-Marquardt from rest and Re = 20; the log evidence, chi2 and its degrees of freedom"""
        theta, mu, Q = np.append(np.zeros(3 * self.n), np.log(20)), 0.1, self.Q
        cost = lambda theta, r: (r @ r + np.sum((H @ theta - d) ** 2) + theta @ Q @ theta) / 2
        r, J = self.equations(theta)
        f = cost(theta, r)
        for _ in range(60):
            G = J.T @ J + H.T @ H + Q
            g = J.T @ r + H.T @ (H @ theta - d) + Q @ theta
            while mu < 1e12:
                trial = theta - np.linalg.solve(G + mu * np.diag(np.diag(G) + 1e-9 * np.diag(G).max()), g)
                if abs(trial[-1]) < 15 and cost(trial, self.equations(trial)[0]) < f:
                    break
                mu *= 3
            (r, J), theta, before, mu = self.equations(trial), trial, f, max(mu / 8, 1e-14)
            f = cost(theta, r)
            if before - f < 1e-7 * f:
                break
        G, C, e = J.T @ J + H.T @ H + Q, J.T @ J + Q, r - J @ theta
        best = -np.linalg.solve(C, J.T @ e)
        f0 = (np.sum((J @ best + e) ** 2) + best @ Q @ best) / 2
        evidence = f0 - f - 0.5 * (np.linalg.slogdet(G)[1] - np.linalg.slogdet(C)[1])
        return evidence, np.sum((H @ theta - d) ** 2), np.trace(np.linalg.solve(G, H.T @ H))


def draw(seed):
    """The rows of noisy velocities at random points of x < 0.5, over sigma"""
    rng, rate = np.random.default_rng(seed), 20 - np.sqrt(400 + 4 * np.pi ** 2)
    x, y = rng.uniform(-0.5, 0.5, DATA), rng.uniform(-0.5, 1.5, DATA)
    u = 1 - np.exp(rate * x) * np.cos(2 * np.pi * y) + SIGMA * rng.normal(size=DATA)
    v = rate / (2 * np.pi) * np.exp(rate * x) * np.sin(2 * np.pi * y) + SIGMA * rng.normal(size=DATA)
    A = basis(x, y)
    H = np.block([[A, 0 * A, 0 * A, np.zeros((DATA, 1))], [0 * A, A, 0 * A, np.zeros((DATA, 1))]])
    return H / SIGMA, np.concatenate([u, v]) / SIGMA


def main(draws=3):
    rows = [draw(1000 + k) for k in range(int(draws))]
    for candidate in CANDIDATES:
        flow = Flow(candidate)
        z, chi2, dof = np.mean([flow.fit(*row) for row in rows], axis=0)
        print('x order %d weight %g, y order %d weight %g: log evidence %.1f, chi2 %.0f, degrees of freedom %.1f' %
              (candidate[0] + candidate[1] + (z, chi2, dof)), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
