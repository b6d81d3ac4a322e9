"""Accuracy on demand: the rows of suite/ with nothing said about numerics but `accuracy`, and the problems of untouched/,
which the rules were not made on.

usage: accuracy.py [--accuracies 1e-4,1e-6,1e-8] [--check] [--out DIR] [--tessera PROGRAM] [ROW ...]
From every row parts, placement, time, expert, points, weights and spreads are taken away.  Prints, and writes to
DIR/accuracy.md and DIR/accuracy.json (DIR: .): accuracy asked, the program's estimate, the true relative L2 error against
the row's reference (which the program looks at for this table only), their ratio, unknowns of all slabs of the
result, user CPU seconds of the whole process, and the resolutions tried: patches (slabs, or
the tolerance of a TS), degree.
--check fails if an estimate that reached what was asked is not within a factor 10 of the error."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = ['poisson_smooth', 'poisson_multiscale', 'oscillator', 'wave1d', 'advection', 'burgers', 'wave2d', 'kdv', 'allen_cahn',
        'ks', 'layer', 'heat', 'bratu', 'kovasznay', 'fisher', 'soliton', 'schroedinger', 'burgers2d']
SELDOM = {'wave2d': ['1e-2'], 'kdv': ['1e-3', '1e-5', '1e-7'], 'ks': ['1e-5'], 'burgers2d': ['1e-3']}  # asked by default


def bare(name):
    """The text of a row without numerics; files by their whole path."""
    there = os.path.join(HERE, 'suite', name + '.yaml')
    text = open(there if os.path.exists(there) else os.path.join(HERE, 'untouched', name + '.yaml')).read()
    text = re.sub(r'^(parts|placement|time|expert):.*\n', '', text, flags=re.M)
    text = re.sub(r',?\s*\b(points|weight|spread): *[\w.]+', '', text)
    return re.sub(r'file: (\S+\.h5)', lambda m: 'file: ' + os.path.join(HERE, 'suite', m.group(1)), text)


def run(args, name, accuracy, folder):
    path, stem = os.path.join(folder, name + '.yaml'), os.path.join(folder, 'out')
    with open(path, 'w') as f:
        f.write(bare(name))
    command = [args.tessera, 'solve', path, '-accuracy', accuracy, '-output_file', stem + '.h5', '-output_points', '5']
    environment = dict(os.environ, OPENBLAS_NUM_THREADS='1', OMP_NUM_THREADS='1')
    before = os.times()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    after = os.times()
    if done.returncode not in (0, 2):
        sys.exit('%s fails:\n%s' % (' '.join(command), done.stdout))
    record = json.load(open(stem + '.json'))
    got = record['accuracy']
    tried = got['resolutions']
    return {'name': name, 'asked': accuracy, 'reached': got['reached'], 'resolutions': tried,
            'estimate': max((e['l2'] for e in got['estimate'].values()), default=None),
            'error': max(e['l2'] for e in record['errors'].values()),
            'unknowns': tried[max(len(tried) - 2, 0)]['unknowns'], 'memory_mb': record['memory_mb'],
            'cpu': after.children_user - before.children_user}


def short(resolution):
    parts = dict(resolution['parts'])
    slabs = parts.pop('t', None)
    time = ' (%.0e)' % resolution['ts_rtol'] if 'ts_rtol' in resolution else ' (%d)' % slabs if slabs else ''
    return 'x'.join(map(str, parts.values())) + time + ' p%d' % resolution['degree']


def line(r):
    ratio = '%.2g' % (r['estimate'] / r['error']) if r['estimate'] else '-'
    return '| %s | %s | %s | %s | %.1e | %s | %d | %.2g | %s |' % (
        r['name'], r['asked'], 'yes' if r['reached'] else 'no', '%.1e' % r['estimate'] if r['estimate'] else 'none', r['error'],
        ratio, r['unknowns'], r['cpu'], ', '.join(short(x) for x in r['resolutions']))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--accuracies')
    parser.add_argument('--check', action='store_true')
    parser.add_argument('--out', default='.')
    parser.add_argument('--tessera', default=shutil.which('tessera') or os.path.join(HERE, '../../build/src/app/tessera'))
    parser.add_argument('rows', nargs='*')
    args = parser.parse_args()
    head = ['problem', 'asked', 'reached', 'estimate', 'error', 'ratio', 'unknowns', 'CPU s', 'resolutions: patches (slabs, or tolerance), degree']
    lines = ['| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head)]
    print('\n'.join(lines), flush=True)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for name in args.rows or ROWS:
            for accuracy in args.accuracies.split(',') if args.accuracies else SELDOM.get(name, ['1e-4', '1e-6', '1e-8']):
                runs.append(run(args, name, accuracy, folder))
                lines.append(line(runs[-1]))
                print(lines[-1], flush=True)
    with open(os.path.join(args.out, 'accuracy.json'), 'w') as f:
        json.dump(runs, f, indent=1)
    with open(os.path.join(args.out, 'accuracy.md'), 'w') as f:
        f.write('\n'.join(lines) + '\n')
    wrong = [r for r in runs if r['reached'] and not 0.1 < r['estimate'] / r['error'] < 10]
    if args.check and wrong:
        sys.exit('not within a factor 10: ' + ', '.join('%s at %s' % (r['name'], r['asked']) for r in wrong))


if __name__ == '__main__':
    main()
