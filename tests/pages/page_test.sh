#!/bin/bash
# usage: page_test.sh TEST. The rules are plain Python, as the pages need no build.
set -euo pipefail
exec python3 -B "$1"
