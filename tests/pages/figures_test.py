"""Every figure of a page is what the source says, or what was measured."""

import os
import unittest

import figures
import tree

SOURCE = """
// constexpr size_t kOther = 5;
inline constexpr size_t kBytes = size_t{2} << 20;
inline constexpr int kCount = 3600 * 1000;
constexpr absl::Duration kLong = absl::Hours(24 * 31);
LifetimeConfig pair = {absl::Hours(1), absl::Minutes(20)};
int days = 30;
size_t sum = 2 * kBytes;
"""


class Faults(unittest.TestCase):
    def faults(self, prose, tied=(), measured=(), free=()):
        files = {"a.h": SOURCE, figures.RESULTS: "| what | 12.5 |"}
        return figures.faults("PAGE", prose, files.get, tied, measured, free)

    def tied(self, words, name, place=0):
        return [figures.Tied("PAGE", words, "a.h", name, place)]

    def test_figures_that_are_those_of_the_source_pass(self):
        for words, name, place in (("at most 2 MiB", "kBytes", 0), ("for 31 days", "kLong", 0),
                                   ("for 744 hours", "kLong", 0), ("after 20 min", "pair", 1),
                                   ("for 1 h", "pair", 0), ("holds 30 days", "days", 0),
                                   ("of 3,600,000 bytes", "kCount", 0)):
            self.assertEqual(self.faults("It is %s." % words, self.tied(words, name, place)), [])

    def test_another_figure_is_told(self):
        for words, name, place in (("at most 3 MiB", "kBytes", 0), ("at most 2 KiB", "kBytes", 0),
                                   ("for 30 days", "kLong", 0), ("after 20 min", "pair", 0),
                                   ("of 3,600 bytes", "kCount", 0), ("of 2 MB", "kBytes", 0)):
            self.assertEqual(len(self.faults("It is %s." % words, self.tied(words, name, place))), 1,
                             words)

    def test_a_figure_without_a_source_is_told(self):
        self.assertEqual(len(self.faults("It takes 7 s, version 1.2.3 h, 2026-11 min.")), 1)

    def test_words_or_a_constant_that_are_gone_are_told(self):
        self.assertEqual(len(self.faults("Nothing.", self.tied("at most 2 MiB", "kBytes"))), 1)
        self.assertEqual(len(self.faults("at most 2 MiB", self.tied("at most 2 MiB", "kGone"))), 1)
        self.assertEqual(len(self.faults("at most 4 MiB", self.tied("at most 4 MiB", "sum"))), 1)

    def test_what_was_measured_stands_among_the_results(self):
        row = figures.Measured("PAGE", "some 13 ms", "| what | 12.5 |")
        self.assertEqual(self.faults("some 13 ms", measured=[row]), [])
        self.assertEqual(len(self.faults("some 13 ms", measured=[row._replace(results="x")])), 1)

    def test_code_holds_no_figures(self):
        self.assertEqual(figures.figures(figures.prose_of("a\n\n    sleep 5 s\n\n```\n5 s\n```\n")), [])


class Pages(unittest.TestCase):
    def test_every_page(self):
        root = tree.root()
        found, pages = [], set()
        for path in tree.files(root):
            folder, name = os.path.split(path)
            if path != "README.md" and folder != "gateway/docs":
                continue
            page = name[:-len(".md")]
            if not name.endswith(".md") or name.endswith(".zh-CN.md") or page in figures.TOLD:
                continue
            pages.add(page)
            found += figures.faults(page, figures.prose_of(tree.read(root, path)),
                                    lambda one: tree.read(root, one))
        self.assertEqual(found, [])
        rows = figures.TIED + figures.MEASURED + figures.FREE
        self.assertEqual({row.page for row in rows} - pages, set())
        self.assertGreater(len(pages), 15)


if __name__ == "__main__":
    unittest.main()
