"""In what a translated page differs from its original: headings, commands, rows of tables, links,
the names in backquotes and the numbers, section by section. Words it cannot judge."""

import collections
import difflib
import os
import re

import links

SUFFIX = ".zh-CN.md"
# Originals that do not stand beside their translation.
ORIGINALS = {"gateway/docs/README.zh-CN.md": "README.md"}

Section = collections.namedtuple("Section", "title level names text")

# In prose: not a part of a name (P-256, base64), of a version or a date, nor the mark of a list.
NUMBER = re.compile(r"(?<![\w.,:/-])\d[\d,]*(?:\.\d+)?(?!-bit)(?![\w.-]*[A-Za-z-])(?!\.\d)|"
                    r"\b\d+(?=-bit)", re.A)
LIST_MARK = re.compile(r"^\s*\d+\. ", re.M)
# What the original may say in words.
WORDS = {word: str(n) for n, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve".split())}


def original_of(path):
    """The page that the one at `path` translates; the path itself where it is no translation."""
    if path in ORIGINALS:
        return ORIGINALS[path]
    return path[:-len(SUFFIX)] + ".md" if path.endswith(SUFFIX) else path


def differences(original_path, path, page_at):
    """Result: one line for each difference, naming what the translation at `path` lacks or has too
    much. `page_at` gives the page at a path."""
    original, translation = page_at(original_path), page_at(path)
    found = _differing_sections(original, translation)
    found += _differing_order(
        "command", [(one.text, one.line) for one in original.commands],
        [(one.text, one.line) for one in translation.commands], str)
    found += _differing_order(
        "row of a table", [(tuple(sorted(one.names)), one.line) for one in original.rows],
        [(tuple(sorted(one.names)), one.line) for one in translation.rows],
        lambda names: " / ".join("`%s`" % name for name in names) or "without a name")
    there, here = (collections.Counter(_meant(where, link.target, page_at) for link in page.links)
                   for where, page in ((original_path, original), (path, translation)))
    found += ["link that is missing: to %s" % link for link in sorted((there - here).elements())]
    found += ["link that the original has not: to %s" % link
              for link in sorted((here - there).elements())]
    return found


def first_line_faults(original_path, path, text_at):
    """Result: a line for each of the two pages whose first line does not lead to the other one."""
    found = []
    for page, other, words in ((original_path, path, "中文"), (path, original_path, "English")):
        expected = "[%s](%s)" % (words, os.path.relpath(other, os.path.dirname(page) or "."))
        if text_at(page).split("\n")[0] != expected:
            found.append("%s:1: expected %s" % (page, expected))
    return found


def _meant(path, target, page_at):
    """The link's place in the original's terms: of a heading its number, of a translated page the
    page that it translates."""
    if re.match(r"\w+:", target):
        return target
    where, heading = links.resolve(path, target)
    if heading:
        slugs = [one.slug for one in page_at(where).headings]
        heading = str(slugs.index(heading) + 1) if heading in slugs else heading
    return original_of(where) + ("#" + heading if heading else "")


def _sections(page):
    """The text before the first heading and under each: title with line, level, names in it."""
    marks = [(0, "the beginning", 0)]
    marks += [(one.line, "%s %s (line %d)" % ("#" * one.level, one.text, one.line), one.level)
              for one in page.headings]
    ends = [line for line, _, _ in marks[1:]] + [float("inf")]
    return [Section(title, level,
                    frozenset(one.text for one in page.names if line <= one.line < end),
                    "\n".join(text for number, text in enumerate(page.plain_lines, 1)
                              if line <= number < end))
            for (line, title, level), end in zip(marks, ends)]


def _numbers(text):
    return {found.replace(",", "") for found in NUMBER.findall(LIST_MARK.sub("", text))}


def _differing_numbers(original, translation):
    there, here = _numbers(original.text), _numbers(translation.text)
    said = {WORDS[word] for word in re.findall(r"[a-z]+", original.text.lower()) if word in WORDS}
    return (["%s: number that is missing: %s" % (translation.title, one)
             for one in sorted(there - here)] +
            ["%s: number that the original has not: %s" % (translation.title, one)
             for one in sorted(here - there - said)])


def _differing_sections(original, translation):
    there, here = _sections(original), _sections(translation)
    found = []
    if [one.level for one in there] != [one.level for one in here]:
        # The names say which sections belong together, where their number does not.
        match = difflib.SequenceMatcher(None, [(one.level, one.names) for one in there],
                                        [(one.level, one.names) for one in here], autojunk=False)
        for what, i, end, j, last in match.get_opcodes():
            if what != "equal":
                found += ["heading that is missing or otherwise: %s" % one.title
                          for one in there[i:end]]
                found += ["heading that the original has not so: %s" % one.title
                          for one in here[j:last]]
        return found
    for one, other in zip(there, here):
        found += ["%s: name that is missing: `%s`" % (other.title, name)
                  for name in sorted(one.names - other.names)]
        found += ["%s: name that the original has not: `%s`" % (other.title, name)
                  for name in sorted(other.names - one.names)]
        found += _differing_numbers(one, other)
    return found


def _differing_order(kind, there, here, words):
    found = []
    match = difflib.SequenceMatcher(None, [one for one, _ in there], [one for one, _ in here],
                                    autojunk=False)
    for what, i, end, j, last in match.get_opcodes():
        if what != "equal":
            found += ["%s that is missing here: %s (line %d of the original)" %
                      (kind, words(one), line) for one, line in there[i:end]]
            found += ["%s that the original has not here: %s (line %d)" % (kind, words(one), line)
                      for one, line in here[j:last]]
    return found
