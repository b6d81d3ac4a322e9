"""Solves in the background, for the tests that disturb them."""
import os
import re
import subprocess
import sys
import tempfile

from restart import BURGERS, read, run

LONG = ["-tao_max_it", "150", "-output_file", "out"]
ENDLESS = ["-tao_max_it", "1000000", "-output_file", "out", "-time_limit", "2:00"]  # until the test ends it; the limit is for one that fails


class Run:
    """A solve in the background; its lines as they come."""

    def __init__(self, *options, mpirun=(), wrapper=(), **environment):
        self.text = ""
        self.done = subprocess.Popen(["mpirun", *mpirun, "-n", "2", *wrapper, app(), "solve", *options],
                                     stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
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
    again = run(app(), 2, "solve", "--restart", checkpoint, *LONG[:2], "-output_file", "again", "-time_limit", "1000")
    run(app(), 2, "solve", "input.yaml", *LONG[:2], "-output_file", "whole")
    (u, theta), (v, eta) = read("again.h5"), read("whole.h5")
    assert (u == v).all() and (theta == eta).all(), f"the bits differ by {abs(u - v).max()}\n{again}"


def app():
    return os.path.abspath(sys.argv[1])


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
