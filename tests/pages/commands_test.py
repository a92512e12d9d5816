"""Every command of ours in a page is one that the programs know, with its flags."""

import os
import re
import unittest

import commands
import tree
from markdown_page import Page

# What the pages have systemd do, with which unit.
UNIT = re.compile(r"\b(?:systemctl [a-z-]+|systemd-analyze security|journalctl --unit)\s+([\w@.-]+)")

PROGRAMS = commands.Programs({
    "mrgctl": os.path.abspath("gateway/cli/mrgctl"),
    "mrgd": os.path.abspath("gateway/daemon/mrgd"),
})


class Faults(unittest.TestCase):
    def test_commands_that_exist_pass(self):
        for text in ("mrgctl", "mrgctl trust", "mrgctl trust status --wait --timeout 60",
                     "mrgctl trust sign --role j-31 --key K | tee log", "mrgd --config FILE",
                     "mrgctl trust … --root-days", "ls --what"):
            self.assertEqual(commands.fault(text, PROGRAMS), "", text)

    def test_a_verb_or_a_flag_that_there_is_not_is_named(self):
        self.assertEqual(commands.fault("mrgctl trust stauts", PROGRAMS),
                         "mrgctl trust stauts: there is no such command")
        self.assertEqual(commands.fault("mrgctl trust sign --rloe root", PROGRAMS),
                         "mrgctl trust sign: has no flag --rloe")
        self.assertEqual(commands.fault("mrgd --configuration x", PROGRAMS),
                         "mrgd: has no flag --configuration")

    def test_a_command_of_a_page_is_named_with_its_line(self):
        page = Page("# One\n\nSee `mrgctl nothing`:\n\n    mrgctl trust sign \\\n      --rloe root\n")
        self.assertEqual(commands.faults("a.md", page, PROGRAMS),
                         ["a.md:3: mrgctl nothing: there is no such command",
                          "a.md:5: mrgctl trust sign: has no flag --rloe"])


class PagesOfTheProject(unittest.TestCase):
    def setUp(self):
        self.folder = tree.root()
        self.pages = {path: tree.read(self.folder, path) for path in tree.files(self.folder)
                      if path.endswith(".md") and path != "CHANGELOG.md" and
                      "/adr/" not in path}  # these tell of their own time

    def test_every_command_is_known(self):
        found = []
        for path, text in self.pages.items():
            found += commands.faults(path, Page(text), PROGRAMS)
        self.assertGreater(len(self.pages), 15)
        self.assertEqual(found, [], "\n".join(found))

    def test_every_unit_of_systemd_is_one_of_the_packages(self):
        named = {(path, unit) for path, text in self.pages.items() for unit in UNIT.findall(text)}
        units = {os.path.basename(path)[:-len(".service")] for path in tree.files(self.folder)
                 if path.startswith("deploy/debian/") and path.endswith(".service")}
        self.assertEqual({one for one in named if one[1] not in units}, set())
        self.assertGreater(len(named), 5)


if __name__ == "__main__":
    unittest.main()
