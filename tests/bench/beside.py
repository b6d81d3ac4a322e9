"""One table: neural experts of Tessera, PyTorch and a classical method on the same problems, one core, one machine.

usage: beside.py [--out DIR] [--quick] [--tessera PROGRAM]
Runs suite.py, classical.py and peer_torch.py (--quick: one seed of each, 20 s for PyTorch) unless their results, suite.json,
classical.json and torch.json, stand in DIR (.) already, and writes DIR/beside.md.  Errors are relative L2, medians over the seeds;
seconds are of CPU; unknowns of all slabs.  PyTorch was set up for Burgers alone, with the method that does best in it."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def results(args, name, script, *options):
    path = os.path.join(args.out, name + '.json')
    if not os.path.exists(path):
        subprocess.run([sys.executable, os.path.join(HERE, script), *options], check=True)
    with open(path, encoding='utf-8') as file:
        return json.load(file)


def line(row, peer, classical):
    """A row of the suite, (error, seconds) of PyTorch or None, and the classical figures or None."""
    middle = lambda key: statistics.median(run[key] for run in row['runs'])
    first = row['runs'][0]
    cells = [row['name'], 'trained' if row['trained'] else 'frozen', '%.1e' % middle('error'), '%.2g' % middle('cpu'),
             '%d' % (first['unknowns'] * first['slabs']), '%.0f' % middle('memory_mb')]
    cells += ['%.1e' % peer[0], '%.0f' % peer[1]] if peer else ['', '']
    cells += [classical['method'], '%.1e' % classical['error'], '%.3f' % classical['cpu']] if classical else ['', '', '']
    return '| ' + ' | '.join(cells + [row['published']]) + ' |'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--out', default='.')
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--tessera', default=shutil.which('tessera') or os.path.join(HERE, '../../build/src/app/tessera'))
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    ours = results(args, 'suite', 'suite.py', '--out', args.out, '--tessera', args.tessera, *(['--quick'] if args.quick else []))
    classical = results(args, 'classical', 'classical.py', '--out', os.path.join(args.out, 'classical.json'))
    torch = results(args, 'torch', 'peer_torch.py', '--out', os.path.join(args.out, 'torch.json'), '--tessera', args.tessera,
                    *(['--seconds', '20', '--seeds', '1'] if args.quick else []))
    peers = [[statistics.median(run[k] for run in method['runs']) for k in (0, 2)] for method in torch['burgers']
             if method['name'].startswith('PyTorch')]
    head = ['problem', 'experts', 'Tessera', 'CPU s', 'unknowns', 'MB', 'PyTorch', 'CPU s', 'classical method', 'error', 'CPU s',
            'best published neural figure']
    text = '\n'.join(['| ' + ' | '.join(head) + ' |', '|' + ' --- |' * len(head)] + [
        line(row, min(peers) if row['name'].startswith('burgers') else None,
             classical.get(row['name'].replace('_trained', ''))) for row in ours]) + '\n'
    with open(os.path.join(args.out, 'beside.md'), 'w', encoding='utf-8') as file:
        file.write(text)
    print(text, end='')


if __name__ == '__main__':
    main()
