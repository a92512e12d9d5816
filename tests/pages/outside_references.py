"""References to documents that a reader of the project cannot open: notes of its planning, numbers
of issues, decisions that are on no page. What such a reference means is written out, or a page of
the project is named."""

import re

# The notes that went before the project. With the number of a section they are meant anywhere;
# alone, only where a word in capitals cannot be a constant of a program.
NOTES = ("SPEC", "DESIGN", "DOMAIN", "HOUSE", "LAYOUT", "STYLE", "TYPES", "FORMS", "CONSOLE",
         "MODELS", "ANCHORS", "THREATS", "BUILD_NOTES")
SECTION = re.compile(r"\b(?:%s)(?:\.md\b|[ \n]+(?:section |label )?§?[A-Z]{0,2}\d+(?:\.\d+)*\b)" %
                     "|".join(NOTES))
ALONE = re.compile(r"\b(?:%s)\b(?![-_/])" % "|".join(NOTES))
ISSUE = re.compile(r"\b[Ii]ssue #?\d+\b")
DECISION = re.compile(r"\bADR-(\d{4})\b")


def is_script(path, text):
    return path.endswith((".py", ".sh")) or (
        text.startswith("#!") and "." not in path.rsplit("/", 1)[-1])


def references(path, text, decisions, page=None):
    """Result: one line for each reference in the file at `path`. `decisions` holds the numbers of
    those that have a page. `page`: the file as a page, where it is one: there a note's name alone
    counts, outside of code and backquotes."""
    found = [(text.count("\n", 0, one.start()) + 1, " ".join(one.group().split()))
             for pattern in (SECTION, ISSUE) for one in pattern.finditer(text)]
    found += [(text.count("\n", 0, one.start()) + 1, one.group())
              for one in DECISION.finditer(text) if one.group(1) not in decisions]
    if page:
        sections = [line for line, _ in found]
        found += [(number, one.group()) for number, line in enumerate(page.plain_lines, 1)
                  for one in ALONE.finditer(line) if number not in sections]
    return ["%s:%d: %s" % (path, line, words) for line, words in sorted(found)]
