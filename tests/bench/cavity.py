#!/usr/bin/env python3
"""Reference of 18_cavity: stationary flow at Re 100 in [0,1]^2, lid at y = 1 with the speed 16 x^2 (1-x)^2 (smooth) or 4 x (1-x).

Stream function s, u = s_y, v = -s_x:  s_y lap(s)_x - s_x lap(s)_y = lap(lap(s))/Re.  Chebyshev polynomials T_i(x) T_j(y), i, j <= n, and
singular functions of the corners beside them: at the upper ones |z|^2 log z and z^2 log z (a lid whose speed begins linearly
beside a wall at rest), at all four Re, Im of z^(a-b) conj(z)^b, a = 3.7396 +- 1.1190 i, b = 0, 1 (Moffatt, J. Fluid Mech. 18, 1964).
Collocation at Gauss-Lobatto points in the least-squares sense, Newton from rest.

  cavity.py smooth|linear FILE.h5 [n]     writes s, u, v on 101 x 101 points; prints the change against degree n - 8
  cavity.py compare OUT.h5 FILE.h5        relative L2 and maximum errors of u = s_y, v = -s_x of a run with output_derivatives"""
import sys
import time
import numpy as np
from numpy.polynomial import chebyshev as C

RE, WEIGHT = 100.0, 100.0
MOFFATT = 3.739593 + 1.119025j
NEED = [(0, 0), (1, 0), (0, 1), (3, 0), (2, 1), (1, 2), (0, 3), (4, 0), (2, 2), (0, 4)]


def polynomials(n, x, p):
    """d^p T_i / dx^p on [0, 1], i <= n."""
    return np.array([C.chebval(2 * x - 1, C.chebder(np.eye(n + 1)[i], p)) * 2.0 ** p for i in range(n + 1)]).T


def singular(x, y, corner, turn, a, b, log):
    """Re, Im of z^a conj(z)^b (log z) and their derivatives (p, q) of NEED; z = (x + i y - corner)/turn."""
    z = ((x + 1j * y) - corner) / turn
    z = np.where(np.abs(z) < 1e-30, 1e-30, z)
    lz, out = np.log(z), {}

    def falling(c, p):
        f, d = 1, 0
        for i in range(p):
            f, d = f * (c - i), d * (c - i) + f
        return f, d
    base = {}
    for p in range(5):
        for q in range(5 - p):
            (f, df), (g, _) = falling(a, p), falling(b, q)
            base[p, q] = np.exp((a - p) * lz + (b - q) * np.conj(lz)) * g * (f * lz + df if log else f) / turn ** p / np.conj(turn) ** q
    for p, q in NEED:  # (dz + dzbar)^p (i (dz - dzbar))^q
        poly = np.array([1.0 + 0j])
        for _ in range(p):
            poly = np.convolve(poly, [1, 1])
        for _ in range(q):
            poly = np.convolve(poly, [1j, -1j])
        w = sum(c * base[p + q - k, k] for k, c in enumerate(poly))
        out[p, q] = np.stack([w.real, w.imag], axis=-1)
    return out


def columns(n, x, y, linear, which):
    corners = {0: np.exp(0.25j * np.pi), 1: np.exp(0.75j * np.pi), 1j: np.exp(-0.25j * np.pi), 1 + 1j: np.exp(-0.75j * np.pi)}
    out = {}
    tx = {p: polynomials(n, x, p) for p in range(5)}
    ty = {p: polynomials(n, y, p) for p in range(5)}
    extra = [singular(x, y, c, t, a - b, b, False) for c, t in corners.items() for a in (MOFFATT, np.conj(MOFFATT)) for b in (0, 1)]
    if linear:
        extra += [singular(x, y, c, corners[c], 2 - b, b, True) for c in (1j, 1 + 1j) for b in (0, 1)]
        extra += [singular(x, y, c, corners[c], 4 - b, b, True) for c in (1j, 1 + 1j) for b in (0, 1, 2)]
    for p, q in which:
        poly = (tx[p][:, :, None] * ty[q][:, None, :]).reshape(x.size, -1)
        out[p, q] = np.hstack([poly] + [e[p, q] for e in extra])
    return out


