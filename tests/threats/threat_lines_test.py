"""What the list of threats says about a run. usage: threat_lines_test.py PAGE"""

import sys
import unittest

import threat_lines
from threat_lines import Case, Threat

PAGE = """# Threats

Text before the list, with **T99** in it.

    T98 in a block of code

- **T01** An older list is served: refused.
- **R22** (waits for sealed
  files) A seal is missing: refused.
- **M02** A value is nearly right:
  reported.
"""
T01 = Threat("T01", "An older list is served: refused.", None)
R22 = Threat("R22", "A seal is missing: refused.", "sealed files")
M02 = Threat("M02", "A value is nearly right: reported.", None)


def case(name, result="PASSED"):
    return Case("//x:y_test Suite." + name, result)


class ReadPage(unittest.TestCase):
    def test_lines_go_on_and_may_wait(self):
        self.assertEqual(threat_lines.read_page(PAGE), [T01, R22, M02])

    def test_item_of_another_form_is_named_by_its_line(self):
        for item in ("- T01 text", "- **T1** text", "- **X01** text", "- **T01**",
                     "- **T01** (waits for ) text", "- **T01** (waits for sealed files)"):
            with self.assertRaisesRegex(threat_lines.PageError, ":12: expected"):
                threat_lines.read_page(PAGE + item + "\n")

    def test_id_that_stands_twice_is_refused(self):
        with self.assertRaisesRegex(threat_lines.PageError, ":12: T01 stands twice"):
            threat_lines.read_page(PAGE + "- **T01** Again.\n")

    def test_page_without_lines_is_refused(self):
        with self.assertRaisesRegex(threat_lines.PageError, "no line"):
            threat_lines.read_page("# Threats\n")

    def test_the_page_of_the_project_can_be_read(self):
        with open(sys.argv[1], encoding="utf-8") as page:
            ids = [threat.id for threat in threat_lines.read_page(page.read())]
        for letter, count in (("T", 15), ("R", 23), ("M", 3), ("D", 11), ("N", 14)):
            self.assertEqual([i for i in ids if i[0] == letter],
                             ["%s%02d" % (letter, n) for n in range(1, count + 1)])


class IdsOf(unittest.TestCase):
    def test_labels_before_the_first_word_count(self):
        for name, ids in (("T01_Rule", ["T01"]), ("N02_N03_Rule/7", ["N02", "N03"]),
                          ("A06_T14_Rule", ["A06", "T14"]), ("C2_Rule", ["C2"]),
                          ("RuleOfT01_Rule", []), ("T01", []), ("T01Rule", [])):
            self.assertEqual(threat_lines.ids_of("//x:y_test Suite." + name), ids, name)

    def test_suite_with_an_instantiation_and_target_alone(self):
        self.assertEqual(threat_lines.ids_of("//x:y_test All/Suite.T01_Rule/0"), ["T01"])
        self.assertEqual(threat_lines.ids_of("//x:T01_test"), [])

    def test_filter_finds_every_place_of_a_label(self):
        self.assertEqual(threat_lines.gtest_filter([T01]), ["*.T01_*", "*_T01_*"])


class Judge(unittest.TestCase):
    def judge(self, *cases):
        return threat_lines.judge([T01, R22, M02], cases)

    def test_each_line_has_its_tests_and_their_results(self):
        report, faults = self.judge(case("T01_B", "SKIPPED"), case("T01_A"), case("M02_C"))

        self.assertEqual(faults, [])
        self.assertEqual(report, ["T01  passed",
                                  "       passed  //x:y_test Suite.T01_A",
                                  "       skipped //x:y_test Suite.T01_B",
                                  "R22  waits for sealed files",
                                  "M02  passed",
                                  "       passed  //x:y_test Suite.M02_C",
                                  "3 lines, 1 of them wait: R22"])

    def test_line_without_a_test_is_a_fault(self):
        report, faults = self.judge(case("T01_A"))

        self.assertIn("M02  no test", report)
        self.assertEqual(faults, [("threat M02", "no test has this id")])

    def test_one_failed_test_is_the_result_of_its_line_and_was_counted_by_the_run(self):
        report, faults = self.judge(case("T01_A"), case("T01_B", "FAILED"), case("M02_C"))

        self.assertIn("T01  failed", report)
        self.assertEqual(faults, [])

    def test_line_whose_tests_were_all_skipped_is_a_fault(self):
        report, faults = self.judge(case("T01_A", "SKIPPED"), case("M02_C"))

        self.assertIn("T01  skipped", report)
        self.assertEqual(faults, [("threat T01", "every test of it was skipped")])

    def test_one_test_may_stand_under_two_lines(self):
        report, faults = self.judge(case("T01_M02_A"))

        self.assertEqual(faults, [])
        self.assertEqual(report.count("       passed  //x:y_test Suite.T01_M02_A"), 2)

    def test_id_that_the_page_has_not_is_a_fault_and_a_label_of_a_review_is_none(self):
        _, faults = self.judge(case("T01_A"), case("M02_A"), case("T16_A"), case("M11_A"),
                               case("B01_A"), case("D4_A"))

        self.assertEqual(faults, [("//x:y_test Suite.T16_A",
                                   "gateway/docs/threats.md has no line T16")])

    def test_line_that_waits_shows_the_tests_it_has_already(self):
        report, faults = self.judge(case("T01_A"), case("M02_A"), case("R22_A"))

        self.assertEqual(faults, [])
        self.assertIn("R22  passed", report)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
