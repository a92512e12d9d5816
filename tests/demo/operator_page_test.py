"""usage: operator_page_test.py MRGD MRGCTL

The first federation as the operator's page tells it, command by command, in a temporary folder: a
hub and a region of one's own, then two regions that recognise each other's licences.
"""

import os
import re
import sys
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import federation  # noqa: E402
import page_commands  # noqa: E402

PAGE = "gateway/docs/OPERATING.md"
SECTION = "## A federation of your own"
PROGRAMS = []  # mrgd and mrgctl
TYPE = "11100000XX0000019L003"
# What the page says of the other region, "made likewise": where it differs from the first. There is
# a sample catalogue of no province but the Delta's.
LIKEWISE = (("deploy/regions/yangtze-delta/catalogue-31", "CATALOGUE"), ("delta-reply", "REPLY"),
            ("delta", "pearl"), ("11310000YY000001XH", "11440000YY000001XL"), ("31", "44"),
            ("issuer.p", "issuer-44.p"), ("7412", "7422"), ("7411", "7421"),
            ("CATALOGUE", "deploy/regions/yangtze-delta/catalogue-34"), ("REPLY", "delta-reply"))
START = re.compile(r"mrgd --config (\w+)/node\.textproto &")
# Nodes are started anew as the page says, and none outlives the shell.
SHELL = """
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
anew() {
  kill "$(cat "$1.pid")"
  wait "$(cat "$1.pid")"
  start "$1"
}
start() {
  mrgd --config "$1/node.textproto" 2>"$1.log" &
  echo $! >"$1.pid"
}
"""


def changed(command, pairs):
    for old, new in pairs:
        command = command.replace(old, new)
    return command


class OperatorsPage(unittest.TestCase):
    """One run of the page's commands; the cases look at what was seen."""

    @classmethod
    def setUpClass(cls):
        cls.folder = page_commands.temporary_folder(cls)
        os.symlink(os.path.abspath("deploy"), os.path.join(cls.folder, "deploy"))
        all_of_it = page_commands.commands(page_commands.section(PAGE, SECTION))
        second = next(n for n, one in enumerate(all_of_it) if "pearl/member.textproto" in one)
        cls.first, cls.second = all_of_it[:second], all_of_it[second:]
        ports = dict(zip(("7402", "7411", "7412", "7421", "7422"),
                         map(str, federation.free_ports(5))))

        steps = [*cls.first, "echo AGREED NEXT", *cls.likewise(), *cls.agreeing(), cls.coverage()]
        script = "\n".join(START.sub(r"start \1", one) for one in steps)
        script = re.sub(r"(?<=127\.0\.0\.1:)74\d\d", lambda found: ports[found.group()], script)
        cls.code, cls.said = page_commands.in_shell(SHELL + script, PROGRAMS, cls.folder)

    @classmethod
    def likewise(cls):
        """The region `pearl`, which the page says is made as `delta` was."""
        own = [changed(one, LIKEWISE) for one in cls.first if "delta" in one or "issuer" in one]
        calls = next(n for n, one in enumerate(own) if "catalogue types" in one)
        at_hub = [one for one in cls.first if "--repository hub/repository" in one]
        added = next(n for n, one in enumerate(own) if one.startswith("mrgctl member add"))
        return own[:added + 1] + at_hub[:1] + ["anew hub"] + own[added + 1:calls] + at_hub[1:]

    @classmethod
    def agreeing(cls):
        """One side's commands as printed, then the other's, which signs the same file and owns no
        pack."""
        other = [changed(one, (("delta", "DELTA"), ("pearl", "delta"), ("DELTA", "pearl")))
                 for one in cls.second[:1]]
        other += [changed(one, LIKEWISE) for one in cls.second[1:]
                  if "agreement new" not in one and " --pack " not in one]
        return ([cls.second[0], "anew delta", other[0], "anew pearl"] + cls.second[1:] + other[1:])

    @classmethod
    def coverage(cls):
        """Asks until both sides' lists are there, which the page leaves to time."""
        ask = cls.first[-1].replace(" types ", " coverage ") + (
            " --using 31 --issuing 44 --scenario government-service --standard delta-reply "
            "--type " + TYPE)
        return "until %s | tee /dev/stderr | grep -q '^covered'; do sleep 0.2; done" % ask

    def test_the_commands_work_as_printed(self):
        self.assertEqual(self.code, 0, self.said)
        seen = [self.said.find(words) for words in (
            "the hub hub of the trust domain hub.example", "the region delta of the trust domain",
            "staged delta for 31", "ready\n", TYPE, "AGREED NEXT", "the region pearl",
            "added pearl for 44", "added delta for 31", "covered")]
        self.assertNotIn(-1, seen, self.said)
        self.assertEqual(seen, sorted(seen), self.said)

    def test_the_hub_and_its_region_need_no_more_commands_than_the_page_says(self):
        self.assertLessEqual(len(self.first), 20)


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
