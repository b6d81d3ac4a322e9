#!/bin/sh
# A file includes its own room and lower floors only, as the table of src/README.md sets them.
set -eu
cd "${1:-$(dirname "$0")/../..}"

{
  grep -E '^\| *[0-9]+ \|' src/README.md | tr -d '|' | sed 's/^/floor /'
  find src include/tessera -name '*.[ch]' | xargs grep -HoE '^ *# *include *["<][^">]+[">]' | sed -E 's/: *# *include */ /'
} | awk '
$1 == "floor" { for (i = 3; i <= NF; i++) floor[$i] = $2; next }
# the room of tessera/<name>.h
function owner(name) {
  sub(/\.h$/, "", name)
  return name ~ /^(jet|base|compat)$/ ? "base" : name == "plugin" ? "pde" : name
}
# the room of a header named beside a file, `..` resolved
function beside(file, name,    part, n, i, stack, top) {
  sub(/[^\/]*$/, "", file)
  n = split(file name, part, "/")
  for (i = 1; i <= n; i++) if (part[i] == "..") top--; else stack[++top] = part[i]
  return stack[2]
}
function complain(why) { print $1 ": includes " name ": " why; bad++ }
{
  name = substr($2, 2, length($2) - 2)
  if ($1 ~ /^src\//) { split($1, part, "/"); mine = part[2] }
  else { n = split($1, part, "/"); mine = owner(part[n]) }
  seen[$1]
  if (!(mine in floor)) { complain("room " mine " is not in the table"); next }
  if (name == "tessera.h") { if (mine != "app") complain("only app includes all rooms"); next }
  if (name ~ /^tessera\//) {
    other = owner(substr(name, 9))
    if (mine == "app") complain("app includes <tessera.h> only")
    else if (!(other in floor)) complain("room " other " is not in the table")
    else if (mine == "kernel" && name == "tessera/jet.h") next
    else if (other != mine && floor[other] >= floor[mine]) complain("floor " floor[other] " from floor " floor[mine])
  } else if ($2 ~ /^"/) {
    other = beside($1, name)
    if (other != mine && (other != "kernel" || mine == "app")) complain("a private header of " other)
  }
}
END {
  for (f in seen) n_files++
  print n_files + 0 " files looked at, " bad + 0 " bad includes"
  exit bad > 0 || !n_files
}'
