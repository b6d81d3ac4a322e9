"""A run that is asked to keep itself or to leave, or that is hurt from outside, says so, leaves a whole checkpoint, and goes on from it to the same bits.

interrupt.py --list             names of the cases
interrupt.py TESSERA NAME       runs one of them in a folder of its own, on two ranks
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from restart import BURGERS, read, run

APP = os.path.abspath(sys.argv[1])
LONG = ["-tao_max_it", "150", "-output_file", "out"]


class Run:
    """A solve in the background; its lines as they come."""

    def __init__(self, *options, **environment):
        self.text = ""
        self.done = subprocess.Popen(["mpirun", "-n", "2", APP, "solve", *options], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                     env={**os.environ, **environment})

    def until(self, pattern):
        """Reads on until a line matches."""
        for line in self.done.stdout:
            self.text += line
            if re.search(pattern, line):
                return
        raise AssertionError(f"no line matches {pattern}\n{self.text}")

    def end(self, code, pattern=""):
        self.text += self.done.communicate(timeout=60)[0]
        assert self.done.returncode == code, f"exit code {self.done.returncode}, not {code}\n{self.text}"
        assert re.search(pattern, self.text), f"nothing matches {pattern}\n{self.text}"

    def ranks(self):
        """Process numbers of the ranks."""
        me = str(self.done.pid)
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{number}/stat", encoding="utf-8") as file:
                    if file.read().rpartition(")")[2].split()[1] == me:
                        found.append(int(number))
            except OSError:
                pass
        return found


def hears(process, number):
    """Whether it has a handler for a signal."""
    with open(f"/proc/{process}/status", encoding="utf-8") as file:
        caught = int(re.search(r"SigCgt:\s*(\w+)", file.read()).group(1), 16)
    return bool(caught >> (number - 1) & 1)


def goes_on(checkpoint="out.chk.h5"):
    """The rest of the run, compared with one that nobody disturbed."""
    again = run(APP, 2, "solve", "--restart", checkpoint, *LONG[:2], "-output_file", "again", "-time_limit", "1000")
    run(APP, 2, "solve", "input.yaml", *LONG[:2], "-output_file", "whole")
    (u, theta), (v, eta) = read("again.h5"), read("whole.h5")
    assert (u == v).all() and (theta == eta).all(), f"the bits differ by {abs(u - v).max()}\n{again}"


def keep():
    one = Run("input.yaml", *LONG)
    one.until(r"^ +5 ")
    one.done.send_signal(signal.SIGUSR1)
    one.end(0, r"checkpoint: iteration \d+ in out.chk.h5(.|\n)*after 150 iterations")
    goes_on()


def leave():
    one = Run("input.yaml", *LONG)
    one.until(r"^ +5 ")
    one.done.send_signal(signal.SIGUSR2)
    one.end(3, r"stopped by a signal; `tessera solve --restart out.chk.h5` goes on")
    assert not os.path.exists("out.h5")
    goes_on()


def leave_in_setup():
    """sent to a rank as soon as it hears"""
    one = Run("input.yaml", *LONG)
    while not (len(one.ranks()) == 2 and hears(one.ranks()[1], signal.SIGUSR2)):
        time.sleep(0.001)
    os.kill(one.ranks()[1], signal.SIGUSR2)
    one.end(3, "checkpoint: iteration 0 in")
    goes_on()


def terminate():
    one = Run("input.yaml", *LONG)
    one.until(r"^ +5 ")
    os.kill(one.ranks()[0], signal.SIGTERM)
    one.end(3, "stopped by a signal")
    goes_on()


def limit():
    one = Run("input.yaml", "-tao_max_it", "100000", "-tao_type", "adam", "-output_file", "out", "-time_limit", "0:04")
    started = time.time()
    one.end(3, "stopped by the time limit")
    assert time.time() - started < 12  # of which the machine may take some


def limit_of_slurm():
    one = Run("input.yaml", "-tao_max_it", "100000", "-tao_type", "adam", "-output_file", "out", "-quiet",
              SLURM_JOB_END_TIME=str(int(time.time()) + 4))
    one.end(3)
    assert os.path.exists("out.chk.h5")


def automatic():
    """nothing there; the last one; the one before, when the last one is damaged; both damaged"""
    first = run(APP, 2, "solve", "input.yaml", *LONG, "-restart", "auto", "-checkpoint_every", "60")
    assert "there is no checkpoint out.chk.h5: the run begins anew" in first, first
    shutil.copy("out.h5", "whole.h5")
    for damaged, (name, expected) in enumerate(((None, "restart from out.chk.h5: iteration 119"),
                                                ("out.chk.h5", "restart from out.chk.prev.h5: iteration 59"),
                                                ("out.chk.prev.h5", "the run begins anew"))):
        if name:
            with open(name, "r+b") as file:
                file.seek(5000)
                byte = file.read(1)
                file.seek(5000)
                file.write(bytes([byte[0] ^ 1]))
        text = run(APP, 2, "solve", "input.yaml", *LONG, "-restart", "auto", "-checkpoint_minutes", "0")
        assert expected in text and text.count("is damaged: its checksum is") == damaged, text
        assert (read("out.h5")[1] == read("whole.h5")[1]).all()


def another_input():
    run(APP, 2, "solve", "input.yaml", *LONG[2:], "-tao_max_it", "6", "-checkpoint_every", "3")
    text = run(APP, 2, "solve", "input.yaml", *LONG, "-restart", "auto", "-inside_points", "301", code=1)
    assert "out.chk.h5 is of another input: -inside_points 300 there, not here" in text, text
    text = run(APP, 2, "solve", "--restart", "out.chk.h5", "-expert_mlp_width", "7", code=1)
    assert "is not of this input" in text and "PETSC ERROR" not in text, text
    run(APP, 2, "solve", "--restart", "out.chk.h5", "-tao_type", "bnls", "-tao_max_it", "2")


def information():
    run(APP, 2, "solve", "input.yaml", *LONG[2:], "-tao_max_it", "6", "-checkpoint_every", "3")
    text = run(APP, 2, "info", "out.chk.h5")
    assert re.search(r"checkpoint tessera checkpoint 1\n(.|\n)*state +iteration 5 of slab 1 of 1(.|\n)*-expert_type mlp", text), text
    assert "is no checkpoint" in run(APP, 2, "info", "out.h5", code=1)
    assert "No such file" in run(APP, 2, "info", "none.h5", code=1)


def folder_gone():
    os.mkdir("there")
    one = Run("input.yaml", "-tao_max_it", "60", "-output_file", "out", "-checkpoint_file", "there/run.h5", "-checkpoint_every", "10")
    one.until("checkpoint: iteration 19")
    shutil.rmtree("there")
    one.until("warning: no checkpoint at iteration 29: cannot write there/run.h5: there is no folder there; the one before")
    one.until("iteration 39")
    os.mkdir("there")
    one.end(0, "checkpoint: iteration 59 in there/run.h5")


def disk_full():
    """a small file system, full between two checkpoints"""
    os.mkdir("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", "small"], check=False).returncode:
        sys.exit(77)
    try:
        one = Run("input.yaml", *LONG[:2], "-output_file", "out", "-checkpoint_file", "small/run.h5", "-checkpoint_every", "15")
        one.until("checkpoint: iteration 29")
        with open("small/filler", "wb") as file:
            try:
                file.write(bytes(10**6))
            except OSError:
                pass
        one.until("warning: no checkpoint at iteration .*disk full.*the one before is kept, and it is tried again")
        kept = open("small/run.h5", "rb").read()
        one.until(r"^ +60 ")
        assert kept == open("small/run.h5", "rb").read() and not os.path.exists("small/run.h5.tmp")
        shutil.copy("small/run.h5", "kept.chk.h5")
        os.unlink("small/filler")
        one.end(0, "checkpoint: iteration 149 in small/run.h5|checkpoint: iteration 1[0-4]")
        goes_on("kept.chk.h5")
    finally:
        subprocess.run(["umount", "small"], check=True)


def killed():
    one = Run("input.yaml", *LONG, "-checkpoint_every", "10")
    one.until("checkpoint: iteration 39")
    os.kill(one.ranks()[1], signal.SIGKILL)
    one.end(137)
    goes_on()


def closed_output():
    """a reader that leaves (mpirun ends the job by itself then)"""
    command = f"{APP} solve input.yaml -tao_max_it 60 -output_file out | head -3"
    subprocess.run(command, shell=True, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)
    assert os.path.exists("out.h5")


CASES = {"keep on SIGUSR1": keep, "leave on SIGUSR2": leave, "leave in the set-up": leave_in_setup, "leave on SIGTERM": terminate,
         "time limit": limit, "limit of Slurm": limit_of_slurm, "automatic": automatic, "another input": another_input,
         "information": information, "folder gone": folder_gone, "disk full": disk_full, "rank killed": killed,
         "closed output": closed_output}

if sys.argv[1] == "--list":
    print("\n".join(CASES))
else:
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        with open("input.yaml", "w", encoding="utf-8") as given:
            given.write(BURGERS)
        CASES[sys.argv[2]]()
