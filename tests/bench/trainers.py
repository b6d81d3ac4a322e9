"""Trainers at equal time on inputs/03_burgers: gaussnewton as the input has it, and the others with as many iterations
as take the same CPU time, by a short run of each that tells what an iteration costs.

usage: trainers.py [--seeds N] [--input FILE] [--options TEXT] [--tessera PROGRAM] [TRAINER ...]
Prints a Markdown table of medians over seeds 1 to N (2), in brackets least and most.  One rank, one thread; seconds are
user CPU of the whole process; loss is that of the last slab.  The rates of adam are not tuned: its default and ten
times that."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PILOT = 20  # iterations a slab

TRAINERS = {
    'gaussnewton': [],
    'gaussnewton, projection': ['-tao_gaussnewton_projection', 'true'],
    'quasinewton, broyden': ['-tao_type', 'quasinewton'],
    'quasinewton, bfgs': ['-tao_type', 'quasinewton', '-tao_quasinewton_update', 'bfgs'],
    'quasinewton, memory 30': ['-tao_type', 'quasinewton', '-tao_quasinewton_dense', '0'],
    'PETSc lmvm': ['-tao_type', 'lmvm', '-tao_gatol', '0', '-tao_grtol', '0'],
    'adam, rate 1e-3': ['-tao_type', 'adam'],
    'adam, rate 1e-2': ['-tao_type', 'adam', '-tao_adam_rate', '1e-2'],
    'multiadam, rate 1e-3': ['-tao_type', 'multiadam'],
    'multiadam, rate 1e-2': ['-tao_type', 'multiadam', '-tao_multiadam_rate', '1e-2'],
}


def run(args, name, seed, folder, extra=()):
    stem = os.path.join(folder, 'run')
    command = [args.tessera, 'solve', args.input, '-seed', str(seed), '-output_file', stem + '.h5', '-quiet'] + args.options.split()
    environment = dict(os.environ, OPENBLAS_NUM_THREADS='1', OMP_NUM_THREADS='1')
    before = os.times()
    done = subprocess.run(command + TRAINERS[name] + list(extra), env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    after = os.times()
    if done.returncode:
        sys.exit('%s fails:\n%s' % (' '.join(command), done.stdout))
    record = json.load(open(stem + '.json'))
    return {'error': max(e['l2'] for e in record['errors'].values()), 'cpu': after.children_user - before.children_user,
            'loss': record['history'][-1]['loss'], 'iterations': record['iterations']}


def spread(values, form):
    values = sorted(values)
    middle = form % statistics.median(values)
    return middle if len(values) == 1 else '%s (%s to %s)' % (middle, form % values[0], form % values[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seeds', type=int, default=2)
    parser.add_argument('--input', default=os.path.join(HERE, '../../inputs/03_burgers/input.yaml'))
    parser.add_argument('--tessera', default=shutil.which('tessera') or
                        os.path.join(HERE, '../../build/src/app/tessera'))
    parser.add_argument('--options', default='', help='more options of the program, for all runs')
    parser.add_argument('trainers', nargs='*')
    args = parser.parse_args()
    unknown = [n for n in args.trainers if n not in TRAINERS]
    if unknown:
        parser.error('no trainer %s; trainers: %s' % (', '.join(unknown), '; '.join(TRAINERS)))
    seeds = range(1, args.seeds + 1)
    print('| trainer | relative L2 | loss of the last slab | CPU s | iterations |')
    print('| --- | --- | --- | --- | --- |')
    with tempfile.TemporaryDirectory() as folder:
        first = [run(args, 'gaussnewton', s, folder) for s in seeds]
        budget = statistics.median(r['cpu'] for r in first)
        for name in args.trainers or TRAINERS:
            if name == 'gaussnewton':
                runs = first
            else:
                pilot = run(args, name, 1, folder, ['-tao_max_it', str(PILOT)])
                most = max(1, round(PILOT * budget / pilot['cpu']))
                runs = [run(args, name, s, folder, ['-tao_max_it', str(most)]) for s in seeds]
            print('| %s | %s | %s | %s | %s |' % (
                name, spread([r['error'] for r in runs], '%.1e'), spread([r['loss'] for r in runs], '%.1e'),
                spread([r['cpu'] for r in runs], '%.0f'), spread([r['iterations'] for r in runs], '%.0f')), flush=True)


if __name__ == '__main__':
    main()
