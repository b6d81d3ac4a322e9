#!/bin/bash
# private.sh start DIR [NODES] [CPUS] : a Slurm of its own on this machine, with so many simulated nodes; then export SLURM_CONF=DIR/slurm.conf
# private.sh stop DIR
# No systemd, no cgroups, ports that are free now.  A second slurmd needs -N and a TmpFS of its own.
set -eu
cmd=$1 D=$2 N=${3:-2} C=${4:-2}
PATH=$PATH:/usr/sbin:/sbin

configure() {
  local H ports i
  H=$(hostname -s)
  read -r -a ports < <(/usr/bin/python3 -c 'import socket, sys
sockets = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in sockets])' $((N + 1)))
  (umask 077; head -c 128 /dev/urandom >"$D/munge.key")
  cat <<CONF
ClusterName=private
SlurmctldHost=$H(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$D/run/munge.sock,cred_expire=20
CredType=cred/munge
StateSaveLocation=$D/state
SlurmdSpoolDir=$D/spool.%n
TmpFS=$D/tmp.%n
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd.%n.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/$([ "$(env -u OMP_NUM_THREADS nproc)" -ge "$C" ] && echo affinity || echo none)
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SwitchType=switch/none
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
KillWait=15
ReturnToService=2
SlurmdParameters=config_overrides
JobRequeue=1
PropagateResourceLimits=NONE
CONF
  for ((i = 1; i <= N; i++)); do
    echo "NodeName=node$i NodeHostname=$H NodeAddr=127.0.0.1 Port=${ports[$i]} CPUs=$C Boards=1 SocketsPerBoard=1 CoresPerSocket=$C ThreadsPerCore=1 RealMemory=2000"
  done
  echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}

start() {
  mkdir -p "$D"/{state,log,run}
  D=$(cd "$D" && pwd)
  configure >"$D/slurm.conf"
  echo "CgroupPlugin=cgroup/v1" >"$D/cgroup.conf" # autodetection fails where nothing is mounted
  export SLURM_CONF=$D/slurm.conf
  munged --force --key-file="$D/munge.key" --socket="$D/run/munge.sock" --pid-file="$D/run/munged.pid" \
    --log-file="$D/log/munged.log" --seed-file="$D/run/munged.seed"
  slurmctld -f "$SLURM_CONF"
  for ((i = 1; i <= N; i++)); do
    mkdir -p "$D/spool.node$i" "$D/tmp.node$i"
    slurmd -f "$SLURM_CONF" -N "node$i"
  done
  for _ in $(seq 1 1200); do
    [ "$(timeout 20 sinfo -h -t idle -o %D 2>/dev/null | head -1)" != "$N" ] || return 0
    sleep 0.1
  done
  tail -n 3 "$D"/log/*.log >&2
  return 1
}

stop() {
  D=$(cd "$D" && pwd)
  export SLURM_CONF=$D/slurm.conf
  timeout 10 scancel --full -u "$(id -un)" 2>/dev/null || true
  for _ in $(seq 1 80); do
    [ -n "$(timeout 5 squeue -h 2>/dev/null)" ] || break
    sleep 0.1
  done
  for file in "$D"/run/slurmd.*.pid "$D"/run/slurmctld.pid "$D"/run/munged.pid; do
    [ -s "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 1 100); do
      kill -0 "$pid" 2>/dev/null || continue 2
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
  done
}

case $cmd in
  start) start || { stop; exit 1; } ;;
  stop) stop ;;
  *) exit 2 ;;
esac
