#!/bin/bash
# usage: alerts_test.sh TEST. Run from the folder that holds tests/pages/tree.py as the tree does.
set -euo pipefail
PYTHONPATH=tests/pages exec python3 -B "$1"
