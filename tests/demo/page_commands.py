"""The commands that a page prints, and what they need to be run as they are printed: a shell that
finds the programs of this build, and the federation that ./deploy/demo --keep leaves. Needs deploy/
and tests/demo on sys.path."""

import os
import re
import shutil
import subprocess
import tempfile

import demo_nodes
import federation
from free_ports import free_base

# A command stands in a block of its own, and goes on in the next line behind a backslash.
COMMAND = re.compile(r"^    ((?:mrgctl |mrgd |\./|export )(?:.*\\\n)*.*)$", re.M)
REMARK = re.compile(r" {2,}# .*$", re.M)
# What the pages say for the folder, the ports and the programs of the demo.
FOLDER, PORT_BASE, PROGRAMS_FOLDER = "/tmp/mrg-first", 17000, "$PWD/bazel-bin/gateway/cli"


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


def in_shell(script, programs, folder=None):
    """Runs it where `programs`, paths of mrgd and mrgctl, are found by their names. Result: exit
    code and output."""
    path = os.pathsep.join([os.path.dirname(one) for one in programs] + [os.environ["PATH"]])
    done = subprocess.run(["bash", "-euc", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, cwd=folder, env={**os.environ, "PATH": path})
    return done.returncode, done.stdout


class KeptDemo:
    """What ./deploy/demo --keep leaves, which has a test of its own, without its tour: nodes that
    are up, a fresh key that is listed, and presentations of which one is tampered with."""

    def __init__(self, case, programs):
        self.folder = temporary_folder(case)
        self.base = free_base()
        self.programs = programs
        self.nodes = demo_nodes.DemoNodes(self.folder, *programs)
        case.addClassCleanup(self.nodes.stop_all)
        self.nodes.bring_up(federation.fixed_layout(self.base))
        self.nodes.federation.list_fresh_key("50")
        licence = self.nodes.sign_licence(
            demo_nodes.CHONGQING, "50-driving-licence.json", "fresh-50")
        self.nodes.wait_until("the fresh key is known", lambda: self.nodes.recognize(
            "50", licence, "RECOGNIZED",
            more=["--receipt-out", self.nodes.path("receipts", "across-regions")])[0] == 0)
        with open(licence, "rb") as file:
            document = file.read().replace(b'"C6"', b'"A1"')
        with open(self.nodes.path("presentations", "tampered"), "wb") as file:
            file.write(document)

    def as_here(self, command):
        """A command of a page with folder, ports and programs of this federation."""
        command = command.replace(FOLDER, self.folder).replace(
            PROGRAMS_FOLDER, os.path.dirname(self.programs[1]))
        return re.sub(r"127\.0\.0\.1:(%d\d\d)" % (PORT_BASE // 100), lambda found: (
            "127.0.0.1:%d" % (self.base + int(found.group(1)) - PORT_BASE)), command)

    def run(self, script):
        return in_shell(script, self.programs)
