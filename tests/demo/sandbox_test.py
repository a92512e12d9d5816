"""usage: sandbox_test.py MRGD MRGCTL

The sandbox: each line of its table is answered as it says, and what it leaves is what was asked.
"""

import base64
import json
import os
import re
import subprocess
import sys
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import federation  # noqa: E402
import page_commands  # noqa: E402
import sandbox  # noqa: E402
from sandbox_cases import CASES, with_check_digit  # noqa: E402

PROGRAMS = []  # mrgd and mrgctl
# Verdicts that no line can show here, each with its cause.
NOT_HERE = {
    "TRUST_IN_GRACE": "no sample agreement grants one",
    "STATUS_UNAVAILABLE": "the issuing side would have to withhold its key",
    "CHECK_NOT_EVALUATED": "it stands for a fault of the node",
    "MEMBERSHIP_ENDED": "all of the member would be refused",
    "AGREEMENT_NOT_IN_FORCE": "every two provinces here have one",
    "AGREEMENT_MISMATCH": "its provinces would be refused",
    "NO_PACK": "every agreement here names its packs",
    "AGREEMENT_CONDITION": "no sample agreement has conditions",
    "COPY_OUT_OF_SCOPE": "no sample licence is a copy",
    "UNDECLARED_MEMBER": "no sample agreement forbids them",
    # What became of single elements, which is no reason of an answer.
    "ELEMENT_NOT_ALLOWED": "of an element", "ELEMENT_NOT_IN_STANDARD": "of an element",
    "ELEMENT_NOT_IN_DOCUMENT": "of an element", "VALUE_NARROWED": "of an element",
    "SOURCE_BROADER": "of an element", "SOURCE_NARROWER": "of an element",
}


def verdicts():
    return re.findall(r"^\| `(\w+)` \| verdict \|", federation.read("gateway/docs/REASONS.md"), re.M)


class Table(unittest.TestCase):
    def test_every_verdict_has_a_line_or_a_cause_why_not(self):
        shown = {case.reason for case in CASES}

        self.assertEqual(shown & set(NOT_HERE), set())
        self.assertEqual([one for one in verdicts() if one not in shown | set(NOT_HERE)], [])
        self.assertEqual([one for one in NOT_HERE if one not in verdicts()], [])

    def test_every_name_is_there_once(self):
        self.assertEqual(len({case.name for case in CASES}), len(CASES))

    def test_an_answer_with_another_reason_or_one_more_is_not_as_the_table_says(self):
        revoked = next(case for case in CASES if case.reason == "LICENCE_REVOKED")
        malformed = next(case for case in CASES if case.reason == "FIELD_MALFORMED")
        one, two = "  reason 原因: LICENCE_REVOKED x\n", "  reason 原因: LICENCE_EXPIRED x\n"

        self.assertEqual(sandbox.fault(revoked, 0, one), "")
        for code, said in ((3, one), (0, ""), (0, two), (0, one + two)):
            self.assertIn("LICENCE_REVOKED", sandbox.fault(revoked, code, said))
        self.assertEqual(sandbox.fault(malformed, 1, "mrgctl: FIELD_MALFORMED: using"), "")
        for code, said in ((0, "FIELD_MALFORMED"), (1, "mrgctl: FIELD_REQUIRED")):
            self.assertIn("FIELD_MALFORMED", sandbox.fault(malformed, code, said))

    def test_the_check_digit_is_that_of_the_samples(self):
        for number in ("50010319000101001X", "320101190001010013"):
            self.assertEqual(with_check_digit(number[:17]), number)


class Sandbox(unittest.TestCase):
    """One run; the cases look at what it said and left."""

    @classmethod
    def setUpClass(cls):
        cls.folder = os.path.join(page_commands.temporary_folder(cls), "kept")
        done = subprocess.run(
            [sys.executable, "-B", "deploy/sandbox.py", "--once", "--keep", cls.folder, "--mrgd",
             PROGRAMS[0], "--mrgctl", PROGRAMS[1]],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        cls.code, cls.said = done.returncode, done.stdout
        index = os.path.join(cls.folder, "cases.json")
        cls.index = json.loads(federation.read(index)) if os.path.exists(index) else []

    def test_each_line_is_answered_as_the_table_says(self):
        self.assertEqual(self.code, 0, self.said)
        self.assertIn("%d steps, all as expected" % len(CASES), self.said)

    def test_the_index_has_each_line_with_its_files(self):
        self.assertEqual([one["name"] for one in self.index], [case.name for case in CASES])
        for one in self.index:
            for file in ("certificate", "key", "request", "presentation", "document"):
                self.assertTrue(os.path.exists(os.path.join(self.folder, one[file])), one[file])

    def test_no_lists_are_stale_but_those_of_which_lines_say_so(self):
        log = federation.read(os.path.join(self.folder, "yangtze-delta", "log"))

        def publishers(event):
            return set(re.findall('"event":"%s","publisher":"([^"]+)"' % event, log))

        self.assertEqual(publishers("trust_stale"), {"never-started", "ran-out", "two-histories"})
        self.assertEqual(publishers("publisher_forked"), {"two-histories"})

    def test_a_request_holds_what_was_presented(self):
        for one in self.index:
            request = json.loads(federation.read(os.path.join(self.folder, one["request"])))
            detached = request["presentation"].get("detached")
            presented = sandbox.read_bytes(os.path.join(self.folder, one["presentation"]))
            if detached is None:
                self.assertEqual(presented, b"")
                continue
            self.assertEqual(
                base64.b64decode(detached["document"]),
                sandbox.read_bytes(os.path.join(self.folder, one["document"])), one["name"])
            for field in ("document", "signature", "publicKey"):
                self.assertIn(base64.b64decode(detached[field]), presented, one["name"])


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
