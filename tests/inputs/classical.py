"""What a few lines of classical numerics reach on the problems of inputs/: the honest figure beside ours.

usage: classical.py [name ...]    prints the relative L2 error and the time of each (numpy, scipy)
Chebyshev collocation (Trefethen, Spectral Methods in MATLAB, 2000), matrix exponential in time for linear
problems, Fourier and
ETDRK4 (Kassam and Trefethen, SIAM J. Sci. Comput. 26, 2005) for KdV and, on the odd periodic
extension, for Burgers."""
import os
import sys
import time

import numpy as np
from scipy.linalg import expm, solve_sylvester

HERE = os.path.dirname(os.path.abspath(__file__))


def chebyshev(n, lo=0.0, hi=1.0):
    x = np.cos(np.pi * np.arange(n + 1) / n)
    c = np.r_[2, np.ones(n - 1), 2] * (-1.0) ** np.arange(n + 1)
    D = np.outer(c, 1 / c) / (x[:, None] - x[None, :] + np.eye(n + 1))
    D -= np.diag(D.sum(axis=1))
    return lo + (hi - lo) * (x + 1) / 2, D * 2 / (hi - lo)


def relative(u, exact):
    return np.linalg.norm(u - exact) / np.linalg.norm(exact)


def sylvester(n, k2, f, exact):
    """lap u + k2 u = f with zero walls: D2 U + U D2^T + k2 U = F."""
    x, D = chebyshev(n)
    A = (D @ D)[1:-1, 1:-1]
    X, Y = np.meshgrid(x[1:-1], x[1:-1], indexing='ij')
    return relative(solve_sylvester(A + k2 * np.eye(n - 1), A.T, f(X, Y)), exact(X, Y))


def poisson2d():
    s = lambda x, y: np.sin(np.pi * x) * np.sin(np.pi * y)
    return sylvester(20, 0, lambda x, y: -2 * np.pi**2 * s(x, y), s)


def helmholtz2d():
    modes = (1, 4, 16)
    s = lambda m, x, y: np.sin(m * np.pi * x) * np.sin(m * np.pi * y)
    return sylvester(64, 400, lambda x, y: sum((400 - 2 * (m * np.pi)**2) * s(m, x, y) for m in modes),
                     lambda x, y: sum(s(m, x, y) for m in modes))


def heat2d(t=0.2):
    x, D = chebyshev(20)
    E = expm(t * (D @ D)[1:-1, 1:-1])
    X, Y = np.meshgrid(x[1:-1], x[1:-1], indexing='ij')
    s = np.sin(np.pi * X) * np.sin(np.pi * Y)
    return relative(E @ s @ E.T, np.exp(-2 * np.pi**2 * t) * s)


def beam(t=1.0):
    """Simply supported: u_xxxx is the square of u_xx with zero ends, w = (u, u_t)."""
    x, D = chebyshev(24, 0, np.pi)
    A = (D @ D)[1:-1, 1:-1]
    n = A.shape[0]
    s = x[1:-1]
    w = expm(t * np.block([[np.zeros((n, n)), np.eye(n)], [-A @ A, np.zeros((n, n))]])) @ np.r_[
        np.sin(s) + np.sin(2 * s) / 4, np.zeros(n)]
    return relative(w[:n], np.cos(t) * np.sin(s) + np.cos(4 * t) * np.sin(2 * s) / 4)


def etdrk4(L, N, v, dt, steps, every=None):
    """v_t = L v + N(v); the last v, or those after every so many steps."""
    kept = []
    r = np.exp(1j * np.pi * (np.arange(1, 65) - 0.5) / 32)
    LR = dt * L[:, None] + r[None, :]
    E, E2 = np.exp(dt * L), np.exp(dt * L / 2)
    Q = dt * np.mean((np.exp(LR / 2) - 1) / LR, axis=1)
    f1 = dt * np.mean((-4 - LR + np.exp(LR) * (4 - 3 * LR + LR**2)) / LR**3, axis=1)
    f2 = dt * np.mean((2 + LR + np.exp(LR) * (-2 + LR)) / LR**3, axis=1)
    f3 = dt * np.mean((-4 - 3 * LR - LR**2 + np.exp(LR) * (4 - LR)) / LR**3, axis=1)
    for k in range(1, steps + 1):
        Nv = N(v)
        a = E2 * v + Q * Nv
        Na = N(a)
        b = E2 * v + Q * Na
        Nb = N(b)
        c = E2 * a + Q * (2 * Nb - Nv)
        v = E * v + Nv * f1 + 2 * (Na + Nb) * f2 + N(c) * f3
        if every and k % every == 0:
            kept.append(v)
    return kept if every else v


def periodic(u0, L, speed, n, lo, length, t, steps):
    """u_t + speed (u^2/2)_x = L u."""
    x = lo + length * np.arange(n) / n
    k = 2 * np.pi / length * np.arange(n // 2 + 1)
    N = lambda v: -0.5j * speed * k * np.fft.rfft(np.fft.irfft(v, n)**2)
    return x, np.fft.irfft(etdrk4(L(k).astype(complex), N, np.fft.rfft(u0(x)), t / steps, steps), n)


def kdv(c=4.0, x0=-2.0):
    soliton = lambda x, t: c / 2 / np.cosh(np.sqrt(c) / 2 * (x - c * t - x0))**2
    x, u = periodic(lambda x: soliton(x, 0), lambda k: 1j * k**3, 6.0, 256, -12.0, 24.0, 1.0, 2000)
    return relative(u, soliton(x, 1.0))


def burgers():
    """The solution is odd and periodic: no wall is needed.  Compared at t = 1 with inputs/03_burgers/burgers.h5."""
    import h5py
    with h5py.File(os.path.join(HERE, '../../inputs/03_burgers/burgers.h5'), 'r') as f:
        exact = f['u'][-1]
    x, u = periodic(lambda x: -np.sin(np.pi * x), lambda k: -0.01 / np.pi * k**2, 1.0, 2048, -1.0, 2.0, 1.0, 1000)
    return relative(np.r_[u, u[0]][::4], exact)



METHODS = {'poisson2d': (poisson2d, 'Chebyshev 21 x 21'), 'burgers': (burgers, 'Fourier 2048, ETDRK4, 1000 steps'),
           'helmholtz2d': (helmholtz2d, 'Chebyshev 65 x 65'),
           'heat2d': (heat2d, 'Chebyshev 21 x 21, matrix exponential'),
           'kdv': (kdv, 'Fourier 256, ETDRK4, 2000 steps'), 'beam': (beam, 'Chebyshev 25, matrix exponential')}

if __name__ == '__main__':
    for name in sys.argv[1:] or METHODS:
        method, what = METHODS[name]
        best = np.inf
        for _ in range(3):
            start = time.process_time()
            error = method()
            best = min(best, time.process_time() - start)
        print('%-12s %-40s relative L2 %.1e in %.3f s' % (name, what, error, best))
