"""PyTorch beside Tessera on one core, double precision: the kernels, and Burgers with one and the same network.

usage: peer_torch.py [--seconds S] [--seeds N] [--tessera PROGRAM] [--out FILE.json] [kernel] [burgers]
kernel: points a second of the gradient of a loss of Burgers residuals, and of their Jacobian rows, for tanh networks of two
hidden layers.  PyTorch twice: `nested`, derivatives by autograd of autograd, as users write it; `jets`, u, u_x, u_t and u_xx
carried forward by hand in large matrix products, autograd for the gradient and functorch's vmap for rows: the fastest
known to us.  Tessera's figures are those of `tessera bench kernel`; they leave out the pointwise residual (under a tenth).
burgers: ten slabs of time, one and the same network of two layers of 20 in each, which starts where the one before ended, 1500
points of which half are drawn anew by residual, S seconds of CPU (60) for all slabs, seeds 1 to N (3): L-BFGS and
Levenberg-Marquardt in PyTorch, Levenberg-Marquardt in Tessera, and Tessera as it is meant to be used: suite/burgers_trained.yaml.
Debian's python3-torch; its allocator is told to keep memory (otherwise it is up to twice as slow)."""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TUNED = {'MALLOC_MMAP_THRESHOLD_': '4294967296', 'MALLOC_TRIM_THRESHOLD_': '4294967296', 'OMP_NUM_THREADS': '1',
         'OPENBLAS_NUM_THREADS': '1', 'MKL_NUM_THREADS': '1'}
if os.environ.get('MALLOC_TRIM_THRESHOLD_') != TUNED['MALLOC_TRIM_THRESHOLD_']:
    os.execve(sys.executable, [sys.executable] + sys.argv, dict(os.environ, **TUNED))
import h5py
import torch
from functorch import grad, vmap

HERE = os.path.dirname(os.path.abspath(__file__))
NU = 0.01 / torch.pi
SLABS, WIDTH = 10, 20
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def network(width, seed=1):
    """[W, b] a layer, Glorot."""
    torch.manual_seed(seed)
    sizes, theta = [2, width, width, 1], []
    for m, n in zip(sizes, sizes[1:]):
        theta += [(torch.rand(n, m) * 2 - 1) * (6 / (m + n))**0.5, torch.zeros(n)]
    return theta


def value(theta, z):
    for k in range(0, len(theta) - 2, 2):
        z = torch.tanh(z @ theta[k].T + theta[k + 1])
    return (z @ theta[-2].T + theta[-1])[..., 0]


def jets(theta, z):
    """(u, u_x, u_t, u_xx) at z = (x, t), carried forward through the layers, and of each layer what goes in and comes out."""
    h = z, torch.tensor([1.0, 0.0]).expand_as(z), torch.tensor([0.0, 1.0]).expand_as(z), None
    layers = []
    for k in range(0, len(theta), 2):
        W, b = theta[k], theta[k + 1]
        a = [None if g is None else g @ W.T + b if c == 0 else g @ W.T for c, g in enumerate(h)]
        layers.append((h, a))
        y = torch.tanh(a[0])
        d = 1 - y * y
        dx = d * a[1]
        h = y, dx, d * a[2], -2 * y * dx * a[1] if a[3] is None else d * a[3] - 2 * y * dx * a[1]
    return [g[..., 0] for g in a], layers


def burgers_of(u, ux, ut, uxx):
    return ut + u * ux - NU * uxx


def value_of(u, *_):
    return u


def residual(theta, z):
    return burgers_of(*jets(theta, z)[0])


def residual_nested(theta, z):
    z = z.requires_grad_()
    u = value(theta, z)
    g, = torch.autograd.grad(u.sum(), z, create_graph=True)
    gx, = torch.autograd.grad(g[:, 0].sum(), z, create_graph=True)
    return g[:, 1] + u * g[:, 0] - NU * gx[:, 0]


def rows(f, theta, z):
    """Jacobian rows [points][parameters] of f(u, u_x, u_t, u_xx): the points are independent, so one reverse sweep of their sum gives
    what comes back to each layer at each point, and a row is its product with what went in."""
    theta = [p.detach().requires_grad_() for p in theta]
    jet, layers = jets(theta, z)
    flat = [a for _, outputs in layers for a in outputs if a is not None]
    back = iter(torch.autograd.grad(f(*jet).sum(), flat, allow_unused=True))
    J = []
    for inputs, outputs in layers:
        d = [None if a is None else next(back) for a in outputs]
        d, h = zip(*[(g, h) for g, h in zip(d, inputs) if g is not None])
        J += [torch.bmm(torch.stack(d, 2), torch.stack(h, 1)).flatten(1), d[0]]
    return torch.cat(J, dim=1).detach()


