"""The page of events has each event of the source with its level, and no other; a field that it
names is one that some line of the source writes."""

import re
import unittest

import tree

TABLE = "gateway/base/event_table.inc"
PAGE = "gateway/docs/EVENTS.md"
SOURCE_ROW = re.compile(r'^MRG_EVENT\(\w+, "(\w+)", k(\w+)\)', re.M)
PAGE_ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| ([^|]*) \| [^|]+ \|$", re.M)


def written_fields(root):
    fields = set()
    for path in tree.files(root):
        if path.endswith((".cc", ".h")) and path.split("/")[0] in ("gateway", "dispute", "trustlist"):
            fields.update(re.findall(r'"([a-z0-9_]+)"', tree.read(root, path)))
    return fields


class Events(unittest.TestCase):
    def test_the_page_has_each_event_with_its_level(self):
        root = tree.root()
        there = [(name, level.lower()) for name, level in SOURCE_ROW.findall(tree.read(root, TABLE))]
        here = [(name, level) for name, level, _ in PAGE_ROW.findall(tree.read(root, PAGE))]

        self.assertEqual(here, there, "in the order of %s" % TABLE)
        self.assertGreater(len(there), 60)

    def test_each_field_of_the_page_is_written_somewhere(self):
        root = tree.root()
        named = {field for _, _, fields in PAGE_ROW.findall(tree.read(root, PAGE))
                 for field in re.findall(r"`(\w+)`", fields)}

        self.assertEqual(named - written_fields(root), set())
        self.assertGreater(len(named), 40)


if __name__ == "__main__":
    unittest.main()
