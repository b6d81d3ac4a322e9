#!/bin/sh
# No source line is longer than 120 columns; files and functions over the sizes of the house are listed, as a guide.
set -eu
cd "${1:-$(dirname "$0")/../..}"

list() { find "$@" -name '*.[ch]' 2>/dev/null | sort; }
echo "over the good size (sources 250 lines, headers 120, tests 80, functions 40; with a reason 400, 160, 120, 60):"
for file in $(list src include tests); do
  case $file in
    include/*) good=120 ;;
    tests/*) good=80 ;;
    *) good=250 ;;
  esac
  lines=$(wc -l <"$file")
  [ "$lines" -le $good ] || printf '  %5d lines  %s\n' "$lines" "$file"
done
# a function ends with a brace in column 1 and begins with one there too
list src | xargs awk '
  /^{/ { begin = FNR; name = before }
  /^}/ { if (begin && FNR - begin > 41) printf "  %5d lines  %s: %s\n", FNR - begin - 1, FILENAME, name; begin = 0 }
  !/^[{} ]/ && /\(/ { before = $0 }'
bad=$(list src include tests | xargs awk 'length > 120 { print FILENAME ":" FNR ": " length " columns" }')
[ -z "$bad" ] || { echo "lines over 120 columns:"; echo "$bad"; exit 1; }
