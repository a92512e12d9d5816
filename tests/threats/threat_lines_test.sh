#!/bin/bash
# usage: threat_lines_test.sh TEST PAGE. The rules are plain Python, as the test command is.
set -euo pipefail
exec python3 -B "$1" "$2"
