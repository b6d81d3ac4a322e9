"""`tessera plot` on two ranks draws every unknown and the convergence of a run, of one axis, of two with a reference in a file, of three.

plot.py TESSERA
"""
import os
import struct
import subprocess
import sys
import tempfile

tessera = os.path.abspath(sys.argv[1])
INPUT = """
title: a test
unknowns: [u, v]
domain: {AXES}
conditions: [inside]
inside: {type: interior, equations: {a: "u = x", b: "v = 2*x"}, points: 60}
expert: {type: polynomial, polynomial: {degree: 2}}
output: {points: 11}
"""
LINES = ["convergence", "convergence_seconds", "u", "u_error", "v"]  # v has no reference: no error
PANELS = ["convergence", "convergence_seconds", "u", "v"]
# name: (axes, more arguments of the solve, pictures, panels of u side by side)
CASES = {
    "line": ("{x: [0, 1]}", ["-reference_u", "x"], LINES, None),
    "plane": ("{x: [0, 1], t: [0, 2]}", ["-reference_u", "x"], PANELS, 3),
    "file": ("{x: [0, 1], t: [0, 2]}", ["-reference_file", "plane.h5"], PANELS, 3),
    "alone": ("{x: [0, 1], y: [0, 2]}", [], PANELS, 1),
    "series": ("{x: [0, 1], y: [0, 1], t: [0, 1]}", ["-reference_v", "2*x"], PANELS, 3),
}


def run(*arguments):
    done = subprocess.run(["mpirun", "-n", "2", tessera, *arguments], stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    if done.returncode:
        sys.exit(f"{arguments} ends with {done.returncode}:\n{done.stdout}")
    return done.stdout


def size(name):
    with open(name, "rb") as file:
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n", f"{name} is no PNG"
    return struct.unpack(">II", head[16:24])


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for case, (axes, more, pictures, across) in CASES.items():
        with open("input.yaml", "w", encoding="utf-8") as file:
            file.write(INPUT.replace("{AXES}", axes))
        run("solve", "input.yaml", "-quiet", "-output_file", case + ".h5", *more)
        told = run("plot", case + ".h5", "-plot_points", "21").split()
        drawn = sorted(name for name in os.listdir(".") if name.startswith(case + "_") and name.endswith(".png"))
        assert drawn == sorted(told) == [f"{case}_{p}.png" for p in pictures], (case, drawn, told)
        wide = [size(name)[0] for name in drawn][pictures.index("u")]
        assert across is None or (wide > 1800) == (across == 3), (case, wide)
    os.remove("plane.h5")
    told = run("plot", "file.h5")
    assert "warning: -reference_file plane.h5 is not found" in told and "file_u.png" in told, told
print("every run was drawn")
