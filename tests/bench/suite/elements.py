"""Isoparametric triangles of any order on a gmsh mesh: matrices by Gauss quadrature, and the field at any point.

The nodes of an element are those of gmsh (corners, edges, then the inside as a smaller triangle), so `gmsh -order p` decides
the order p. Zienkiewicz, Taylor and Zhu, The Finite Element Method (2013), chapters 4 to 6."""
import subprocess
import tempfile

import numpy as np
import scipy.sparse as sp
from scipy.spatial import cKDTree


def lattice(p):
    """The nodes of a triangle of order p in gmsh's order, in reference coordinates."""
    if p == 0:
        return [(1 / 3, 1 / 3)]
    corner = np.array([(0, 0), (1, 0), (0, 1)], float)
    nodes = [tuple(c) for c in corner]
    for a, b in ((0, 1), (1, 2), (2, 0)):
        nodes += [tuple(corner[a] + (corner[b] - corner[a]) * k / p) for k in range(1, p)]
    if p >= 3:
        inner = np.array(lattice(p - 3)) * (p - 3) / p if p > 3 else np.zeros((1, 2))
        nodes += [tuple(1 / p + c) for c in inner]
    return nodes


class Triangle:
    """Lagrange functions of order p through their Vandermonde matrix in monomials."""

    def __init__(self, p):
        self.power = [(i, j) for i in range(p + 1) for j in range(p + 1 - i)]
        self.inverse = np.linalg.inv(self.monomials(np.array(lattice(p))))

    def monomials(self, x, d=(0, 0)):
        def one(z, k, m):
            return k * z**max(k - 1, 0) if m else z**k
        return np.stack([one(x[..., 0], i, d[0]) * one(x[..., 1], j, d[1]) for i, j in self.power], -1)

    def functions(self, x):
        """Values and both derivatives at reference points x [..][2]: three arrays [..][nodes]."""
        return [self.monomials(x, d) @ self.inverse for d in ((0, 0), (1, 0), (0, 1))]


def gauss_triangle(n):
    """Duffy's product of two Gauss rules: exact to degree 2n - 2."""
    z, w = np.polynomial.legendre.leggauss(n)
    z, w = (z + 1) / 2, w / 2
    a, b = np.meshgrid(z, z, indexing='ij')
    return np.stack([a * (1 - b), b], -1).reshape(-1, 2), (np.outer(w, w) * (1 - b)).ravel()


