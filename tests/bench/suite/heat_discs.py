"""The reference of inputs/22_heat_discs: u_t = lap u on [-8, 8] x [-12, 12] less 17 discs (0 there), u = 0 at t = 0, t to 3.

usage: heat_discs.py [FILE]    writes u [t][y][x] and its axes; needs gmsh, numpy, scipy, h5py
du/dn = 5 - u on 11 discs of radius 1, 1 - u on 6 of radius 0.4, 0.1 - u outside. A quarter of the domain, which is
symmetric, by triangles of order 5 with curved edges; the time is exact: M u' + K u = f is inverted in the Laplace plane on a parabola
(Weideman and Trefethen, Math. Comp. 76, 2007). Checked against a finer mesh with more points on the parabola."""
import sys

import h5py
import numpy as np
from scipy.sparse.linalg import splu

from elements import Mesh

LARGE = [(4, 3), (4, 9), (0, 0), (0, 6)]
SMALL = [(3.2, 6), (3.2, 0)]
DISCS = [(c, 1.0) for c in LARGE] + [(c, 0.4) for c in SMALL]


def mesh(p, scale):
    """Gmsh names the whole boundary; its edges are sorted by where their ends lie."""
    m = Mesh('\n'.join([
        'SetFactory("OpenCASCADE");', 'Rectangle(1) = {0, 0, 0, 8, 12};',
        *('Disk(%d) = {%g, %g, 0, %g};' % (10 + k, *c, r) for k, (c, r) in enumerate(DISCS)),
        'BooleanDifference { Surface{1}; Delete; } { Surface{10:%d}; Delete; }' % (9 + len(DISCS)),
        'Physical Surface("inside") = {Surface{:}};', 'Physical Curve("boundary") = {Boundary{Surface{:};}};',
        'Mesh.MeshSizeFromCurvature = 24;', 'Mesh.MeshSizeMax = 0.8;']), p, scale)
    e = m.edges.pop('boundary')
    ends = m.x[e[:, :2]]
    on = lambda c, r: (np.abs(np.hypot(*(ends - c).transpose(2, 0, 1)) - r) < 1e-6).all(1)
    m.edges['large'] = e[np.any([on(c, 1.0) for c in LARGE], axis=0)]
    m.edges['small'] = e[np.any([on(c, 0.4) for c in SMALL], axis=0)]
    m.edges['outer'] = e[(np.abs(ends - (8, 12)) < 1e-9).all(1).any(1)]
    return m


def field(p, scale, poles, x, y, t):
    """u [t][y][x] on a quarter, 0 in the discs."""
    m = mesh(p, scale)
    M, K = m.matrices()
    f = np.zeros(len(m.x))
    for name, value in (('large', 5.0), ('small', 1.0), ('outer', 0.1)):
        B = m.boundary(name)
        K, f = K + B, f + value * np.asarray(B.sum(1)).ravel()
    at = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    for c, r in DISCS:  # points on a circle may lie a hair outside the mesh
        d = np.hypot(*(at - c).T)
        at[np.abs(d - r) < 1e-6] += ((at - c) * 1e-7)[np.abs(d - r) < 1e-6]
    P = m.interpolation(at)
    late = t[t > 0]
    ratio = late[-1] / late[0]
    h, mu = np.sqrt(8 * ratio + 1) / poles, np.pi / (4 * np.sqrt(8 * ratio + 1)) * poles / late[-1]
    u = np.zeros((t.size, len(at)))
    for k in range(poles):
        s = 1j * (k + 0.5) * h + 1
        z, dz = mu * s**2, 2j * mu * s
        w = P @ splu((z * M + K).tocsc(), permc_spec='MMD_AT_PLUS_A', options={'SymmetricMode': True}, diag_pivot_thresh=0.01).solve(f / z)
        u[t > 0] += (h / np.pi * np.exp(z * late[:, None]) * dz / 1j * w[None, :]).real
    u[:, np.any([np.hypot(*(at - c).T) < r for c, r in DISCS], axis=0)] = 0
    assert (u[-1] == 0).sum() == (np.diff(P.indptr) == 0).sum(), 'a point outside the discs was not found'
    circumference = m.boundary('large').sum() - 2 * np.pi * 2.75, m.boundary('small').sum() - 0.8 * np.pi * 1.5
    print('order %d, %d triangles, %d nodes, %d poles; circumferences off by %.0e %.0e' %
          (p, len(m.cells), len(m.x), poles, *circumference), flush=True)
    return u.reshape(t.size, y.size, x.size)


def whole(a, axis):
    return np.concatenate([np.flip(np.delete(a, 0, axis), axis), a], axis)


if __name__ == '__main__':
    x, y, t = np.linspace(0, 8, 33), np.linspace(0, 12, 49), np.linspace(0, 3, 13)
    coarse, u = field(5, 1.0, 40, x, y, t), field(5, 0.7, 50, x, y, t)
    error = np.max(np.abs(u - coarse))
    print('largest difference of two resolutions %.1e, at times' % error, np.max(np.abs(u - coarse), axis=(1, 2)))
    with h5py.File(sys.argv[1] if len(sys.argv) > 1 else 'u.h5', 'w') as f:
        f['x'], f['y'], f['t'] = np.r_[-x[:0:-1], x], np.r_[-y[:0:-1], y], t
        f.create_dataset('u', data=whole(whole(u, 2), 1), compression='gzip')
        f.attrs['equation'] = 'u_t = lap u, du/dn = 5 - u, 1 - u on large and small discs, 0.1 - u outside'
        f.attrs['method'] = 'triangles of order 5, Laplace inversion in time'
        f.attrs['error'] = error
