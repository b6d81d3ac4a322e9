"""Counts at a fixed work a rank, the speed-up from one rank to two, and a cost model of many.

usage: scaling.py TESSERA [RANKS ...]          1 2 4 8 16 32: messages, bytes and reductions an iteration
       scaling.py TESSERA --schwarz [RANKS ...]   the same of Schwarz iterations
       scaling.py TESSERA --speedup [REPEATS]  3: seconds and CPU seconds on one and on two ranks, and the
                                               machine's limit: twice one rank's seconds over those of two such
                                               runs side by side, which share memory and clock but no work
       scaling.py --model                      the table of docs/scaling.md, whose formulas are below
Prints Markdown.  Counts are those of -log_view, sends of the busiest rank, for an iteration of the solver: of LSQR
with two levels until |Q^T r| has fallen to 1e-8; of trained experts for an inner iteration (of CG, ten a linear
system, or one factorisation and solve), with all that belongs to a Gauss-Newton step shared among them; of Schwarz
iterations (-tao_type schwarz) for one of these.  They are
right on an oversubscribed machine, where times mean nothing.  TESS_MPIRUN replaces `mpirun`."""
import csv
import json
import math
import os
import re
import resource
import subprocess
import sys
import tempfile

MPIRUN = os.environ.get('TESS_MPIRUN', 'mpirun --oversubscribe --bind-to none').split()
GN = '-tao_gaussnewton_'
TWOLEVEL = [GN + 'normal_solver', 'twolevel', GN + 'normal_pc_tessschwarz_combine', 'multiplicative']
FEATURES, TRAINED = '{type: features, features: {width: %d}}', '{type: mlp, mlp: {depth: 2, width: %d}}'


def problem(parts, points, expert):
    """Poisson's equation on a box of unit patches; points a patch inside, a quarter of them on a side."""
    axes = 'xyz'[:len(parts)]
    u = '*'.join(f'sin({a})' for a in axes)
    total, walls = 1, 0
    for n in parts:
        total *= n
    for n in parts:
        walls += 2 * total // n
    return f'''title: Poisson on {' x '.join(map(str, parts))} patches
unknowns: u
domain: {{{', '.join(f'{a}: [0, {n}]' for a, n in zip(axes, parts))}}}
parts: {{{', '.join(f'{a}: {n}' for a, n in zip(axes, parts))}}}
overlap: 0.5
conditions: [inside, walls]
inside: {{type: interior, equation: "-lap(u) = {len(parts)}*{u}", points: {points * total}}}
walls:  {{type: boundary, equation: "u = {u}", points: {points // 4 * walls}, weight: 100}}
expert: {expert}
output: {{points: 3}}
'''


