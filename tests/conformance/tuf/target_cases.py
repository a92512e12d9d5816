"""Delegations and downloads."""

import hashlib
import os
import subprocess

import signing_keys
from client_case import ClientCase
from simulated_repository import in_days

FIRST_REQUESTS = 4  # root, timestamp, snapshot, targets

# (delegator, role, paths, terminating), and the order in which a search for "missing" visits them.
GRAPHS = {
    "one": ([("targets", "A")], "A"),
    "side by side": ([("targets", "A"), ("targets", "B")], "AB"),
    "depth before breadth": ([("targets", "A"), ("targets", "B"), ("A", "C"), ("A", "D")], "ACDB"),
    "three levels": ([("targets", "A"), ("targets", "B"), ("A", "C"), ("C", "D")], "ACDB"),
    "second branch": ([("targets", "A"), ("targets", "B"), ("B", "C")], "ABC"),
    "terminating leaves out all behind it":
        ([("targets", "A"), ("targets", "B"), ("A", "C", "*", True), ("A", "D")], "AC"),
    "terminating keeps its own delegations":
        ([("targets", "A"), ("targets", "B"), ("A", "C", "*", True), ("C", "D")], "ACD"),
    "terminating of other paths ends nothing":
        ([("targets", "A", "*.zip", True), ("targets", "B")], "B"),
    "other paths are not visited": ([("targets", "A", "*.zip"), ("targets", "B"), ("A", "C")], "B"),
    "other paths deeper": ([("targets", "A"), ("targets", "B"), ("A", "C", "?.zip"), ("C", "D")], "AB"),
    "a cycle": ([("targets", "A"), ("A", "B"), ("B", "C"), ("C", "A")], "ABC"),
    "a role of two parents": ([("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C")], "ACB"),
    "a role of two parents, by the second":
        ([("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C", "*.zip")], "ABC"),
}

UNUSUAL_NAMES = ["?", "#", "/role", "../role", "..", ".", "a b", "\u89d2\u8272", "%2e%2e", "a.b", "~_-"]


