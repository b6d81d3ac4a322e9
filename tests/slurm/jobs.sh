#!/bin/bash
# The job scripts in a real Slurm of two simulated nodes: a run leaves at its time limit, or when Slurm says that the end is near, is requeued
# and ends, under srun and under mpirun; scancel leaves a checkpoint; a task of an array is stopped alone; an array of four makes one table; a
# scaling job makes its table and picture; however its tasks end, a study has its table; a run spans both nodes; ranks are pinned and have one thread of BLAS each.
# jobs.sh TESSERA       Slurm that is missing, or does not start, is a failure: sh tools/install.sh test
set -eu
here=$(cd "$(dirname "$0")" && pwd)
scripts=$(cd "$here/../../jobscripts" && pwd)
program=$(realpath "$1")
. "$here/../../tools/env.sh"
unset OPENBLAS_NUM_THREADS OMP_NUM_THREADS # the job scripts have to set them
cores=$(nproc)
export PATH=$PATH:/usr/sbin:/sbin BIND=core
[ "$cores" -ge 2 ] || BIND=none
for needed in slurmctld slurmd sbatch munged; do
  command -v $needed >/dev/null || { echo "there is no $needed (Debian: slurmctld slurmd slurm-client munge)"; exit 1; }
done
work=$(mktemp -d)
trap 'bash "$here/private.sh" stop "$work/slurm" || true; rm -rf "$work"' EXIT
bash "$here/private.sh" start "$work/slurm" 2 2 >"$work/start" 2>&1 || { echo "Slurm does not start here:"; cat "$work/start"; exit 1; }
export SLURM_CONF=$work/slurm/slurm.conf

# each rank says where it runs; once it is restarted it has little left to do
cat >"$work/tessera" <<SH
#!/bin/sh
echo "rank on core \$(sed -n 's/^Cpus_allowed_list:[^0-9]*//p' /proc/self/status), threads \$OPENBLAS_NUM_THREADS" >&2
[ "\${SLURM_RESTART_COUNT:-0}" = 0 ] || set -- "\$@" -tao_max_it 1
exec "$program" "\$@"
SH
chmod +x "$work/tessera"
export TESSERA=$work/tessera

fail() { tail -n 25 "$work"/*/*.out; squeue; echo "false: $1"; exit 1; }
# folder NAME [ITERATIONS] : a folder with an input
folder() {
  mkdir "$work/$1" && cd "$work/$1"
  cat >input.yaml <<YAML
unknowns: u
domain: {x: [0, 1], t: [0, 1]}
parts: {x: 2}
conditions: [inside, start]
inside: {type: interior, equation: "u_t + u*u_x = 0.1*u_xx", points: 300}
start: {type: initial, equation: "u = sin(pi*x)", points: 60}
expert: {type: mlp, mlp: {width: 8}}
tao: {type: adam, max_it: ${2:-100000000}}
output: {file: run.h5, points: 11}
YAML
}
submit() { sbatch --parsable "$@" | cut -d';' -f1; }
# until_ CLAIM SECONDS COMMAND... : waits for it, on a busy machine five times as long
until_() {
  local claim=$1 n=$(($2 * 25))
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $((n -= 1)) -gt 0 ] || fail "$claim"
    sleep 0.2
  done
}
lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }
gone() { [ -z "$(squeue -h -j "$1" 2>/dev/null)" ]; }
# ended NAME STEM OUTPUT REASON : it was stopped for that reason and restarted once; its history goes on after the step of its checkpoint
ended() {
  cd "$work/$1"
  [ -s "$2.json" ] || fail "$1 has a record"
  grep -q "restart 1" "$3" || fail "$1 was restarted"
  if grep -q "restart 2" "$3"; then fail "$1 ended after one restart"; fi
  grep -q "$4" "$3" || fail "$1: $4"
  [ "$(grep -c '"version"' "$2.jsonl")" = 2 ] || fail "the history of $1 goes on"
  tail -n 1 "$2.jsonl" | awk '{ exit !($4 > 1) }' || fail "$1 goes on from its checkpoint" # {"slab": 0, "iteration": 1234, ...
}
# pinned OUTPUT RANKS : so many ranks each on a core of its own, one thread each
pinned() {
  if grep "^rank on core" "$1" | grep -qv "threads 1$"; then fail "one thread a rank: $1"; fi
  [ "$cores" -lt 2 ] || [ "$(sed -n 's/^rank on core \([0-9]*\), .*/\1/p' "$1" | sort -u | wc -l)" = "$2" ] || fail "pinned: $1"
}

# 0 each script has a manual, and says what is missing
for script in solve study scaling; do
  bash "$scripts/$script.sbatch" --help | head -n 1 | grep -q "^$script.sbatch - " || fail "$script.sbatch --help"
  if bash "$scripts/$script.sbatch" 2>"$work/said"; then fail "$script.sbatch without an input"; fi
  grep -q "^usage: sbatch .*$script.sbatch" "$work/said" || fail "the usage of $script.sbatch"
