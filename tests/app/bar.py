"""bar.py PROGRAM - the bar is drawn on a terminal, alone and under mpirun, and neither into a pipe nor with -quiet."""
import os
import pty
import subprocess
import sys

os.environ["TERM"] = "xterm"


def on_terminal(command):
    master, slave = pty.openpty()
    subprocess.run(command, stdin=subprocess.DEVNULL, stdout=slave, timeout=300, check=True)
    os.set_blocking(master, False)
    try:
        text = os.read(master, 65536).decode()
    except BlockingIOError:
        text = ""
    return text


def into_pipe(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=300, check=True).stdout.decode()


bad = 0
for launcher in ([], ["mpirun", "-n", "2"]):
    command = [*launcher, os.path.abspath(sys.argv[1])]
    shown = on_terminal(command)
    for claim, holds in (("a bar is drawn once a call", shown.count("[#") == 4), ("it tells the time left", "s left" in shown),
                         ("it is wiped", shown.endswith("\r\033[K")), ("no bar with -quiet", not on_terminal([*command, "-quiet"])),
                         ("no bar in a pipe", not into_pipe(command))):
        if not holds:
            print(f"false: {claim} ({' '.join(launcher) or 'alone'}): {shown!r}")
            bad += 1
sys.exit(bad > 0)
