"""What a user sees of a mistake: every case runs on two ranks and gives its exit code and message, once and without a PETSc stack.

terminal.py --list                 names of the cases
terminal.py TESSERA MISHAP NAME    runs one of them in a folder of its own
"""
import os
import re
import subprocess
import sys
import tempfile

import h5py
import numpy

GOOD = "unknowns: u\n"
WHOLE = """
unknowns: u
domain: {x: [0, 1], y: [0, 1]}
parts: {x: 2, y: 2}
conditions: [inside, walls]
inside: {type: interior, equation: "-lap(u) = 1", points: 100}
walls: {type: boundary, equation: "u = 0", points: 40}
expert: {type: polynomial, polynomial: {degree: 3}}
output: {points: 5}
"""
MESH = """
unknowns: u
domain: {mesh: square.msh}
parts: 4
conditions: [inside, walls]
inside: {type: interior, equation: "-lap(u) = 1", points: 100}
walls: {type: boundary, equation: "u = 0", points: 40}
expert: {type: polynomial, polynomial: {degree: 3}}
output: {points: 5}
"""
OPEN = """
unknowns: u
domain: {x: [0, 1], y: [0, 1]}
conditions: [inside, walls]
inside: {type: interior, equation: "-lap(u) = 25*pi^2*sin(4*pi*x)*sin(3*pi*y)"}
walls: {type: boundary, equation: "u = 0"}
reference: {u: "sin(4*pi*x)*sin(3*pi*y)"}
output: {points: 5}
"""

PAIR = """
unknowns: [u, v]
domain: {x: [0, 1]}
conditions: [inside, ends]
inside: {type: interior, equations: {a: "-u_xx = pi^2*sin(pi*x)", b: "-v_xx = 0"}}
ends: {type: boundary, equations: {a: "u = 0", b: "v = 0"}}
reference: {u: "sin(pi*x)", v: "0"}
output: {points: 5}
"""


def solve(*arguments):
    """WHOLE with options, on two ranks"""
    return [WHOLE, ["solve", "input.yaml", *arguments]]


def mistake(expected, *arguments):
    return (*solve(*arguments), 1, "^tessera: error: " + expected)


