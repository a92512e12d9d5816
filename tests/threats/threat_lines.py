"""The lines of gateway/docs/threats.md, and what the tests of a run say about them.

A test belongs to the lines whose ids begin its name: T01_…, N02_N03_…. It knows neither Bazel nor
the layout of a report; suite.py brings the cases of the run.
"""

import collections
import re

PAGE = "gateway/docs/threats.md"

# A list item of the page: "- **T01** text", with "(waits for …)" behind the id where that holds.
# It goes on in the lines that follow, so that the brackets may end in a later one.
LINE = re.compile(r"- \*\*([TRMDN]\d\d)\*\* (?:\(waits for ([^()]+)\) )?(?!\(waits)(\S.*)\Z")
LABELS = re.compile(r"(?:[A-Z]\d{1,2}_)+")
# Labels of a review have letters of their own, but for M, which both have.
ONLY_OF_THREATS = "TRDN"

Threat = collections.namedtuple("Threat", "id text waits_for")
Case = collections.namedtuple("Case", "name result")  # "label Suite.Test", PASSED | FAILED | SKIPPED


class PageError(ValueError):
    """The page cannot be read; the text names the line."""


def read_page(text):
    """The threats in the page's order. Raises PageError."""
    items = []  # [number of the first line, text]
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("- "):
            items.append([number, line.strip()])
        elif line.startswith("  ") and not line.startswith("    ") and items:
            items[-1][1] += " " + line.strip()
    threats, seen = [], set()
    for number, item in items:
        match = LINE.match(item)
        if not match:
            raise PageError("%s:%d: expected \"- **T01** text\" or \"- **T01** (waits for …) text\"" %
                            (PAGE, number))
        if match.group(1) in seen:
            raise PageError("%s:%d: %s stands twice" % (PAGE, number, match.group(1)))
        seen.add(match.group(1))
        threats.append(Threat(match.group(1), match.group(3), match.group(2)))
    if not threats:
        raise PageError("%s: no line" % PAGE)
    return threats


def ids_of(case_name):
    """The labels before the first word of the test's name; "//x:y Suite.T01_Rule/0" gives T01."""
    test = case_name.split(" ")[-1].split(".", 1)[-1]
    match = LABELS.match(test)
    return match.group().strip("_").split("_") if match else []


def gtest_filter(threats):
    """Patterns for every test with an id of the page, and for some that have it elsewhere."""
    return [pattern % threat.id for threat in threats for pattern in ("*.%s_*", "*_%s_*")]


def judge(threats, cases):
    """The lines to print, and [(what, why)] for everything that a run must not end well with.

    A case that failed is no fault here when it stands under a line: the run has counted it.
    """
    by_id = collections.defaultdict(list)
    for case in sorted(cases):
        for label in ids_of(case.name):
            by_id[label].append(case)

    report, faults = [], []
    for threat in threats:
        of_line = by_id.pop(threat.id, [])
        results = {case.result for case in of_line}
        if "FAILED" in results:
            verdict = "failed"
        elif "PASSED" in results:
            verdict = "passed"
        elif of_line:
            verdict = "skipped"
        else:
            verdict = "waits for " + threat.waits_for if threat.waits_for else "no test"
        report.append("%s  %s" % (threat.id, verdict))
        report += ["       %s %s" % (case.result.lower().ljust(7), case.name) for case in of_line]
        if threat.waits_for:
            continue
        if not of_line:
            faults.append(("threat " + threat.id, "no test has this id"))
        elif verdict == "skipped":
            faults.append(("threat " + threat.id, "every test of it was skipped"))
    for label, of_label in sorted(by_id.items()):
        if label[0] in ONLY_OF_THREATS and len(label) == 3:
            faults.append((of_label[0].name, "%s has no line %s" % (PAGE, label)))

    waiting = [threat for threat in threats if threat.waits_for]
    report.append("%d lines, %d of them wait: %s" %
                  (len(threats), len(waiting), " ".join(threat.id for threat in waiting) or "none"))
    return report, faults
