#!/bin/sh
# build.sh DIR [meson options] - configures DIR, or brings its options up to date, and builds.
set -eu
dir=$1
shift
if [ -f "$dir/build.ninja" ]; then meson configure "$dir" "$@"
else
  rm -rf "$dir"
  meson setup "$dir" "$@"
fi
ninja -C "$dir"