DATA = ["-conditions", "inside,walls,seen", "-seen_type", "data", "-seen_file"]
# name: (text of input.yaml or None, arguments, exit code, what the output matches)
CASES = {
    "usage": (None, [], 0, r"^usage: tessera VERB FILE"),
    "version": (None, ["-version"], 0, r"^tessera \d+\.\d+\.\d+ \(PETSc 3"),
    "help": (None, ["-help"], 0, r"-domain_<axis> : "),
    "unknown verb": (None, ["sovle"], 1, r'error: "sovle" is no verb: .*did you mean solve\?'),
    "no file": (None, ["solve"], 1, r"error: a file or name is missing: tessera solve INPUT"),
    "help of a verb": (None, ["solve", "-help"], 0, r"-domain_<axis> : "),
    "bench of nothing": (None, ["bench", "nothing"], 1, r'error: "nothing" cannot be measured: tessera bench kernel'),
    "misspelt option": (None, ["bench", "kernel", "-seeed", "1", "-inside_wieght", "2", "-ksp_rtol", "1e-3"], 1,
                        r"options that nothing reads(.|\n)*  -inside_wieght \(did you mean -inside_weight\?\)\n  -seeed \(did you mean -seed\?\)\n(?!  -ksp)"),
    "option of a condition that is not there": (None, ["bench", "kernel", "-outside_weight", "2"], 1, r'-outside_weight \(nothing is named "outside"\)'),
    "missing file": (None, ["solve", "none.yaml"], 1, r"error: cannot read the input none.yaml: No such file"),
    "a folder as input": (None, ["solve", "folder.yaml"], 1, r"error: cannot read the input folder.yaml: Is a directory"),
    "empty file": ("", ["solve", "input.yaml"], 1, r"error: cannot read the input input.yaml: the file is empty"),
    "only comments": ("# nothing\n", ["solve", "input.yaml"], 1, r"the input is empty"),
    "binary file": ("\0\1\2\3", ["solve", "input.yaml"], 1, r"error: input.yaml:\d+:\d+: not YAML"),
    "UTF-16": (GOOD.encode("utf-16"), ["solve", "input.yaml"], 1, r"error: input.yaml:1:1: the file is UTF-16: UTF-8 is wanted"),
    "a file of options that is not there": (GOOD, ["solve", "input.yaml", "-options_file", "none"], 1, r"error: -options_file none: no file that can be read"),
    "not a yaml name": (GOOD, ["solve", "input.txt"], 1, r'error: the input "input.txt" is not named .yaml'),
    "a second file": (GOOD, ["solve", "input.yaml", "b.yaml"], 1, r'error: the argument "b.yaml" is neither an option nor'),
    "file after an option": (GOOD, ["solve", "-quiet", "input.yaml"], 1, r'"input.yaml" stands where the value of an option stands'),
    "syntax": ("a: [1\nb: 2\n", ["solve", "input.yaml"], 1, r"error: input.yaml:2:\d+: not YAML: "),
    "tab": ("a:\n\tb: 2\n", ["solve", "input.yaml"], 1, r"error: input.yaml:2:1: not YAML: "),
    "a list at the top": ("- a\n", ["solve", "input.yaml"], 1, r"input.yaml:1:1: an input is a map of keys"),
    "a list in a list": ("domain: {x: [[0, 1]]}\n", ["solve", "input.yaml"], 1, r'input.yaml:1:14: a list inside the list "domain: x"'),
    "a strange key": ("a b: 1\n", ["solve", "input.yaml"], 1, r'input.yaml:1:1: the key "a b" holds " "'),
    "key given twice": ("a: 1\nb: 2\na: 3\n", ["solve", "input.yaml"], 1, r'input.yaml:3:1: the key "a" is given twice, first in line 1'),
    "section given twice": ("a: {b: 1}\na: {c: 1}\n", ["solve", "input.yaml"], 1, r'input.yaml:2:1: the key "a" is given twice'),
    "keys that differ in case": ("constants:\n  Nu: 1\n  nu: 2\n", ["solve", "input.yaml"], 1, r'"constants: Nu" \(line 2\) and "constants: nu" differ only in case'),
    "names that differ in case": ("unknowns: u\nconstants: {U: 1}\n", ["solve", "input.yaml"], 1, r'the names "u" \(-unknowns\) and "U" \(-constants\) differ only in case'),
    "colliding keys": ("wall: {left_type: 1}\nwall_left: {type: 2}\n", ["solve", "input.yaml"], 1, r'"wall: left_type" \(line 1\) and "wall_left: type" are both the option -wall_left_type'),
    "a condition named as a section": ("conditions: [domain]\n", ["solve", "input.yaml"], 1, r'the condition "domain" has the name of a section'),
    "underscore": ("constants:\n  my_nu: 1\n", ["solve", "input.yaml"], 1, r'input.yaml:2:3: the name "my_nu" under constants holds an underscore'),
    "underscore in an unknown": ("unknowns: my_u\n", ["solve", "input.yaml"], 1, r'the name "my_u" holds "_": .*-unknowns'),
    "underscore on the command line": (GOOD, ["solve", "input.yaml", "-constants_my_nu", "1"], 1, r'the name "my_nu" holds "_"'),
    "empty equation": ("conditions: inside\ninside: {equation: }\n", ["solve", "input.yaml"], 1, r"error: -inside_equation is empty"),
    "mistake on all ranks": (None, ["MISHAP", "together"], 1, r"^tessera: error: together on 7$"),
    "mistake on each rank": (None, ["MISHAP", "each"], 1, r"^tessera: error: each alone$"),
    "mistake on one rank": (None, ["MISHAP", "one"], 1, r"^tessera: error: one alone$"),
    "unknown type of PETSc": (None, ["MISHAP", "type"], 1, r"^tessera: error: Unable to find requested KSP type magic$"),
    "a word for a number": (None, ["MISHAP", "number", "-number", "1e3"], 1, r"^tessera: error: -number 1e3: Input string 1e3 has no integer"),
    "error inside": (None, ["MISHAP", "internal"], 1, r"PETSC ERROR: broken inside"),
    "exit code": (None, ["MISHAP", "code"], 3, r"returned"),
    "equation that begins with a minus": ("conditions: inside\n", ["solve", "input.yaml", "-inside_equation", "-u_xx = 1"], 1, r"-inside_equation is empty(.|\n)*begin it with a blank"),
    "whole": (*solve(), 0, r"^converged after 1 iterations"),
    "more ranks than patches": (*solve("-parts_x", "1", "-parts_y", "1"), 0, r"^converged after 1 iterations"),
    "help of an input": (*solve("-help"), 0, r"^  -inside_points <100 : 1000>: points of this condition"),
    "help of info": (WHOLE, ["info", "input.yaml", "-help"], 0, r"^  -expert_polynomial_degree <3 : 8>: "),
    "misspelt key": mistake(r"options that nothing reads(.|\n)*-inside_wieght \(did you mean -inside_weight\?\)", "-inside_wieght", "2"),
    "section without a key": mistake(r"options that nothing reads(.|\n)*-expert \(a section: its keys are -expert_type, ", "-expert", "polynomial"),
    "key of another type": mistake(r"options that nothing reads(.|\n)*-inside_on \(a condition of this type, or with these other keys, does not read it\)",
                                   "-inside_on", "x_min"),
    "key of another verb": mistake(r"options that nothing reads(.|\n)*-derivatives \(of tessera eval: ", "-derivatives", "u_x"),
    "parts twice": mistake(r"options that nothing reads(.|\n)*-parts \(patches along each space axis; on a mesh, about as many in all; not read beside the other keys\)", "-parts", "3"),
    "no truth value": mistake(r"-quiet maybe: Unknown logical value: maybe$", "-quiet", "maybe"),
    "optimiser with constraints": mistake(r'-tao_type is "almm": one of (.*, )?gaussnewton, ', "-tao_type", "almm"),
    "reference of the unknown": mistake(r"-reference_u changes with an unknown or a parameter: ", "-reference_u", "u_x"),
    "reference not a number": mistake(r"-reference_u is not a finite number at some of its points$", "-reference_u", "log(0*x - 1)"),
    "reference up to a constant of nothing": mistake(r'-reference_constant names "p"; the unknowns are u$', "-reference_u", "x", "-reference_constant", "p"),
    "too large an output": mistake(r"the output grid has 1e\+10 points: at most 1e\+08 are wanted; see -output_points$", "-output_points", "100000"),
    "output along no axis": mistake(r'-output_points_z: there is no axis "z"; the axes are x, y$', "-output_points_z", "3"),
    "too few rows": (*solve("-expert_type", "features"), 0, r"^warning: 140 rows cannot determine 800 parameters: "),
    "tolerance not reached": (*solve("-expert_type", "mlp", "-tao_gatol", "1e-30", "-tao_max_it", "1"), 2, r"^not converged after 1 iterations: "),
    "no tolerance asked for": (*solve("-expert_type", "mlp", "-tao_max_it", "1"), 0, r"^not converged after 1 iterations: "),
    "Newton of PETSc": (*solve("-expert_type", "mlp", "-expert_mlp_width", "4", "-tao_type", "ntr", "-tao_max_it", "3"), 0, r"^ +3 +\d"),
    "output over a file that is read": mistake(r"the run would replace ./wide.h5, which -reference_file reads: set another -output_file$",
                                               "-reference_file", "wide.h5", "-output_file", "./wide"),
    "parameter at its bound": (*solve("-parameters_k_start", "1", "-parameters_k_min", "0.9", "-inside_equation", " -k*lap(u) = 1", *DATA[:4], "-seen_exact_u", "x*y*(1-x)*(1-y)*9",
                                      "-seen_sigma", "0.001", "-tao_gaussnewton_solver", "normal", "-tao_max_it", "40"), 0, r"^k +0.9\d*  at its bound: no error bar$"),
    "parameters that nothing tells apart": (*solve("-parameters_k_start", "1", "-parameters_k_min", "0.6", "-parameters_k_max", "2", "-parameters_q_start", "1",
                                                   "-parameters_q_max", "1.2", "-inside_equation", " -lap(u) = q/k", *DATA[:4], "-seen_exact_u", "x*y*(1-x)*(1-y)*20",
                                                   "-seen_sigma", "0.001"), 0, r"^not converged after \d+ iterations: DIVERGED_LS_FAILURE$"),
    "causal weights without time": mistake(r"-causal_epsilon: causal weights need a time axis", "-causal_epsilon", "1"),
    "a balance that is none": mistake(r"-balance_type .*gradnorm", "-balance_type", "softadapt"),
    "observable in slabs": (*solve("-domain_t", "0,1", "-time_mode", "slabs", "-time_slabs", "2", "-observables_m_mean", "1 + 0*u", "-observables_m_on", "t_max,x_min"), 0, r"^m +1$"),
    "unknown name": mistake(r'-inside_equation: there is no name "w"; did you mean "u"\?\n  Known are unknowns u; axes x, y; (.|\n)*\n  lap\(w\) = 1\n {6}\^$',
                            "-inside_equation", "lap(w) = 1"),
    "syntax error": mistake(r'-inside_equation: "\*" stands here, but .* was expected\n  u_x = 1 \+ \* 2\n {12}\^$', "-inside_equation", "u_x = 1 + * 2"),
    "no unknown in an equation": mistake(r'condition "inside": equation 1 does not change with any unknown', "-inside_equation", "u == 2"),
    "number of bounds": mistake(r"-domain_x: a list of 3 where 2 numbers are wanted", "-domain_x", "0,1,2"),
    "empty domain": mistake(r"-domain_x is 1, 0: the domain is empty", "-domain_x", "1,0"),
    "zero points": mistake(r"-inside_points is 0: a whole number from 1 ", "-inside_points", "0"),
    "negative weight": mistake(r"-walls_weight is -1: a number from 0", "-walls_weight", "-1"),
    "overflow": mistake(r"-inside_points is 99999999999: a whole number from 1 to 2147483647", "-inside_points", "99999999999"),
    "negative iterations": mistake(r"-tao_max_it is -1: a whole number from 0 ", "-tao_max_it", "-1"),
    "no integer": mistake(r"-parts_x is 1e3: a whole number", "-parts_x", "1e3"),
    "edges that do not increase": mistake(r'domain: axis "x": edges 0.5, 0.4 do not increase; see -edges_x$', "-edges_x", "0,0.5,0.4,1"),
    "edges of another interval": mistake(r'domain: axis "x": edges run from 0 to 0.9, the domain from 0 to 1; see -edges_x$', "-edges_x", "0,0.9"),
    "data of unequal length": mistake(r"dataset u of uneven.h5 has extents \[9\]: a list of points wants arrays of one length, but they are x \[9\], y \[8\]; "
                                      r"as a grid they want \[8\]\[9\], last axis slowest$", *DATA, "uneven.h5"),
    "missing reference": mistake(r"-reference_file: there is no file none.h5 in the working directory ", "-reference_file", "none.h5"),
    "missing data": mistake(r"-seen_file: there is no file none.h5 in the working directory ", *DATA, "none.h5"),
    "foreign reference": mistake(r"cannot read foreign.h5: it is not an HDF5 file$", "-reference_file", "foreign.h5"),
    "foreign data": mistake(r"cannot read foreign.h5: it is not an HDF5 file$", *DATA, "foreign.h5"),
    "truncated reference": mistake(r"cannot read truncated.h5: the file is cut short", "-reference_file", "truncated.h5"),
    "truncated data": mistake(r"cannot read truncated.h5: the file is cut short", *DATA, "truncated.h5"),
    "reference without the unknown": mistake(r"the reference bare.h5 has no dataset named as an unknown \(u\)", "-reference_file", "bare.h5"),
    "data without the unknown": mistake(r'condition "seen": the file bare.h5 has no dataset named as an unknown \(u\)', *DATA, "bare.h5"),
    "reference of another domain": mistake(r"the reference wide.h5 is of another domain: its x reaches from 0 to 2, ", "-reference_file", "wide.h5"),
    "data of another domain": mistake(r'condition "seen": \d+ points of wide.h5 lie outside the domain', *DATA, "wide.h5"),
    "memory": mistake(r"the problem needs about \S+ GB a rank \(1000000 parameters a patch", "-expert_type", "features", "-expert_features_width", "1000000"),
    "memory limit": mistake(r"the problem needs about \S+ GB a rank .*, 1e-06 GB are allowed", "-memory_limit", "1e-6"),
    "not a number": mistake(r'the residual of condition "inside" is not a finite number in patch \d+ at x = \S+ y = \S+: training cannot begin', "-inside_equation",
                            "lap(u) = log(-1 - u^2)"),
    "infinite": mistake(r'the residual of condition "inside" is not a finite number in patch \d+ at x = ', "-inside_equation", "lap(u) = 1/0*u"),
    "no folder of the output": mistake(r"cannot write nowhere/o.h5 in the folder nowhere: No such file or directory; see -output_file$", "-output_file",
                                       "nowhere/o.h5"),
    "unwritable output": mistake(r"cannot write /proc/o.h5", "-output_file", "/proc/o.h5"),
    "accuracy": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-5"], 0, r"1 +2 x 2 +\d+ (.|\n)* of level 1\n(.|\n)*relative max +estimate\nu (.|\n)*accuracy 1e-05 reached"),
    "accuracy not reached": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-9", "-accuracy_levels", "2"], 2, r"accuracy 1e-09 not reached(.|\n)*files: "),
    "accuracy beyond the memory": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-9", "-memory_limit", "8e-3"], 2, r"estimate\nu .* none\naccuracy 1e-09 not reached"),
    "accuracy in info": (OPEN, ["info", "input.yaml", "-accuracy", "1e-5", "-walls_points", "70"], 0,
                         r"the first of several resolutions would be\n(.|\n)*-parts_x 2\n(.|\n)*kept as given: -walls_points\n"),
    "accuracy of networks": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-3", "-expert_type", "mlp"], 1, r"-accuracy: no estimate for trained networks"),
    "accuracy of data": mistake(r"-accuracy: no estimate for data \(condition \"seen\"\)", "-accuracy", "1e-3", *DATA[:-1], "-seen_exact_u", "x"),
    "accuracy of parameters": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-3", "-parameters_k", "1"], 1, r"-accuracy: no estimate for trainable parameters"),
    "accuracy at given faces": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-5", "-overlap", "0", "-conditions", "inside,walls,faces", "-faces_type", "interface",
                                       "-faces_weight", "1e4"], 0, r"accuracy 1e-05 reached\njump of faces, value: "),
    "accuracy of given parts": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-5", "-parts_x", "5", "-parts_y", "3"], 0,
                                r"^ +1 +5 x 3 +15 +2040 (.|\n)*accuracy 1e-05 reached"),
    "accuracy in one patch": (PAIR, ["solve", "input.yaml", "-accuracy", "1e-6", "-parts_x", "1"], 0, r"^ +1 +1 +16 (.|\n)*accuracy 1e-06 reached"),
    "accuracy around a hole": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-3", "-domain_holes", "h", "-domain_h_type", "disc", "-domain_h_center", "0.5,0.5",
                                      "-domain_h_radius", "0.2", "-walls_equation", "u = sin(4*pi*x)*sin(3*pi*y)"], 0, r"overlap 1\n(.|\n)*accuracy 0.001 reached"),
    "accuracy of nothing": (PAIR, ["solve", "input.yaml", "-accuracy", "1e-6"], 0, r"^v .*e-\d\d\naccuracy 1e-06 reached"),
    "accuracy of an open problem": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-3", "-inside_equation", "0 - lap(u) = 2*pi^2*cos(pi*x)*cos(pi*y)",
                                           "-walls_equation", "dn(u) = 0"], 2, r"^u .* none\naccuracy 0.001 not reached\n.* leave something open"),
    "accuracy with windows": (OPEN, ["solve", "input.yaml", "-accuracy", "1e-5", "-overlap", "1"], 0, r"overlap 1\n(.|\n)*accuracy 1e-05 reached\n(?!jump)"),
    "accuracy of what is given": mistake(r"-accuracy: nothing is left to be chosen", "-accuracy", "1e-3"),
    "mode ts": mistake(r"-time_mode ts needs time and space: add t and a space axis to the domain", "-time_mode", "ts"),
    "interface": mistake(r'condition "walls" is of type interface, but the patches overlap: set -overlap to 0', "-walls_type", "interface"),
    "mesh": (MESH, ["solve", "input.yaml", "-quiet"], 0, ""),
    "mesh missing": (MESH, ["solve", "input.yaml", "-domain_mesh", "none.msh"], 1, r"^tessera: error: -domain_mesh: .*none.msh"),
    "mesh that is none": (MESH, ["solve", "input.yaml", "-domain_mesh", "foreign.msh"], 1, r"error: the mesh foreign.msh is refused: .*see -domain_mesh$"),
    "mesh of points": (MESH, ["solve", "input.yaml", "-domain_mesh", "lines.msh"], 1, r"the mesh lines.msh is refused: .*; see -domain_mesh$"),
    "mesh with a cell turned over": (MESH, ["solve", "input.yaml", "-domain_mesh", "folded.msh"], 1, r"refused: cell \d is inverted: it lies over its neighbour; see"),
    "mesh with a flat cell": (MESH, ["solve", "input.yaml", "-domain_mesh", "flat.msh"], 1, r"refused: cell 0 at \(.*\) is inverted or flat; see"),
    "mesh with a node missing": (MESH, ["solve", "input.yaml", "-domain_mesh", "missing.msh"], 1,
                                 r"^tessera: error: the mesh missing.msh is refused: element 3 names node 9, which is not there; see -domain_mesh$"),
    "mesh with a node twice": (MESH, ["solve", "input.yaml", "-domain_mesh", "twice.msh"], 1, r"^tessera: error: the mesh twice.msh is refused: node 1 is given twice; see"),
    "mesh of gmsh 4": (MESH, ["solve", "input.yaml", "-quiet", "-domain_mesh", "square4.msh"], 0, ""),
    "mesh of gmsh 4 with a node missing": (MESH, ["solve", "input.yaml", "-domain_mesh", "missing4.msh"], 1, r"refused: element 3 names node 9, which is not there; see"),
    "mesh of gmsh 4 with a node twice": (MESH, ["solve", "input.yaml", "-domain_mesh", "twice4.msh"], 1, r"refused: node 1 is given twice; see"),
    "mesh in parts": (MESH, ["solve", "input.yaml", "-domain_mesh", "apart.msh"], 1, r"refused: it has 2 parts that do not meet: one is wanted; see"),
    "label not in mesh": (MESH, ["solve", "input.yaml", "-walls_on", "botom"], 1, r'condition "walls": there is no face "botom"; the faces are bottom, unnamed; see -walls_on'),
    "mesh of two axes for three": (MESH, ["solve", "input.yaml", "-inside_equation", "u_zz = 1"], 1, r'"zz" is no list of axes; the axes are x, y'),
    "mesh and axes": (MESH, ["solve", "input.yaml", "-domain_z", "0,1"], 1, r"-domain_z: the axes of space are those of -domain_mesh; only t may stand beside it"),
    "mesh and holes": (MESH, ["solve", "input.yaml", "-domain_holes", "a", "-domain_a_type", "disc"], 1, r"-domain_holes and -domain_mesh are both set: one is wanted"),
    "mesh without overlap": (MESH, ["solve", "input.yaml", "-overlap", "0", "-interface_terms", "value,flux"], 0, "^converged"),
    "parts of a mesh that overlap": (MESH, ["solve", "input.yaml", "-parts_mesh", "2", "-overlap", "0.3"], 1, r"patches that are parts of a mesh do not overlap, and overlap is 0.3; see -overlap"),
    "parts of a mesh and boxes": (MESH, ["solve", "input.yaml", "-parts_mesh", "2", "-parts_x", "2"], 1, r"-parts_x and -parts_mesh are both set"),
    "more parts than cells": (MESH, ["solve", "input.yaml", "-parts_mesh", "9000"], 1, r"9000 patches are too many for a mesh of \d+ cells"),
    "value in a group that is not there": (MESH, ["solve", "input.yaml", "-fields_k_values_wood", "1"], 1, r'-fields_k_values_wood: the mesh has no group of cells "wood"; there are body'),
    "values without a mesh": mistake(r"-fields_k_values_wood: a value by group of cells wants -domain_mesh", "-fields_k_values_wood", "1"),
    "unknown expert": mistake(r'no expert of type "featurs": there are mlp, features, polynomial \(did you mean features\?\)', "-expert_type", "featurs"),
    "unknown face": mistake(r'condition "walls": there is no face "z_min"; the faces are x_min, x_max, y_min, y_max', "-walls_on", "z_min"),
    "compare nothing": (None, ["compare"], 1, r"error: a file or name is missing: tessera compare A.json B.json"),
    "compare a missing file": (None, ["compare", "none.json"], 1, r"^tessera: error: cannot read none.json: No such file or directory$"),
    "compare what is no JSON": (None, ["compare", "foreign.msh"], 1, r"^tessera: error: cannot read foreign.msh: it is no JSON \(line 1: "),
    "compare fields": (None, ["compare", "bare.h5"], 1, r"^tessera: error: bare.h5 holds fields: the record of the run beside it, bare.json, is wanted$"),
    "compare a folder": (None, ["compare", "folder.yaml"], 1, r"^tessera: error: folder.yaml is a folder: the record of a run, NAME.json, or its history, "),
    "compare what is no record": ("[1]", ["compare", "input.yaml"], 1, r'^tessera: error: input.yaml is not the record of a run: it has no "version"$'),
    "compare what is no history": ("", ["compare", "lines.jsonl"], 1, r"^tessera: error: cannot read lines.jsonl: line 2 is no JSON object$"),
    "run that is none": (None, ["plot", "bare.h5"], 1, r"^tessera: error: bare.h5 has no dataset options: it has z$"),
    "run that is missing": (None, ["eval", "none.h5", "-points", "bare.h5"], 1, r"^tessera: error: cannot read none.h5: there is no such file$"),
}