def rows_nested(f, theta, z):
    """Jacobian rows of f at single points, as users write them."""
    J = vmap(grad(lambda p, s: f(p, s)), in_dims=(None, 0))(theta, z)
    return torch.cat([j.reshape(z.shape[0], -1) for j in J], dim=1)


def rate(f, n, seconds=0.5):
    f()
    best, begin = 1e30, time.process_time()
    while time.process_time() - begin < seconds:
        start = time.process_time()
        f()
        best = min(best, time.process_time() - start)
    return n / best


def kernel(program):
    text = subprocess.run([program, 'bench', 'kernel'], stdout=subprocess.PIPE, text=True, check=True).stdout
    ours = {(int(w), what): float(v) for w, what, v in
            re.findall(r'^Burgers +(\d+) +(gradient|rows) +(\S+)', text, re.M)}
    result = []
    print('| width | | Tessera | PyTorch, jets | PyTorch, nested | ratio | |\n|' + ' --- |' * 7)
    for width in (16, 32, 64):
        theta = [p.requires_grad_() for p in network(width)]
        plain = [p.detach() for p in theta]
        peer = {}
        for n in (960, 3840, 15360):
            z = torch.rand(n, 2)

            def loss(f):
                return torch.autograd.grad(0.5 * (f(theta, z)**2).sum(), theta)
            for key, f in (('jets', lambda: loss(residual)), ('nested', lambda: loss(residual_nested))):
                peer['gradient', key] = max(peer.get(('gradient', key), 0), rate(f, n))
            if n < 15360:
                peer['rows', 'jets'] = max(peer.get(('rows', 'jets'), 0), rate(lambda: rows(burgers_of, plain, z), n))
        peer['rows', 'nested'] = rate(lambda: rows_nested(single_nested, plain, z[:960]), 960)
        for what in ('gradient', 'rows'):
            a, b, c = ours[width, what], peer[what, 'jets'], peer[what, 'nested']
            result.append({'width': width, 'what': what, 'tessera': a, 'jets': b, 'nested': c})
            print('| %d | %s | %.2e | %.2e | %.2e | %.1f | %.1f |' % (width, what, a, b, c, a / b, a / c), flush=True)
    return result


def single_nested(theta, z):
    u = lambda s: value(theta, s)
    du = grad(u)
    g = du(z)
    return g[1] + u(z) * g[0] - NU * grad(lambda s: du(s)[0])(z)[0]


