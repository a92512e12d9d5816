"""What the reader of gateway/docs/FIRST_CALL.md has: its demo's nodes, in a folder of their own, and
its commands with that folder and their ports."""

import os
import shutil
import subprocess
import tempfile

import demo_nodes
import federation
from free_ports import free_base

PAGE = "gateway/docs/FIRST_CALL.md"
OTHER_LANGUAGES = "## In other languages\n"


def page_parts():
    """The page without its section on other languages, and that section."""
    before, _, after = federation.read(PAGE).partition(OTHER_LANGUAGES)
    section, heading, rest = after.partition("\n## ")
    return before + heading + rest, section


def in_shell(script):
    """Result: exit code and output."""
    done = subprocess.run(["bash", "-euc", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    return done.returncode, done.stdout


class FirstCallNodes:
    def __init__(self, mrgd, mrgctl):
        # Short, because the path of a unix socket has at most 107 bytes.
        self.folder = tempfile.mkdtemp(prefix="mrg-", dir="/tmp")
        self.base = free_base()
        self.programs = os.path.dirname(mrgctl)
        self.nodes = demo_nodes.DemoNodes(self.folder, mrgd, mrgctl)

    def bring_up(self):
        """Until a licence of Chongqing's fresh key is recognised; leaves one of another content, too."""
        nodes = self.nodes
        nodes.bring_up(federation.fixed_layout(self.base))
        nodes.federation.list_fresh_key("50")
        licence = nodes.sign_licence(demo_nodes.CHONGQING, "50-driving-licence.json", "fresh-50")
        nodes.wait_until("the fresh key is known", lambda: nodes.recognize(
            "50", licence, "RECOGNIZED")[0] == 0)
        with open(licence, "rb") as file, open(nodes.path("presentations", "tampered"), "wb") as out:
            out.write(file.read().replace(b'"C6"', b'"A1"'))

    def remove(self):
        self.nodes.stop_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    def here(self, command):
        """The command of the page for these nodes."""
        return (command.replace("/tmp/mrg-first", self.folder)
                .replace("127.0.0.1:17010", "127.0.0.1:%d" % (self.base + 10))
                .replace("127.0.0.1:17013", "127.0.0.1:%d" % (self.base + 13))
                .replace("$PWD/bazel-bin/gateway/cli", self.programs))
