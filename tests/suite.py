"""Runs `bazel test` and counts single test cases, from the build events of this run only.

bazel-testlogs would also hold results of targets that were not run this time. A target that does
not build, crashes or ends before its report is complete counts as one failed case. The last line
is "N passed, N failed" or "N passed, N failed, N skipped", with nothing else on it.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

import client_modules
import former_release
import interface_files
from fuzz import fuzz_run
from threats import threat_lines
from walkthroughs import walk_run

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CLANG_FORMAT_MAJOR = "14"  # Debian 12; other versions format a few constructs differently
# Inputs that are not part of the project: public test vectors, and inputs that once failed.
INPUTS = (("MRG_VECTORS", "vectors"), ("MRG_FAULTS", "faults"))
FORMATTED_FOLDERS = ("gateway", "trustlist", "dispute", "tests")


class Tally:
    """Cases by result, with a line to print for each one that did not pass."""

    def __init__(self):
        self.passed = 0
        self.failures = []  # (name, why, rerun command)
        self.skips = []  # (name, why)
        self.cases = []  # threat_lines.Case, of the tests that Bazel ran

    def fail(self, name, why, rerun=""):
        self.failures.append((name, why, rerun))

    def skip(self, name, why):
        self.skips.append((name, why))

    def closing_line(self):
        line = "%d passed, %d failed" % (self.passed, len(self.failures))
        return line + (", %d skipped" % len(self.skips) if self.skips else "")


def read_events(path):
    """The events of the run; a cut last line (bazel was killed) is left out."""
    events = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                try:
                    events.append(json.loads(line))
                except ValueError:
                    break
    return events


def skip_reason(text):
    """gtest writes "file:line", then what the test said."""
    lines = [line.strip() for line in (text or "").strip().splitlines()]
    return " ".join(lines[1:] or lines)


def count_report(tally, label, path, status, is_gtest, filtered):
    """Adds the cases of one test.xml."""
    rerun = "./tests/run --filter " + label
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        tally.fail(label, "no complete report (%s)" % error, rerun)
        return
    target_path = label.lstrip("/").replace(":", "/")
    cases = failed = 0
    for suite in root.iter("testsuite"):
        for failure in suite.findall("failure"):  # SetUpTestSuite or static set-up
            failed += 1
            tally.fail("%s %s" % (label, suite.get("name")), failure.get("message", ""), rerun)
        for case in suite.findall("testcase"):
            written_by_bazel = case.get("name") == target_path
            if is_gtest and written_by_bazel:
                continue  # the binary ended before it wrote a report of its own
            cases += 1
            name = "%s %s" % (label, case.get("name"))
            if case.get("classname"):
                name = "%s %s.%s" % (label, case.get("classname"), case.get("name"))
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                result = "FAILED"
                tally.fail(name, "", rerun)
            elif skipped is not None:
                result = "SKIPPED"
                tally.skip(name, skip_reason(skipped.get("message") or skipped.text))
            elif case.get("status") == "notrun":
                result = "SKIPPED"
                tally.skip(name, "disabled")
            else:
                result = "PASSED"
                tally.passed += 1
            tally.cases.append(threat_lines.Case(name, result))
    if status != "PASSED" and not failed:
        tally.fail(label, "ended with %s outside any case" % status, rerun)
    elif status == "PASSED" and not cases and not filtered:
        tally.fail(label, "reported no case", rerun)


def count_events(tally, events, filtered):
    """Adds every test target of the run, and every target that should have been built."""
    kinds, tests, failed_targets, results = {}, set(), {}, {}
    for event in events:
        identity = event.get("id", {})
        if "targetConfigured" in identity and "configured" in event:
            label = identity["targetConfigured"]["label"]
            kinds[label] = event["configured"].get("targetKind", "")
            if event["configured"].get("testSize"):
                tests.add(label)
        elif "targetCompleted" in identity:
            label = identity["targetCompleted"]["label"]
            if not event.get("completed", {}).get("success"):
                failed_targets[label] = "did not build"
        elif "testResult" in identity and "testResult" in event:
            key = identity["testResult"]
            # Attempts come in order; the last one is the result.
            results[(key["label"], key.get("run", 0), key.get("shard", 0))] = event["testResult"]

    reported = set()
    for (label, _, _), result in sorted(results.items(), key=lambda item: item[0]):
        reported.add(label)
        reports = [
            urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
            for output in result.get("testActionOutput", [])
            if output["name"] == "test.xml" and "uri" in output
        ]
        status = result.get("status", "NO_STATUS")
        if not reports:
            tally.fail(label, "ended with %s and no report" % status, "./tests/run --filter " + label)
        for report in reports:
            count_report(
                tally, label, report, status, kinds.get(label, "").startswith("cc_test"), filtered)

    for label in sorted(tests - reported):
        tally.fail(label, failed_targets.pop(label, "was not run"), "bazel build " + label)
    for label in sorted(set(failed_targets) - reported):
        tally.fail(label, failed_targets[label], "bazel build " + label)


def run_bazel(tally, arguments):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "events.json")
        command = [os.path.join(ROOT, "deploy/bazel/bazel"), "test", "--keep_going",
                   "--build_event_json_file=" + path]
        command += ["--test_summary=none", "--show_progress_rate_limit=20"] + arguments
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        events = read_events(path)
        filtered = any(argument.startswith("--test_filter=") for argument in arguments)
        count_events(tally, events, filtered)
    if code == 4:
        tally.fail("bazel test", "no test matches")
    elif code == 0 and not tally.passed and not tally.failures and not tally.skips:
        tally.fail("bazel test", "no case matches")
    elif code != 0 and not tally.failures:  # a broken BUILD file, for example
        tally.fail("bazel test", "exit code %d; see its messages above" % code)


def check_format(tally):
    name = "clang-format"
    binary = shutil.which("clang-format-" + CLANG_FORMAT_MAJOR) or shutil.which("clang-format")
    if not binary:
        tally.skip(name, "clang-format is not installed")
        return
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    if "version %s." % CLANG_FORMAT_MAJOR not in version:
        tally.skip(name, "needs version %s, found: %s" % (CLANG_FORMAT_MAJOR, version.strip()))
        return
    files = []
    for top in FORMATTED_FOLDERS:
        for folder, folders, names in os.walk(os.path.join(ROOT, top)):
            folders[:] = [f for f in folders if f != "node_modules"]
            files += [os.path.join(folder, n) for n in names if n.endswith((".cc", ".h"))]
    wrong = []
    for start in range(0, len(files), 200):
        report = subprocess.run([binary, "--dry-run", "--ferror-limit=1"] + files[start:start + 200],
                                capture_output=True, text=True, check=False).stderr
        wrong += [line.split(":")[0] for line in report.splitlines() if "-Wclang-format" in line]
    if wrong:
        short = " ".join(sorted({os.path.relpath(path, ROOT) for path in wrong}))
        tally.fail(name, "", "clang-format -i " + short)
    else:
        tally.passed += 1


def shell_scripts():
    """Every file of the project that a shell runs."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    paths = [os.fsdecode(path) for path in listed.stdout.split(b"\0") if path]
    scripts = []
    for path in paths:
        whole = os.path.join(ROOT, path)
        if not os.path.isfile(whole):
            continue
        with open(whole, "rb") as file:
            if re.match(rb"#!/bin/(ba)?sh\b", file.read(16)):
                scripts.append(path)
    return scripts


