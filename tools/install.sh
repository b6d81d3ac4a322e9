#!/bin/sh
# install.sh [run|test] - installs the Debian packages that are missing, with sudo when not root; does nothing if all are there.
#   run   (default) what builds and runs tessera
#   test  and what its tests need
set -eu

packages="gcc libc6-dev meson ninja-build pkg-config libpetsc-real3.18-dev petsc-dev libhdf5-openmpi-dev libfftw3-mpi-dev
  libopenblas-dev openmpi-bin libsleef-dev libyaml-dev libjansson-dev gnuplot-nox fonts-dejavu-core"
[ "${1:-run}" = run ] || packages="$packages python3 python3-numpy python3-h5py python3-matplotlib slurmctld slurmd slurm-client munge
  libpetsc64-real3.18-dev"

if ! command -v dpkg-query >/dev/null; then
  echo "install.sh: not a Debian system; please see that these are there:" $packages >&2
  exit 0
fi
missing=
for package in $packages; do
  case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" in
    installed) ;;
    *) missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then root=
elif command -v sudo >/dev/null; then root=sudo
else
  echo "install.sh: root or sudo is needed to install:$missing" >&2
  exit 1
fi
apt="$root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
echo "installing:$missing"
$apt update
$apt install -y --no-install-recommends $missing </dev/null