class Delegations(ClientCase):

    def publish_all(self):
        delegated = [role for role in self.repository.signed
                     if role not in ("root", "timestamp", "snapshot", "targets")]
        self.repository.publish(*delegated)
        self.repository.publish_next("targets", "snapshot", "timestamp")

    def visited(self):
        return self.repository.take_requests()[FIRST_REQUESTS:]

    def test_graphs_are_searched_in_pre_order(self):
        for name, (delegations, order) in GRAPHS.items():
            with self.subTest(name):
                self.start_over()
                for delegator, role, *rest in delegations:
                    self.repository.delegate(delegator, role, rest[0:1] or ["*"], len(rest) > 1)
                self.publish_all()
                self.assert_refuses(self.download("missing"), "TARGET_NOT_FOUND")
                self.assertEqual(self.visited(), ["1.%s.json" % role for role in order])

    def test_a_path_is_covered_by_every_delegation_of_the_chain(self):
        cases = {"file": (True, []), "README.md": (True, ["A"]),
                 "releases/x/1": (True, ["B", "C"]), "releases/y/1.zip": (True, ["B", "D"]),
                 "releases/z/1.zip": (False, ["B"]), "docs/README.md": (False, [])}
        for path, (is_found, order) in cases.items():
            with self.subTest(path):
                self.start_over()
                self.repository.delegate("targets", "A", ["*.doc", "*.md"])
                self.repository.delegate("targets", "B", ["releases/*/*"])
                self.repository.delegate("B", "C", ["releases/x/*"])
                self.repository.delegate("B", "D", ["releases/y/[0-9].zip"])
                for role, listed in (("targets", "file"), ("A", "README.md"), ("A", "docs/README.md"),
                                     ("C", "releases/x/1"), ("D", "releases/y/1.zip"),
                                     ("D", "releases/z/1.zip")):
                    self.repository.add_target(role, listed, listed.encode())
                self.publish_all()
                self.assertEqual(self.download(path), 0 if is_found else 1, self.said)
                self.assertEqual(self.visited(), ["1.%s.json" % role for role in order])
                self.assertEqual(self.downloaded(), [path.encode()] if is_found else [])

    def test_a_delegation_of_no_paths_is_read_and_covers_none(self):
        self.repository.delegate("targets", "A")
        del self.repository.signed["targets"]["delegations"]["roles"][0]["paths"]
        self.repository.delegate("targets", "B")
        self.publish_all()
        self.assert_refuses(self.download("missing"), "TARGET_NOT_FOUND")
        self.assertEqual(self.visited(), ["1.B.json"])

    def test_hashed_bins(self):
        paths = ["file-%d" % i for i in range(20)]
        for digit in "0123456789abcdef":
            self.repository.delegate("targets", "bin-" + digit, prefixes=[digit], terminating=True)
        for path in paths:
            digit = hashlib.sha256(path.encode()).hexdigest()[0]
            self.repository.add_target("bin-" + digit, path, path.encode())
        self.publish_all()
        for path in paths[:4]:
            self.assert_succeeds(self.download(path))
        self.assertEqual(self.downloaded(), sorted(path.encode() for path in paths[:4]))

    def test_unusual_role_names_are_quoted_in_the_url_and_stay_in_the_folder(self):
        for name in UNUSUAL_NAMES:
            with self.subTest(name):
                self.start_over()
                self.repository.delegate("targets", name)
                self.publish_all()
                self.assert_refuses(self.download("missing"), "TARGET_NOT_FOUND")
                self.assertEqual(self.visited(), [self.repository.file_name(name, 1)])
                self.assertEqual(len(self.trusted()), 5)

    def test_a_role_that_is_not_to_be_had_or_trusted_ends_the_search(self):
        def withdraw():
            del self.repository.files["metadata/1.A.json"]

        def forget():
            del self.repository.signed["snapshot"]["meta"]["A.json"]
            self.repository.publish_next("snapshot", "timestamp")

        def sign_by_another():
            self.repository.signers["A"] = self.repository.signers["B"]
            self.repository.publish("A")

        def raise_version():
            self.repository.signed["A"]["version"] = 2
            self.repository.serve("A", 1, self.repository.sign("A"))

        for break_it in (withdraw, forget, sign_by_another, raise_version):
            with self.subTest(break_it.__name__):
                self.start_over()
                self.repository.delegate("targets", "A")
                self.repository.delegate("targets", "B")
                self.repository.add_target("B", "file", b"content")
                self.publish_all()
                break_it()
                self.assert_refuses(self.download("file"))
                self.assertNotIn("A", self.trusted())
                self.assertEqual(self.downloaded(), [])

    def test_a_delegated_role_is_kept_until_the_snapshot_names_another_version(self):
        self.repository.delegate("targets", "A")
        self.repository.add_target("A", "file", b"content")
        self.publish_all()
        self.assert_succeeds(self.download("file"))
        self.repository.take_requests()
        self.assert_succeeds(self.download("file"))
        self.assertEqual(self.repository.take_requests(), ["2.root.json", "timestamp.json"])
        self.repository.add_target("A", "file", b"new content")
        self.repository.publish_next("A", "snapshot", "timestamp")
        self.assert_succeeds(self.download("file"))
        self.assertEqual(self.repository.take_requests()[-2:], ["3.snapshot.json", "2.A.json"])
        self.assertEqual(self.downloaded(), [b"new content"])

    def test_an_expired_delegated_role_is_not_trusted(self):
        self.repository.delegate("targets", "A", ["a/*"])
        self.repository.add_target("A", "a/first", b"first")
        self.repository.add_target("A", "a/second", b"second")
        self.repository.signed["A"]["expires"] = in_days(-1)
        self.publish_all()
        self.assert_succeeds(self.refresh())
        self.assert_refuses(self.download("a/first"), "METADATA_EXPIRED")
        self.assertNotIn("A", self.trusted())

        self.repository.signed["A"]["expires"] = in_days(7)
        self.repository.publish_next("A", "snapshot", "timestamp")
        self.assert_succeeds(self.download("a/first"))
        self.assert_refuses(self.download("a/second", days_ahead=18), "METADATA_EXPIRED")
        self.repository.signed["A"]["expires"] = in_days(21)
        self.repository.publish_next("A", "snapshot", "timestamp")
        self.assert_succeeds(self.download("a/second", days_ahead=18))
        self.assertEqual(self.downloaded(), [b"first", b"second"])

    def test_T13_a_role_is_verified_for_each_delegation_on_which_it_is_reached(self):
        for order in (("a/file", "b/file"), ("b/file", "a/file")):
            with self.subTest(order):
                self.start_over()
                self.repository.delegate("targets", "A", ["a/*"])
                self.repository.delegate("targets", "B", ["b/*"])
                self.repository.delegate("A", "C", ["a/*"])
                self.repository.delegate("B", "C", ["b/*"])
                # B names another key than the one that signs C.
                stranger = signing_keys.new_ed25519()
                delegations = self.repository.signed["B"]["delegations"]
                delegations["keys"] = {stranger.keyid: stranger.public}
                delegations["roles"][0]["keyids"] = [stranger.keyid]
                for path in order:
                    self.repository.add_target("C", path, path.encode())
                self.publish_all()
                self.assert_refuses(self.download(*order), "METADATA_THRESHOLD")
                self.assertEqual(self.downloaded(),
                                 [b"a/file"] if order[0] == "a/file" else [])

    def test_without_consistent_snapshots(self):
        self.start_over(consistent_snapshot=False)
        self.repository.delegate("targets", "A")
        self.repository.add_target("A", "file", b"content")
        self.publish_all()
        self.assert_succeeds(self.download("file"))
        self.assertIn("metadata/A.json", self.repository.requests)
        self.assertEqual(self.repository.requests[-1], "targets/file")


