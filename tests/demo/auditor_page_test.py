"""usage: auditor_page_test.py MRGD MRGCTL

The auditor's page, command by command, against a hub and two regions on loopback.
"""

import os
import re
import sys
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import demo_nodes  # noqa: E402
import federation  # noqa: E402
import page_commands  # noqa: E402

PAGE = "gateway/docs/AUDITING.md"
PROGRAMS = []  # mrgd and mrgctl
# What the page takes from ./deploy/demo, which has a test of its own.
BEFORE = "./deploy/demo --keep /tmp/mrg-first"


class AuditorsPage(unittest.TestCase):
    """One run of the page's commands; the cases look at what was seen, or call once more."""

    @classmethod
    def setUpClass(cls):
        cls.demo = page_commands.KeptDemo(cls, PROGRAMS)
        all_of_it = page_commands.commands(federation.read(PAGE))
        cls.begins_with_the_demo = all_of_it[0] == BEFORE
        cls.printed = [cls.demo.as_here(one) for one in all_of_it if one != BEFORE]
        cls.code, cls.said = cls.demo.run("\n".join(cls.printed))

    def again(self, command):
        """Result: exit code and output of one more command, with the page's own settings."""
        settings = [one for one in self.printed if one.startswith("export ")]
        return self.demo.run("\n".join([*settings, command]))

    def test_the_commands_work_as_printed(self):
        self.assertTrue(self.begins_with_the_demo)
        self.assertEqual(self.code, 0, self.said)

    def test_each_kind_of_command_that_the_page_tells_of_is_printed(self):
        for words in ("log checkpoint", "log consistency", "log verify", "log list", "audit check"):
            self.assertTrue([one for one in self.printed if one.startswith("mrgctl " + words)],
                            words)

    def test_what_is_kept_lies_where_the_page_says(self):
        kept = os.path.join(self.demo.folder, "auditor", "mrg")

        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o700)
        for path in ("trust/yangtze-delta/first-root.json", "logs/yangtze-delta/log-1/checkpoint"):
            self.assertTrue(os.path.exists(os.path.join(kept, path)), path)

    def test_a_listed_record_is_of_the_province_that_was_asked_for(self):
        code, said = self.again("mrgctl log list $NODE --issuing 50 --output json")

        self.assertEqual(code, 0, said)
        self.assertRegex(said, r'"issuing[^"]*" ?: ?"50"')
        self.assertNotRegex(said, r'"issuing[^"]*" ?: ?"3[1-4]"')

    def test_a_log_that_is_not_the_one_that_was_kept_is_told(self):
        kept = os.path.join(self.demo.folder, "auditor", "mrg", "logs", "yangtze-delta", "log-1",
                            "checkpoint")
        other = os.path.join(self.demo.folder, "changed-checkpoint")
        federation.write(other, re.sub(r"\n\d+\n", "\n1\n", federation.read(kept), count=1))

        code, said = self.again("mrgctl log consistency $NODE --checkpoint " + other)

        self.assertEqual(code, 1, said)
        self.assertIn("mrgctl: ", said)


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
