# What every walk begins with: steps that are timed, and what is expected of them.
# shellcheck shell=bash
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

step() {
  now=$(date +%s)
  [ -z "${began-}" ] || echo "   took $((now - began)) s"
  began=$now
  echo "== $*"
}

# expect WHAT COMMAND...: the command succeeds.
expect() {
  local what=$1
  shift
  if "$@"; then
    echo "   $what"
  else
    echo "NOT AS EXPECTED: $what"
    exit 1
  fi
}

# within SECONDS WHAT COMMAND...: the command succeeds before long.
within() {
  local end=$(($(date +%s) + $1)) what=$2
  shift 2
  until "$@" >/tmp/said 2>&1; do
    if [ "$(date +%s)" -gt "$end" ]; then
      cat /tmp/said
      echo "NOT AS EXPECTED: $what"
      exit 1
    fi
    sleep 0.2
  done
  echo "   $what"
}
