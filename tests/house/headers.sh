#!/bin/sh
# headers.sh CFLAGS... - each public header compiles by itself without a warning, and each function in it has a comment near it.
set -eu
cd "$(dirname "$0")/../.."

bad=0
for header in include/tessera.h include/tessera/*.h; do
  name=${header#include/}
  if ! printf '#include <%s>\n#include <%s>\nint main(void) { return 0; }\n' "$name" "$name" |
    ${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -Iinclude "$@" -x c -; then
    echo "$header: does not compile by itself"
    bad=$((bad + 1))
  fi
done
# A declaration is explained by a comment in its block (lines up to the last blank one) or on its own line.
awk '
  FNR == 1 { told = 0; open = 0 }
  /^ *$/ { told = 0 }
  /\/\*|\/\// { told = 1 }
  /^PETSC_EXTERN PetscErrorCode Tess.*\(|^PETSC_EXTERN PetscErrorCode [A-Z].*\(/ {
    n++
    if (!told && !plain($0)) { print FILENAME ":" FNR ": no comment: " $0; bad++ }
  }
  function plain(line) { return line ~ /(Create|Destroy|SetUp|View|SetFromOptions|SetOptionsPrefix|SetType|GetType|GetComm)\(/ }
  END { print n + 0 " functions looked at, " bad + 0 " without a comment"; exit bad > 0 }' include/tessera/*.h || bad=$((bad + 1))
[ $bad = 0 ]
