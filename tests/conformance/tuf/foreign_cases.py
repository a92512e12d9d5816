"""Repositories of others that were once read wrongly, unpacked from MRG_FAULTS and read over HTTP.

Without MRG_FAULTS the cases are skipped, and with MRG_REQUIRE_VECTORS=1 they fail.
"""

import os
import tarfile
import urllib.parse

from client_case import ClientCase
from simulated_repository import StaticFolders


class ForeignRepositories(ClientCase):

    def setUp(self):
        self.faults = os.environ.get("MRG_FAULTS", "")
        if not os.path.isdir(self.faults):
            if os.environ.get("MRG_REQUIRE_VECTORS") == "1":
                self.fail("MRG_FAULTS is not set")
            self.skipTest("MRG_FAULTS is not set")
        super().setUp()

    def start(self, name):
        """Serves the repository of a fault; the client trusts its first root."""
        self.start_over()
        os.remove(os.path.join(self.metadata_dir, "root.json"))
        with tarfile.open(os.path.join(self.faults, name + ".tar.xz")) as archive:
            files = {member.name.removeprefix("./"): archive.extractfile(member).read()
                     for member in archive.getmembers() if member.isfile()}
        self.server.content = StaticFolders(
            lambda path: files.get(urllib.parse.unquote(path), 404))
        return self.init(files["root.json"])

    def assert_hands_out(self, name, *targets):
        self.assert_succeeds(self.start(name))
        self.assert_succeeds(self.refresh())
        for target in targets:
            self.assert_succeeds(self.download(target))

    def test_B05_a_key_that_cannot_be_used_breaks_nothing(self):
        for name in ("B05a", "B05b", "B05c"):
            with self.subTest(name):
                self.assert_hands_out(name, "a.txt")

    def test_B06_patterns_go_by_characters_and_segments(self):
        self.assert_hands_out("B06", "x[a/b]y")
        for target in ("\u6caa/f", "xay"):
            self.assert_refuses(self.download(target), "TARGET_NOT_FOUND")

    def test_B07_nothing_follows_a_file(self):
        self.assert_succeeds(self.start("B07"))
        self.assert_refuses(self.refresh(), "METADATA_MALFORMED")

    def test_B08_a_long_signature_by_an_unknown_key_breaks_nothing(self):
        self.assert_hands_out("B08", "a.txt")

    def test_B12_an_entry_without_a_known_digest_is_unusable_alone(self):
        self.assert_hands_out("B12", "a.txt")
        self.assert_refuses(self.download("b.txt"), "METADATA_MALFORMED")

    def test_B13_opaque_integers_have_any_size(self):
        self.assert_hands_out("B13", "a.txt")
