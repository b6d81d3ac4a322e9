"""Intervals of 95 % contain the truth in 92-98 % of noise draws: inputs/07_inverse, one run a seed.

usage: coverage.py TESSERA INPUT.yaml [DRAWS [-option value ...]]    exit code 1 if the claim is false"""
import json
import math
import os
import subprocess
import sys
import tempfile

TRUTH = {'k': 0.5, 'q': 2.0}
SMALL = '-inside_points 300 -start_points 40 -ends_points 40 -output_points 3 -reference_points 100'.split()


def main(tessera, yaml, draws=200, *options):
    z = {name: [] for name in TRUTH}
    worst = dict.fromkeys(TRUTH, 0.0)
    with tempfile.TemporaryDirectory() as where:
        for seed in range(1, int(draws) + 1):
            subprocess.run([os.path.abspath(tessera), 'solve', os.path.abspath(yaml), '-quiet', '-output_file',
                            'out.h5', '-seed', str(seed)]
                           + SMALL + list(options), cwd=where, check=True, stderr=subprocess.DEVNULL)
            with open(os.path.join(where, 'out.json')) as f:
                found = json.load(f)['estimated']
            for name, truth in TRUTH.items():
                z[name].append((found[name]['value'] - truth) / found[name]['sd'])
                worst[name] = max(worst[name], abs(found[name]['value'] / truth - 1))
    good = True
    for name, all_z in z.items():
        share = sum(abs(s) <= 1.96 for s in all_z) / len(all_z)
        mean = sum(all_z) / len(all_z)
        spread = math.sqrt(sum((s - mean)**2 for s in all_z) / len(all_z))
        good = good and 0.92 <= share <= 0.98
        print('%s: %.1f %% of %d intervals contain %g; error / deviation: mean %.2f, spread %.2f; '
              'largest relative error %.1e'
              % (name, 100 * share, len(all_z), TRUTH[name], mean, spread, worst[name]))
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
