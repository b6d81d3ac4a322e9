#!/usr/bin/env python3
"""Reference of 17_lshape: -lap u = 1 on [-1,1]^2 less [0,1] x [-1,0], u = 0 on its boundary.

u = -|x|^2/4 + h; the harmonic h is fitted on the boundary by poles that cluster towards all six corners and a polynomial
(Gopal & Trefethen, SIAM J. Numer. Anal. 57, 2019).  By the maximum principle no error inside exceeds the residual there.

  lshape.py FILE.h5   writes u on 101 x 101 points (0 in the hole) and prints the largest residual between the points"""
import sys
import numpy as np

CORNERS = [0, -1j, -1 - 1j, -1 + 1j, 1 + 1j, 1]  # in order around the domain
OUT = [np.exp(-1j * np.pi / 4), np.exp(-1j * np.pi / 4), np.exp(-3j * np.pi / 4), np.exp(3j * np.pi / 4), np.exp(1j * np.pi / 4), np.exp(-1j * np.pi / 4)]


def boundary(n, shift):
    """Points that cluster at the corners, on all sides."""
    s = (np.arange(n) + shift) / n
    t = 10 ** (-15 * (1 - s))
    t = np.r_[t / 2, 1 - t[::-1] / 2, s]
    return np.concatenate([a + (b - a) * t for a, b in zip(CORNERS, CORNERS[1:] + CORNERS[:1])]), t


def columns(z, poles, distance, degree):
    w = z[:, None]
    rational = distance / (w - poles)
    powers = (w / np.sqrt(2)) ** np.arange(degree + 1)
    both = np.hstack([rational, powers])
    return np.hstack([both.real, both[:, :-degree - 1].imag, powers[:, 1:].imag])


def main():
    import h5py
    n, degree = 100, 40
    d = np.exp(4 * (np.sqrt(np.arange(1, n + 1)) - np.sqrt(n)))
    poles = np.concatenate([c + o * d for c, o in zip(CORNERS, OUT)])
    distance = np.tile(d, 6)
    z, _ = boundary(700, 0.5)
    A = columns(z, poles, distance, degree)
    scale = np.abs(A).max(axis=0)
    coef = np.linalg.lstsq(A / scale, np.abs(z) ** 2 / 4, rcond=1e-16)[0] / scale
    fine, _ = boundary(1111, 0.3)
    print("largest residual %.1e" % np.abs(columns(fine, poles, distance, degree) @ coef - np.abs(fine) ** 2 / 4).max())
    t = np.linspace(-1, 1, 101)
    y, x = (g.ravel() for g in np.meshgrid(t, t, indexing="ij"))
    there = ~((x > 1e-9) & (y < -1e-9))
    u = np.zeros(x.size)
    z = x[there] + 1j * y[there]
    u[there] = columns(z, poles, distance, degree) @ coef - np.abs(z) ** 2 / 4
    print("u(-1/2, 1/2) = %.13f" % u[(np.abs(x + 0.5) < 0.011) & (np.abs(y - 0.5) < 0.011)][0])
    with h5py.File(sys.argv[1], "w") as f:
        f["x"], f["y"], f["u"] = t, t, u.reshape(101, 101)


if __name__ == "__main__":
    main()
