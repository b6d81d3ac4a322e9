"""A run that is asked to keep itself or to leave, or that is hurt from outside, says so, leaves a whole checkpoint, and goes on from it to the same bits.

interrupt.py --list             names of the cases
interrupt.py TESSERA NAME       runs one of them in a folder of its own, on two ranks
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from background import ENDLESS, LONG, Run, app, goes_on, hears, main
from restart import read, run

APP = app()


def keep():
    one = Run("input.yaml", *ENDLESS)
    one.iterate(5)
    one.done.send_signal(signal.SIGUSR1)
    one.until(r"checkpoint: iteration \d+ in out.chk.h5")
    one.iterate(5)
    one.leave()
    goes_on("out.chk.prev.h5")


def leave():
    one = Run("input.yaml", *ENDLESS)
    one.iterate(5)
    one.leave()
    assert not os.path.exists("out.h5")
    goes_on()


def leave_in_setup():
    """sent to a rank as soon as it hears; again, should the machine have been busy with it until after the set-up"""
    for _ in range(20):
        one = Run("input.yaml", *ENDLESS)
        while len(ranks := one.ranks()) < 2:
            time.sleep(0.001)
        while not hears(ranks[1], signal.SIGUSR2):
            time.sleep(0.0002)
        os.kill(ranks[1], signal.SIGUSR2)
        one.end(3, "checkpoint: iteration")
        if "checkpoint: iteration 0 in" in one.text:
            break
    assert "checkpoint: iteration 0 in" in one.text, one.text
    goes_on()


def terminate():
    one = Run("input.yaml", *ENDLESS)
    one.iterate(5)
    os.kill(one.ranks()[0], signal.SIGTERM)
    one.end(3, "stopped by a signal")
    goes_on()


def interrupt():
    """Ctrl-C: mpirun passes on SIGTERM, waits as long as it was told, and prints nothing any more"""
    one = Run("input.yaml", *ENDLESS, "-tao_type", "adam", mpirun=("--mca", "odls_base_sigkill_timeout", "5"))
    one.iterate(5)
    one.done.send_signal(signal.SIGINT)
    one.end(1)
    assert "restart from out.chk.h5: iteration" in run(APP, 2, "solve", "--restart", "out.chk.h5", "-tao_max_it", "1")


def set_aside():
    """a run that begins anew keeps the checkpoint of the one before under a name that `auto` does not take"""
    short = [*LONG[2:], "-tao_max_it", "6", "-checkpoint_minutes", "0"]
    run(APP, 2, "solve", "input.yaml", *short, "-checkpoint_every", "3")
    with open("out.chk.h5", "rb") as file:
        kept = file.read()
    run(APP, 2, "solve", "input.yaml", *short)
    with open("out.chk.old.h5", "rb") as file:
        assert kept == file.read()
    assert not os.path.exists("out.chk.h5") and not os.path.exists("out.chk.prev.h5")
    assert "there is no checkpoint out.chk.h5: the run begins anew" in run(APP, 2, "solve", "input.yaml", *short, "-restart", "auto")
    assert "restart from out.chk.old.h5: iteration 5" in run(APP, 2, "solve", "--restart", "out.chk.old.h5")


def limit():
    one = Run("input.yaml", *ENDLESS, "-tao_type", "adam", "-time_limit", "0:04")
    one.end(3, "stopped by the time limit")
    with open("out.jsonl", encoding="utf-8") as file:
        last = json.loads(file.readlines()[-1])
    assert last["seconds"] < 4, last  # by the clock of the run: how long mpirun takes to begin does not count


def limit_of_slurm():
    one = Run("input.yaml", *ENDLESS[:4], "-tao_type", "adam", "-quiet", SLURM_JOB_END_TIME=str(int(time.time()) + 4))
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
        assert expected in text and text.count("is damaged: its checksum is") == (damaged > 0), text
        assert os.path.exists("out.chk.damaged.h5") == (damaged > 0), "the damaged one is set aside"
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
    text = run(APP, 2, "info", "out.h5")
    assert re.search(r"^result +out.h5\n(.|\n)*^unknown +u at 5 x 5 points\n(.|\n)*^sizes +4 patches, 204 parameters, 380 points, 2 ranks\n"
                     r"end +DIVERGED_MAXITS after 6 iterations and \S+ s\nerror +u: relative L2 \d(.|\n)*^-expert_type mlp$", text, re.M), text
    shutil.copy("out.h5", "out.chk.h5")
    assert "is no checkpoint" in run(APP, 2, "info", "out.chk.h5", code=1)
    assert "No such file" in run(APP, 2, "info", "none.h5", code=1)


def seconds_of(iteration):
    """by the clock of the run, from its history"""
    with open("out.jsonl", encoding="utf-8") as file:
        return next(step["seconds"] for step in map(json.loads, file) if step.get("iteration") == iteration)


def by_the_clock():
    """one after the other, not sooner than asked, in a run that ends by a signal alone"""
    one = Run("input.yaml", *ENDLESS, "-checkpoint_minutes", "0.01")
    kept = [int(one.until(r"checkpoint: iteration (\d+) in out.chk.h5").group(1)) for _ in range(3)]
    one.leave()
    assert seconds_of(kept[2]) - seconds_of(kept[0]) > 1, one.text  # less than twice 0.6: the clocks are looked at a little apart


def killed():
    one = Run("input.yaml", *ENDLESS, "-checkpoint_every", "10")
    one.until("checkpoint: iteration 39")
    os.kill(one.ranks()[1], signal.SIGKILL)
    one.end(137)
    goes_on()


def side_by_side():
    """a process that no launcher started writes its files though another one beside it has come and gone"""
    command = [APP, "solve", "input.yaml", "-tao_max_it", "30", "-output_file"]
    with subprocess.Popen([*command, "out"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as first:
        text = ""
        while not re.search(r"^ +5 ", text, re.MULTILINE):
            text += first.stdout.readline()
        first.send_signal(signal.SIGSTOP)
        subprocess.run([*command, "second"], check=True, stdout=subprocess.DEVNULL)
        first.send_signal(signal.SIGCONT)
        text += first.communicate(timeout=300)[0]
        assert first.returncode == 0 and os.path.exists("out.h5"), text


CASES = {"keep on SIGUSR1": keep, "leave on SIGUSR2": leave, "leave in the set-up": leave_in_setup, "leave on SIGTERM": terminate,
         "interrupted from the keyboard": interrupt, "older checkpoint set aside": set_aside,
         "time limit": limit, "limit of Slurm": limit_of_slurm, "automatic": automatic, "another input": another_input,
         "information": information, "checkpoints by the clock": by_the_clock,
         "rank killed": killed, "side by side": side_by_side}

main(CASES)
