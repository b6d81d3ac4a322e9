"""The problems of suite.py by classical numerics: the honest figure beside ours.

usage: classical.py [--out FILE.json] [ROW ...]
Chebyshev collocation on boxes (Trefethen, Spectral Methods in MATLAB, 2000), Fourier and ETDRK4 (Kassam and Trefethen, SIAM
J. Sci. Comput. 26, 2005) where the problem is periodic, sums of sine modes for waves between walls.  Relative L2 error over
space and time, the best CPU time of three; needs numpy, scipy, h5py."""
import argparse
import json
import os
import sys
import time

os.environ.setdefault('OPENBLAS_NUM_THREADS', '1')
import h5py
import numpy as np
from scipy.linalg import expm

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '../inputs'))
from classical import chebyshev, etdrk4, relative, sylvester  # noqa: E402  (tests/inputs/classical.py)


def waves(*numbers):
    return lambda x, y: sum(np.sin(w * np.pi * x) * np.sin(w * np.pi * y) for w in numbers) / len(numbers)


def force(*numbers):
    return lambda x, y: -sum(2 * (w * np.pi)**2 * np.sin(w * np.pi * x) * np.sin(w * np.pi * y)
                             for w in numbers) / len(numbers)


def poisson_smooth():
    return sylvester(20, 0, force(1), waves(1))


def poisson_multiscale():
    return sylvester(64, 0, force(2, 4, 8, 16), waves(2, 4, 8, 16))


def oscillator(delta=2.0, w0=60.0):
    t, D = chebyshev(80)
    A = D @ D + 2 * delta * D + w0**2 * np.eye(81)
    start = np.argmin(t)
    rows, b = [start, np.argmax(t)], np.zeros(81)
    A[rows[0]], A[rows[1]] = np.eye(81)[start], D[start]
    b[start] = 1
    w = np.sqrt(w0**2 - delta**2)
    return relative(np.linalg.solve(A, b), np.exp(-delta * t) * (np.cos(w * t) + delta / w * np.sin(w * t)))


def wave1d():
    """Chebyshev in x, exponential of the matrix over a twentieth of the time."""
    x, D = chebyshev(32)
    A, x = 4 * (D @ D)[1:-1, 1:-1], x[1:-1]
    n, t = x.size, np.linspace(0, 1, 21)
    exact = np.sin(np.pi * x) * np.cos(2 * np.pi * t[:, None]) + np.sin(4 * np.pi * x) * np.cos(8 * np.pi * t[:, None]) / 2
    E = expm(np.block([[np.zeros((n, n)), np.eye(n)], [A, np.zeros((n, n))]]) / 20)
    v, u = np.r_[exact[0], np.zeros(n)], [exact[0]]
    for _ in t[1:]:
        v = E @ v
        u.append(v[:n])
    return relative(np.array(u), exact)


def advection(c=40.0):
    x, t = 2 * np.pi * np.arange(8) / 8, np.linspace(0, 1, 21)
    v = np.fft.rfft(np.sin(x))
    u = np.fft.irfft(v * np.exp(-1j * c * t[:, None] * np.arange(5)), 8)
    return relative(u, np.sin(x - c * t[:, None]))


def periodic(path, u0, L, N, n, steps):
    """v_t = L(k) v + N(u, k) on the period of the file, compared at its points and times."""
    with h5py.File(os.path.join(HERE, path), 'r') as f:
        grid, t, exact = f['x'][:], f['t'][:], f['u'][:]
    m = grid.size - grid.size % 2  # a file may hold both ends
    length = m * (grid[1] - grid[0])
    x, k = grid[0] + length * np.arange(n) / n, 2 * np.pi / length * np.arange(n // 2 + 1)
    keep = np.arange(n // 2 + 1) < n / 3
    states = etdrk4(L(k).astype(complex), lambda v: keep * N(np.fft.irfft(v, n), k), np.fft.rfft(u0(x)),
                    t[-1] / steps, steps, steps // (t.size - 1))
    u = np.array([u0(x)] + [np.fft.irfft(v, n) for v in states])
    return relative(u[:, ::n // m], exact[:, :m])


def burgers():
    """The solution is odd and periodic: no wall is needed."""
    return periodic('../../inputs/03_burgers/burgers.h5', lambda x: -np.sin(np.pi * x),
                    lambda k: -0.01 / np.pi * k**2, lambda u, k: -0.5j * k * np.fft.rfft(u**2), 2048, 1000)


def allen_cahn():
    return periodic('suite/allen_cahn.h5', lambda x: x**2 * np.cos(np.pi * x), lambda k: 5 - 1e-4 * k**2,
                    lambda u, k: -5 * np.fft.rfft(u**3), 2048, 400)


def kdv():
    return periodic('suite/kdv.h5', lambda x: np.cos(np.pi * x), lambda k: 1j * 0.022**2 * k**3,
                    lambda u, k: -0.5j * k * np.fft.rfft(u**2), 512, 4000)


def ks(a=100 / 16, b=100 / 16**2, c=100 / 16**4):
    return periodic('suite/ks.h5', lambda x: np.cos(x) * (1 + np.sin(x)), lambda k: b * k**2 - c * k**4,
                    lambda u, k: -0.5j * a * k * np.fft.rfft(u**2), 768, 10000)


def wave2d(modes=48, n=128):
    """Sine modes of the start by the trapezoidal rule, each oscillates by itself."""
    with h5py.File(os.path.join(HERE, 'suite/wave2d.h5'), 'r') as f:
        x, t, exact = f['x'][:], f['t'][:], f['u'][:]
    m, z = np.pi / 2 * np.arange(1, modes + 1), 2 * np.arange(1, n) / n
    a = 2 / n * np.sin(m[:, None] * z) @ np.exp(-((z - 1) / 0.2)**2)
    w, B = np.hypot(m[:, None], m[None, :]), np.sin(m[:, None] * (x + 1))
    return relative(np.array([B.T @ (np.outer(a, a) * np.cos(w * s)) @ B for s in t]), exact)


METHODS = {'poisson_smooth': (poisson_smooth, 'Chebyshev 21 x 21'),
           'poisson_multiscale': (poisson_multiscale, 'Chebyshev 65 x 65'),
           'oscillator': (oscillator, 'Chebyshev 81'),
           'wave1d': (wave1d, 'Chebyshev 33, matrix exponential'),
           'advection': (advection, 'Fourier 8, exact in time'),
           'burgers': (burgers, 'Fourier 2048, ETDRK4, 1000 steps'),
           'allen_cahn': (allen_cahn, 'Fourier 2048, ETDRK4, 400 steps'),
           'kdv': (kdv, 'Fourier 512, ETDRK4, 4000 steps'),
           'ks': (ks, 'Fourier 768, ETDRK4, 10000 steps'),
           'wave2d': (wave2d, '48 x 48 sine modes')}


def best(method, times=3):
    seconds = []
    for _ in range(times):
        start = time.process_time()
        error = method()
        seconds.append(time.process_time() - start)
    return error, min(seconds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out')
    parser.add_argument('rows', nargs='*')
    args = parser.parse_args()
    results = {}
    print('| problem | method | relative L2 | CPU s |\n| --- | --- | --- | --- |')
    for name in args.rows or METHODS:
        method, what = METHODS[name]
        error, seconds = best(method)
        results[name] = {'method': what, 'error': float(error), 'cpu': seconds}
        print('| %s | %s | %.1e | %.3f |' % (name, what, error, seconds), flush=True)
    if args.out:
        with open(args.out, 'w') as f:
            json.dump(results, f, indent=1)


if __name__ == '__main__':
    main()
