"""Example repositories that another implementation wrote and signed, read over HTTP.

They lie below MRG_VECTORS; without it the cases are skipped, and with MRG_REQUIRE_VECTORS=1 fail.
"""

import os

from client_case import ClientCase
from simulated_repository import StaticFolders


class Vectors(ClientCase):

    def setUp(self):
        folder = os.environ.get("MRG_VECTORS", "")
        if not os.path.isdir(folder):
            if os.environ.get("MRG_REQUIRE_VECTORS") == "1":
                self.fail("MRG_VECTORS is not set")
            self.skipTest("MRG_VECTORS is not set")
        super().setUp()
        self.vectors = os.path.join(folder, "tuf-metadata")
        os.remove(os.path.join(self.metadata_dir, "root.json"))

    def read(self, path):
        with open(os.path.join(self.vectors, path), "rb") as file:
            return file.read()

    def serve(self, folder, changed=None):
        """Serves a repository of the vectors, by file names as they are, encoded ones too."""
        def respond(path):
            if changed and path in changed:
                return changed[path]
            full = os.path.normpath(os.path.join(self.vectors, folder, path))
            inside = full.startswith(os.path.join(self.vectors, folder) + os.sep)
            return self.read(full) if inside and os.path.isfile(full) else 404
        self.server.content = StaticFolders(respond)

    def test_the_example_repository_is_read(self):
        self.serve("repository")
        self.assert_succeeds(self.init(self.read("repository/metadata/1.root.json")))
        self.assert_succeeds(self.refresh())
        self.assertEqual([path.rpartition("/")[2] for path in self.server.content.requests],
                         ["2.root.json", "timestamp.json", "snapshot.json", "targets.json"])
        contents = []
        for name in ("file1.txt", "file2.txt", "file3.txt"):
            self.assert_succeeds(self.download(name))
            contents.append(self.read("repository/targets/" + name))
            self.assertEqual(self.downloaded(), sorted(contents))
        self.assertEqual(self.trusted_bytes("role1"), self.read("repository/metadata/role1.json"))
        self.assert_refuses(self.download("file4.txt"), "TARGET_NOT_FOUND")

    def test_a_changed_byte_of_the_example_repository_is_refused(self):
        for name in ("timestamp.json", "snapshot.json", "targets.json", "role1.json"):
            with self.subTest(name):
                self.start_over()
                content = self.read("repository/metadata/" + name)
                at = content.index(b'"version": 1')
                changed = content[:at] + b'"version": 2' + content[at + len(b'"version": 1'):]
                self.serve("repository", {"metadata/" + name: changed})
                self.assert_succeeds(self.init(self.read("repository/metadata/1.root.json")))
                self.assert_refuses(self.download("file3.txt"))
                self.assertEqual(self.downloaded(), [])

    def test_fishy_role_names_are_quoted_and_stay_in_the_folder(self):
        self.serve("fishy_rolenames", {"metadata/1...%2Fa.json": self.read("fishy_rolenames/1.a.json")})
        self.assert_succeeds(self.init(self.read("fishy_rolenames/metadata/1.root.json")))
        self.assert_refuses(self.download("missing"), "TARGET_NOT_FOUND")
        self.assertEqual(self.server.content.requests[-3:],
                         ["metadata/1...%2Fa.json", "metadata/1...json", "metadata/1.%C3%B6.json"])
        self.assertEqual(len(self.trusted()), 7)
        self.assertEqual(sorted(os.listdir(self.folder)),
                         ["initial-root.json", "metadata", "targets"])
