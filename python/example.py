"""A figure of a run in space and time: the field, its profile at three times with the slope, and how the training went.

    mpirun -n 2 tessera solve inputs/03_burgers/input.yaml
    python3 python/example.py 03_burgers.h5 figure.png

The run has one axis of space and time; its first unknown is drawn.  Needs matplotlib (Debian: python3-matplotlib).
"""
import sys

import matplotlib
import numpy

matplotlib.use("Agg")  # no screen is needed
import matplotlib.pyplot as plt  # noqa: E402  pylint: disable=wrong-import-position

import tessera  # noqa: E402  pylint: disable=wrong-import-position

run = tessera.open(sys.argv[1])
name, (axis, time) = run.unknowns[0], run.axes
x = numpy.linspace(*run.box[0], 401)
t = numpy.linspace(*run.box[1], 201)
u = run(name, x[:, None], t)

figure, (field, profile, slope, history) = plt.subplots(1, 4, figsize=(18, 4), constrained_layout=True)
figure.suptitle(run.record["title"] or sys.argv[1])

image = field.pcolormesh(t, x, u, cmap="RdBu_r", shading="gouraud", rasterized=True)
figure.colorbar(image, ax=field)
field.set(xlabel=time, ylabel=axis, title=name)

for at in t[[0, len(t) // 2, -1]]:
    values, slopes = run([name, f"{name}_{axis}"], x, at)
    profile.plot(x, values, label=f"{time} = {at:g}")
    slope.plot(x, slopes, label=f"{time} = {at:g}")
profile.set(xlabel=axis, title=name)
slope.set(xlabel=axis, title=f"{name}_{axis}")
profile.legend()

steps = run.history
history.semilogy(steps["seconds"], steps["loss"], label="loss")
if (steps["error"] > 0).any():  # there is a reference
    history.semilogy(steps["seconds"], steps["error"], label="relative L2 error")
history.set(xlabel="seconds", title="training")
history.legend()

figure.savefig(sys.argv[2], dpi=110)
print(sys.argv[2])
