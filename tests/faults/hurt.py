"""What a run says and leaves behind when its disk, memory, terminal or numbers fail it, and when mpirun is told to end.

hurt.py --list             names of the cases
hurt.py TESSERA NAME       runs one of them in a folder of its own, on two ranks; file systems are mounted by root alone, else skipped
"""
import contextlib
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))
from background import ENDLESS, LONG, Run, app, goes_on, main  # noqa: E402
from restart import PATIENCE, read, run  # noqa: E402

SLOW = ["-tao_max_it", "150", "-inside_points", "6000"]  # seconds in which a test does something, also on a quick machine
KEPT = "the one before is kept, and it is tried again"


@contextlib.contextmanager
def small_disk(size):
    """A file system of so many bytes under small/."""
    os.mkdir("small")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", "small"], check=False).returncode:
        sys.exit(77)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", "small"], check=True)


def folder_gone():
    """that of the checkpoints, and there again later"""
    os.mkdir("there")
    one = Run("input.yaml", *ENDLESS, "-checkpoint_file", "there/run.h5", "-checkpoint_every", "10")
    one.until("checkpoint: iteration 19")
    os.rename("there", "elsewhere")  # at once, whatever is being written there
    one.until(r"warning: no checkpoint at iteration \d+: cannot write there/run.h5: there is no folder there; it is tried again")
    os.mkdir("there")
    one.until(r"checkpoint: iteration \d+ in there/run.h5")
    one.leave()
    goes_on("there/run.h5")


def own_folder_gone():
    """the results have no place: said at the end, with exit code 1"""
    os.mkdir("there")
    one = Run("input.yaml", *SLOW, "-output_file", "there/out", "-checkpoint_every", "20")
    one.until("checkpoint: iteration 39")
    os.rename("there", "elsewhere")
    one.end(1, r"no checkpoint at iteration \d+: cannot write there/out.chk.h5: there is no folder there; it is tried again"
               r"(.|\n)*error: cannot write there/out.h5(.|\n)*see -output_file")
    assert "PETSC ERROR" not in one.text, one.text


def disk_full():
    """full between two checkpoints, with room again later"""
    with small_disk("2m"):
        one = Run("input.yaml", *ENDLESS, "-checkpoint_file", "small/run.h5", "-checkpoint_every", "15")
        one.until("checkpoint: iteration 29")
        with open("small/filler", "wb") as file, contextlib.suppress(OSError):
            file.write(bytes(4 * 10**6))
        one.until(f"warning: no checkpoint at iteration .*disk full.*{KEPT}")
        with open("small/run.h5", "rb") as file:
            kept = file.read()
        one.until("warning: no checkpoint at iteration .*disk full")
        with open("small/run.h5", "rb") as file:
            assert kept == file.read()
        shutil.copy("small/run.h5", "kept.chk.h5")
        os.unlink("small/filler")
        one.until(r"checkpoint: iteration \d+ in small/run.h5")
        one.leave()
        assert not os.path.exists("small/run.h5.tmp")
        goes_on("kept.chk.h5")


def read_only():
    """in the middle, and writable again later; and from the beginning"""
    with small_disk("4m"):
        one = Run("input.yaml", *ENDLESS, "-checkpoint_file", "small/run.h5", "-checkpoint_every", "10")
        one.until("checkpoint: iteration 19")
        while subprocess.run(["mount", "-o", "remount,ro", "small"], check=False).returncode: # busy while one is written
            time.sleep(0.001)
        one.until(f"warning: no checkpoint at iteration .*Read-only file system; {KEPT}")
        subprocess.run(["mount", "-o", "remount,rw", "small"], check=True)
        one.until(r"checkpoint: iteration \d+ in small/run.h5")
        one.leave()
        goes_on("small/run.h5")
        subprocess.run(["mount", "-o", "remount,ro", "small"], check=True)
        text = run(app(), 2, "solve", "input.yaml", "-output_file", "small/out", code=1)
        assert "error: cannot write small/out.h5 in the folder small: Read-only file system" in text, text


def memory():
    """one rank alone is refused memory"""
    with open("little", "w", encoding="utf-8") as file:
        file.write('[ $OMPI_COMM_WORLD_RANK = 0 ] || ulimit -v 700000\nexec "$@"\n')
    one = Run("input.yaml", "-output_file", "out", "-parts_x", "20", "-inside_points", "60000", "-expert_mlp_width", "20",
              wrapper=("sh", "little"))
    one.end(1, r"tessera: error: (rank 1 is )?out of memory")
    assert "PETSC ERROR" not in one.text and not os.path.exists("out.h5"), one.text


