"""Runs a build and tells how far it is: on a terminal in one line, elsewhere every ten seconds.

    build_progress.py WORDS... : the words of `bazel` that begin the build

What Bazel itself says is shown only when the build fails. The exit code is Bazel's.
"""

import os
import re
import subprocess
import sys
import time

BAZEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bazel", "bazel")
# Of Bazel's own line: actions done, actions known so far.
DONE_OF = re.compile(r"\[([\d,]+) / ([\d,]+)\]")
TOLD_EVERY_SECONDS = 10
# Before so much is done, nothing can be said of how long the rest takes.
ESTIMATED_FROM_SECONDS, ESTIMATED_FROM_SHARE = 20, 0.05


def span(seconds):
    return "%d:%02d min" % (seconds // 60, seconds % 60)


class Progress:
    def __init__(self, now, out):
        self.begun, self.out = now, out
        self.on_terminal = out.isatty()
        self.told_at, self.width = None, 0

    def words(self, now, done, known):
        elapsed = now - self.begun
        count = "[%d / %d] " % (done, known) if known else ""
        words = "building 正在构建 %s%s" % (count, span(elapsed))
        if elapsed < ESTIMATED_FROM_SECONDS or done <= ESTIMATED_FROM_SHARE * known:
            return words
        # Each action is taken to last as long as those up to now: linking, at the end, takes more.
        return words + ", about %s to go" % span(elapsed * (known - done) / done)

    def tell(self, now, done, known):
        if self.on_terminal:
            words = self.words(now, done, known)
            self.out.write("\r" + words + " " * max(0, self.width - len(words)))
            self.width = len(words)
        elif self.told_at is None or now - self.told_at >= TOLD_EVERY_SECONDS:
            self.told_at = now
            self.out.write(self.words(now, done, known) + "\n")
        self.out.flush()

    def end(self, now, code):
        words = "the build failed after" if code else "built in"
        self.out.write("%s%s %s\n" % ("\n" if self.on_terminal else "", words,
                                      span(now - self.begun)))
        self.out.flush()


def main(words):
    progress = Progress(time.monotonic(), sys.stdout)
    progress.tell(progress.begun, 0, 0)
    lines = []
    build = subprocess.Popen(
        [BAZEL, words[0], "--curses=no", "--show_progress_rate_limit=1", *words[1:]],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace")
    for line in build.stdout:
        lines.append(line)
        seen = DONE_OF.search(line)
        if seen:
            done, known = (int(number.replace(",", "")) for number in seen.groups())
            progress.tell(time.monotonic(), done, known)
    code = build.wait()
    progress.end(time.monotonic(), code)
    if code != 0:
        sys.stderr.writelines(lines)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
