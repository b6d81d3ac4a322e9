"""With a PETSc whose indices have 64 bits the program compiles without a warning, gives the fields of the usual build, and goes on from its checkpoint.

indices64.py TESSERA BUILD       on two ranks; a PETSc that is missing is a failure: sh tools/install.sh test
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

usual, build = os.path.abspath(sys.argv[1]), os.path.join(os.path.abspath(sys.argv[2]), "indices64")
top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
wide = os.path.join(build, "src/app/tessera")
TRAINED = """
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
parts: {x: 3}
conditions: [inside, start]
inside: {type: interior, equation: "u_t + u*u_x = 0.1*u_xx", points: 300}
start: {type: initial, equation: "u = sin(pi*x)", points: 60}
expert: {type: mlp, mlp: {width: 8}}
tao: {type: adam}
output: {points: 21}
checkpoint: {every: 15}
"""

os.environ.pop("LD_LIBRARY_PATH", None)  # each program has its own library beside it

def tell(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode == 0, (command, done.stdout[-3000:])
    return done.stdout

def field(program, *arguments):
    tell("mpirun", "-n", "2", program, "solve", *arguments, "-output_file", "run.h5", "-quiet")
    with h5py.File("run.h5") as run:
        return run["u"][()]

if not os.path.exists(os.path.join(build, "build.ninja")):
    tell(*os.environ.get("MESON", "meson").split(), "setup", build, top, "-Dpetsc=petsc64", "-Dwerror=true", "-Doptimization=1", "-Ddebug=false",
         "-Dc_args=-Wno-maybe-uninitialized")  # which errs at this level
tell("ninja", "-j2", "-C", build, "src/app/tessera")
assert "libpetsc64_real" in tell("ldd", wide)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for name in ("02_poisson2d", "05_heat2d"):
        text = os.path.join(top, "inputs", name, "input.yaml")
        far = numpy.abs(field(usual, text) - field(wide, text)).max()
        assert far <= 1e-9, (name, far)
    with open("trained.yaml", "w", encoding="utf-8") as file:
        file.write(TRAINED)
    whole = field(usual, "trained.yaml", "-tao_max_it", "20")
    assert "iteration 14 " in tell(usual, "info", "run.chk.h5")
    far = numpy.abs(field(wide, "-restart", "run.chk.h5", "-tao_max_it", "20") - whole).max()
    assert far <= 1e-9, ("from a checkpoint", far)
    os.chdir("/")
print("indices of 64 bits change no field")
