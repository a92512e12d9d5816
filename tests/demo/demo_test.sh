#!/bin/bash
# usage: demo_test.sh DEMO_TEST MRGD MRGCTL. Temporary folders are the system's, because the path of a
# unix socket has at most 107 bytes.
set -euo pipefail
unset TEST_TMPDIR TMPDIR
exec python3 -B "$@"
