"""References to documents that a reader of the project cannot open: notes of its planning, numbers
of issues, decisions that are on no page. What such a reference means is written out, or a page of
the project is named."""

import os
import re

# The notes that went before the project. With the number of a section they are meant anywhere, also
# where a comment goes on in its next line; alone, only where a word in capitals cannot be a
# constant of a program.
NOTES = ("SPEC", "DESIGN", "DOMAIN", "HOUSE", "LAYOUT", "STYLE", "TYPES", "FORMS", "CONSOLE",
         "MODELS", "ANCHORS", "THREATS", "BUILD_NOTES")
GAP = r"(?:[ \t]*\n[ \t]*(?://|#)?[ \t]*|[ \t]+)"
SECTION = re.compile(r"\b(?:%s)(?:\.md\b|%s(?:section |label )?§?[A-Z]{0,2}\d+(?:\.\d+)*\b)" %
                     ("|".join(NOTES), GAP))
ALONE = re.compile(r"\b(?:%s)\b(?![-_/])" % "|".join(NOTES))
ISSUE = re.compile(r"\b[Ii]ssue%s#?\d+\b" % GAP)
DECISION = re.compile(r"\bADR-(\d{4})\b")

# Sources, and what begins a comment in them.
COMMENTS = {".h": "//", ".cc": "//", ".inc": "//", ".proto": "//",
            ".bazel": "#", ".bzl": "#", ".textproto": "#"}
# A comment, after the strings and characters before it, which may hold its mark.
REMARK = {mark: re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'|(%s[^\n]*)" % mark)
          for mark in ("//", "#")}


def is_script(path, text):
    return path.endswith((".py", ".sh")) or (
        text.startswith("#!") and "." not in path.rsplit("/", 1)[-1])


def is_source(path):
    return os.path.splitext(path)[1] in COMMENTS


def remarks(path, text):
    """Result: the comments of a source, each as the number of its line and the text of it."""
    pattern = REMARK[COMMENTS[os.path.splitext(path)[1]]]
    return [(text.count("\n", 0, one.start()) + 1, one.group(1))
            for one in pattern.finditer(text) if one.group(1)]


def references(path, text, decisions, page=None):
    """Result: one line for each reference in the file at `path`. `decisions` holds the numbers of
    those that have a page. `page`: the file as a page, where it is one: there a note's name alone
    counts, outside of code and backquotes, and so it does in the comments of a source."""
    found = [(text.count("\n", 0, one.start()) + 1, " ".join(re.split(GAP, one.group())))
             for pattern in (SECTION, ISSUE) for one in pattern.finditer(text)]
    found += [(text.count("\n", 0, one.start()) + 1, one.group())
              for one in DECISION.finditer(text) if one.group(1) not in decisions]
    prose = (enumerate(page.plain_lines, 1) if page else
             remarks(path, text) if is_source(path) else ())
    sections = [line for line, _ in found]
    found += [(number, one.group()) for number, line in prose
              for one in ALONE.finditer(line) if number not in sections]
    return ["%s:%d: %s" % (path, line, words) for line, words in sorted(found)]