def start(tessera, ranks, text, options, stem):
    with open(stem + '.yaml', 'w', encoding='utf-8') as f:
        f.write(text)
    return subprocess.Popen([*MPIRUN, '-n', str(ranks), tessera, 'solve', stem + '.yaml', '-output_file', stem + '.h5',
                             '-tess_view', '-log_view', f':{stem}.csv:ascii_csv', *options],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(process, stem):
    """Record and text of the log."""
    log, _ = process.communicate()
    if process.returncode not in (0, 2):
        sys.exit(log[-2000:])
    with open(stem + '.json', encoding='utf-8') as f:
        return json.load(f), log


def run(tessera, ranks, text, options, folder):
    """Record, text of the log, rows of -log_view, CPU seconds of all ranks."""
    stem = os.path.join(folder, 'run')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    record, log = finish(start(tessera, ranks, text, options, stem), stem)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(stem + '.csv', encoding='utf-8') as f:
        rows = [row for row in csv.reader(f) if row and row[0] == 'Main Stage']
    return record, log, rows, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def beside(tessera, text, options, folder):
    """Seconds by stage of the slower of two runs on one rank, side by side."""
    stems = [os.path.join(folder, name) for name in ('left', 'right')]
    runs = [(start(tessera, 1, text, options, stem), stem) for stem in stems]
    seconds = [finish(*r)[0]['seconds'] for r in runs]
    return {stage: max(s[stage] for s in seconds) for stage in STAGES}


def counts(rows, event):
    """Messages, bytes, reductions of the ranks in an event; PETSc counts a message where it is sent and where it is
    received."""
    mine = [row for row in rows if row[1] == event]
    return [[float(row[5]) / 2, float(row[6]) / 2, float(row[7])] for row in mine]


def most(a, b, iterations):
    """The largest over ranks of (a - b) / iterations, b missing where a holds nothing else."""
    b = b or [[0, 0, 0]] * len(a)
    return [max((x[k] - y[k]) / iterations for x, y in zip(a, b)) for k in range(3)]


def grid(ranks, side):
    """side x side patches a rank."""
    n = [1, 1]
    while n[0] * n[1] < ranks:
        n[0 if n[0] <= n[1] else 1] *= 2
    return [side * n[0], side * n[1]]


def twolevel(tessera, ranks, folder):
    record, log, rows, _ = run(tessera, ranks, problem(grid(ranks, 2), 60, FEATURES % 24),
                               [*TWOLEVEL, GN + 'leastsquares_refine', '0', '-tao_max_it', '1',
                                GN + 'lsqr_ksp_lsqr_monitor'], folder)
    norms = [float(x) for x in re.findall(r'normal eq resid norm (\S+)', log)]
    fallen = next(k for k, x in enumerate(norms) if x <= 1e-8 * norms[0])
    patch = re.search(r'factors: \S+ MB, (\S+) kB a patch', log)[1]
    coarse = re.search(r'coarse level: degree \S+, unknowns: (\d+)', log)[1]
    return record, [fallen, *most(counts(rows, 'KSPSolve'), None, len(norms) - 1), coarse, patch]


def trained(tessera, ranks, folder, text, options):
    """Two runs of different length: what they differ in is that of the iterations."""
    total = []
    for its in (2, 6):
        record, _, rows, _ = run(tessera, ranks, text, ['-tao_max_it', str(its), '-tao_fmin', '0', *options], folder)
        total.append((counts(rows, 'summary'), record['iterations'], record['history'][-1]['inner']))
    inner = total[1][2] - total[0][2]
    return record, [total[1][1] - total[0][1], inner, *most(total[1][0], total[0][0], inner), '-', '-']


def line(name, n, record, values):
    its, inner, messages, size, reductions, coarse, patch = values
    print(f'| {name} | {n} | {record["patches"]} | {its} | {inner} | {messages:.1f} | {size / 1e3:.2f} |'
          f' {reductions:.1f} | {coarse} | {patch} | {record["memory_mb"]:.0f} |', flush=True)


def head():
    print('| problem | ranks | patches | iterations | inner | messages | kB | reductions | coarse unknowns |'
          ' factors kB a patch | MB a rank |')
    print('|---' * 11 + '|')


def schwarz(tessera, ranks, folder):
    """Two runs of different length, and one to the end."""
    head()
    for n in ranks:
        parts = grid(n, 2)
        faces = 2 * parts[0] * parts[1] - sum(parts)
        text = problem(parts, 60, '{type: polynomial, polynomial: {degree: 5}}').replace('overlap: 0.5', 'overlap: 0')
        text += f'interface: {{points: {15 * faces}, weight: 100, robin: 3}}\ntao: {{type: schwarz}}\n'
        forever = ['-tao_schwarz_rtol', '1e-300', '-tao_schwarz_stol', '0']
        total = []
        for its in (4, 14):
            record, _, rows, _ = run(tessera, n, text, ['-tao_max_it', str(its), *forever], folder)
            total.append(counts(rows, 'summary'))
        done, _, _, _ = run(tessera, n, text, [], folder)
        line('Schwarz', n, record, [done['iterations'], '-', *most(total[1], total[0], 10), '-', '-'])


def table(tessera, ranks, folder):
    head()
    for n in ranks:
        record, values = twolevel(tessera, n, folder)
        line('two levels', n, record, [values[0], '-', *values[1:]])
    plane = [*TWOLEVEL, GN + 'normal_ksp_max_it', '10', GN + 'normal_ksp_rtol', '1e-30']
    for n in ranks:
        line('trained, two levels', n, *trained(tessera, n, folder, problem(grid(n, 2), 60, TRAINED % 6), plane))
    for n in ranks:
        line('trained, chain', n, *trained(tessera, n, folder, problem([4 * n], 60, TRAINED % 6), []))


SPEEDUP = {'features 8 x 8, direct': (problem([8, 8], 300, FEATURES % 120), ['-tao_max_it', '1']),
           'features 16 x 16, two levels': (problem([16, 16], 150, FEATURES % 60),
                                            ['-tao_max_it', '1', GN + 'normal_solver', 'twolevel']),
           'trained 4 x 4': (problem([4, 4], 300, TRAINED % 10), ['-tao_max_it', '20', '-tao_fmin', '0']),
           'trained 8, chain': (problem([8], 500, TRAINED % 12), ['-tao_max_it', '60', '-tao_fmin', '0'])}


STAGES = ('evaluate', 'assemble', 'solve', 'total')


def speedup(tessera, repeats, folder):
    """The least of the repeats, in which one rank, two, and two runs beside each other take turns."""
    print("| problem | stage | 1 rank s | 2 ranks s | speed-up | machine's limit |")
    print('|---' * 6 + '|')
    for name, (text, options) in SPEEDUP.items():
        best = {}
        for _ in range(repeats):
            for n in (1, 2):
                record, _, _, cpu = run(tessera, n, text, options, folder)
                for stage, t in [(s, record['seconds'][s]) for s in STAGES] + [('CPU of all ranks', cpu)]:
                    best[n, stage] = min(t, best.get((n, stage), t))
            for stage, t in beside(tessera, text, options, folder).items():
                best['beside', stage] = min(t, best.get(('beside', stage), t))
        for stage in STAGES + ('CPU of all ranks',):
            one, two, both = (best.get((n, stage), 0) for n in (1, 2, 'beside'))
            print(f'| {name} | {stage} | {one:.2f} | {two:.2f} | {one / two if two else 0:.2f} |'
                  f' {f"{2 * one / both:.2f}" if both else "-"} |', flush=True)


STREAM, ALPHA, PORT, NODE, ROOT = 14e9, 2e-6, 25e9, 64, 16
# dimension: patches a rank; bytes of J, factors and A Z a patch; neighbours of a rank, ghost patches, modes a patch
MODEL = {2: (16, 162e3, 79e3, 13e3, 8, 20, 6), 3: (8, 245e3, 127e3, 41e3, 26, 56, 10)}


def model():
    """Seconds of an iteration; bytes a second of memory and of a port, ranks on a node, ranks of the root front."""
    print('| | ranks | experts | coarse unknowns | local | halo | reductions | dense coarse | sparse coarse | share |')
    print('|---' * 10 + '|')
    for dim, (patches, jacobian, factor, coupling, neighbours, ghosts, modes) in MODEL.items():
        for ranks in (10**2, 10**3, 10**4, 10**5):
            blocks = patches * ranks
            unknowns = modes * blocks
            front = modes * blocks ** (1 - 1 / dim)
            local = patches * 2 * (jacobian + factor + coupling) / STREAM
            halo = 6 * neighbours * ALPHA + (4 * 60 + 2 * modes) * ghosts * 8 / (PORT / NODE)
            reductions = 2 * 2 * math.log2(ranks) * ALPHA
            dense = 2 * (8 * unknowns / (PORT / NODE) + 8 * unknowns**2 / STREAM)
            sparse = 2 * (2 * 8 * unknowns / PORT + 8 * front**2 / (ROOT * STREAM) + 2 * math.log2(ranks) * ALPHA)
            share = sparse / (local + halo + reductions + sparse)
            print(f'| {dim}D | {ranks} | {blocks} | {unknowns} | ' +
                  ' | '.join(f'{1e3 * t:.2g}' for t in (local, halo, reductions, dense, sparse)) +
                  f' | {100 * share:.0f} % |')


def main():
    if sys.argv[1:] == ['--model']:
        model()
        return
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        if '--speedup' in sys.argv:
            speedup(sys.argv[1], int(sys.argv[3]) if len(sys.argv) > 3 else 3, folder)
        elif '--schwarz' in sys.argv:
            schwarz(sys.argv[1], [int(n) for n in sys.argv[3:]] or [1, 2, 4, 8, 16, 32], folder)
        else:
            table(sys.argv[1], [int(n) for n in sys.argv[2:]] or [1, 2, 4, 8, 16, 32], folder)


main()
