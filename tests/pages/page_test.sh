#!/bin/bash
# usage: page_test.sh TEST. The rules are plain Python; only that of commands asks what was built.
set -euo pipefail
exec python3 -B "$1"
