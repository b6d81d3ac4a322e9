#!/bin/bash
# The job scripts in a real Slurm of two simulated nodes: a run reaches its time limit, leaves a checkpoint, is requeued and ends;
# so does one that is told the end is near, under mpirun; scancel leaves a checkpoint; an array of four makes one table; a
# scaling job makes its own; a run spans both nodes.
# jobs.sh TESSERA       skipped, with the reason, where Slurm is not installed or does not start
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scripts=$(cd "$here/../../jobscripts" && pwd)
TESSERA=$(realpath "$1")
export TESSERA PATH=$PATH:/usr/sbin:/sbin BIND=none
for program in slurmctld slurmd sbatch munged; do
  command -v $program >/dev/null || { echo "skipped: there is no $program (Debian: slurmctld slurmd slurm-client munge)"; exit 77; }
done
work=$(mktemp -d)
trap 'bash "$here/private.sh" stop "$work/slurm" || true; rm -rf "$work"' EXIT
bash "$here/private.sh" start "$work/slurm" 2 2 >"$work/start" 2>&1 || { echo "skipped: Slurm does not start here:"; cat "$work/start"; exit 77; }
export SLURM_CONF=$work/slurm/slurm.conf

fail() { echo "false: $1"; tail -n 15 "$work"/*/*.out; squeue; exit 1; }
# folder NAME : a folder with an input; how long it trains is said in .petscrc, which a requeued job reads anew
folder() {
  mkdir "$work/$1" && cd "$work/$1"
  cat >input.yaml <<'YAML'
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
parts: {x: 2}
conditions: [inside, start]
inside: {type: interior, equation: "u_t + u*u_x = 0.1*u_xx", points: 300}
start: {type: initial, equation: "u = sin(pi*x)", points: 60}
expert: {type: mlp, mlp: {width: 8}}
tao: {type: adam}
output: {file: run.h5, points: 11}
quiet: true
YAML
  echo "-tao_max_it ${2:-1000000}" >.petscrc
}
submit() { sbatch --parsable "$@" | cut -d';' -f1; }
# until CLAIM SECONDS COMMAND... : waits for it
until_() {
  local claim=$1 n=$(($2 * 5))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $((n -= 1)) -gt 0 ] || fail "$claim"
    sleep 0.2
  done
}
lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }
gone() { [ -z "$(squeue -h -j "$1" 2>/dev/null)" ]; }
short() { echo "-tao_max_it 1" >"$work/$1/.petscrc"; }
# ended FOLDER JOB : it went on after a restart, has its record, and the history goes on
ended() {
  until_ "$1 ends" 150 gone "$2"
  cd "$work/$1"
  [ -s run.json ] || fail "$1 has a record"
  grep -q "restart 1" ./*.out || fail "$1 was restarted"
  [ "$(grep -c '"version"' run.jsonl)" = 2 ] || fail "the history of $1 goes on"
}

# 1 the limit of the job is one minute; the other jobs run meanwhile
folder limit
limit=$(LAUNCHER=srun submit -n 1 --time=1 --signal=B:USR2@10 "$scripts/solve.sbatch" input.yaml)
# 2 told from outside, under mpirun
folder told
told=$(LAUNCHER=mpirun submit -n 2 -N 1 "$scripts/solve.sbatch" input.yaml)
until_ "told begins" 60 lines run.jsonl 3
short told
scancel --batch --signal=USR2 "$told"
until_ "told leaves a checkpoint" 60 test -s run.chk.h5
# 3 cancelled
folder cancelled
cancelled=$(LAUNCHER=srun submit -n 1 "$scripts/solve.sbatch" input.yaml)
until_ "cancelled begins" 60 lines run.jsonl 3
scancel "$cancelled"
until_ "cancelled ends" 60 gone "$cancelled"
[ -s run.chk.h5 ] || fail "scancel leaves a checkpoint"
"$TESSERA" info run.chk.h5 >/dev/null || fail "the checkpoint is whole"
# 4 an array of four
folder array 3
printf -- '-expert_mlp_width %s\n' 4 5 6 7 >widths.txt
array=$(submit --array=1-4 "$scripts/study.sbatch" input.yaml widths.txt -seed 2)
# 5 both nodes
folder nodes 3
nodes=$(LAUNCHER=srun OMPI_MCA_btl=self,tcp submit -N 2 -n 2 "$scripts/solve.sbatch" input.yaml)
# 6 one rank and two
folder ranks 20
ranks=$(WEAK="-parts_x {2n} -inside_points {300n}" submit -n 2 -N 1 "$scripts/scaling.sbatch" input.yaml)

until_ "the array ends" 150 gone "$array"
cd "$work/array"
[ -s widths.table ] || fail "one table"
[ "$(awk 'NF > 5 && $1 ~ /^widths_/ { print $2 }' widths.table | tr '\n' ' ')" = "4 5 6 7 " ] || { cat widths.table; fail "a row a task"; }
[ -s widths.png ] || fail "a picture of the array"
until_ "two nodes end" 100 gone "$nodes"
cd "$work/nodes"
grep -q 'node\[1-2\], 2 ranks' ./*.out && grep -q '"ranks": 2' run.json || fail "the ranks span both nodes"
until_ "scaling ends" 150 gone "$ranks"
cd "$work/ranks"
[ "$(awk 'NR > 1 { print $1, $2, $3 }' scaling.table | tr '\n' ' ')" = "strong 1 2 strong 2 2 weak 1 2 weak 2 4 " ] || { cat scaling.table; fail "the rows of scaling"; }
[ -s scaling.png ] || fail "a picture of scaling"
cat scaling.table
ended told "$told"
until_ "limit leaves a checkpoint" 150 test -s "$work/limit/run.chk.h5"
short limit
ended limit "$limit"
echo "all jobs did as they should"
