"""PyTorch beside Tessera on one core, double precision: the kernels, and Burgers with one and the same network.

usage: peer_torch.py [--seconds S] [--tessera PROGRAM] [--out FILE.json] [kernel] [burgers]
kernel: points a second of the gradient of a loss of Burgers residuals, and of their Jacobian rows, for tanh networks of two
hidden layers.  PyTorch twice: `nested`, derivatives by autograd of autograd, as users write it; `jets`, u, u_x, u_t and u_xx
carried forward by hand in large matrix products, autograd for the gradient and functorch's vmap for rows: the fastest
known to us.  Tessera's figures are those of `tessera bench kernel`; they leave out the pointwise residual (under a tenth).
burgers: one network of two layers of 30 for the whole of space-time, 4000 points drawn anew by residual, S seconds of CPU
(60) each: L-BFGS and Levenberg-Marquardt in PyTorch, Levenberg-Marquardt in Tessera.
Debian's python3-torch; its allocator is told to keep memory (otherwise it is up to twice as slow)."""
import argparse
import json
import os
import re
import shutil
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
    """u, u_x, u_t, u_xx at z = (x, t), carried forward through the layers."""
    W = theta[0]
    a, ax, at, axx = z @ W.T + theta[1], W[:, 0], W[:, 1], None
    for k in range(2, len(theta), 2):
        h = torch.tanh(a)
        d = 1 - h * h
        dx = d * ax
        hxx = -2 * h * dx * ax if axx is None else d * axx - 2 * h * dx * ax
        W = theta[k]
        a, ax, at, axx = h @ W.T + theta[k + 1], dx @ W.T, (d * at) @ W.T, hxx @ W.T
    return a[..., 0], ax[..., 0], at[..., 0], axx[..., 0]


def residual(theta, z):
    u, ux, ut, uxx = jets(theta, z)
    return ut + u * ux - NU * uxx


def residual_nested(theta, z):
    z = z.requires_grad_()
    u = value(theta, z)
    g, = torch.autograd.grad(u.sum(), z, create_graph=True)
    gx, = torch.autograd.grad(g[:, 0].sum(), z, create_graph=True)
    return g[:, 1] + u * g[:, 0] - NU * gx[:, 0]


def rows(f, theta, z):
    """Jacobian rows [points][parameters] of f at single points."""
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
                peer['rows', 'jets'] = max(peer.get(('rows', 'jets'), 0), rate(lambda: rows(residual, plain, z), n))
        peer['rows', 'nested'] = rate(lambda: rows(single_nested, plain, z[:960]), 960)
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


class Burgers:
    """Points, rows of conditions scaled as in inputs/03_burgers, and the error against its reference."""

    def __init__(self, n=4000, n0=400, ne=200):
        uniform = lambda m: torch.rand(m, 2) * torch.tensor([2.0, 1.0]) - torch.tensor([1.0, 0.0])
        self.draw, self.inside = uniform, uniform(n)
        self.start = torch.stack([torch.linspace(-1, 1, n0), torch.zeros(n0)], 1)
        self.ends = torch.stack([torch.sign(torch.rand(ne) - 0.5), torch.rand(ne)], 1)
        with h5py.File(os.path.join(HERE, '../../inputs/03_burgers/burgers.h5'), 'r') as f:
            x, t, self.exact = (torch.tensor(f[k][:]) for k in ('x', 't', 'u'))
        self.grid = torch.stack(torch.meshgrid(x, t, indexing='xy'), -1).reshape(-1, 2)
        self.sets = lambda: [(residual, self.inside, (1 / n)**0.5, 0), (value, self.start, (100 / n0)**0.5,
                             -torch.sin(torch.pi * self.start[:, 0])), (value, self.ends, (10 / ne)**0.5, 0)]

    def residuals(self, theta):
        return torch.cat([w * (f(theta, z) - b) for f, z, w, b in self.sets()])

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

    def error(self, theta):
        with torch.no_grad():
            u = value(theta, self.grid).reshape(self.exact.shape)
        return ((u - self.exact).norm() / self.exact.norm()).item()


