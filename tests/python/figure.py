"""The example draws a run: a picture of the right size that is not one colour (skipped without matplotlib).

figure.py TESSERA EXAMPLE LIBRARY
"""
import importlib.util
import os
import subprocess
import sys
import tempfile

program, example, library = (os.path.abspath(path) for path in sys.argv[1:4])
if not importlib.util.find_spec("matplotlib"):
    print("there is no matplotlib")
    sys.exit(77)
os.environ["TESSERA_LIBRARY"] = library
INPUT = """
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
conditions: inside
inside: {type: interior, equation: "u = x*t", points: 100}
expert: {type: polynomial, polynomial: {degree: 2}}
reference: {u: "x*t"}
quiet: true
"""
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "input.yaml"), "w", encoding="utf-8") as file:
        file.write(INPUT)
    for command in ([program, "solve", "input.yaml", "-output_file", "run.h5"], [sys.executable, example, "run.h5", "figure.png"]):
        subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL, timeout=300)
    import matplotlib.image

    picture = matplotlib.image.imread(os.path.join(folder, "figure.png"))
assert picture.shape[:2] == (440, 1980), picture.shape
assert len({tuple(pixel) for row in picture[::7, ::7] for pixel in row}) > 200, "it is nearly empty"
