"""The table of two-level iterations: Poisson in 2D and 3D with frozen features, more and more experts.

usage: levels.py TESSERA [2d|3d|small|wide|all] [option ...]    prints Markdown; options go to every run
       wide: 216 experts in 3D of 200 features instead of 60
Iterations are those of LSQR until |Q^T r| has fallen to 1e-8 and to 1e-12 of its first value."""
import json
import os
import re
import subprocess
import sys
import tempfile

LADDERS = {'2d': [(2, n) for n in (4, 8, 16, 32)], '3d': [(3, n) for n in (2, 3, 4, 6)],
           'wide': [(3, 6)], 'small': [(2, 4), (2, 8), (3, 2), (3, 3)]}
FEATURES = 60
SOLVER = '-tao_gaussnewton_'


def text(dim, n, features):
    axes = 'xyz'[:dim]
    exact = '*'.join(f'sin(pi*{a})' for a in axes)
    face = {2: 15, 3: 20}[dim] * features // 24
    return f'''title: Poisson on {n}^{dim} experts
unknowns: u
domain: {{{', '.join(f'{a}: [0, 1]' for a in axes)}}}
parts: {n}
overlap: 0.5
conditions: [inside, walls]
inside: {{type: interior, equation: "-lap(u) = {dim}*pi^2*{exact}", points: {5 * features // 2 * n**dim}}}
walls:  {{type: boundary, equation: "u = 0", points: {face * n**(dim - 1) * 2 * dim}, weight: 100000}}
expert: {{type: features, features: {{width: {features}}}}}
reference: {{u: "{exact}"}}
output: {{points: 3}}
'''


def fall(log, share):
    """Iterations until the residual of the normal equations has fallen to this share."""
    norms = [float(x) for x in re.findall(r'KSP resid norm \S+ normal eq resid norm (\S+)', log)]
    return next((k for k, x in enumerate(norms) if x <= share * norms[0]), None)


def run(tessera, dim, n, features, options, folder):
    name = os.path.join(folder, f'levels{dim}_{n}')
    with open(name + '.yaml', 'w', encoding='utf-8') as f:
        f.write(text(dim, n, features))
    done = subprocess.run([tessera, 'solve', name + '.yaml', '-output_file', name + '.h5', '-tess_view',
                           SOLVER + 'normal_solver', 'twolevel', '-tao_max_it', '1',
                           SOLVER + 'leastsquares_refine', '0', SOLVER + 'lsqr_ksp_lsqr_monitor', *options],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:])
    with open(name + '.json', encoding='utf-8') as f:
        record = json.load(f)
    patch = re.search(r'unknowns of the largest: (\d+), factors: (\S+) MB, (\S+) kB a patch', done.stdout)
    coarse = re.search(r'coarse level: degree \S+, unknowns: (\d+)', done.stdout)
    return (f'{dim}D', n**dim, record['parameters'], fall(done.stdout, 1e-8), fall(done.stdout, 1e-12),
            f"{record['seconds']['solve']:.1f}", patch[3], patch[1], coarse[1],
            f"{record['memory_mb']:.0f}", f"{record['errors']['u']['l2']:.1e}")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    what = sys.argv[2] if len(sys.argv) > 2 else 'small'
    ladder = LADDERS['2d'] + LADDERS['3d'] if what == 'all' else LADDERS[what]
    features = 200 if what == 'wide' else FEATURES
    print(f'{features} features an expert, overlap 0.5, one core\n')
    print('| | experts | unknowns | to 1e-8 | to 1e-12 | solve s | factor kB a patch | largest patch | coarse |'
          ' memory MB | relative L2 |')
    print('|---' * 11 + '|')
    with tempfile.TemporaryDirectory() as folder:
        for dim, n in ladder:
            print('| ' + ' | '.join(map(str, run(sys.argv[1], dim, n, features, sys.argv[3:], folder))) + ' |', flush=True)


main()
