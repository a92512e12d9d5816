"""Every command of ours in a page is one that the programs know, with its flags."""

import os
import unittest

import commands
import tree
from markdown_page import Page

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
    def test_every_command_is_known(self):
        folder = tree.root()
        pages = [path for path in tree.files(folder) if path.endswith(".md") and
                 path != "CHANGELOG.md" and "/adr/" not in path]  # these tell of their own time
        found = []
        for path in pages:
            found += commands.faults(path, Page(tree.read(folder, path)), PROGRAMS)
        self.assertGreater(len(pages), 15)
        self.assertEqual(found, [], "\n".join(found))


if __name__ == "__main__":
    unittest.main()
