"""What the rules of Prometheus must be beside being well formed: of metrics and labels that the
nodes have, each with what people are told, a page, and cases."""

import re

SEVERITIES = ("page", "ticket")
SECTIONS = ["What it means", "What users notice", "What to look at", "What to do",
            "When it is over"]
PAGES = "gateway/docs/runbooks"

# Of Prometheus itself.
GIVEN_METRICS = {"up"}
GIVEN_LABELS = {"job", "instance", "le"}
WORDS = {"abs", "and", "bool", "changes", "delta", "histogram_quantile", "increase",
         "max_over_time", "min_over_time", "offset", "or", "rate", "sum", "time", "unless"}

STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"")
MATCHERS = re.compile(r"\{[^}]*\}")
GROUPING = re.compile(r"\b(?:without|by|on|ignoring)\s*\(([^)]*)\)")
DURATION = re.compile(r"\[[^\]]*\]|\boffset\s+\w+")
NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
DECLARED = re.compile(r"->(Counter|Gauge|Histogram)\(\s*\"(\w+)\"")
LABEL = re.compile(r"\{\s*\"(\w+)\"\s*,")


def rules_of(document):
    """All rules of a file of rules, in order."""
    return [rule for group in document["groups"] for rule in group["rules"]]


def declared_metrics(source):
    """The names under which a source's metrics are read."""
    names = set()
    for kind, name in DECLARED.findall(source):
        names |= {name + "_bucket", name + "_count", name + "_sum"} if kind == "Histogram" else {
            name}
    return names


def labels_of(source):
    return set(LABEL.findall(source))


def names_in(expression):
    """Result: (metrics that the expression reads, labels that it names)."""
    bare = STRING.sub("\"\"", expression)
    labels = {name for one in MATCHERS.findall(bare) for name in NAME.findall(one)}
    labels |= {name for one in GROUPING.findall(bare) for name in NAME.findall(one)}
    bare = DURATION.sub(" ", GROUPING.sub(" ", MATCHERS.sub(" ", bare)))
    return set(NAME.findall(bare)) - WORDS, labels


def unknown_names(rules, metrics, labels):
    """A line for each name in the rules that no node and no other rule has."""
    recorded = {rule["record"] for rule in rules if "record" in rule}
    found = []
    for rule in rules:
        title = rule.get("alert") or rule["record"]
        read, named = names_in(rule["expr"])
        found += ["%s: no metric %s" % (title, name)
                  for name in sorted(read - metrics - recorded - GIVEN_METRICS)]
        found += ["%s: no label %s" % (title, name)
                  for name in sorted(named - labels - GIVEN_LABELS)]
    return found


def faults_of_alert(alert, target_labels, labels):
    """A line for each thing that the alert lacks. `target_labels`: those that the configuration
    gives to a node, `labels`: those of its metrics."""
    name, notes = alert["alert"], alert.get("annotations", {})
    found = []
    if alert.get("labels", {}).get("severity") not in SEVERITIES:
        found.append("%s: expected a severity of %s" % (name, ", ".join(SEVERITIES)))
    found += ["%s: no %s" % (name, note) for note in ("summary", "description", "summary_zh")
              if not notes.get(note)]
    if not re.search("[\u4e00-\u9fff]", notes.get("summary_zh", "")):
        found.append("%s: summary_zh is not Chinese" % name)
    if re.search("[\u4e00-\u9fff]", notes.get("summary", "") + notes.get("description", "")):
        found.append("%s: summary and description are to be English" % name)
    page = "%s/%s.md" % (PAGES, name)
    if notes.get("runbook_url") != page:
        found.append("%s: expected the runbook_url %s" % (name, page))
    for shown in re.findall(r"\$labels\.(\w+)", " ".join(notes.values())):
        if shown not in labels | target_labels | GIVEN_LABELS:
            found.append("%s: shows %s, which is no label" % (name, shown))
    return found


def faults_of_page(alert, text):
    """A line for each thing that the page of an alert lacks."""
    name = alert["alert"]
    found = [] if text.startswith("# %s\n" % name) else ["%s: expected it as the heading" % name]
    if "Severity: a %s:" % alert["labels"]["severity"] not in text:
        found.append("%s: the page tells another severity" % name)
    sections = re.findall(r"^## (.*)$", text, re.M)
    if sections != SECTIONS:
        found.append("%s: expected the sections %s" % (name, ", ".join(SECTIONS)))
    bodies = re.split(r"^## .*$", text, flags=re.M)[1:]
    found += ["%s: nothing under \"%s\"" % (name, title)
              for title, body in zip(sections, bodies) if not body.strip()]
    return found


def untried(alerts, case_files):
    """A line for each alert that no case shows firing, or none shows quiet, and for each case of no
    alert. `case_files`: documents of promtool."""
    fires, quiet = set(), set()
    for document in case_files:
        for test in document["tests"]:
            for case in test.get("alert_rule_test", []):
                (fires if case.get("exp_alerts") else quiet).add(case["alertname"])
    return (["%s: no case in which it fires" % name for name in sorted(alerts - fires)] +
            ["%s: no case in which it does not fire" % name for name in sorted(alerts - quiet)] +
            ["%s: a case, and no such alert" % name for name in sorted((fires | quiet) - alerts)])
