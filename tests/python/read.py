"""python/tessera.py gives the values that the file holds, derivatives that are exact for polynomials, from several runs at once, and what a run told.

read.py TESSERA MODULE LIBRARY
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy

program, module = (os.path.abspath(path) for path in sys.argv[1:3])
os.environ["TESSERA_LIBRARY"] = os.path.abspath(sys.argv[3])
sys.path.insert(0, os.path.dirname(module))
import tessera  # noqa: E402  pylint: disable=wrong-import-position

# a polynomial of degree 3 in each of two unknowns: the experts hold it exactly
PLAIN = """
unknowns: [u, v]
domain: {y: [-1, 1], x: [0, 2], t: [0, 1]}
parts: {x: 2}
conditions: [inside]
inside: {type: interior, equations: {a: "u = x^2*y + t", b: "v = t*x*y"}, points: 800}
expert: {type: polynomial, polynomial: {degree: 3}}
reference: {u: "x^2*y + t"}
output: {points: 5, derivatives: [u_x]}
quiet: true
"""
SLABS = """
title: slabs
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
time: {mode: MODE, slabs: 2}
conditions: [inside, start, ends]
inside: {type: interior, equation: "u_t = u_x", points: 200}
start: {type: initial, equation: "u = x", points: 40}
ends: {type: boundary, on: x_max, equation: "u = 1 + t", points: 40}
expert: {type: polynomial, polynomial: {degree: 2}}
output: {points: 5}
quiet: true
"""


def solve(name, text, *arguments):
    with open(name + ".yaml", "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(["mpirun", "-n", "2", program, "solve", name + ".yaml", "-output_file", name + ".h5", *arguments], check=True,
                   stdin=subprocess.DEVNULL, timeout=300)
    return tessera.open(name + ".h5")


def near(claim, a, b, tolerance=1e-10):
    far = numpy.abs(numpy.asarray(a) - b).max()
    assert far <= tolerance, f"{claim}: {far}"


def refused(words, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except (tessera.Error, TypeError, FileNotFoundError) as error:
        assert words in str(error), (words, str(error))
    else:
        raise AssertionError(f"not refused: {words}")


def check_values(run):
    assert run.axes == ["x", "y", "t"] and run.unknowns == ["u", "v"] and run.options["parts_x"] == "2", vars(run)
    assert run.box.tolist() == [[0, 2], [-1, 1], [0, 1]]
    x, y = numpy.linspace(0, 2, 7)[:, None], numpy.linspace(-1, 1, 4)
    u, u_xy, both = run(["u", "u_xy", "u_x*v_t - 1"], x, y, t=0.5)
    assert u.shape == (7, 4)
    near("values", u, x**2 * y + 0.5)
    near("derivatives", u_xy, 2 * x + 0 * y, 1e-8)
    near("expressions", both, 2 * x * y * x * y - 1, 1e-8)
    assert run("u", 1, 1, 1).shape == () and run(["v"], 1, 1, [1, 0.5]).shape == (1, 2)
    for name in ("u", "v", "u_x"):
        axes, values = run.grid(name)
        assert [len(axis) for axis in axes] == [5, 5, 5] and axes[1][0] == -1
        near("the grid of the file", run(name, *numpy.meshgrid(*axes, indexing="ij")), values, 1e-9)


def check_told(run):
    with open("plain.json", encoding="utf-8") as file:
        assert run.record == json.load(file)
    head, steps = tessera.read_history("plain")
    assert head["unknowns"] == ["u", "v"] and head["ranks"] == 2
    for key, column in run.history.items():
        if key != "losses":
            assert column.tolist() == steps[key].tolist() == [step[key] for step in run.record["history"]], key
    near("losses", steps["losses"]["inside"], steps["loss"], 1e-12 * steps["loss"].max())
    with open("plain.jsonl", encoding="utf-8") as file:
        lines = file.readlines()
    assert len(lines) == 3
    with open("again.jsonl", "w", encoding="utf-8") as file:
        file.writelines(lines + lines[:1] + lines[2:] + ['{"slab": 0, "iter'])
    assert tessera.read_history("again.jsonl")[1]["loss"].tolist() == steps["loss"].tolist()

def check_mesh():
    """solved from another folder than the input's, which the mesh stands in"""
    plates = os.path.join(os.path.dirname(module), "../inputs/21_plates")
    os.mkdir("sub")
    shutil.copy(os.path.join(plates, "plates.msh"), "sub")
    with open(os.path.join(plates, "input.yaml"), encoding="utf-8") as file:
        run = solve("sub/plates", file.read(), "-expert_polynomial_degree", "9", "-quiet")
    near("a run on a mesh", 1000 * run("u", 0.5, 0.25), 1, 1e-3)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    plain = solve("plain", PLAIN)
    slabs = solve("slabs", SLABS.replace("MODE", "slabs"))
    lines_run = solve("lines", SLABS.replace("MODE", "ts"))
    check_values(plain)
    near("slabs of time", slabs("u_t + u", 0.25, numpy.linspace(0, 1, 9)), 1.25 + numpy.linspace(0, 1, 9), 1e-6)
    near("the method of lines", lines_run("u", [0.25, 0.5], [0.1, 0.7]), [0.35, 1.2], 1e-5)
    near("a run opened first", plain("u", 1, 1, 1), 2)
    check_told(plain)
    check_mesh()
    refused("there is no such file", tessera.open, "none.h5")
    refused("it is not an HDF5 file", tessera.open, "plain.json")
    refused('there is no name "w"', plain, "w", 0, 0, 0)
    refused("outside the domain along y", plain, "u", 0, 2, 0)
    refused("x, y, t are wanted", plain, "u", 0, z=3, t=0)
    refused('no "w" on its grid', plain.grid, "w")
    refused("none.json", tessera.read_record, "none.h5")
    near("after mistakes", plain("u", 1, 1, 1), 2)
    for _ in range(20):
        tessera.open("plain.h5")
    os.chdir("/")
print("values, derivatives and histories are right")
