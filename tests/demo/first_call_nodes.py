"""What the reader of gateway/docs/FIRST_CALL.md, or of another page that begins with the demo, has:
its nodes, in a folder of their own, and its commands with that folder and their ports."""

import os
import re
import shutil
import tempfile

import demo_nodes
import federation
from free_ports import free_base
from page_commands import in_shell

__all__ = ["PAGE", "FirstCallNodes", "in_shell", "page_parts"]
PAGE = "gateway/docs/FIRST_CALL.md"
PORT_BASE = 17000  # as the pages print it
OTHER_LANGUAGES = "## In other languages\n"


def page_parts():
    """The page without its section on other languages, and that section."""
    before, _, after = federation.read(PAGE).partition(OTHER_LANGUAGES)
    section, heading, rest = after.partition("\n## ")
    return before + heading + rest, section


class FirstCallNodes:
    def __init__(self, mrgd, mrgctl):
        # Short, because the path of a unix socket has at most 107 bytes.
        self.folder = tempfile.mkdtemp(prefix="mrg-", dir="/tmp")
        self.base = free_base()
        self.programs = os.path.dirname(mrgctl)
        self.nodes = demo_nodes.DemoNodes(self.folder, mrgd, mrgctl)

    def bring_up(self):
        """Until a licence of Chongqing's fresh key is recognised; leaves one of another content, too,
        and a receipt."""
        nodes = self.nodes
        nodes.bring_up(federation.fixed_layout(self.base))
        nodes.federation.list_fresh_key("50")
        licence = nodes.sign_licence(demo_nodes.CHONGQING, "50-driving-licence.json", "fresh-50")
        nodes.wait_until("the fresh key is known", lambda: nodes.recognize(
            "50", licence, "RECOGNIZED",
            more=["--receipt-out", nodes.path("receipts", "across-regions")])[0] == 0)
        with open(licence, "rb") as file, open(nodes.path("presentations", "tampered"), "wb") as out:
            out.write(file.read().replace(b'"C6"', b'"A1"'))

    def remove(self):
        self.nodes.stop_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    def here(self, command):
        """The command of the page for these nodes."""
        command = (command.replace("/tmp/mrg-first", self.folder)
                   .replace("$PWD/bazel-bin/gateway/cli", self.programs))
        return re.sub(r"(?<=127\.0\.0\.1:)170\d\d", lambda found: str(
            self.base + int(found.group()) - PORT_BASE), command)
