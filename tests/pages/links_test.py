"""Every link of a page leads to a file and a heading that exist."""

import os
import tempfile
import unittest

import links
import tree
from markdown_page import Page

OTHER = "# Other\n\n## A fork\n\n## 信任清单\n\n## A fork\n\n## `mrgd`, its end\n"


class Faults(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        os.makedirs(os.path.join(self.folder.name, "docs", "formats"))
        self.write("LICENSE", "")
        self.write("docs/other.md", OTHER)

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text):
        with open(os.path.join(self.folder.name, path), "w", encoding="utf-8") as file:
            file.write(text)

    def faults(self, text):
        self.write("docs/page.md", text)
        return links.faults("docs/page.md", Page("# Page\n\n" + text), self.folder.name,
                            lambda path: Page(text if path == "docs/page.md" else OTHER))

    def test_links_that_lead_somewhere_pass(self):
        for link in ("other.md", "other.md#a-fork", "other.md#a-fork-1", "other.md#信任清单",
                     "other.md#mrgd-its-end", "formats/", "../LICENSE", "https://example.org/a?b#c",
                     "http://example.org:8080/"):
            self.assertEqual(self.faults("See [this\npage](%s)." % link), [], link)

    def test_link_to_a_heading_of_its_own_page(self):
        self.assertEqual(self.faults("## Last\n\n[last](#last)"), [])
        self.assertEqual(self.faults("## Last\n\n[last](#first)"),
                         ["docs/page.md:5: #first: docs/page.md has no heading of this name"])

    def test_links_that_lead_nowhere_are_named_with_their_line(self):
        for link, fault in (
                ("none.md", "there is no docs/none.md"),
                ("Other.md", "there is no docs/Other.md"),
                ("other.md#a-spoon", "docs/other.md has no heading of this name"),
                ("other.md#a-fork-2", "docs/other.md has no heading of this name"),
                ("../LICENSE#one", "expected a heading of a page only"),
                ("formats", "expected a / at the end of a folder and of nothing else"),
                ("other.md/", "expected a / at the end of a folder and of nothing else"),
                ("/etc/hosts", "expected a path below the project's folder, beginning at the page"),
                ("../../x", "expected a path below the project's folder, beginning at the page"),
                ("ftp://example.org/", "expected a path, http or https"),
                ("https://localhost/", "expected the full name of a host after https://"),
                ("https://me@example.org/", "expected the full name of a host after https://"),
                ("http://[example", "expected an address that can be read")):
            self.assertEqual(self.faults("See [this](%s)." % link),
                             ["docs/page.md:3: %s: %s" % (link, fault)])
        self.assertEqual(len(self.faults("See [this]().")), 1)

    def test_link_in_a_table_and_a_bare_address_are_read(self):
        self.assertEqual(len(self.faults("| a | b |\n|---|---|\n| x | [y](none.md) |\n")), 1)
        self.assertEqual(len(self.faults("Look at http://nowhere, then.")), 1)

    def test_code_holds_no_links(self):
        for code in ("`[a](none.md)`", "    [a](none.md)", "```\n[a](none.md)\n```"):
            self.assertEqual(self.faults(code), [], code)

    def test_other_forms_of_links_are_refused_since_nobody_would_follow_them(self):
        self.assertEqual(self.faults("See [this][that].\n\n[that]: none.md\n"),
                         ["docs/page.md:3: expected links of the form [text](target)",
                          "docs/page.md:5: expected links of the form [text](target)"])


class PagesOfTheProject(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        folder = tree.root()
        pages = {path: Page(tree.read(folder, path))
                 for path in tree.files(folder) if path.endswith(".md")}

        found = []
        for path in sorted(pages):
            found += links.faults(path, pages[path], folder, pages.__getitem__)

        self.assertEqual(found, [], "\n" + "\n".join(found))
        self.assertGreater(sum(len(page.links) for page in pages.values()), 30)


if __name__ == "__main__":
    unittest.main()