done
if bash "$scripts/scaling.sbatch" "$work/none.yaml" >"$work/said" 2>&1; then fail "scaling of no input"; fi
[ "$(cat "$work/said")" = "scaling.sbatch: cannot read the input $work/none.yaml" ] || { cat "$work/said"; fail "scaling says that the input is missing"; }
# 1 the limit of a job is one minute at least; the other jobs run meanwhile
folder limit
limit=$(LAUNCHER=srun submit -n 1 --time=1 --signal=B:USR2@0 "$scripts/solve.sbatch" input.yaml)
# 2 Slurm says that the end is near, half a minute before it
folder told
told=$(LAUNCHER=mpirun submit -n 2 -N 1 --time=1 --signal=B:USR2@10 "$scripts/solve.sbatch" input.yaml)
# 3 cancelled, under both launchers
for launcher in srun mpirun; do
  folder cancelled_$launcher
  cancelled=$(LAUNCHER=$launcher submit -n 1 "$scripts/solve.sbatch" input.yaml)
  until_ "cancelled begins" 60 lines run.jsonl 3
  scancel "$cancelled"
  until_ "cancelled ends" 60 gone "$cancelled"
  [ -s run.chk.h5 ] || fail "scancel leaves a checkpoint under $launcher"
  "$program" info run.chk.h5 >/dev/null || fail "the checkpoint is whole"
done
# 4 an array of four
folder array 3
printf -- '-expert_mlp_width %s\n' 4 5 6 7 >widths.txt
array=$(submit --array=1-4 "$scripts/study.sbatch" input.yaml widths.txt -seed 2)
until_ "the array ends" 150 gone "$array"
[ -s widths.table ] || fail "one table"
[ "$(awk 'NF > 5 && $1 ~ /^widths_/ { print $2 }' widths.table | tr '\n' ' ')" = "4 5 6 7 " ] || { cat widths.table; fail "a row a task"; }
[ -s widths.png ] || fail "a picture of the array"
cat widths.table

# 5 tasks that end in other ways: an empty line, an option that is refused, a stop when RESTARTS are used up; and all of them failed
folder odd 3
printf -- '-expert_mlp_width 4\n\n-expert_mlp_width none\n-tao_max_it 100000000\n' >odd.txt
odd=$(RESTARTS=0 submit --array=1-4 "$scripts/study.sbatch" input.yaml odd.txt)
folder failed 3
printf -- '-parts_x none\n-parts_x 0\n' >failed.txt
failed=$(submit --array=1-2 "$scripts/study.sbatch" input.yaml failed.txt)
cd "$work/odd"
until_ "the endless task trains" 150 lines odd_4.jsonl 3
scancel --batch --signal=USR2 "${odd}_4"
until_ "the odd tasks end" 100 gone "$odd"
grep -q '^odd_1 ' odd.table || fail "a row of the task that ended well"
grep -q '^failed: 2 3 4$' odd.table || { cat odd.table; fail "the tasks without a result are named"; }
"$program" info odd_4.chk.h5 >/dev/null || fail "the checkpoint of the stopped task"
until_ "the failed tasks end" 100 gone "$failed"
[ "$(cat "$work/failed/failed.table")" = "failed: 1 2" ] || { cat "$work/failed/failed.table"; fail "a table of failures"; }
[ -z "$(find "$work/odd" "$work/failed" -name '.*.[0-9]*')" ] || fail "nothing is left of the counting"

# 6 two seeds, the second of which is told the end
folder seeds
sed -i '/^output/d' input.yaml
seeds=$(LAUNCHER=srun submit -n 1 --array=1-2 --output=%a.out "$scripts/solve.sbatch" input.yaml)
until_ "two seeds train" 150 eval 'lines seeds_1.jsonl 3 && lines seeds_2.jsonl 3'
scancel --batch --signal=USR2 "${seeds}_2"
until_ "the second seed ends" 60 test -s seeds_2.json
if [ -e seeds_1.chk.h5 ]; then fail "the first seed was not told"; fi
scancel --batch --signal=USR2 "${seeds}_1"
until_ "both seeds end" 60 gone "$seeds"
ended seeds seeds_1 1.out "a signal"
ended seeds seeds_2 2.out "a signal"
# 7 both nodes
folder nodes 3
nodes=$(LAUNCHER=srun OMPI_MCA_btl=self,tcp submit -N 2 -n 2 "$scripts/solve.sbatch" input.yaml)
# 8 one rank and two
folder ranks 20
ranks=$(WEAK="-parts_x {2n} -inside_points {300n}" submit -n 2 -N 1 "$scripts/scaling.sbatch" input.yaml)

until_ "two nodes end" 100 gone "$nodes"
cd "$work/nodes"
grep -q 'node\[1-2\], 2 ranks' ./*.out || fail "a job on both nodes"
grep -q '"ranks": 2' run.json || fail "the ranks span both nodes"
until_ "scaling ends" 150 gone "$ranks"
cd "$work/ranks"
[ "$(awk 'NR > 1 { print $1, $2, $3 }' scaling.table | tr '\n' ' ')" = "strong 1 2 strong 2 2 weak 1 2 weak 2 4 " ] || { cat scaling.table; fail "the rows of scaling"; }
[ -s scaling.png ] || fail "a picture of scaling"
pinned scaling_strong_1.out 1
pinned scaling_strong_2.out 2
cat scaling.table
until_ "told ends" 150 gone "$told"
ended told run "tessera-$told.out" "a signal"
pinned "tessera-$told.out" 2
until_ "limit ends" 150 gone "$limit"
ended limit run "tessera-$limit.out" "the time limit"
echo "all jobs did as they should"
