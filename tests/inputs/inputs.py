"""Every input keeps a promise at a small size, and gives the same field on 1, 2, 3 and 4 ranks.

usage: inputs.py TESSERA MPIRUN INPUTS PLUGIN NAME    runs one row of the table      inputs.py --list    names them
Frozen experts: fields differ by at most 1e-8 relative to one rank.  Trained ones: the promise holds on each."""
import json
import os
import shlex
import subprocess
import sys
import tempfile

import h5py
import numpy as np

SAME = 1e-8
# name, or name+file without its ending: (overriding options, {unknown, parameter or observable: largest relative error},
# trained)
TABLE = {
    '01_poisson1d': ('', {'u': 1e-9}, False),
    '02_poisson2d': ('-parts_x 2 -parts_y 2 -inside_points 1500 -walls_points 300', {'u': 1e-8}, False),
    '03_burgers': ('-inside_points 800 -start_points 200 -tao_max_it 12', {'u': 0.1}, True),
    '03_burgers+accuracy': ('-accuracy 1e-4 -output_points 21', {'u': 1e-4}, False),
    '04_helmholtz2d': ("-domain_x 0,0.25 -domain_y 0,0.25 -parts_x 2 -parts_y 2 -inside_points 1500 -walls_points 300"
                       " -walls_equation 'u = sin(pi*x)*sin(pi*y) + sin(4*pi*x)*sin(4*pi*y)"
                       " + sin(16*pi*x)*sin(16*pi*y)'",
                       {'u': 1e-5}, False),
    '05_heat2d': ('-expert_polynomial_degree 8 -inside_points 2500 -walls_points 500 -start_points 300'
                  ' -output_points 9',
                  {'u': 1e-4}, False),
    '06_kovasznay': ('-expert_polynomial_degree 9 -inside_points 600 -walls_points 300 -level_points 500',
                     {'u': 1e-4, 'v': 1e-4, 'p': 1e-4}, False),
    '07_inverse': ('-inside_points 300 -start_points 40 -ends_points 40 -data_points 400',
                   {'k': 0.03, 'q': 0.03}, False),
    '08_flow_inversion': ('-inside_points 400 -smooth_points 200 -expert_polynomial_degree 12', {'Re': 0.1, 'u': 0.05, 'p': 0.1}, False),
    '09_kdv': ('-domain_x -6,6 -domain_t 0,0.1 -time_slabs 2 -parts_x 12 -expert_polynomial_degree 11'
               ' -inside_points 1800',
               {'u': 1e-2}, False),
    '10_beam': ('-expert_polynomial_degree 13 -inside_points 1200', {'u': 1e-6}, False),
    '14_two_materials': ('-expert_polynomial_degree 10 -inside_points 1500', {'u': 1e-7}, False),
    '15_hard_constraints': ('-inside_points 1500', {'u': 1e-4}, False),
    '12_layers': ('-constants_e 0.02 -parts_x 5 -parts_y 5 -expert_polynomial_degree 7 -inside_points 2000'
                  ' -walls_points 400',
                  {'u': 1e-3}, False),
    '16_discs': ('-parts 3 -expert_polynomial_degree 12 -inside_points 3000 -walls_points 900 -discs_points 600',
                 {'u': 1e-5}, False),
    '19_checkerboard': ('-expert_polynomial_degree 10 -inside_points 1200 -walls_points 300 -interface_points 400',
                        {'u': 1e-6}, False),
    '20_ball': ('-parts_x 3 -parts_y 3 -parts_z 3 -expert_polynomial_degree 4 -inside_points 4000 -cube_points 1000'
                ' -ball_points 600 -interface_points 1500 -output_points 9', {'u': 0.1}, False),
    '21_plates': ('-expert_polynomial_degree 10 -inside_points 1500', {'u': 1e-5}, False),
    '22_heat_discs': ('-parts_x 6 -parts_y 9 -expert_polynomial_degree 6 -inside_points 6000 -start_points 3000 -hot_points 1100'
                      ' -warm_points 300 -outside_points 400 -ts_rtol 1e-3 -ts_dt 0.1 -ts_dirk_type 5 -output_points_x 21'
                      ' -output_points_y 31 -output_points_t 3', {'u': 5e-2}, False),
    '25_inclusion': ('-parts_mesh 8 -expert_polynomial_degree 9 -inside_points 2000 -walls_points 300 -interface_points 800',
                     {'u': 1e-3}, False),
    '25_inclusion+heat': ('-parts_mesh 3 -expert_polynomial_degree 5 -inside_points 1200 -walls_points 300 -start_points 200'
                          ' -interface_points 600 -output_points 9', {'u': 1e-3}, False),
    '17_lshape': ('-parts 2 -overlap 0.5 -expert_polynomial_degree 12 -inside_points 2500', {'u': 1e-5}, False),
    '17_lshape+mesh': ('-expert_polynomial_degree 16 -enrich_corners_degree 8 -inside_points 1500 -walls_points 800',
                       {'u': 1e-6}, False),
    '18_cavity': ('-expert_polynomial_degree 14 -inside_points 900 -lid_points 150 -walls_points 300 -output_points 21'
                  ' -lid_weight 1e6 -walls_weight 1e6 -tao_gaussnewton_leastsquares_cut 1e-12',
                  {'s': 5e-2}, False),
    '23_backward_step': ('-edges_x -2,-1,-0.4,-0.1,0.1,0.4,1,2,3.5,5,7,9,10 -edges_y -1,-0.7,-0.4,-0.1,0.1,0.4,0.7,1'
                         ' -expert_polynomial_degree 6 -inside_points 6000 -low_points 800 -high_points 400 -output_points_x 25'
                         ' -output_points_y 9 -tao_gaussnewton_leastsquares_cut 1e-8', {'reattachment': 1e-2}, False),
    '11_plugin': ('-inside_plugin {plugin}', {'u': 1e-10}, False),
}


