"""Whatever is killed or damaged, a run ends at the bits of the undisturbed one, and no damaged checkpoint is taken for a whole one.

campaign.py TESSERA kills N [SEED]       kills one of two ranks N times (-9), half of them while a checkpoint is being written, the others
                                         at any moment from the start of mpirun on; each run goes on with `restart: auto` to its end
campaign.py TESSERA corrupted N [SEED]   N checkpoints cut short or with altered bytes: each is refused with its name and a reason

The normal equations are solved by block Cholesky factors along the row of patches, which repeat their bits; MUMPS would not.
"""
import contextlib
import glob
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from background import ranks  # noqa: E402
from restart import BURGERS, read, run  # noqa: E402

APP = sys.argv[1] = os.path.realpath(sys.argv[1])
SOLVE = ["solve", "input.yaml", "-output_file", "out", "-tao_max_it", "45", "-tao_gaussnewton_normal_solver", "nested",
         "-checkpoint_every", "3", "-restart", "auto"]
SEAL = 24  # bytes behind the end of a checkpoint


def is_whole(name):
    """By a checksum of our own."""
    with open(name, "rb") as file:
        data = file.read()
    return len(data) > SEAL and data[-SEAL:-SEAL + 8] == b"TESSSEAL" and int.from_bytes(data[-8:-4], "little") == zlib.crc32(data[:-SEAL])


def memory_of(process):
    """Files of shared memory that it has open."""
    try:
        with open(f"/proc/{process}/maps", encoding="utf-8") as file:
            return {line.split()[-1] for line in file if "/dev/shm/" in line}
    except OSError:
        return set()


def wait_for_writing(chance, process):
    """Until a random moment of a checkpoint that is being written; how long that takes is seen at those before it."""
    longest = 0
    for _ in range(chance.randint(2, 10)):
        began = time.monotonic()
        while os.path.exists("out.chk.h5.tmp") and process.poll() is None:
            time.sleep(0.0002)
        longest = max(longest, time.monotonic() - began)
        while not os.path.exists("out.chk.h5.tmp") and process.poll() is None:
            time.sleep(0.0002)
    time.sleep(chance.uniform(0, longest))


def kill_once(chance, seconds, writing):
    """Whether a rank of a run was killed as wanted, what it printed, and its shared memory."""
    process = subprocess.Popen(["mpirun", "-n", "2", APP, *SOLVE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    if writing:  # who is to be killed is looked up before, so that nothing stands between the look and the kill
        while len(ranks(process.pid)) < 2 and process.poll() is None:
            time.sleep(0.01)
        victims = ranks(process.pid)
        while not os.path.exists("out.chk.h5.tmp") and process.poll() is None:
            time.sleep(0.001)
        shared = set().union(*map(memory_of, victims))
        wait_for_writing(chance, process)
    else:
        time.sleep(chance.uniform(0, seconds))
        victims = ranks(process.pid)
        shared = set().union(*map(memory_of, victims))
    wanted = process.poll() is None and os.path.exists("out.chk.h5.tmp") == bool(writing)
    with contextlib.suppress(IndexError, ProcessLookupError):  # it has ended by itself
        os.kill(chance.choice(victims), signal.SIGKILL)
    text = process.communicate(timeout=400)[0]
    return wanted and process.returncode == 137, text, shared


def clear():
    for name in os.listdir("."):
        if name not in ("input.yaml", "tmp"):
            os.unlink(name)


def left_behind(shared):
    """What is no result: unfinished files, files of mpirun, shared memory."""
    return glob.glob("*.tmp") + [name for name in glob.glob("tmp/**", recursive=True) if os.path.isfile(name)] + list(filter(os.path.exists, shared))


def kills(count, seed):
    chance = random.Random(seed)
    started = time.time()
    run(APP, 2, *SOLVE, timeout=400)
    seconds = time.time() - started
    whole = read("out.h5")
    names = set(os.listdir("."))
    tally = dict.fromkeys(("while a checkpoint was written", "at other moments", "not hit", "gone on", "begun anew"), 0)
    k = 0
    while k < count:
        clear()
        hit, first, shared = kill_once(chance, seconds, k % 2)
        if not hit:
            tally["not hit"] += 1
            assert tally["not hit"] < 20 * count + 50, first
            continue
        tally["while a checkpoint was written" if k % 2 else "at other moments"] += 1
        for name in ("out.chk.h5", "out.chk.prev.h5"):
            assert not os.path.exists(name) or is_whole(name), f"kill {k}: {name} is not whole\n{first}"
        again = run(APP, 2, *SOLVE, timeout=400)
        result = read("out.h5")
        assert (result[0] == whole[0]).all() and (result[1] == whole[1]).all(), f"kill {k}: other bits\n{first}\n{again}"
        left = left_behind(shared) + sorted(set(os.listdir(".")) - names)
        assert not left, f"kill {k}: {left}"
        tally["gone on" if re.search(r"restart from .*?: iteration (\d+)", again) else "begun anew"] += 1
        k += 1
    print(f"{count} kills: {tally}; all ended at the same bits, every checkpoint was whole, nothing was left behind")


def corrupted(count, seed):
    chance = random.Random(seed)
    run(APP, 2, *SOLVE, timeout=400)
    with open("out.chk.h5", "rb") as file:
        data = file.read()
    tally = {}
    for k in range(count):
        changed = bytearray(data)
        if k % 2:
            del changed[chance.randrange(len(data)):]
        else:
            for _ in range(chance.choice([1, 1, 1, 2, 8, 64])):
                changed[chance.randrange(len(data))] ^= chance.randint(1, 255)
        if bytes(changed) == data:
            continue
        with open("bad.chk.h5", "wb") as file:
            file.write(changed)
        command = ["mpirun", "-n", "2", APP, "solve", "--restart", "bad.chk.h5"] if k % 5 == 0 else [APP, "info", "bad.chk.h5"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=400, check=False)
        reason = re.search(r"tessera: error: bad\.chk\.h5 (.*?)(:|;|$)", done.stdout)
        assert done.returncode == 1 and reason and "PETSC ERROR" not in done.stdout, f"file {k}: {done.returncode}\n{done.stdout}"
        tally[reason.group(1)] = tally.get(reason.group(1), 0) + 1
    print(f"{count} damaged files, all refused: {tally}")


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    os.mkdir("tmp")
    os.environ["OMPI_MCA_mpi_yield_when_idle"] = "1"  # many runs, on machines that do other things too
    os.environ["TMPDIR"] = os.path.join(place, "tmp")
    with open("input.yaml", "w", encoding="utf-8") as given:
        given.write(BURGERS)
    {"kills": kills, "corrupted": corrupted}[sys.argv[2]](int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 1)
