#!/bin/sh
# install.sh BUILD - what is installed suffices: a C program finds headers and library by tessera.pc alone and runs; so does tessera itself.
set -eu
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT

DESTDIR=$top ${MESON:-meson} install -C "$1" --no-rebuild >"$top/log" || { cat "$top/log"; exit 1; }
pc=$(find "$top" -name tessera.pc)
prefix=$top$(sed -n 's/^prefix=//p' "$pc")
sed -i "s|^prefix=.*|prefix=$prefix|" "$pc"
cat >"$top/prog.c" <<'C'
#include <tessera.h>
int main(int argc, char **argv)
{
  PetscReal number = TessKeyUniform(TessKeyMake(1, 2), 3);

  if (PetscInitialize(&argc, &argv, NULL, NULL)) return 1;
  if (PetscPrintf(PETSC_COMM_WORLD, "%s: %g\n", TESS_VERSION, (double)number)) return 1;
  return PetscFinalize() || !(number > 0 && number < 1);
}
C
# shellcheck disable=SC2046
${CC:-cc} -Wall -Werror "$top/prog.c" -o "$top/prog" $(PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs tessera)
LD_LIBRARY_PATH=$(dirname "$(find "$top" -name libtessera.so)")
export LD_LIBRARY_PATH
"$top/prog"
"$prefix/bin/tessera" -version
objdump -p "$LD_LIBRARY_PATH/libtessera.so" | grep -E 'SONAME +libtessera.so.[0-9]+$'
PYTHONPATH=$(dirname "$(find "$top" -name tessera.py)") /usr/bin/python3 -c 'import sys, tessera
try: tessera.open("none.h5")
except tessera.Error as error: sys.exit("no such file" not in str(error))'
[ -s "$prefix/share/man/man1/tessera.1" ]
