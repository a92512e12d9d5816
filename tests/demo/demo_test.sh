#!/bin/bash
# usage: demo_test.sh DEMO_TOUR MRGD MRGCTL. Its temporary folder is the system's, because the path of
# a unix socket has at most 107 bytes.
set -euo pipefail
unset TEST_TMPDIR TMPDIR
exec python3 -B "$1" --mrgd "$PWD/$2" --mrgctl "$PWD/$3" --once
