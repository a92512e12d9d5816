"""Prometheus takes the rules and the sample configuration, and each case of each alert comes out as
it is written down."""

import glob
import os
import shutil
import subprocess
import unittest

RULES = "deploy/prometheus"
CASES = "tests/alerts"


class Promtool(unittest.TestCase):
    def promtool(self, *arguments, folder="."):
        """Fails unless promtool ends with 0; result: what it said."""
        program = shutil.which("promtool")
        self.assertIsNotNone(
            program, "promtool is not installed: ./deploy/install-deps --tests installs it "
                     "(Debian's package prometheus)")
        done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True,
                              check=False)
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said)
        return said

    def test_rules_are_rules(self):
        for name in ("mrg.recording.yml", "mrg.alerts.yml"):
            said = self.promtool("check", "rules", "--lint=all", "--lint-fatal", name, folder=RULES)
            self.assertIn("SUCCESS", said)

    def test_sample_configuration_is_one_and_names_the_rules(self):
        said = self.promtool("check", "config", "prometheus.yml", folder=RULES)
        self.assertIn("2 rule files found", said)

    def test_cases_come_out_as_they_are_written(self):
        files = sorted(os.path.basename(path) for path in glob.glob(CASES + "/*_cases.yml"))
        self.assertGreater(len(files), 8)
        for name in files:
            with self.subTest(name):
                self.promtool("test", "rules", name, folder=CASES)


if __name__ == "__main__":
    unittest.main()