def lbfgs(seconds):
    b, theta, its = Burgers(), [p.requires_grad_() for p in network(30)], 0
    begin = time.process_time()
    while time.process_time() - begin < seconds:
        tool = torch.optim.LBFGS(theta, max_iter=200, history_size=50, tolerance_grad=0, tolerance_change=0,
                                 line_search_fn='strong_wolfe')

        def closure():
            tool.zero_grad()
            f = 0.5 * (b.residuals(theta)**2).sum()
            f.backward()
            return f
        tool.step(closure)
        its += tool.state[theta[0]]['n_iter']
        b.resample(theta)
    return b.error(theta), its, time.process_time() - begin


def marquardt(seconds):
    b, theta, mu, its = Burgers(), network(30), 0.1, 0
    shapes = [p.shape for p in theta]
    x = torch.cat([p.reshape(-1) for p in theta])
    split = lambda v: [p.reshape(s) for p, s in zip(v.split([s.numel() for s in shapes]), shapes)]
    begin = time.process_time()
    r = b.residuals(split(x))
    while time.process_time() - begin < seconds:
        if its and its % 10 == 0:
            b.resample(split(x))
            r = b.residuals(split(x))
        J = b.jacobian(split(x))
        G, g, f = J.T @ J, J.T @ r, 0.5 * r @ r
        D = torch.diag(G) if its == 0 else torch.maximum(D, torch.diag(G))
        for _ in range(30):
            L, info = torch.linalg.cholesky_ex(G + mu * torch.diag(D))
            if info == 0:
                y = -torch.cholesky_solve(g[:, None], L)[:, 0]
                new = b.residuals(split(x + y))
                if f - 0.5 * new @ new > 1e-4 * 0.5 * (mu * (y * D) @ y - g @ y):
                    x, r, mu = x + y, new, max(1e-15, mu / 5)
                    break
            mu *= 2
        its += 1
    return b.error(split(x)), its, time.process_time() - begin


def tessera(program, seconds):
    """The same network, points and method; iterations are raised until the seconds are used."""
    its = 100
    with tempfile.TemporaryDirectory() as folder:
        while True:
            stem = os.path.join(folder, 'run')
            before = os.times().children_user
            subprocess.run([program, 'solve', os.path.join(HERE, 'suite/burgers_trained.yaml'), '-time_mode', 'spacetime',
                            '-time_slabs', '1', '-parts_x', '1', '-expert_mlp_width', '30', '-inside_points', '4000',
                            '-start_weight', '100', '-ends_points', '200',
                            '-resample_every', '10', '-tao_max_it', str(its), '-tao_fmin', '0', '-quiet',
                            '-output_file', stem + '.h5'], check=True)
            used = os.times().children_user - before
            record = json.load(open(stem + '.json'))
            if used > 0.8 * seconds or record['iterations'] < its:
                return record['errors']['u']['l2'], record['iterations'], used
            its = int(its * 0.95 * seconds / used)


def burgers(program, seconds):
    result = []
    print('| | relative L2 | iterations | CPU s |\n| --- | --- | --- | --- |')
    for name, f in (('PyTorch, L-BFGS', lbfgs), ('PyTorch, Levenberg-Marquardt', marquardt),
                    ('Tessera, Levenberg-Marquardt', lambda s: tessera(program, s))):
        error, its, used = f(seconds)
        result.append({'name': name, 'error': error, 'iterations': its, 'cpu': used})
        print('| %s | %.1e | %d | %.0f |' % (name, error, its, used), flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seconds', type=float, default=60)
    parser.add_argument('--tessera', default=shutil.which('tessera') or
                        os.path.join(HERE, '../../build/src/app/tessera'))
    parser.add_argument('--out')
    parser.add_argument('what', nargs='*', choices=['kernel', 'burgers', []])
    args = parser.parse_args()
    what, results = args.what or ['kernel', 'burgers'], {}
    if 'kernel' in what:
        results['kernel'] = kernel(args.tessera)
    if 'burgers' in what:
        results['burgers'] = burgers(args.tessera, args.seconds)
    if args.out:
        with open(args.out, 'w') as f:
            json.dump(results, f, indent=1)


if __name__ == '__main__':
    main()
