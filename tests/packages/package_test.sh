#!/bin/bash
# usage: package_test.sh PACKAGE_TEST MRGD MRGCTL.
set -euo pipefail
exec python3 -B "$@"
