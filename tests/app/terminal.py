"""What a user sees of a mistake: every case runs on two ranks and gives its exit code and message, once and without a PETSc stack.

terminal.py --list                 names of the cases
terminal.py TESSERA MISHAP NAME    runs one of them in a folder of its own
"""
import os
import re
import subprocess
import sys
import tempfile

GOOD = "unknowns: u\n"
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
}


STACK = {"error inside"}  # not the user's: PETSc's traceback is shown
ABORT = {"mistake on one rank", "error inside"}  # the others do not come


def run(program, mishap, name):
    text, arguments, code, expected = CASES[name]
    if arguments and arguments[0] == "MISHAP":
        program, arguments = mishap, arguments[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "folder.yaml"))
        if text is not None:
            with open(os.path.join(folder, "input.yaml"), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run(["mpirun", "-n", "2", program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    print(done.stdout)
    found = len(re.findall(expected, done.stdout, re.MULTILINE))
    wrong = []
    if done.returncode != code:
        wrong.append(f"exit code {done.returncode}, not {code}")
    if found != 1:
        wrong.append(f"{found} matches of {expected}")
    if ("PETSC ERROR" in done.stdout) != (name in STACK):
        wrong.append("a stack is shown, or is not")
    if "MPI_ABORT" in done.stdout and name not in ABORT:
        wrong.append("the ranks did not end by themselves")
    print(f"{name}: " + ("; ".join(wrong) or "as expected"))
    return bool(wrong)


if sys.argv[1] == "--list":
    print("\n".join(CASES))
else:
    sys.exit(run(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]))