STACK = {"error inside"}  # not the user's: PETSc's traceback is shown
ABORT = {"mistake on one rank", "error inside"}  # the others do not come


def make_files(folder):
    """HDF5 files that do not fit: of another domain, without the unknown, cut short; and one that is none"""
    for name, arrays in {"wide.h5": {"x": (0, 2), "y": (0, 1), "u": None}, "bare.h5": {"z": (0, 1)}}.items():
        with h5py.File(os.path.join(folder, name), "w") as file:
            for key, bounds in arrays.items():
                file[key] = numpy.linspace(*bounds, 9) if bounds else numpy.zeros((9, 9))
    with h5py.File(os.path.join(folder, "uneven.h5"), "w") as file:
        for key, length in {"x": 9, "y": 8, "u": 9}.items():
            file[key] = numpy.linspace(0, 1, length)
    with open(os.path.join(folder, "wide.h5"), "rb") as whole, open(os.path.join(folder, "truncated.h5"), "wb") as file:
        file.write(whole.read()[:1500])
    for name in ("foreign.h5", "foreign.msh"):
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write("a text\n")
    with open(os.path.join(folder, "lines.jsonl"), "w", encoding="ascii") as file:
        file.write('{"version": "1"}\n17\n')
    for name, (points, triangles) in MESHES.items():
        write_mesh(os.path.join(folder, name), points, triangles)
    square, square4 = open(os.path.join(folder, "square.msh"), encoding="ascii").read(), SQUARE4
    for name, text in {"missing.msh": square.replace(" 1 3 4\n", " 1 3 9\n"), "twice.msh": square.replace("\n2 1 0", "\n1 1 0"), "square4.msh": square4,
                       "missing4.msh": square4.replace(" 1 3 4\n", " 1 3 9\n"), "twice4.msh": square4.replace("\n1\n2\n", "\n1\n1\n")}.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as file:
            file.write(text)


SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]
MESHES = {
    "square.msh": (SQUARE, [(1, 2, 3), (1, 3, 4)]),
    "lines.msh": (SQUARE, []),
    "folded.msh": (SQUARE, [(1, 2, 3), (1, 3, 4), (2, 3, 4)]),
    "flat.msh": ([(0, 0), (1, 0), (2, 0)], [(1, 2, 3)]),
    "apart.msh": (SQUARE + [(2, 0), (3, 0), (2, 1)], [(1, 2, 3), (1, 3, 4), (5, 6, 7)]),
}


# gmsh 4.1: entities with their boxes and groups, nodes and elements by entity
SQUARE4 = """$MeshFormat
4.1 0 8
$EndMeshFormat
$PhysicalNames
2
1 1 "bottom"
2 2 "body"
$EndPhysicalNames
$Entities
0 1 1 0
1 0 0 0 1 0 0 1 1 0
1 0 0 0 1 1 0 1 2 1 1
$EndEntities
$Nodes
1 4 1 4
2 1 0 4
1
2
3
4
0 0 0
1 0 0
1 1 0
0 1 0
$EndNodes
$Elements
2 3 1 3
1 1 1 1
1 1 2
2 1 2 2
2 1 2 3
3 1 3 4
$EndElements
"""


def write_mesh(path, points, triangles):
    """gmsh 2.2: points, triangles of the group body, the line from 1 to 2 of the group bottom"""
    cells = [(1, 1, (1, 2))] + [(2, 2, triangle) for triangle in triangles]
    lines = ["$MeshFormat", "2.2 0 8", "$EndMeshFormat", "$PhysicalNames", "2", '1 1 "bottom"', '2 2 "body"', "$EndPhysicalNames"]
    lines += ["$Nodes", str(len(points))] + [f"{i + 1} {x} {y} 0" for i, (x, y) in enumerate(points)] + ["$EndNodes"]
    lines += ["$Elements", str(len(cells))]
    lines += [f"{i + 1} {kind} 2 {group} {group} " + " ".join(map(str, nodes)) for i, (kind, group, nodes) in enumerate(cells)]
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(lines + ["$EndElements", ""]))


def run(program, mishap, name):
    text, arguments, code, expected = CASES[name]
    if arguments and arguments[0] == "MISHAP":
        program, arguments = mishap, arguments[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "folder.yaml"))
        if program != mishap:
            make_files(folder)
        if text is not None:
            with open(os.path.join(folder, "input.yaml"), "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
        done = subprocess.run(["mpirun", "-n", "2", program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, check=False)
    shown = done.stdout + done.stderr  # through one pipe mpirun may put an error into the middle of a line
    print(shown)
    found = len(re.findall(expected, shown, re.MULTILINE))
    wrong = []
    if done.returncode != code:
        wrong.append(f"exit code {done.returncode}, not {code}")
    if found != 1:
        wrong.append(f"{found} matches of {expected}")
    if ("PETSC ERROR" in shown) != (name in STACK):
        wrong.append("a stack is shown, or is not")
    if "MPI_ABORT" in shown and name not in ABORT:
        wrong.append("the ranks did not end by themselves")
    print(f"{name}: " + ("; ".join(wrong) or "as expected"))
    return bool(wrong)


if sys.argv[1] == "--list":
    print("\n".join(CASES))
else:
    sys.exit(run(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]))