def check_shell(tally):
    name = "shellcheck"
    if not shutil.which(name):
        tally.skip(name, "shellcheck is not installed")
        return
    scripts = shell_scripts()
    if not scripts:
        tally.skip(name, "git lists no files here")
        return
    result = subprocess.run([name, *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode == 0:
        tally.passed += 1
    else:
        print((result.stdout + result.stderr).strip())
        tally.fail(name, "findings above", "shellcheck " + " ".join(scripts))


def inputs_folder(variable, name):
    """The folder that the variable names, or else that stands beside the project; or None."""
    beside = os.path.join(os.path.dirname(ROOT), "shared", name)
    folder = os.environ.get(variable) or beside
    return os.path.abspath(folder) if os.path.isdir(folder) else None


def inputs_digest(folder):
    """A digest of the inputs, so that a cached test result is not used after they change."""
    digest = hashlib.sha256()
    for path, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            digest.update(os.path.join(path, name).encode() + b"\0")
            with open(os.path.join(path, name), "rb") as file:
                digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def read_threats():
    with open(os.path.join(ROOT, threat_lines.PAGE), encoding="utf-8") as page:
        return threat_lines.read_page(page.read())


def list_threats(tally, whole):
    """Prints the lines of the page; a line without a test fails where the whole tree was run."""
    report, faults = threat_lines.judge(read_threats(), tally.cases)
    print("\n".join(report))
    for name, why in faults if whole else []:
        tally.fail(name, why)


def bazel_arguments(options):
    arguments = []
    tags = []
    if options.fast:
        tags.append("-slow")
    if options.golden:
        tags.append("golden")
        # Outside the sandbox, which would refuse to write the source tree; never from a cache.
        arguments += ["--strategy=TestRunner=local", "--nocache_test_results",
                      "--test_env=MRG_GOLDEN_WRITE=" + ROOT]
    if tags:
        arguments.append("--test_tag_filters=" + ",".join(tags))
        # What is not run is not built either, and so is not missed in the count.
        arguments.append("--build_tag_filters=" + ",".join(t for t in tags if t[0] == "-"))
    for variable, name in INPUTS:
        folder = inputs_folder(variable, name)
        if folder:
            arguments.append("--test_env=%s=%s" % (variable, folder))
            arguments.append("--test_env=%s_SHA256=%s" % (variable, inputs_digest(folder)))
    modules = client_modules.find(ROOT)
    if modules:
        arguments.append("--test_env=MRG_NODE_MODULES=" + modules)
    patterns = [f for f in options.filter if f.startswith("//")]
    names = [f for f in options.filter if not f.startswith("//")]
    if options.threats:
        names += threat_lines.gtest_filter(read_threats())
        arguments.append("--test_lang_filters=cc")  # no other kind of test can be filtered
    if names:
        arguments.append("--test_filter=" + ":".join(names))
    if names or options.golden:
        arguments.append("--build_tests_only")
    return arguments + (patterns or ["//..."])


def main():
    parser = argparse.ArgumentParser(
        prog="./tests/run",
        description="Builds and tests everything; the last line counts the cases.",
        epilog="MRG_VECTORS names the folder of public test vectors, MRG_FAULTS that of inputs that "
               "once failed (otherwise ../shared/vectors, ../shared/faults); with "
               "MRG_REQUIRE_VECTORS=1 the tests that read them fail, instead of being skipped, when "
               "they are absent.")
    parser.add_argument("--fast", action="store_true", help="leave out targets tagged slow")
    parser.add_argument("--threats", action="store_true",
                        help="only the attacks of gateway/docs/threats.md; lists each line with its "
                             "tests and results, and fails for a line that has none, unless --fast "
                             "or --filter leaves tests out")
    parser.add_argument("--golden", action="store_true",
                        help="rewrite the golden files (targets tagged golden); read the diff")
    parser.add_argument("--filter", action="append", default=[], metavar="PATTERN",
                        help="a Bazel pattern (//gateway/base/...) or a gtest filter (Threat.T01*); "
                             "may be given more than once")
    parser.add_argument("--fuzz", action="store_true",
                        help="let libFuzzer search from each corpus of tests/fuzz, ten minutes in all; "
                             "needs clang; --filter NAME takes the corpora with such names")
    parser.add_argument("--fuzz-seconds", type=int, metavar="N",
                        help="with --fuzz: so many seconds for each corpus, however long it takes")
    parser.add_argument("--former-release", action="store_true",
                        help="build the release before this one, and federate nodes of both")
    parser.add_argument("--walkthroughs", action="store_true",
                        help="install, upgrade and purge the packages, and walk the pages of "
                             "operator, developer and auditor, each from a bare Debian 12 in a "
                             "container; needs root, debootstrap, systemd-nspawn and Debian's "
                             "packages; --filter NAME takes the walks with such names")
    options = parser.parse_args()

    tally = Tally()
    if options.fuzz:
        fuzz_run.run(ROOT, tally, options.filter, options.fuzz_seconds)
        return finish(tally)
    if options.former_release:
        folder, why = former_release.build(ROOT)
        if folder is None:
            tally.fail("former release", why)
        else:
            run_bazel(tally, ["--test_env=MRG_FORMER_RELEASE=" + folder, former_release.TEST])
        return finish(tally)
    if options.walkthroughs:
        walk_run.run(ROOT, tally, options.filter)
        return finish(tally)
    whole_tree = not (options.filter or options.threats or options.golden)
    if whole_tree:
        check_format(tally)
        check_shell(tally)
        interface_files.check(ROOT, tally)
    run_bazel(tally, bazel_arguments(options))
    if options.threats:
        list_threats(tally, whole=not (options.filter or options.fast))

    return finish(tally)


def finish(tally):
    """Prints what did not pass and the closing line. Result: the exit code."""
    for name, why in tally.skips:
        print("SKIPPED %s%s" % (name, ": " + why if why else ""))
    for name, why, rerun in tally.failures:
        print("FAILED %s%s%s" % (name, ": " + why if why else "", "   again: " + rerun if rerun else ""))
    print(tally.closing_line())
    sys.stdout.flush()
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
