"""Every alert rests on metrics that there are, tells people what they need, and was seen to fire and
not to fire."""

import os
import unittest

import alert_rules
import tree

try:
    import yaml
except ImportError as missing:
    raise SystemExit("the module yaml is missing: ./deploy/install-deps --tests installs it "
                     "(Debian's package python3-yaml)") from missing

RULES = "deploy/prometheus/"
CASES = "tests/alerts/"
ALERT = {"alert": "One", "expr": "mrg_a{x=\"y\"} > 1", "labels": {"severity": "page"},
         "annotations": {"summary": "{{ $labels.x }}", "description": "It is.", "summary_zh": "有",
                         "runbook_url": "gateway/docs/runbooks/One.md"}}
PAGE = "# One\n\nSeverity: a page: now.\n" + "".join(
    "\n## %s\n\nIt is.\n" % title for title in alert_rules.SECTIONS)


class Names(unittest.TestCase):
    def test_metrics_and_labels_of_an_expression(self):
        expression = ("sum without (le, x) (rate(mrg_a_bucket{le=\"0.25\", code=~\"b|c{d}\"}[5m]))\n"
                      "/ mrg:b:rate5m offset 1h > 14.4 * 0.001 unless on (z) mrg_c")
        self.assertEqual(alert_rules.names_in(expression),
                         ({"mrg_a_bucket", "mrg:b:rate5m", "mrg_c"}, {"le", "x", "code", "z"}))

    def test_metrics_of_a_source(self):
        self.assertEqual(
            alert_rules.declared_metrics("a(registry->Counter(\n    \"mrg_a_total\", \"b\")),"
                                         "c(registry->Histogram(\"mrg_c\", \"d\"))"),
            {"mrg_a_total", "mrg_c_bucket", "mrg_c_count", "mrg_c_sum"})
        self.assertEqual(alert_rules.labels_of("f({{\"x\", y}, {\"z\", 1}});"), {"x", "z"})

    def test_what_no_node_has_is_named(self):
        rules = [{"record": "mrg:b", "expr": "mrg_b"}, {"alert": "A", "expr": "mrg:b > mrg_a{q=\"1\"}"},
                 {"alert": "B", "expr": "mrg_a and mrg:c"}]
        self.assertEqual(alert_rules.unknown_names(rules, {"mrg_a"}, {"x"}),
                         ["mrg:b: no metric mrg_b", "A: no label q", "B: no metric mrg:c"])


class Faults(unittest.TestCase):
    def faults(self, **notes):
        alert = dict(ALERT, annotations=dict(ALERT["annotations"], **notes))
        return alert_rules.faults_of_alert(alert, {"member"}, {"x"})

    def test_whole_alert_has_none(self):
        self.assertEqual(self.faults(), [])

    def test_what_an_alert_lacks_is_named(self):
        for notes, fault in (
                ({"summary": ""}, "One: no summary"),
                ({"summary_zh": "Yes"}, "One: summary_zh is not Chinese"),
                ({"description": "有"}, "One: summary and description are to be English"),
                ({"summary": "{{ $labels.gone }}"}, "One: shows gone, which is no label"),
                ({"runbook_url": "Two.md"},
                 "One: expected the runbook_url gateway/docs/runbooks/One.md")):
            self.assertEqual(self.faults(**notes), [fault])
        self.assertEqual(
            alert_rules.faults_of_alert(dict(ALERT, labels={"severity": "high"}), set(), {"x"}),
            ["One: expected a severity of page, ticket"])

    def test_what_a_page_lacks_is_named(self):
        self.assertEqual(alert_rules.faults_of_page(ALERT, PAGE), [])
        for before, after in (("# One\n", "# Two\n"), ("a page:", "a ticket:"),
                              ("## What to do\n\nIt is.", "## What to do\n"),
                              ("## What to do", "### What to do")):
            self.assertEqual(len(alert_rules.faults_of_page(ALERT, PAGE.replace(before, after))), 1)

    def test_alert_without_a_case_is_named(self):
        case = [{"tests": [{"alert_rule_test": [
            {"alertname": "A", "exp_alerts": [{"exp_labels": {}}]}, {"alertname": "A"},
            {"alertname": "B", "exp_alerts": [{"exp_labels": {}}]},
            {"alertname": "C", "exp_alerts": []}, {"alertname": "D", "exp_alerts": []}]}]}]
        self.assertEqual(alert_rules.untried({"A", "B", "C"}, case),
                         ["C: no case in which it fires", "B: no case in which it does not fire",
                          "D: a case, and no such alert"])


class AlertsOfTheProject(unittest.TestCase):
    def setUp(self):
        self.folder = tree.root()
        self.files = tree.files(self.folder)
        self.rules = [rule for name in ("mrg.recording.yml", "mrg.alerts.yml")
                      for rule in alert_rules.rules_of(self.read(RULES + name))]
        self.alerts = [rule for rule in self.rules if "alert" in rule]
        self.assertGreater(len(self.alerts), 40)
        sources = [tree.read(self.folder, path) for path in self.files
                   if path.startswith(("gateway/", "trustlist/", "dispute/")) and
                   path.endswith((".h", ".cc")) and not path.endswith("_test.cc")]
        self.metrics = set().union(*map(alert_rules.declared_metrics, sources))
        self.labels = set().union(*map(alert_rules.labels_of, sources))

    def read(self, path):
        return yaml.safe_load(tree.read(self.folder, path))

    def assertNone(self, found):
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_every_metric_and_label_is_one_of_the_nodes(self):
        self.assertIn("mrg_ready", self.metrics)
        self.assertNone(alert_rules.unknown_names(self.rules, self.metrics, self.labels))

    def test_every_alert_tells_what_people_need(self):
        scraped = self.read(RULES + "prometheus.yml")["scrape_configs"][0]["static_configs"]
        given = set().union(*(one["labels"] for one in scraped))
        self.assertNone([fault for alert in self.alerts for fault in
                         alert_rules.faults_of_alert(alert, given, self.labels)])
        names = [alert["alert"] for alert in self.alerts]
        self.assertEqual(len(names), len(set(names)))

    def test_every_alert_has_its_page_and_every_page_its_alert(self):
        pages = {path for path in self.files
                 if os.path.dirname(path) == alert_rules.PAGES}
        named = {"%s/%s.md" % (alert_rules.PAGES, alert["alert"]) for alert in self.alerts}
        self.assertEqual(pages, named)
        self.assertNone([fault for alert in self.alerts for fault in alert_rules.faults_of_page(
            alert, tree.read(self.folder, "%s/%s.md" % (alert_rules.PAGES, alert["alert"])))])

    def test_every_alert_is_seen_to_fire_and_not_to_fire(self):
        cases = [self.read(path) for path in self.files
                 if os.path.dirname(path) + "/" == CASES and path.endswith("_cases.yml")]
        self.assertNone(alert_rules.untried({alert["alert"] for alert in self.alerts}, cases))


if __name__ == "__main__":
    unittest.main()
