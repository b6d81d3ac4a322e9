#!/usr/bin/env python3
"""References of the inputs with discs cut out of a square, and how far they are converged.

laplace    lap u = 0 on [-1/2,1/2]^2 less four discs, u = 1 on the square, 0 on the circles: u = 1 - v, v = 0 on the walls.
           v is a sum of multipoles (logarithms and Laurent terms) at the discs; walls are held by a sum over mirrored
           discs with alternating signs near by, a polynomial for those far away.  Boundary least squares.
helmholtz  -lap u + 64 u = f on [-1,1]^2 less four discs, u = 0.2 on the square, 1 on the circles.  A particular solution
           in closed form, the walls by series, the circles by Bessel multipoles K_k(8 r) with mirrored discs (they fall as
           exp(-8 r), so that the sum over them is exact to round-off).  Least squares on the circles.

  discs.py laplace|helmholtz FILE.h5   writes u on 101 x 101 points (0 in the discs) and prints residuals on walls and circles
  between their points, and the difference from a solution with fewer terms."""
import sys
import numpy as np
from scipy.special import kve

SIN, COS = np.sin, np.cos


def circle(c, n, shift=0.0):
    a = 2 * np.pi * (np.arange(n) + shift) / n
    return c[0] + c[2] * COS(a), c[1] + c[2] * SIN(a)


def images(c, half, far):
    """The mirror images of a disc in the walls of [-half, half]^2 within `far` rows: centre, signs, orientation."""
    for i in range(-far, far + 1):
        for j in range(-far, far + 1):
            x, y = 2 * half * i + (-1) ** i * c[0], 2 * half * j + (-1) ** j * c[1]
            yield x, y, (-1) ** (i + j), (-1) ** i, (-1) ** j


class Laplace:
    half, discs = 0.5, [(x, y, 0.1) for x in (0.3, -0.3) for y in (0.3, -0.3)]

    def columns(self, x, y, order, degree):
        out = []
        for c in self.discs:
            cols = np.zeros((2 * order + 1, x.size))
            for cx, cy, sign, sx, sy in images(c, self.half, 3):
                dx, dy = sx * (x - cx), sy * (y - cy)
                r = np.hypot(dx, dy)
                inside = r < 1e-9
                r = np.where(inside, 1, r)
                w = c[2] / (dx + 1j * dy + inside)
                cols[0] += sign * np.log(r)
                for k in range(1, order + 1):
                    cols[2 * k - 1] += sign * (w ** k).real
                    cols[2 * k] += sign * (w ** k).imag
            out.append(cols)
        z = (x + 1j * y) / (self.half * np.sqrt(2))
        poly = [np.ones_like(x)] + [f(z ** k) for k in range(1, degree + 1) for f in (np.real, np.imag)]
        return np.concatenate(out + [np.array(poly)]).T

    def boundary(self, n, shift):
        t = -COS(np.pi * (np.arange(n) + 0.5 + shift / 2) / n) * self.half
        one = np.full(n, self.half)
        x, y = [t, t, one, -one], [one, -one, t, t]
        data = [np.zeros(4 * n)]
        for c in self.discs:
            cx, cy = circle(c, n, shift)
            x.append(cx), y.append(cy), data.append(np.ones(n))
        return np.concatenate(x), np.concatenate(y), np.concatenate(data)

    def solve(self, order, degree):
        x, y, data = self.boundary(200, 0)
        A = self.columns(x, y, order, degree)
        scale = np.linalg.norm(A, axis=0)
        coef = np.linalg.lstsq(A / scale, data, rcond=1e-15)[0] / scale
        x, y, data = self.boundary(400, 0.5)
        print("order %d degree %d: largest residual between the points %.1e"
              % (order, degree, np.abs(self.columns(x, y, order, degree) @ coef - data).max()))
        return lambda px, py: 1 - self.columns(px, py, order, degree) @ coef

    pair = (22, 50), (18, 40)