class Mesh:
    """What `gmsh geo -2 -order p` makes of a text in gmsh's language; physical groups by name."""

    def __init__(self, geo, p, scale=1.0):
        with tempfile.TemporaryDirectory() as d:
            open(d + '/m.geo', 'w').write(geo)
            subprocess.run(['gmsh', d + '/m.geo', '-2', '-order', str(p), '-clscale', str(scale), '-format', 'msh2', '-setnumber',
                            'Mesh.HighOrderOptimize', '1', '-v', '1', '-o', d + '/m.msh'], check=True)
            text = open(d + '/m.msh').read()
        part = lambda name: text.split('$%s\n' % name)[1].split('\n$End')[0].split('\n')
        names = {int(f[1]): f[2].strip('"') for f in (s.split() for s in part('PhysicalNames')[1:])}
        rows = np.array([s.split() for s in part('Nodes')[1:]], float)
        number = np.full(int(rows[:, 0].max()) + 1, -1)
        number[rows[:, 0].astype(int)] = np.arange(len(rows))
        cells, self.edges = [], {}
        for s in part('Elements')[1:]:
            f = [int(v) for v in s.split()]
            nodes = number[f[3 + f[2]:]]
            if len(nodes) == p + 1:
                self.edges.setdefault(names[f[3]], []).append(nodes)
            elif len(nodes) == (p + 1) * (p + 2) // 2:
                cells.append(nodes)
        self.p, self.cells, self.edges = p, np.array(cells), {k: np.array(v) for k, v in self.edges.items()}
        used, inverse = np.unique(self.cells, return_inverse=True)
        number[:] = -1
        number[used] = np.arange(used.size)
        self.x = rows[used, 1:3]
        self.cells = inverse.reshape(self.cells.shape)
        self.edges = {k: number[v] for k, v in self.edges.items()}
        self.element = Triangle(p)

    def sum(self, cells, block):
        """The sparse matrix of element matrices block [cell][node][node]."""
        i = np.broadcast_to(cells[:, :, None], block.shape)
        j = np.broadcast_to(cells[:, None, :], block.shape)
        return sp.csc_matrix((block.ravel(), (i.ravel(), j.ravel())), (len(self.x),) * 2)

    def matrices(self):
        """Mass and stiffness."""
        points, w = gauss_triangle(self.p + 2)
        N, Na, Nb = self.element.functions(points)
        X = self.x[self.cells]
        A = np.einsum('qn,cnd->cqd', Na, X)
        B = np.einsum('qn,cnd->cqd', Nb, X)
        J = A[..., 0] * B[..., 1] - A[..., 1] * B[..., 0]
        assert J.min() > 0, 'a cell is folded'
        gx = (B[..., 1, None] * Na - A[..., 1, None] * Nb) / J[..., None]
        gy = (A[..., 0, None] * Nb - B[..., 0, None] * Na) / J[..., None]
        m = np.einsum('cq,qi,qj->cij', w * J, N, N)
        k = np.einsum('cq,cqi,cqj->cij', w * J, gx, gx) + np.einsum('cq,cqi,cqj->cij', w * J, gy, gy)
        return self.sum(self.cells, m), self.sum(self.cells, k)

    def boundary(self, name):
        """The mass matrix of the edges of a group: its rows add up to the integrals of the functions."""
        z, w = np.polynomial.legendre.leggauss(self.p + 2)
        z, w = (z + 1) / 2, w / 2
        node = np.r_[0, 1, np.arange(1, self.p) / self.p]
        inverse = np.linalg.inv(node[:, None]**np.arange(self.p + 1))
        N = z[:, None]**np.arange(self.p + 1) @ inverse
        k = np.arange(1, self.p + 1)
        D = np.c_[np.zeros(z.size), k * z[:, None]**(k - 1)] @ inverse
        length = np.linalg.norm(np.einsum('qn,end->eqd', D, self.x[self.edges[name]]), axis=2)
        return self.sum(self.edges[name], np.einsum('eq,qi,qj->eij', w * length, N, N))

    def interpolation(self, at, near=12):
        """The sparse matrix that takes nodal values to the points `at` [n][2]; a row is empty where a point is outside."""
        tree = cKDTree(self.x[self.cells].mean(1))
        candidates = tree.query(at, k=near)[1]
        found, cell, ref = np.zeros(len(at), bool), np.zeros(len(at), int), np.zeros((len(at), 2))
        for k in range(near):
            todo = np.flatnonzero(~found)
            c = candidates[todo, k]
            X, r = self.x[self.cells[c]], np.full((todo.size, 2), 1 / 3)
            for _ in range(12):  # Newton for the reference coordinates
                N, Na, Nb = self.element.functions(r)
                f = np.einsum('cn,cnd->cd', N, X) - at[todo]
                J = np.stack([np.einsum('cn,cnd->cd', Na, X), np.einsum('cn,cnd->cd', Nb, X)], 2)
                r = np.clip(r - np.linalg.solve(J, f[..., None])[..., 0], -1, 2)
            good = (np.abs(f).max(1) < 1e-9) & (r.min(1) > -1e-10) & (r.sum(1) < 1 + 1e-10)
            found[todo[good]], cell[todo[good]], ref[todo[good]] = True, c[good], r[good]
        rows = np.flatnonzero(found)
        N = self.element.functions(ref[rows])[0]
        i = np.broadcast_to(rows[:, None], N.shape)
        return sp.csr_matrix((N.ravel(), (i.ravel(), self.cells[cell[rows]].ravel())), (len(at), len(self.x)))