def run(tessera, mpirun, folder, plugin, name, ranks):
    """The record and the fields of one run."""
    home, _, file = name.partition('+')
    source = os.path.join(folder, home, (file or 'input') + '.yaml')
    options = shlex.split(TABLE[name][0].format(plugin=plugin))
    with tempfile.TemporaryDirectory() as where:
        command = [mpirun, '-n', str(ranks), tessera, 'solve', source, '-quiet',
                   '-output_file', 'out.h5']
        done = subprocess.run(command + options, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True)
        if done.returncode:
            sys.exit('%s on %d ranks: exit code %d\n%s' % (name, ranks, done.returncode, done.stdout))
        with open(os.path.join(where, 'out.json')) as f:
            record = json.load(f)
        with h5py.File(os.path.join(where, 'out.h5'), 'r') as f:
            fields = {u: f[u][...] for u in record['unknowns']}
    return record, fields


def errors(record, promise):
    """Relative errors of what is promised: unknowns as recorded, parameters and observables against the truth."""
    truth = {'k': 0.5, 'q': 2.0, 'Re': 40.0, 'reattachment': 3.6449}
    found = {**record['estimated'], **record['observables']}
    return {n: record['errors'][n]['l2'] if n in record['errors'] else
            abs(found[n]['value'] / truth[n] - 1) for n in promise}


def main(tessera, mpirun, folder, plugin, name):
    _, promise, trained = TABLE[name]
    first, bad = None, []
    for ranks in (1, 2, 3, 4):
        record, fields = run(tessera, mpirun, folder, plugin, name, ranks)
        reached = errors(record, promise)
        line = '%d ranks:' % ranks
        for n, e in reached.items():
            line += '  %s %.1e' % (n, e)
            if not e <= promise[n]:
                bad.append('%s on %d ranks: error of %s is %.2e, promised %.1e' % (name, ranks, n, e, promise[n]))
        first = first or fields
        if not trained:
            for u in fields:
                there = np.isfinite(first[u])  # not in holes
                apart = np.linalg.norm((fields[u] - first[u])[there]) / np.linalg.norm(first[u][there])
                line += '  %s apart %.1e' % (u, apart)
                if not apart <= SAME:
                    bad.append('%s: %s on %d ranks is %.2e from one rank (at most %.0e)'
                               % (name, u, ranks, apart, SAME))
        print(line, flush=True)
    if bad:
        sys.exit('\n'.join(bad))


if __name__ == '__main__':
    if sys.argv[1:] == ['--list']:
        print('\n'.join(TABLE))
    else:
        program, launcher, where, library, row = sys.argv[1:]
        main(os.path.abspath(program), launcher, os.path.abspath(where), os.path.abspath(library), row)
