"""Runs unittest cases as Bazel wants them: a filter in gtest's form, and a report of each case."""

import fnmatch
import os
import time
import unittest
import xml.etree.ElementTree as ElementTree


def is_chosen(name, gtest_filter):
    """Whether "Class.case" is among "a*:b*-c*", as gtest reads it."""
    wanted, _, unwanted = gtest_filter.partition("-")
    matches = [any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns.split(":") if pattern)
               for patterns in (wanted or "*", unwanted)]
    return matches[0] and not matches[1]


def name_of(case):
    return type(case).__name__, case._testMethodName[len("test_"):]


class ReportedResult(unittest.TextTestResult):
    """Notes what became of each case; one with a failed part has failed."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.report = ElementTree.Element("testsuite", name="cases")
        self._element = None

    def startTest(self, test):
        super().startTest(test)
        folder, name = name_of(test)
        self._started = time.monotonic()
        self._element = ElementTree.SubElement(
            self.report, "testcase", classname=folder, name=name)

    def stopTest(self, test):
        self._element.set("time", "%.3f" % (time.monotonic() - self._started))
        super().stopTest(test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        ElementTree.SubElement(self._element, "skipped", message=reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        ElementTree.SubElement(self._element, "failure", message=str(err[1]))

    def addError(self, test, err):
        super().addError(test, err)
        ElementTree.SubElement(self._element, "error", message=str(err[1]))

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            ElementTree.SubElement(
                self._element, "failure", message="%s %s" % (subtest._subDescription(), err[1]))


def run(modules):
    """Runs all cases of the modules; the exit code is 1 when one failed."""
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite()
    gtest_filter = os.environ.get("TESTBRIDGE_TEST_ONLY") or "*"
    for module in modules:
        for cases in loader.loadTestsFromModule(module):
            suite.addTests(case for case in cases if is_chosen(".".join(name_of(case)), gtest_filter))
    result = unittest.TextTestRunner(verbosity=2, resultclass=ReportedResult).run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        ElementTree.ElementTree(result.report).write(os.environ["XML_OUTPUT_FILE"], "utf-8")
    return 0 if result.wasSuccessful() else 1
