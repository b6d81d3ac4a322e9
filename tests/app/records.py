"""The history of a run grows while it goes on and is that of its record; several runs make one table and one picture.

records.py TESSERA
"""
import json
import os
import subprocess
import sys
import tempfile
import time

tessera = os.path.abspath(sys.argv[1])
INPUT = """
title: a "test"
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
parts: {x: 2}
conditions: [inside, start]
inside: {type: interior, equation: "u_t = x", points: 200}
start: {type: initial, equation: "u = 0", points: 40}
expert: {type: mlp, mlp: {width: 6}}
time: {mode: slabs, slabs: 2}
reference: {u: "x*t"}
output: {points: 11}
quiet: true
"""


def tell(*arguments, ranks=2, code=0):
    done = subprocess.run(["mpirun", "-n", str(ranks), tessera, *arguments], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout)
    return done.stdout


def lines(name):
    with open(name, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def check_history():
    """a line an iteration, flushed; its numbers are those of the record"""
    with subprocess.Popen(["mpirun", "-n", "2", tessera, "solve", "input.yaml", "-output_file", "long.h5", "-tao_type", "adam", "-tao_max_it", "10000000"]) as run:
        end = time.time() + 300
        while run.poll() is None and time.time() < end and (not os.path.exists("long.jsonl") or open("long.jsonl", "rb").read().count(b"\n") < 4):
            time.sleep(0.02)
        assert run.poll() is None, "the history shows only after the run"
        run.terminate()
    assert not os.path.exists("long.json")
    told = lines("long.jsonl")
    assert told[1]["slab"] == 0 and [step["iteration"] for step in told[1:4]] == [0, 1, 2], told[1:4]
    with open("a.json", encoding="utf-8") as file:
        record = json.load(file)
    head, *steps = lines("a.jsonl")
    assert {key: record[key] for key in head} == head and head["title"] == 'a "test"' and head["ranks"] == 2, head
    assert [{key: value for key, value in step.items() if key != "losses"} for step in steps] == record["history"]
    for step in steps:
        assert abs(sum(step["losses"].values()) - step["loss"]) <= 1e-12 * step["loss"] and list(step["losses"]) == ["inside", "start"], step


def check_compare():
    """one row a run; a history is as good; a restart replaces what came after its checkpoint; a line that is being written is not read"""
    with open("a.jsonl", encoding="utf-8") as file:
        text = file.readlines()
    with open("again.jsonl", "w", encoding="utf-8") as file:
        file.writelines(text[:4] + text[:1] + text[3:] + ['{"slab": 1, "iterat'])
    table = tell("compare", "a.json", "again.jsonl", "b.json", "-output_file", "two.png").splitlines()
    head, first, again, second = [line.split() for line in table[:4]]
    assert head[:2] == ["run", "expert_mlp_width"] and [first[1], second[1]] == ["6", "8"], table
    at = head.index("iterations")
    with open("a.json", encoding="utf-8") as file:
        record = json.load(file)
    assert first[at] == again[at] == str(record["iterations"]) and again[-1] == "-", table
    assert first[-2] == f'{record["errors"]["u"]["l2"]:.3e}' and first[-1] in ("yes", "no"), table
    assert table[4:] == ["two.png", "two_seconds.png"], table
    for name in table[4:]:
        with open(name, "rb") as file:
            assert file.read(8) == b"\x89PNG\r\n\x1a\n", name
    os.mkdir("full.jsonl")  # what takes no line
    told = tell("solve", "input.yaml", "-output_file", "full.h5", "-tao_max_it", "3")
    assert told.count("warning: the history has gaps: cannot write full.jsonl: Is a directory") == 1, told


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("input.yaml", "w", encoding="utf-8") as file:
        file.write(INPUT)
    for name, width in (("a", "6"), ("b", "8")):
        tell("solve", "input.yaml", "-output_file", name + ".h5", "-tao_max_it", "8", "-expert_mlp_width", width)
    check_history()
    check_compare()
print("records, histories and their comparison agree")
