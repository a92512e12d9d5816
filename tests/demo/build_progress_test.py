"""What the demo says while it builds. usage: build_progress_test.py FOLDER_OF_BUILD_PROGRESS"""

import io
import sys
import unittest

sys.path.insert(0, sys.argv.pop(1))
import build_progress  # noqa: E402  (found by the line above)


class Terminal(io.StringIO):
    def isatty(self):
        return True


class ProgressTest(unittest.TestCase):
    def test_no_estimate_before_enough_is_done(self):
        progress = build_progress.Progress(100, io.StringIO())
        self.assertEqual(progress.words(119, 90, 100), "building 正在构建 [90 / 100] 0:19 min")
        self.assertEqual(progress.words(180, 4, 100), "building 正在构建 [4 / 100] 1:20 min")

    def test_the_rest_takes_as_long_for_each_action_as_those_before(self):
        progress = build_progress.Progress(100, io.StringIO())
        self.assertEqual(progress.words(190, 60, 100),
                         "building 正在构建 [60 / 100] 1:30 min, about 1:00 min to go")

    def test_before_bazel_says_anything_only_the_time_is_told(self):
        progress = build_progress.Progress(100, io.StringIO())
        self.assertEqual(progress.words(103, 0, 0), "building 正在构建 0:03 min")

    def test_where_nobody_watches_a_line_stands_every_ten_seconds(self):
        out = io.StringIO()
        progress = build_progress.Progress(0, out)
        for second in range(21):
            progress.tell(second, 1, 100)
        progress.end(21, 0)
        self.assertEqual(out.getvalue().count("\n"), 4)
        self.assertTrue(out.getvalue().endswith("\nbuilt in 0:21 min\n"))

    def test_on_a_terminal_one_line_is_written_over_and_over(self):
        out = Terminal()
        progress = build_progress.Progress(0, out)
        progress.tell(1, 10, 100)
        progress.tell(2, 9, 9)
        progress.end(3, 1)
        _, first, rest = out.getvalue().split("\r")
        second, end, _ = rest.split("\n")
        self.assertGreaterEqual(len(second), len(first), "the end of the longer line would stay")
        self.assertEqual(end, "the build failed after 0:03 min")

    def test_counts_are_read_from_bazels_own_line(self):
        seen = build_progress.DONE_OF.search("[1,234 / 5,678] Compiling a.cc; 3s linux-sandbox")
        self.assertEqual(seen.groups(), ("1,234", "5,678"))


if __name__ == "__main__":
    unittest.main()