class Helmholtz:
    half, kappa = 1.0, 8.0
    discs = [(0.5, 0.5, 0.2), (0.4, -0.4, 0.4), (-0.2, -0.7, 0.1), (-0.6, 0.5, 0.3)]

    def known(self, x, y):
        """What satisfies the equation and the walls."""
        k2 = 17 * np.pi ** 2 + 64
        a = 10 / k2
        b = 4 * a / k2
        c = (170 + 4 * a - b * 34 * np.pi ** 2) / k2
        s = SIN(np.pi * x) * SIN(4 * np.pi * y)
        sx, sy = np.pi * COS(np.pi * x) * SIN(4 * np.pi * y), 4 * np.pi * SIN(np.pi * x) * COS(4 * np.pi * y)
        u = (a * (x * x + y * y) + c) * s + b * (x * sx + y * sy)
        mu, nu = np.sqrt(64 + 16 * np.pi ** 2), np.sqrt(64 + np.pi ** 2)
        u += b * np.pi * SIN(4 * np.pi * y) * self.ratio(mu, x, np.sinh)
        u -= 4 * np.pi * b * SIN(np.pi * x) * self.ratio(nu, y, np.sinh)
        return u + 0.2 * self.walls(x, y)

    @staticmethod
    def ratio(m, x, f):
        """cosh(m x) / cosh(m) or with sinh, without overflow."""
        sign = 1 if f is np.cosh else -1
        return (np.exp(m * (x - 1)) + sign * np.exp(-m * (x + 1))) / (1 + sign * np.exp(-2 * m))

    def walls(self, x, y):
        """-lap w + 64 w = 0, w = 1 on the square: cosines in x, their coefficients in y in closed form."""
        inner = np.minimum(1 - np.abs(x), 1 - np.abs(y)) > 1e-12
        w = np.ones_like(x)
        X, Y = x[inner], y[inner]
        part = self.ratio(8.0, X, np.cosh)
        near = np.maximum(1 - np.abs(Y).max(), 1e-3)
        for n in range(int(40 / near / np.pi) + 10):
            q = (n + 0.5) * np.pi
            m = np.sqrt(64 + q * q)
            # coefficient of 1 - cosh(8x)/cosh(8): 2 (-1)^n 64 / (q m^2)
            part += 2 * (-1) ** n * 64 / (q * m * m) * COS(q * X) * self.ratio(m, Y, np.cosh)
        w[inner] = part
        return w

    def columns(self, x, y, order):
        out = []
        for c in self.discs:
            cols = np.zeros((2 * order + 1, x.size))
            k = np.arange(order + 1)
            norm = kve(k, self.kappa * c[2])
            for cx, cy, sign, sx, sy in images(c, self.half, 3):
                dx, dy = sx * (x - cx), sy * (y - cy)
                r, a = np.maximum(np.hypot(dx, dy), 0.9 * c[2]), np.arctan2(dy, dx)
                for i in k:
                    f = sign * kve(i, self.kappa * r) * np.exp(-self.kappa * (r - c[2])) / norm[i]
                    if i:
                        cols[2 * i - 1] += f * SIN(i * a)
                    cols[2 * i] += f * COS(i * a)
            out.append(cols)
        return np.concatenate(out).T

    def solve(self, order, _):
        def ring(n, shift):
            p = [circle(c, n, shift) for c in self.discs]
            x, y = np.concatenate([q[0] for q in p]), np.concatenate([q[1] for q in p])
            return x, y, 1 - self.known(x, y)
        x, y, data = ring(200, 0)
        A = self.columns(x, y, order)
        coef = np.linalg.lstsq(A, data, rcond=1e-15)[0]
        x, y, data = ring(333, 0.5)
        print("order %d: largest residual between the points %.1e" % (order, np.abs(self.columns(x, y, order) @ coef - data).max()))
        return lambda px, py: self.known(px, py) + self.columns(px, py, order) @ coef

    pair = (44, 0), (36, 0)


def main():
    import h5py
    problem = {"laplace": Laplace, "helmholtz": Helmholtz}[sys.argv[1]]()
    t = np.linspace(-problem.half, problem.half, 101)
    y, x = (g.ravel() for g in np.meshgrid(t, t, indexing="ij"))
    outside = np.all([np.hypot(x - c[0], y - c[1]) >= c[2] - 1e-12 for c in problem.discs], axis=0)
    u = [np.zeros(x.size), np.zeros(x.size)]
    for v, sizes in zip(u, problem.pair):
        v[outside] = problem.solve(*sizes)(x[outside], y[outside])
    print("largest difference between the two: %.1e; u from %.12f to %.12f" % (np.abs(u[0] - u[1]).max(), u[0][outside].min(), u[0][outside].max()))
    with h5py.File(sys.argv[2], "w") as f:
        f["x"], f["y"] = t, t
        f["u"] = u[0].reshape(101, 101)
    return 0


if __name__ == "__main__":
    sys.exit(main())
