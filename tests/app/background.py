"""Solves in the background, for the tests that disturb them."""
import os
import re
import signal
import subprocess
import sys
import tempfile

from restart import BURGERS, PATIENCE, read, run

LONG = ["-tao_max_it", "150", "-output_file", "out"]
# on a machine of any speed it goes on until the test ends it; the limit is for a test that fails
ENDLESS = ["-tao_max_it", "1000000", "-output_file", "out", "-time_limit", "5:00"]


class Run:
    """A solve in the background; its lines as they come."""

    def __init__(self, *options, mpirun=(), wrapper=(), **environment):
        self.text = ""
        self.done = subprocess.Popen(["mpirun", *mpirun, "-n", "2", *wrapper, app(), "solve", *options],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                     env={**os.environ, **environment})

    def until(self, pattern):
        """Reads on until a line matches; returns the match."""
        for line in self.done.stdout:
            self.text += line
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"no line matches {pattern}\n{self.text}")

    def iterate(self, count):
        """Reads on through so many iterations; mpirun may put something else before a line, or behind it."""
        for _ in range(count):
            self.until(r"(^|\s)\d+(  \d\.\d{4}e[+-]\d\d){4}")

    def leave(self):
        """Asked to, it leaves with a checkpoint."""
        self.done.send_signal(signal.SIGUSR2)
        self.end(3, r"stopped by a signal; `tessera solve --restart \S+` goes on")

    def end(self, code, pattern=""):
        self.text += self.done.communicate(timeout=PATIENCE)[0]
        assert self.done.returncode == code, f"exit code {self.done.returncode}, not {code}\n{self.text}"
        assert re.search(pattern, self.text), f"nothing matches {pattern}\n{self.text}"

    def ranks(self):
        """Process numbers of the ranks."""
        return ranks(self.done.pid)


def ranks(mpirun):
    """Its children that run the program: before that a child is a copy of mpirun and has its handlers."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/stat", encoding="utf-8") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
            if parent == mpirun and os.readlink(f"/proc/{number}/exe") == app():
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
    """A quarter of its iterations more, compared with a run of as many that nobody disturbed."""
    kept = re.search(r"state +iteration (\d+) ", run(app(), 1, "info", checkpoint)).group(1)
    more = ["-tao_max_it", str(int(kept) * 5 // 4 + 40), "-time_limit", "1000"]  # the last fifth keeps its points: no part of the broken run
    again = run(app(), 2, "solve", "--restart", checkpoint, *more, "-output_file", "again")
    assert f"restart from {checkpoint}: iteration {kept}" in again, again
    run(app(), 2, "solve", "input.yaml", *more, "-output_file", "whole")
    (u, theta), (v, eta) = read("again.h5"), read("whole.h5")
    assert (u == v).all() and (theta == eta).all(), f"the bits differ by {abs(u - v).max()}\n{again}"


def app():
    return os.path.realpath(sys.argv[1])


def main(cases):
    """`--list`: their names; `TESSERA NAME`: runs one of them in a folder of its own."""
    if sys.argv[1] == "--list":
        print("\n".join(cases))
        return
    program = sys.argv[1] = app()
    assert os.access(program, os.X_OK), program
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        with open("input.yaml", "w", encoding="utf-8") as given:
            given.write(BURGERS)
        cases[sys.argv[2]]()
