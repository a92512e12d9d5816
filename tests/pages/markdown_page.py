"""One page of Markdown as the tests of this folder see it: headings, links, commands, rows of
tables, and names in backquotes, each with its line. It knows what the project's pages use: headings
with #, fenced and indented code, tables with bars, links of the form [text](target).
"""

import collections
import re

Heading = collections.namedtuple("Heading", "line level text slug")
Link = collections.namedtuple("Link", "line target")
Command = collections.namedtuple("Command", "line text")
Row = collections.namedtuple("Row", "line names")  # names: those in the first column
Name = collections.namedtuple("Name", "line text")

HEADING = re.compile(r"(#{1,6}) +(.*?)(?: +#+)? *$")
CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\1(?!`)", re.S)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*([^\s()]*(?:\([^\s()]*\)[^\s()]*)*)\s*\)")
ADDRESS = re.compile(r"(?<![\w(])https?:[^\s<>()|]*")
PROGRAMS = re.compile(r"(\./|mrgctl\b|mrgd\b)")
BELOW_HEAD = re.compile(r"\|[-:| ]+$")
COMMENT = re.compile(r"\s+# .*$")


class Page:
    def __init__(self, text):
        lines = text.split("\n")
        code = _code_lines(lines)
        self._prose = "\n".join("" if here else line for line, here in zip(lines, code))
        self.headings = _headings(self._prose)
        self.commands = _commands(lines, code)
        self.names = [Name(self._line(found.start()), " ".join(found.group(2).split()))
                      for found in CODE_SPAN.finditer(self._prose)]
        # What stands in backquotes is no link, and keeps its length so that lines stay true.
        plain = CODE_SPAN.sub(lambda found: re.sub(r"[^\n]", "`", found.group()), self._prose)
        self.links = sorted(
            [Link(self._line(found.start()), found.group(1)) for found in LINK.finditer(plain)] +
            [Link(self._line(found.start()), found.group()) for found in ADDRESS.finditer(plain)])
        self.plain_lines = plain.split("\n")
        self.rows = _rows(self._prose.split("\n"))

    def _line(self, offset):
        return self._prose.count("\n", 0, offset) + 1


def _code_lines(lines):
    """For each line whether it is code: within a fence, or indented after an empty line."""
    code = []
    fence = None
    for number, line in enumerate(lines):
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if fence:
            code.append(True)
            if mark and line.strip() == fence:
                fence = None
        elif mark:
            fence = mark.group(1)
            code.append(True)
        else:
            begins = number == 0 or code[-1] or not lines[number - 1].strip()
            code.append(line.startswith("    ") and begins)
    return code


def _headings(prose):
    headings = []
    seen = collections.Counter()
    for number, line in enumerate(prose.split("\n"), 1):
        found = HEADING.match(line)
        if found:
            slug = slug_of(found.group(2))
            headings.append(Heading(number, len(found.group(1)), found.group(2),
                                    "%s-%d" % (slug, seen[slug]) if seen[slug] else slug))
            seen[slug] += 1
    return headings


def slug_of(heading):
    """The name under which a heading is linked, as the usual servers of Markdown make it."""
    text = re.sub(r"\]\([^)]*\)", "]", heading).lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def _commands(lines, code):
    commands = []
    number = 0
    while number < len(lines):
        begin = number
        if code[begin] and PROGRAMS.match(lines[begin].strip()):
            parts = [COMMENT.sub("", lines[begin].rstrip())]
            while parts[-1].endswith("\\") and number + 1 < len(lines):
                number += 1
                parts[-1] = parts[-1][:-1]
                parts.append(COMMENT.sub("", lines[number].rstrip()))
            commands.append(Command(begin + 1, " ".join(" ".join(parts).split())))
        number += 1
    return commands


def _rows(lines):
    """The rows of all tables in order, without their heads."""
    rows = []
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if not line.startswith("|") or BELOW_HEAD.match(line) or BELOW_HEAD.match(below):
            continue
        first = re.split(r"(?<!\\)\|", line)[1]
        rows.append(Row(number + 1, tuple(found.group(2) for found in CODE_SPAN.finditer(first))))
    return rows
