"""The reference of inputs/23_backward_step, by backward_step.c: PETSc's finite elements on a mesh that is fine at the corner.

usage: backward_step.py [FILE]            writes u, v [y][x] and their axes; needs gmsh, mpicc, PETSc, h5py
       backward_step.py compare RESULT    relative L2 errors of a run against it, and of the shear of the lower wall
Velocities of degree 3 and pressure of degree 2, the mesh refined once (94289 unknowns), checked against the mesh as it stands."""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
GEO = """
Point(1) = {-2, 0, 0, 0.2}; Point(2) = {0, 0, 0, 0.002}; Point(3) = {0, -1, 0, 0.2};
Point(4) = {10, -1, 0, 0.2}; Point(5) = {10, 1, 0, 0.2}; Point(6) = {-2, 1, 0, 0.2};
Line(1) = {1, 2}; Line(2) = {2, 3}; Line(3) = {3, 4}; Line(4) = {4, 5}; Line(5) = {5, 6}; Line(6) = {6, 1};
Curve Loop(1) = {1:6}; Plane Surface(1) = {1};
Physical Curve("walls") = {1, 2, 3, 5}; Physical Curve("inlet") = {6}; Physical Surface("fluid") = {1};
"""


def petsc():
    found = subprocess.run(['pkg-config', '--variable=libdir', 'petsc'], capture_output=True, text=True)
    names = ['petsc' if not found.returncode else 'PETSc', 'hdf5-openmpi']
    return subprocess.run(['pkg-config', '--cflags', '--libs', *names], capture_output=True, text=True, check=True).stdout.split()


def solve(folder, refine):
    out = '%s/%d.h5' % (folder, refine)
    print(subprocess.run([folder + '/step', folder + '/step.msh', out, '-vel_petscspace_degree', '3', '-pres_petscspace_degree', '2',
                          '-dm_refine', str(refine), '-snes_rtol', '1e-11', '-ksp_type', 'preonly', '-pc_type', 'lu',
                          '-pc_factor_mat_solver_type', 'mumps'], check=True, capture_output=True, text=True).stdout, flush=True)
    with h5py.File(out) as f:
        return {k: f[k][...] for k in ('u', 'v', 'shear')}


def compare(result):
    with h5py.File(result) as f, h5py.File(HERE + '/../../../inputs/23_backward_step/u.h5') as r:
        near = [[int(np.argmin(np.abs(f[a][...] - c))) for c in r[a][...]] for a in 'xy']
        assert all(np.abs(f[a][...][k] - r[a][...]).max() < 1e-12 for a, k in zip('xy', near)), 'the grid of the run is another one'
        inside = ~((r['x'][...][None, :] < 0) & (r['y'][...][:, None] < 0))
        for name, value in (('u', f['s_y'][...]), ('v', -f['s_x'][...])):
            e = value[np.ix_(near[1], near[0])] - r[name][...]
            print('%s: relative L2 error %.2e' % (name, np.linalg.norm(e[inside]) / np.linalg.norm(r[name][...][inside])))
        x, shear = r['wall/x'][...], r['wall/shear'][...]
        mine = np.interp(f['x'][...], x, np.arange(len(x)))
        both = (f['x'][...] >= x[0]) & (mine == np.round(mine))
        at = np.round(mine[both]).astype(int)
        e = f['s_yy'][0, both] - shear[at]
        print('du/dy of the lower wall: relative L2 error %.2e at %d points' % (np.linalg.norm(e) / np.linalg.norm(shear[at]), len(at)))
        k = np.flatnonzero(shear[:-1] * shear[1:] < 0)[-1]
        print('reference: flow reattaches at x = %.4f' % (x[k] - shear[k] * (x[k + 1] - x[k]) / (shear[k + 1] - shear[k])))


if __name__ == '__main__':
    if sys.argv[1:2] == ['compare']:
        sys.exit(compare(sys.argv[2]))
    with tempfile.TemporaryDirectory() as d:
        open(d + '/step.geo', 'w').write(GEO)
        subprocess.run(['gmsh', d + '/step.geo', '-2', '-format', 'msh2', '-v', '1', '-o', d + '/step.msh'], check=True)
        subprocess.run(['mpicc', '-O2', HERE + '/backward_step.c', *petsc(), '-o', d + '/step'], check=True)
        coarse, fine = solve(d, 0), solve(d, 1)
    error = {k: np.linalg.norm(fine[k] - coarse[k]) / np.linalg.norm(fine[k]) for k in fine}
    print('relative differences of the two meshes:', error)
    with h5py.File(sys.argv[1] if len(sys.argv) > 1 else 'u.h5', 'w') as f:
        x, f['y'] = np.linspace(-2, 10, 97), np.linspace(-1, 1, 33)
        f['x'] = np.delete(x, 16)  # less the corner, where the pressure has no value
        for k in ('u', 'v'):
            f.create_dataset(k, data=np.delete(fine[k].reshape(33, 97), 16, 1), compression='gzip')
            f[k].attrs['error'] = error[k]
        f['wall/x'], f['wall/shear'] = np.linspace(0, 10, 401)[1:], fine['shear']
        f.attrs['equation'] = 'u . grad u + grad p = lap u/100, div u = 0; u = 4 y (1 - y) at x = -2, du/dn/100 = p n at x = 10'
        f.attrs['method'] = 'Taylor-Hood elements of degrees 3 and 2'
