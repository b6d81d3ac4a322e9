"""The reference of wave2d.yaml: u_tt = lap u on [-1, 1]^2, u = 0 on the walls, u = exp(-(r/0.2)^2), u_t = 0 at t = 0.

usage: wave2d.py [FILE]    writes wave2d.h5: x, y, t and u [t][y][x]
Both factors of the start are expanded in sin(m pi (x + 1)/2), m up to 64, coefficients by 400-point Gauss quadrature;
each product of modes oscillates by cos(w t).  Checked against 128 modes with 600 points."""
import sys

import h5py
import numpy as np


def field(modes, gauss, x, t):
    z, w = np.polynomial.legendre.leggauss(gauss)
    m = np.arange(1, modes + 1)
    S = np.sin(np.pi / 2 * m[:, None] * (z[None, :] + 1))
    a = S @ (w * np.exp(-(z / 0.2)**2))
    omega = np.pi / 2 * np.sqrt(m[:, None]**2 + m[None, :]**2)
    B = np.sin(np.pi / 2 * m[:, None] * (x[None, :] + 1))
    return np.stack([B.T @ (np.outer(a, a) * np.cos(omega * s)) @ B for s in t])


if __name__ == '__main__':
    x, t = np.linspace(-1, 1, 41), np.linspace(0, 0.5, 11)
    u = field(64, 400, x, t)
    error = np.abs(u - field(128, 600, x, t)).max()
    start = np.abs(u[0] - np.exp(-(x[None, :]**2 + x[:, None]**2) / 0.04)).max()
    print('difference of two resolutions %.1e, of the start %.1e' % (error, start))
    with h5py.File(sys.argv[1] if len(sys.argv) > 1 else 'wave2d.h5', 'w') as f:
        f['x'], f['y'], f['t'], f['u'] = x, x, t, u
        f.attrs['equation'] = 'u_tt = lap u, u = 0 on the walls of [-1,1]^2, u = exp(-(r/0.2)^2), u_t = 0 at t = 0'
        f.attrs['method'] = 'sums of 64 x 64 sine modes'
        f.attrs['error'] = error
