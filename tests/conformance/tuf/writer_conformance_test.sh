#!/bin/bash
# usage: writer_conformance_test.sh WRITER_CONFORMANCE MRGCTL PUBLISHING_NODE
set -euo pipefail
exec python3 -B "$@"