class Downloads(ClientCase):

    def list_and_publish(self, path, content, **options):
        self.repository.add_target("targets", path, content, **options)
        self.repository.publish_next("targets", "snapshot", "timestamp")

    def test_a_listed_file_is_downloaded_and_only_then(self):
        for path in ("file.txt", "path/to/a/file.txt", "a b/\u89d2?#%.txt"):
            with self.subTest(path):
                self.start_over()
                self.list_and_publish(path, b"content")
                self.assert_succeeds(self.refresh())
                self.assertEqual(self.downloaded(), [])
                self.assert_succeeds(self.download(path))
                self.assertEqual(self.downloaded(), [b"content"])

    def test_B15_several_files_are_downloaded_in_order_after_one_refresh(self):
        for path in ("first", "second", "third"):
            self.repository.add_target("targets", path, path.encode())
        self.repository.publish_next("targets", "snapshot", "timestamp")
        self.assert_succeeds(self.download("third", "first"))
        self.assertEqual([os.path.basename(line) for line in self.said.split()], ["third", "first"])
        self.assertEqual(len(self.repository.take_requests()), FIRST_REQUESTS)

        self.assert_refuses(self.download("first", "missing", "second"), "TARGET_NOT_FOUND")
        self.assertEqual(self.downloaded(), [b"first", b"third"])

    def test_B10_clients_on_one_folder_wait_for_each_other(self):
        for _ in range(28):
            self.repository.publish_next("root")
        self.repository.add_target("targets", "file", b"content")
        self.repository.publish_next("targets", "snapshot", "timestamp")
        clients = [subprocess.Popen(self.CLIENT + self.download_arguments("file"),
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                   for _ in range(12)]
        said = [client.communicate()[1] for client in clients]
        self.assertEqual([client.returncode for client in clients], [0] * 12, said)
        self.assert_trusts(root=29, timestamp=2, snapshot=2, targets=2)
        self.assertEqual(self.downloaded(), [b"content"])

    def test_a_download_refreshes_first(self):
        self.assert_refuses(self.download("missing"), "TARGET_NOT_FOUND")
        self.assertEqual(len(self.repository.take_requests()), FIRST_REQUESTS)
        self.assert_trusts(root=1, timestamp=1, snapshot=1, targets=1)

    def test_sha512_alone_or_beside_sha256_is_enough(self):
        for algorithms in (("sha512",), ("sha256", "sha512")):
            self.start_over()
            self.list_and_publish("dir/file", b"content", algorithms=algorithms)
            self.assert_succeeds(self.download("dir/file"))
            self.repository.signed["targets"]["targets"]["dir/file"]["hashes"]["sha512"] = "46" * 64
            self.repository.publish_next("targets", "snapshot", "timestamp")
            self.assert_refuses(self.download("dir/file"))

    def test_a_file_that_is_there_is_not_asked_for_again(self):
        self.list_and_publish("file", b"content")
        self.assert_succeeds(self.download("file"))
        self.repository.requests.clear()
        self.assert_succeeds(self.download("file"))
        self.assertEqual([r for r in self.repository.requests if r.startswith("targets/")], [])

    def test_a_large_repository_is_read(self):
        for i in range(10000):
            self.repository.signed["targets"]["targets"]["file-%d" % i] = {
                "length": i, "hashes": {"sha256": "46" * 32, "sha512": "46" * 64}}
        self.list_and_publish("file", b"content")
        self.assertGreater(len(self.repository.published["targets"]), 2 << 20)
        self.assert_succeeds(self.download("file"))

    def test_an_empty_file_is_a_file(self):
        self.list_and_publish("file", b"")
        self.assert_succeeds(self.download("file"))
        self.assertEqual(self.downloaded(), [b""])

    def test_a_changed_file_takes_the_place_of_the_old_one(self):
        for round_number in range(4):
            content = b"content %d" % round_number
            self.list_and_publish("file", content)
            self.assert_succeeds(self.download("file"))
            self.assertEqual(self.downloaded(), [content])
            # Changed on the mirror only.
            for path in self.repository.files:
                if path.startswith("targets/"):
                    self.repository.files[path] = b"strange %d" % round_number
            self.repository.publish_next("targets", "snapshot", "timestamp")
            self.download("file")
            self.assertEqual(self.downloaded(), [content])


class Threat(ClientCase):

    def test_T03_other_content_than_listed_is_not_stored(self):
        self.repository.add_target("targets", "file", b"content")
        self.repository.publish_next("targets", "snapshot", "timestamp")
        for content in (b"CONTENT", b"content and more", b"conten", b"", 404, 500):
            with self.subTest(content):
                for path in list(self.repository.files):
                    if path.startswith("targets/"):
                        self.repository.files[path] = content
                self.assert_refuses(self.download("file"))
                self.assertEqual(self.downloaded(), [])

    def test_T05_a_chain_of_delegations_without_end_is_left(self):
        before = "targets"
        for i in range(60):
            self.repository.delegate(before, "r%d" % i)
            before = "r%d" % i
        self.repository.add_target(before, "file", b"content")
        self.repository.publish(*("r%d" % i for i in range(60)))
        self.repository.publish_next("targets", "snapshot", "timestamp")
        self.assert_refuses(self.download("file"), "TARGET_NOT_FOUND")
        self.assertLess(len(self.repository.take_requests()), 40)

    def test_T09_a_delegation_cannot_take_the_place_of_a_top_level_file(self):
        self.assert_succeeds(self.refresh())
        before = {role: self.trusted_bytes(role) for role in ("root", "timestamp", "snapshot")}
        for name in before:
            with self.subTest(name):
                key = self.repository.signers["targets"][0]
                self.repository.signed["targets"]["delegations"] = {
                    "keys": {key.keyid: key.public},
                    "roles": [{"name": name, "keyids": [key.keyid], "threshold": 1,
                               "terminating": False, "paths": ["*"]}]}
                self.repository.publish_next("targets", "snapshot", "timestamp")
                self.assert_refuses(self.download("file"), "METADATA_MALFORMED")
                self.assertEqual(self.trusted_bytes("root"), before["root"])

    def test_T09_target_paths_stay_in_their_folder(self):
        for path in ("../escaped", "/escaped", "a/../../escaped", "..", "n" * 300):
            with self.subTest(path):
                self.start_over()
                self.repository.add_target("targets", path, b"content")
                self.repository.publish_next("targets", "snapshot", "timestamp")
                self.download(path)
                self.assertIn(self.downloaded(), ([], [b"content"]))
                self.assertEqual(sorted(os.listdir(self.folder)),
                                 ["initial-root.json", "metadata", "targets"])
