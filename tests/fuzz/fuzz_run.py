"""Builds the targets of tests/fuzz with libFuzzer and lets each search from its corpus."""

import fnmatch
import os
import shutil
import subprocess
import tempfile
import time

# Of all corpora together, what the build takes not counted.
SECONDS_IN_ALL = 600
# Longest input that is tried. The parsers' own limits are reached by their unit tests.
INPUT_BYTES_MAX = 16384


def corpora(root, patterns):
    """The names of the corpora that match one of `patterns`; all when there are none."""
    names = sorted(os.listdir(os.path.join(root, "tests/fuzz/corpus")))
    return [n for n in names if not patterns or any(fnmatch.fnmatch(n, p) for p in patterns)]


def build(root, names):
    """Builds the targets. Result: the folder of their programs, or None."""
    bazel = os.path.join(root, "deploy/bazel/bazel")
    targets = ["//tests/fuzz:%s_fuzz_test" % name for name in names]
    if subprocess.run([bazel, "build", "--config=fuzz"] + targets, cwd=root, check=False).returncode:
        return None
    place = subprocess.run([bazel, "info", "--config=fuzz", "bazel-bin"], cwd=root,
                           capture_output=True, text=True, check=True).stdout.strip()
    return os.path.join(place, "tests/fuzz")


def search(root, program, name, seconds, found):
    """Result: the exit code of one search, whose inputs that failed are kept in `found`."""
    with tempfile.TemporaryDirectory() as grown:  # new inputs go to the first folder
        return subprocess.run(
            [program, grown, os.path.join("tests/fuzz/corpus", name),
             "-max_total_time=%d" % seconds, "-max_len=%d" % INPUT_BYTES_MAX, "-timeout=25",
             "-rss_limit_mb=2048", "-print_final_stats=0", "-verbosity=0",
             "-artifact_prefix=" + os.path.join(found, name + "-")],
            cwd=root, env=dict(os.environ, UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1"),
            check=False).returncode


def run(root, tally, patterns, seconds):
    """Counts one case for each corpus; `seconds` for each, or None: SECONDS_IN_ALL in all."""
    names = corpora(root, patterns)
    if not names:
        tally.fail("fuzz", "no corpus matches")
        return
    if not shutil.which("clang"):
        tally.fail("fuzz", "clang is not installed: apt-get install clang")
        return
    programs = build(root, names)
    if programs is None:
        tally.fail("fuzz", "did not build")
        return
    found = tempfile.mkdtemp(prefix="mrg-fuzz-")
    end = time.monotonic() + SECONDS_IN_ALL
    for place, name in enumerate(names):
        share = seconds or max(1, int((end - time.monotonic()) / (len(names) - place)))
        print("fuzz %s: %d s" % (name, share), flush=True)
        program = os.path.join(programs, name + "_fuzz_test")
        if search(root, program, name, share, found) == 0:
            tally.passed += 1
        else:
            tally.fail("fuzz " + name, "the input is in " + found,
                       "./tests/run --fuzz --filter " + name)
    if not os.listdir(found):
        os.rmdir(found)