def memory_later():
    """one rank is refused more memory in the middle: no more checkpoints, and no results, but the last checkpoint"""
    one = Run("input.yaml", "-tao_max_it", "900", "-output_file", "out", "-checkpoint_every", "50")
    one.until("checkpoint: iteration 49")
    rank = one.ranks()[1]
    with open(f"/proc/{rank}/status", encoding="utf-8") as file:
        size = 1024 * int(re.search(r"VmSize:\s+(\d+)", file.read()).group(1))
    resource.prlimit(rank, resource.RLIMIT_AS, (size, size))
    one.end(1, f"warning: no checkpoint at iteration \\d+: cannot write out.chk.h5: rank 1 is out of memory; {KEPT}"
               r"(.|\n)*error: cannot write out.h5: rank 1 is out of memory")
    run(app(), 2, "solve", "--restart", "out.chk.h5", "-tao_max_it", "1")


def closed_output():
    """closed, full, and left by its reader; mpirun itself ends a job whose reader leaves"""
    solve = f"{app()} solve input.yaml -tao_max_it 60 -output_file out"
    for command in (f"{solve} | head -3", f"{solve} >&-", f"{solve} >/dev/full", f"{solve} <&- >&- 2>&-", f"mpirun -n 2 {solve} >&-"):
        subprocess.run(command, shell=True, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=PATIENCE)
        os.unlink("out.h5")
    subprocess.run(f"mpirun -n 2 {solve} -tao_max_it 2000 -checkpoint_every 10 2>/dev/null | sed 60q", shell=True, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=PATIENCE)
    run(app(), 2, "solve", "--restart", "out.chk.h5", "-tao_max_it", "1")


def steps_rejected():
    """a logarithm of what becomes negative on the way: named once; the run ends with numbers"""
    for tao in ("gaussnewton", "multiadam", "quasinewton"):
        text = run(app(), 2, "solve", "input.yaml", "-output_file", "out", "-tao_max_it", "60", "-tao_type", tao,
                   *(("-tao_multiadam_rate", "0.1") if tao == "multiadam" else ()), "-start_equation", "u = -2*sin(pi*x)",
                   "-inside_equation", "u_t + u*u_x = 0.05*u_xx + 1e-12*log(u + 1.7)")
        assert text.count('warning: the residual of condition "inside" is not a finite number in patch') == 1, text
        assert re.search(r"in patch \d at x = \S+ t = \S+, in a step that was rejected before iteration \d+", text), text
        u, theta = read("out.h5")
        assert abs(u).max() < 10 and abs(theta).max() < 1e6, text


def nowhere_a_number():
    """the second slab cannot begin; the checkpoint of the first one is kept"""
    text = run(app(), 2, "solve", "input.yaml", "-output_file", "out", "-tao_max_it", "20", "-checkpoint_every", "8", "-time_mode", "slabs",
               "-time_slabs", "2", "-inside_equation", "u_t + u*u_x = 0.05*u_xx + if(t > 0.6, sqrt(0.5 - t), 0)", code=1)
    assert re.search(r'error: the residual of condition "inside" is not a finite number in patch \d at x = \S+ t = 0\.[6-9]\d*: training '
                     r"cannot go on; `tessera solve --restart out.chk.h5` goes on from the last checkpoint", text), text
    assert "PETSC ERROR" not in text, text
    run(app(), 2, "info", "out.chk.h5")


def told_to_end():
    """SIGTERM to mpirun, which then reads no more of what is printed; it is given ten seconds where it has one"""
    one = Run("input.yaml", *ENDLESS, "-tao_type", "adam", mpirun=("--mca", "odls_base_sigkill_timeout", "10"))
    one.iterate(200)
    one.done.send_signal(signal.SIGTERM)
    time.sleep(3)
    one.end(1)
    again = run(app(), 2, "solve", "--restart", "out.chk.h5", "-tao_max_it", "1")
    assert "the same bits follow" in again, again


def mpirun_killed():
    """the ranks end by themselves"""
    one = Run("input.yaml", *ENDLESS, "-checkpoint_every", "10")
    one.until("checkpoint: iteration 39")
    there = [f"/proc/{number}/exe" for number in one.ranks()]
    assert len(there) == 2 and all(map(os.path.exists, there)), there
    one.done.kill()
    end = time.monotonic() + 60
    while any(map(os.path.exists, there)):  # not by the limit of the run, which is later
        assert time.monotonic() < end, "the ranks go on"
        time.sleep(0.1)
    goes_on()


def price():
    """size and time of checkpoints are printed"""
    text = run(app(), 2, "solve", "input.yaml", *LONG, "-checkpoint_every", "50")
    assert len(re.findall(r"checkpoint: iteration \d+ in out.chk.h5, \S+ MB, \S+ s\n", text)) == 3, text
    assert re.search(r"\ncheckpoints: 3 in \S+ s, \S+ % of the time; the last has \S+ MB\n", text), text


CASES = {"folder gone": folder_gone, "own folder gone": own_folder_gone, "disk full": disk_full, "read-only disk": read_only,
         "out of memory": memory, "out of memory later": memory_later,
         "closed output": closed_output, "steps to not-a-number": steps_rejected,
         "nowhere a number": nowhere_a_number, "mpirun told to end": told_to_end, "mpirun killed": mpirun_killed,
         "price of checkpoints": price}

main(CASES)
