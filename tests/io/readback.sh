#!/bin/sh
# readback.sh mpirun ranks program python script: the program writes into a folder of its own, the script reads it there.
set -e
folder=$(mktemp -d "$PWD/readback-XXXXXX")
trap 'rm -r "$folder"' EXIT
program=$(realpath "$3")
cd "$folder"
"$1" -n "$2" "$program"
"$4" "$5" "$2"
