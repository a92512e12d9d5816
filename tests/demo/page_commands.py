"""The commands that a page prints, and a shell that runs them with the programs of this build. Needs
deploy/ on sys.path."""

import os
import re
import shutil
import subprocess
import tempfile

import federation

# A command stands in a block of its own, and goes on in the next line behind a backslash.
COMMAND = re.compile(r"^    ((?:mrgctl |mrgd |\./|export )(?:.*\\\n)*.*)$", re.M)
REMARK = re.compile(r" {2,}# .*$", re.M)


def section(page, heading):
    """The text below a heading, up to the next one of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(r"^%s\n(.*?)(?=^#{1,%d} |\Z)" % (re.escape(heading), level),
                      federation.read(page), re.M | re.S)
    if not found:
        raise LookupError("%s has no heading '%s'" % (page, heading))
    return found.group(1)


def commands(text):
    return [REMARK.sub("", one) for one in COMMAND.findall(text)]


def temporary_folder(case):
    """A folder that goes with the test class; short, as the path of a unix socket has at most 107
    bytes."""
    folder = tempfile.mkdtemp(prefix="mrg-", dir="/tmp")
    case.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def in_shell(script, programs=(), folder=None):
    """Runs it where `programs`, paths of mrgd and mrgctl, are found by their names. Result: exit
    code and output."""
    path = os.pathsep.join([os.path.dirname(one) for one in programs] + [os.environ["PATH"]])
    done = subprocess.run(["bash", "-euc", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, cwd=folder, env={**os.environ, "PATH": path})
    return done.returncode, done.stdout
