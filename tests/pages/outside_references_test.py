"""Pages, scripts and sources refer to nothing that a reader of the project cannot open."""

import os
import re
import unittest

import outside_references
import tree
from markdown_page import Page

# Their examples are such references.
RULES = ("tests/pages/outside_references.py", "tests/pages/outside_references_test.py")


class References(unittest.TestCase):
    def in_page(self, text):
        return outside_references.references("a.md", text, {"0007"}, Page(text))

    def in_source(self, ending, text):
        return outside_references.references("a" + ending, text, {"0007"})

    def in_script(self, text):
        return outside_references.references("a.py", text, {"0007"})

    def test_section_of_a_note_is_named(self):
        for words in ("SPEC 9", "DESIGN 4", "DOMAIN 5.2", "HOUSE B7", "THREATS R19", "TYPES 2.1",
                      "STYLE.md", "SPEC section 3"):
            self.assertEqual(self.in_page("One\n(%s)." % words), ["a.md:2: " + words])
            self.assertEqual(self.in_script("# One\n# %s." % words), ["a.py:2: " + words])

    def test_section_of_a_note_is_named_in_comments_and_texts_of_sources(self):
        for ending, mark in outside_references.COMMENTS.items():
            for text in (mark + " As DOMAIN 4.2 has it.", "name: \"DOMAIN 4.2\""):
                self.assertEqual(self.in_source(ending, "\n" + text),
                                 ["a%s:2: DOMAIN 4.2" % ending])

    def test_reference_over_two_lines_is_found(self):
        self.assertEqual(self.in_script("\"\"\"As SPEC\n7 says.\"\"\""), ["a.py:1: SPEC 7"])
        self.assertEqual(self.in_script("  # Of issue\n  # 10."), ["a.py:1: issue 10"])
        self.assertEqual(self.in_source(".h", "  // As (THREATS\n  // N05) says."),
                         ["a.h:1: THREATS N05"])

    def test_note_alone_is_a_reference_in_a_page_and_a_constant_in_a_script(self):
        self.assertEqual(self.in_page("As LAYOUT has it."), ["a.md:1: LAYOUT"])
        self.assertEqual(self.in_page("The constant `TYPES`.\n\n    TYPES = []"), [])
        self.assertEqual(self.in_script("for code in TYPES:\n    TYPES[0]"), [])

    def test_note_alone_is_a_reference_in_a_comment_of_a_source_and_not_in_its_code(self):
        self.assertEqual(self.in_source(".cc", "int a;  // at 20 minutes (DESIGN, Lifetimes)"),
                         ["a.cc:1: DESIGN"])
        self.assertEqual(self.in_source(".bazel", "# What LAYOUT names."), ["a.bazel:1: LAYOUT"])
        self.assertEqual(self.in_source(".cc", "if (DOMAIN == '\"') return \"// TYPES\";"), [])

    def test_number_of_an_issue_is_named(self):
        self.assertEqual(self.in_page("What issue 10 cost"), ["a.md:1: issue 10"])
        self.assertEqual(self.in_page("names it as an issue"), [])

    def test_decision_without_a_page_is_named(self):
        self.assertEqual(self.in_page("ADR-0007 and ADR-0099"), ["a.md:1: ADR-0099"])

    def test_public_standards_and_words_of_the_project_are_none(self):
        for words in ("TUF 5.3.11, RFC 6962 2.1, GB/T 36903", "by design 4 of them",
                      "R19 of the [threats](threats.md)", "`Domain 5`"):
            self.assertEqual(self.in_page(words), [])

    def test_program_without_an_ending_is_a_script(self):
        self.assertTrue(outside_references.is_script("deploy/demo", "#!/bin/bash\n"))
        self.assertFalse(outside_references.is_script("deploy/demo", "bytes"))
        self.assertFalse(outside_references.is_script("LICENSE.txt", "#!"))


class FilesOfTheProject(unittest.TestCase):
    def test_no_page_script_or_source_refers_to_what_is_not_here(self):
        folder = tree.root()
        paths = tree.files(folder)
        decisions = {one.group(1) for one in (
            re.match(r"gateway/docs/adr/(\d{4})-", path) for path in paths) if one}

        found = []
        read = 0
        for path in paths:
            source = outside_references.is_source(path)
            if path in RULES or not source and (
                    os.path.splitext(path)[1] not in ("", ".md", ".py", ".sh")):
                continue
            try:
                text = tree.read(folder, path)
            except UnicodeDecodeError:
                continue  # an input of the fuzzers
            page = Page(text) if path.endswith(".md") else None
            if page or source or outside_references.is_script(path, text):
                found += outside_references.references(path, text, decisions, page)
                read += 1

        self.assertEqual(found, [], "\n" + "\n".join(found))
        self.assertGreater(read, 1500)


if __name__ == "__main__":
    unittest.main()
