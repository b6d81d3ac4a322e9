#!/bin/sh
# options.sh TESSERA - docs/options.md on stdout: what `tessera -help` prints.
set -eu
echo "# Options"
echo
echo "Made by \`tools/options.sh\` from \`tessera -help\`; \`tests/house/options.py\` sees that it is current."
echo
echo '```'
"$1" -help
echo '```'
