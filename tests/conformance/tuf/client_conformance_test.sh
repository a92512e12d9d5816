#!/bin/bash
# usage: client_conformance_test.sh CLIENT_CONFORMANCE MRGCTL
set -euo pipefail
exec python3 -B "$1" "$PWD/$2"