class Slab:
    """Points and rows of the conditions of one of the slabs, scaled as in suite/burgers_trained.yaml, and its reference."""

    def __init__(self, k, start, grid, n=1500, n0=400, ne=40):
        self.draw = lambda m: torch.rand(m, 2) * torch.tensor([2.0, 1 / SLABS]) + torch.tensor([-1.0, k / SLABS])
        self.inside = self.draw(n)
        first, ends = torch.stack([torch.linspace(-1, 1, n0), torch.full((n0,), k / SLABS)], 1), self.draw(ne)
        ends[:, 0] = torch.sign(torch.rand(ne) - 0.5)
        u0 = start(first)
        self.sets = lambda: [(burgers_of, self.inside, (1 / n)**0.5, 0), (value_of, first, (1000 / n0)**0.5, u0),
                             (value_of, ends, (10 / ne)**0.5, 0)]
        self.here = (grid[:, 1] * SLABS).floor().clamp(max=SLABS - 1) == k  # points of the grid

    def residuals(self, theta):
        return torch.cat([w * (f(*jets(theta, z)[0]) - b) for f, z, w, b in self.sets()])

    def jacobian(self, theta):
        return torch.cat([w * rows(f, theta, z) for f, z, w, _ in self.sets()])

    def resample(self, theta):
        """One half stays, the other is the part of four times as many with the largest residuals, by lot."""
        n = self.inside.shape[0]
        more = self.draw(4 * n)
        with torch.no_grad():
            weight = residual(theta, more)**2
        pick = torch.multinomial(weight / weight.mean() + 1e-3, n - n // 2)
        self.inside = torch.cat([self.inside[:n // 2], more[pick]])


def lbfgs(slab, theta, seconds):
    theta, its, begin = [p.clone().requires_grad_() for p in theta], 0, time.process_time()
    while time.process_time() - begin < seconds:
        tool = torch.optim.LBFGS(theta, max_iter=100, history_size=50, tolerance_grad=0, tolerance_change=0,
                                 line_search_fn='strong_wolfe')

        def closure():
            tool.zero_grad()
            f = 0.5 * (slab.residuals(theta)**2).sum()
            f.backward()
            return f
        tool.step(closure)
        its += tool.state[theta[0]]['n_iter']
        slab.resample(theta)
    return [p.detach() for p in theta], its


def marquardt(slab, theta, seconds):
    """Damped by the running maximum of the diagonal and of its mean, as ours."""
    shapes, mu, its, D = [p.shape for p in theta], 0.1, 0, torch.zeros(())
    x = torch.cat([p.reshape(-1) for p in theta])
    split = lambda v: [p.reshape(s) for p, s in zip(v.split([s.numel() for s in shapes]), shapes)]
    begin = time.process_time()
    r = slab.residuals(split(x))
    while time.process_time() - begin < seconds:
        if its and its % 5 == 0:
            slab.resample(split(x))
            r = slab.residuals(split(x))
        J = slab.jacobian(split(x))
        G, g, f = J.T @ J, J.T @ r, 0.5 * r @ r
        D = torch.maximum(D, torch.maximum(torch.diag(G), torch.diag(G).mean()))
        for _ in range(30):
            L, info = torch.linalg.cholesky_ex(G + mu * torch.diag(D))
            if info == 0:
                y = -torch.cholesky_solve(g[:, None], L)[:, 0]
                new = slab.residuals(split(x + y))
                if f - 0.5 * new @ new > 1e-4 * 0.5 * (mu * (y * D) @ y - g @ y):
                    x, r, mu = x + y, new, max(1e-15, mu / 5)
                    break
            mu *= 2
        its += 1
    return split(x), its


def peer(train, seconds, seed):
    """Relative L2 error over all slabs, iterations, CPU seconds."""
    with h5py.File(os.path.join(HERE, '../../inputs/03_burgers/burgers.h5'), 'r') as f:
        x, t, exact = (torch.tensor(f[k][:]) for k in ('x', 't', 'u'))
    grid = torch.stack(torch.meshgrid(x, t, indexing='xy'), -1).reshape(-1, 2)
    u, theta, its, begin = torch.zeros(grid.shape[0]), network(WIDTH, seed), 0, time.process_time()
    start = lambda z: -torch.sin(torch.pi * z[:, 0])
    for k in range(SLABS):
        slab = Slab(k, start, grid)
        theta, more = train(slab, theta, seconds / SLABS)
        its += more
        start = lambda z, last=theta: value(last, z)
        u[slab.here] = value(theta, grid[slab.here])
    exact = exact.reshape(-1)
    return ((u - exact).norm() / exact.norm()).item(), its, time.process_time() - begin


def tessera(program, options, seed):
    with tempfile.TemporaryDirectory() as folder:
        stem = os.path.join(folder, 'run')
        before = os.times().children_user
        subprocess.run([program, 'solve', os.path.join(HERE, 'suite/burgers_trained.yaml'), *options, '-seed', str(seed), '-quiet',
                        '-output_file', stem + '.h5'], check=True)
        record = json.load(open(stem + '.json'))
        return record['errors']['u']['l2'], record['iterations'], os.times().children_user - before


def same(program, seconds, seed):
    """The same network, points and method; iterations are raised until the seconds are used."""
    its = 20
    while True:
        result = tessera(program, ['-parts_x', '1', '-expert_mlp_width', str(WIDTH), '-inside_points', '1500', '-tao_fmin', '0',
                                   '-tao_max_it', str(its)], seed)
        if result[2] > 0.8 * seconds or result[1] < its * SLABS:
            return result
        its = int(its * 0.95 * seconds / result[2])


def burgers(program, seconds, seeds):
    result = []
    print('| | relative L2: median (least to most) | iterations | CPU s |\n|' + ' --- |' * 4)
    for name, f in (('PyTorch, L-BFGS', lambda k: peer(lbfgs, seconds, k)),
                    ('PyTorch, Levenberg-Marquardt', lambda k: peer(marquardt, seconds, k)),
                    ('Tessera, Levenberg-Marquardt, the same network', lambda k: same(program, seconds, k)),
                    ('Tessera, five experts a slab', lambda k: tessera(program, [], k))):
        runs = sorted(f(k) for k in range(1, seeds + 1))
        error, its, used = (statistics.median(r[i] for r in runs) for i in range(3))
        result.append({'name': name, 'runs': runs})
        print('| %s | %.1e (%.1e to %.1e) | %d | %.0f |' % (name, error, runs[0][0], runs[-1][0], its, used), flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--seeds', type=int, default=3)
    parser.add_argument('--tessera', default=shutil.which('tessera') or
                        os.path.join(HERE, '../../build/src/app/tessera'))
    parser.add_argument('--out')
    parser.add_argument('what', nargs='*', choices=['kernel', 'burgers', []])
    args = parser.parse_args()
    what, results = args.what or ['kernel', 'burgers'], {}
    if 'kernel' in what:
        results['kernel'] = kernel(args.tessera)
    if 'burgers' in what:
        results['burgers'] = burgers(args.tessera, args.seconds, args.seeds)
    if args.out:
        with open(args.out, 'w') as f:
            json.dump(results, f, indent=1)


if __name__ == '__main__':
    main()
