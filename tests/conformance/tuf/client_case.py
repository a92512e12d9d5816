"""A test case that drives the TUF client by its command line, with a folder and a server."""

import json
import os
import subprocess
import tempfile
import unittest
import urllib.parse

import simulated_repository


class ClientCase(unittest.TestCase):
    """`CLIENT` is the command under test; the runner sets it."""

    CLIENT = []

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.server = simulated_repository.RepositoryServer()
        self.addCleanup(self.server.close)
        self.start_over()

    def start_over(self, consistent_snapshot=True):
        """Another repository, and a client that trusts its first root."""
        self.folder = tempfile.mkdtemp(dir=self._folder.name)
        self.metadata_dir = os.path.join(self.folder, "metadata")
        self.target_dir = os.path.join(self.folder, "targets")
        os.mkdir(self.metadata_dir)
        os.mkdir(self.target_dir)
        self.repository = simulated_repository.SimulatedRepository(consistent_snapshot)
        self.server.content = self.repository
        self.assertEqual(self.init(self.repository.published["root"]), 0)

    # The client.

    def run_client(self, arguments, days_ahead=0):
        command = list(self.CLIENT)
        if days_ahead:
            command = ["faketime", "-f", "+%dd" % days_ahead] + command
        done = subprocess.run(command + arguments, capture_output=True, text=True, check=False)
        self.said = done.stdout + done.stderr
        self.assertIn(done.returncode, (0, 1), self.said)
        return done.returncode

    def init(self, root):
        path = os.path.join(self.folder, "initial-root.json")
        with open(path, "wb") as file:
            file.write(root)
        return self.run_client(["--metadata-dir", self.metadata_dir, "init", path])

    def refresh(self, days_ahead=0):
        return self.run_client(["--metadata-dir", self.metadata_dir,
                                "--metadata-url", self.server.url + "/metadata", "refresh"],
                               days_ahead)

    def download(self, *paths, days_ahead=0):
        return self.run_client(self.download_arguments(*paths), days_ahead)

    def download_arguments(self, *paths):
        arguments = ["--metadata-dir", self.metadata_dir,
                     "--metadata-url", self.server.url + "/metadata/"]
        for path in paths:
            arguments += ["--target-name", path]
        return arguments + ["--target-dir", self.target_dir,
                            "--target-base-url", self.server.url + "/targets/", "download"]

    # What the client trusts and has.

    def trusted_bytes(self, role):
        """The bytes of a trusted file; None when there is none."""
        path = os.path.join(self.metadata_dir, role + ".json")
        if not os.path.exists(path):
            return None
        with open(path, "rb") as file:
            return file.read()

    def trusted(self):
        """The versions of all trusted files, by name without extension."""
        names = [name[:-len(".json")] for name in os.listdir(self.metadata_dir)]
        return {urllib.parse.unquote(name):
                json.loads(self.trusted_bytes(name))["signed"]["version"] for name in names}

    def downloaded(self):
        """The contents of all downloaded files, sorted."""
        contents = []
        for folder, _, names in os.walk(self.target_dir):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    contents.append(file.read())
        return sorted(contents)

    # Assertions that say what the client said.

    def assert_succeeds(self, code):
        self.assertEqual(code, 0, self.said)

    def assert_refuses(self, code, reason=""):
        self.assertEqual(code, 1, self.said)
        self.assertIn(reason, self.said)

    def assert_trusts(self, **versions):
        self.assertEqual(self.trusted(), versions)
