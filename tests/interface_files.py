"""Checks of the interface files in proto: buf's rules, and that nothing which callers rest on is
changed, against the commit before and against the release before."""

import json
import os
import shutil
import subprocess
import tempfile

import former_release

BUF_VERSION = "1.75.0"
REDOCLY_VERSION = "1.25.11"

# Breaks that are meant, by buf's rule and the text of the finding, or by the rule alone: why.
INTENDED = {
    "FILE_SAME_GO_PACKAGE": "named for generators since 0.2; nothing on the wire, none was before",
    "FILE_SAME_JAVA_PACKAGE": "named for generators since 0.2; what was the default before",
    "FILE_SAME_JAVA_MULTIPLE_FILES": "one file a class since 0.2; nothing on the wire",
}


def find_from_npm(program, package, version):
    """The program to use: on PATH, fetched before, or fetched now from npm when that is quick."""
    binary = shutil.which(program)
    if binary:
        return binary, ""
    home = os.environ.get("HOME") or tempfile.gettempdir()
    folder = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"),
                          "mrg-%s-%s" % (program, version))
    binary = os.path.join(folder, "node_modules", ".bin", program)
    if os.path.exists(binary):
        return binary, ""
    if not shutil.which("npm"):
        return None, "neither %s nor npm is installed" % program
    try:
        subprocess.run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder,
             "%s@%s" % (package, version)],
            capture_output=True, timeout=120, check=True)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(folder, ignore_errors=True)
        return None, "%s is not installed and npm could not fetch it" % program
    return (binary, "") if os.path.exists(binary) else (None, "npm fetched no " + program)


def unmeant(findings):
    """Result: of buf's findings, one JSON object a line, those that are not meant, as text."""
    texts = []
    for line in findings.splitlines():
        finding = json.loads(line)
        if finding["type"] in INTENDED or (finding["type"], finding["message"]) in INTENDED:
            continue
        texts.append("%s:%d: %s (%s)" % (finding["path"], finding.get("start_line", 1),
                                         finding["message"], finding["type"]))
    return texts


def compare(root, binary, commit):
    """Result: the findings against the interface files of the commit, or None when git has not got
    it, as a shallow clone may not."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", commit, "proto"], cwd=root, capture_output=True,
                                check=False)
        if packed.returncode:
            return None
        subprocess.run(["tar", "--extract", "--directory", folder], input=packed.stdout, check=True)
        result = subprocess.run(
            [binary, "breaking", "--error-format", "json", "--against",
             os.path.join(folder, "proto")],
            cwd=os.path.join(root, "proto"), capture_output=True, text=True, check=False)
        if result.returncode and not result.stdout:
            return [result.stderr.strip()]
        return unmeant(result.stdout)


def check(root, tally):
    check_openapi(root, tally)
    binary, why = find_from_npm("buf", "@bufbuild/buf", BUF_VERSION)
    names = ("buf lint", "buf breaking, commit before", "buf breaking, release before")
    if not binary:
        for name in names:
            tally.skip(name, why)
        return
    result = subprocess.run([binary, "lint"], cwd=os.path.join(root, "proto"),
                            capture_output=True, text=True, check=False)
    report(tally, names[0], result.stdout.splitlines() if result.returncode else [],
           "cd proto && buf lint")
    for name, commit in zip(names[1:], ("HEAD^", former_release.COMMIT)):
        findings = compare(root, binary, commit)
        if findings is None:
            tally.skip(name, "git has no commit " + commit)
        else:
            report(tally, name, findings, "list a break that is meant in tests/interface_files.py")


def check_openapi(root, tally):
    """The description that is made of the interface files for tools that call over REST."""
    name = "redocly lint"
    binary, why = find_from_npm("redocly", "@redocly/cli", REDOCLY_VERSION)
    if not binary:
        tally.skip(name, why)
        return
    quiet = dict(os.environ, REDOCLY_TELEMETRY="off", REDOCLY_SUPPRESS_UPDATE_NOTICE="true")
    result = subprocess.run([binary, "lint", "openapi.json"], env=quiet, capture_output=True,
                            cwd=os.path.join(root, "gateway", "docs"), text=True, check=False)
    report(tally, name, (result.stdout + result.stderr).splitlines() if result.returncode else [],
           "cd gateway/docs && redocly lint openapi.json")


def report(tally, name, findings, again):
    if not findings:
        tally.passed += 1
        return
    print("\n".join(findings))
    tally.fail(name, "%d findings, above" % len(findings), again)
