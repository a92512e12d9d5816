#!/bin/bash
# usage: build_progress_test.sh TEST BUILD_PROGRESS
set -euo pipefail
exec python3 -B "$1" "$(dirname "$2")"
