#!/usr/bin/env python3
"""References of the inputs that have no closed form, each with its own check.

  burgers   u_t + u u_x = nu u_xx, nu = 0.01/pi, x in [-1, 1], u(x, 0) = -sin(pi x), u(+-1) = 0: the Cole-Hopf transform
            (Cole, Q. Appl. Math. 9, 1951) by Gauss-Hermite quadrature

A file holds x [nx], t [nt], u [nt][nx]; attributes equation, method, error (largest difference between this solution and one
with twice the quadrature points).  usage: make_references.py FILE.h5"""
import sys

import h5py
import numpy as np
from scipy.special import roots_hermite


def burgers(n_quad):
    nu = 0.01 / np.pi
    z, w = roots_hermite(n_quad)
    x = np.linspace(-1, 1, 513)
    t = np.linspace(0, 1, 101)
    u = np.empty((t.size, x.size))
    u[0] = -np.sin(np.pi * x)
    for k in range(1, t.size):
        y = x[:, None] - np.sqrt(4 * nu * t[k]) * z[None, :]
        # exp(-cos(pi y) / (2 pi nu)) scaled by its largest value, which cancels in the ratio
        e = -np.cos(np.pi * y) / (2 * np.pi * nu)
        f = w * np.exp(e - e.max(axis=1, keepdims=True))
        u[k] = -(np.sin(np.pi * y) * f).sum(axis=1) / f.sum(axis=1)
    u[:, [0, -1]] = 0
    return x, t, u


def main(path):
    x, t, u = burgers(600)
    error = np.abs(burgers(300)[2] - u).max()
    with h5py.File(path, 'w') as f:
        for key, a in (('x', x), ('t', t), ('u', u)):
            f.create_dataset(key, data=a, compression='gzip', shuffle=True)
        f.attrs['equation'] = 'u_t + u u_x = 0.01/pi u_xx, u(x,0) = -sin(pi x), u(+-1,t) = 0'
        f.attrs['method'] = 'Cole-Hopf transform, Gauss-Hermite quadrature'
        f.attrs['error'] = error
    print('%s: u %s, difference to half the quadrature points %.1e' % (path, u.shape, error))


if __name__ == '__main__':
    main(sys.argv[1])
