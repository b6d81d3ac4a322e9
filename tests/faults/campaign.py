"""Whatever is killed or damaged, a run ends at the bits of the undisturbed one, and no damaged checkpoint is taken for a whole one.

campaign.py TESSERA kills N [SEED]       kills one of two ranks N times, every other time while a checkpoint is being written;
                                         each run goes on with `restart: auto`
campaign.py TESSERA corrupted N [SEED]   N checkpoints cut short or with altered bytes: each is refused with its name and a reason
"""
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
from restart import BURGERS, read, run  # noqa: E402

APP = os.path.abspath(sys.argv[1])
SOLVE = ["solve", "input.yaml", "-output_file", "out", "-tao_max_it", "45", "-checkpoint_every", "3", "-restart", "auto"]
SEAL = 24  # bytes behind the end of a checkpoint


def is_whole(name):
    """By a checksum of our own."""
    with open(name, "rb") as file:
        data = file.read()
    return len(data) > SEAL and data[-SEAL:-SEAL + 8] == b"TESSSEAL" and int.from_bytes(data[-8:-4], "little") == zlib.crc32(data[:-SEAL])


def ranks(parent):
    """Process numbers of the ranks of mpirun."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat", encoding="utf-8") as file:
                if file.read().rpartition(")")[2].split()[1] == str(parent):
                    found.append(int(number))
        except OSError:
            pass
    return found


def kill_once(chance, seconds, writing):
    """A run of which a rank is killed at a random moment; where it was."""
    process = subprocess.Popen(["mpirun", "-n", "2", APP, *SOLVE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    if writing:
        wanted = chance.randint(1, 12)
        for _ in range(wanted):
            while not os.path.exists("out.chk.h5.tmp") and process.poll() is None:
                time.sleep(0.0002)
            if wanted > 1:
                while os.path.exists("out.chk.h5.tmp") and process.poll() is None:
                    time.sleep(0.0002)
            wanted -= 1
        time.sleep(chance.uniform(0, 0.03))
    else:
        time.sleep(chance.uniform(0, seconds))
    victims = ranks(process.pid)
    during = os.path.exists("out.chk.h5.tmp")
    if victims:
        os.kill(chance.choice(victims), signal.SIGKILL)
    text = process.communicate(timeout=60)[0]
    return "while a checkpoint was written" if during else "done" if process.returncode == 0 else "between", text


def kills(count, seed):
    chance = random.Random(seed)
    started = time.time()
    run(APP, 2, *SOLVE)
    seconds = time.time() - started
    whole = read("out.h5")
    tally = {}
    for name in os.listdir("."):
        if name != "input.yaml":
            os.unlink(name)
    for k in range(count):
        where, first = kill_once(chance, seconds, k % 2)
        tally[where] = tally.get(where, 0) + 1
        for name in ("out.chk.h5", "out.chk.prev.h5"):
            assert not os.path.exists(name) or is_whole(name), f"kill {k}: {name} is not whole\n{first}"
        again = run(APP, 2, *SOLVE)
        result = read("out.h5")
        assert (result[0] == whole[0]).all() and (result[1] == whole[1]).all(), f"kill {k}: other bits\n{first}\n{again}"
        left = [name for name in os.listdir(".") if name.endswith(".tmp")]
        assert not left, f"kill {k}: {left}"
        resumed = re.search(r"restart from .*?: iteration (\d+)", again)
        tally["resumed"] = tally.get("resumed", 0) + bool(resumed)
        for name in os.listdir("."):
            if name != "input.yaml":
                os.unlink(name)
    print(f"{count} kills: {tally}; all ended at the same bits")


def corrupted(count, seed):
    chance = random.Random(seed)
    run(APP, 2, *SOLVE)
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
        command = ["mpirun", "-n", "2", APP, "solve", "--restart", "bad.chk.h5"] if k % 30 == 0 else [APP, "info", "bad.chk.h5"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=30, check=False)
        reason = re.search(r"tessera: error: bad\.chk\.h5 (.*?)(:|;|$)", done.stdout)
        assert done.returncode == 1 and reason and "PETSC ERROR" not in done.stdout, f"file {k}: {done.returncode}\n{done.stdout}"
        tally[reason.group(1)] = tally.get(reason.group(1), 0) + 1
    print(f"{count} damaged files, all refused: {tally}")


with tempfile.TemporaryDirectory() as place:
    os.chdir(place)
    with open("input.yaml", "w", encoding="utf-8") as given:
        given.write(BURGERS)
    {"kills": kills, "corrupted": corrupted}[sys.argv[2]](int(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 1)