def solve(n, linear):
    t = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, n + 4) / (n + 4))
    X, Y = (g.ravel() for g in np.meshgrid(t, t))
    A = columns(n, X, Y, linear, NEED)
    e, zero = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * n) + 0.5) / (2 * n)), np.zeros(2 * n)
    bx, by = np.r_[e, e, zero, zero + 1], np.r_[zero, zero + 1, e, e]
    B = columns(n, bx, by, linear, [(0, 0), (1, 0), (0, 1)])
    lid = np.where(by == 1, 4 * bx * (1 - bx) if linear else 16 * bx ** 2 * (1 - bx) ** 2, 0)
    rows = WEIGHT * np.vstack([B[0, 0], B[1, 0], B[0, 1]])
    data = WEIGHT * np.concatenate([0 * lid, 0 * lid, lid])
    size = np.abs(rows).max(axis=0)
    lapx, lapy = A[3, 0] + A[1, 2], A[2, 1] + A[0, 3]
    bih = (A[4, 0] + 2 * A[2, 2] + A[0, 4]) / RE
    weight = np.minimum.reduce([X, 1 - X, Y, 1 - Y]) ** 1.5  # collocation near walls counts by its share
    c = np.zeros(A[0, 0].shape[1])
    for step in range(9):
        sx, sy, wx, wy = (M @ c for M in (A[1, 0], A[0, 1], lapx, lapy))
        r = sy * wx - sx * wy - bih @ c
        J = sy[:, None] * lapx + wx[:, None] * A[0, 1] - sx[:, None] * lapy - wy[:, None] * A[1, 0] - bih
        M, f = np.vstack([weight[:, None] * J, rows]), np.r_[-weight * r, data - rows @ c]
        size = np.linalg.norm(M, axis=0)
        d = np.linalg.lstsq(M / size, f, rcond=1e-14)[0] / size
        c = c + d
        change = np.abs(A[0, 1] @ d).max()
        if change < 1e-11:
            break
    print("degree %d: %d steps, boundary residual %.1e" % (n, step + 1, np.abs(rows @ c - data).max() / WEIGHT), flush=True)
    return c


def sample(n, c, linear):
    t = np.linspace(0, 1, 101)
    X, Y = (g.ravel() for g in np.meshgrid(t, t))
    A = columns(n, X, Y, linear, [(0, 0), (1, 0), (0, 1)])
    return [(M @ c).reshape(101, 101) for M in (A[0, 0], A[0, 1], -A[1, 0])]


def main():
    import h5py
    if sys.argv[1] == "compare":
        with h5py.File(sys.argv[2]) as f, h5py.File(sys.argv[3]) as g:
            k = (f["x"].size - 1) // 100
            for name, mine in (("u", f["s_y"][...]), ("v", -f["s_x"][...]), ("s", f["s"][...])):
                d = mine[::k, ::k] - g[name][...]
                print("%s: relative L2 %.1e, maximum %.1e" % (name, np.linalg.norm(d) / np.linalg.norm(g[name]), np.abs(d).max()))
        return
    linear, n = sys.argv[1] == "linear", int(sys.argv[3]) if len(sys.argv) > 3 else 40
    start = time.process_time()
    coarse = sample(n - 8, solve(n - 8, linear), linear)
    middle = time.process_time()
    fine = sample(n, solve(n, linear), linear)
    print("CPU seconds %.1f and %.1f" % (middle - start, time.process_time() - middle))
    for name, a, b in zip("suv", coarse, fine):
        print("%s: change %.1e relative L2, %.1e maximum" % (name, np.linalg.norm(a - b) / np.linalg.norm(b), np.abs(a - b).max()))
    with h5py.File(sys.argv[2], "w") as f:
        f["x"] = f["y"] = np.linspace(0, 1, 101)
        for name, b in zip("suv", fine):
            f[name] = b


if __name__ == "__main__":
    main()
