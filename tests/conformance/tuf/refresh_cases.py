"""The workflow of section 5 over the four top-level roles: order, files, faults, expiry."""

import json

import signing_keys
from client_case import ClientCase
from simulated_repository import in_days

FIRST_REQUESTS = ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"]


class Refresh(ClientCase):

    def test_asks_in_order_and_keeps_the_bytes_under_plain_names(self):
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.repository.take_requests(), FIRST_REQUESTS)
        self.assert_trusts(root=1, timestamp=1, snapshot=1, targets=1)
        for role in ("root", "timestamp", "snapshot", "targets"):
            self.assertEqual(self.trusted_bytes(role), self.repository.published[role])

    def test_init_makes_no_request(self):
        self.assertEqual(self.repository.requests, [])
        self.assert_trusts(root=1)

    def test_asks_for_snapshot_and_targets_only_when_they_changed(self):
        self.assert_succeeds(self.refresh())
        self.repository.take_requests()
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.repository.take_requests(), ["2.root.json", "timestamp.json"])
        self.repository.publish_next("snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.repository.take_requests(),
                         ["2.root.json", "timestamp.json", "2.snapshot.json"])
        self.repository.publish_next("targets", "snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.repository.take_requests(),
                         ["2.root.json", "timestamp.json", "3.snapshot.json", "2.targets.json"])

    def test_without_consistent_snapshots_only_roots_have_versions_in_their_names(self):
        for absent in (False, True):
            self.start_over(consistent_snapshot=False)
            if absent:
                del self.repository.root["consistent_snapshot"]
                self.repository.publish("root")
                self.assert_succeeds(self.init(self.repository.published["root"]))
            self.assert_succeeds(self.refresh())
            self.assertEqual(self.repository.take_requests(),
                             ["2.root.json", "timestamp.json", "snapshot.json", "targets.json"])

    def test_consistent_snapshots_may_be_turned_on_later(self):
        self.start_over(consistent_snapshot=False)
        self.assert_succeeds(self.refresh())
        self.repository.root["consistent_snapshot"] = True
        self.repository.publish_next("root", "targets", "snapshot", "timestamp")
        self.repository.take_requests()
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.repository.take_requests()[2:],
                         ["timestamp.json", "2.snapshot.json", "2.targets.json"])

    def test_odd_serialisation_is_kept_as_it_came(self):
        odd = self.repository.published["timestamp"] + b" \n"
        self.repository.serve("timestamp", 1, odd)
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.trusted_bytes("timestamp"), odd)

    def test_bad_first_root_stops_everything(self):
        missing = json.loads(self.repository.published["root"])
        del missing["signed"]["version"]
        unsigned = json.loads(self.repository.published["root"])
        unsigned["signatures"] = []
        wrong = json.loads(self.repository.published["root"])
        wrong["signatures"][0]["sig"] = "00" * 64
        for root in (missing, unsigned, wrong):
            self.start_over()
            self.run_client(["--metadata-dir", self.metadata_dir, "init", "/nonexistent"])
            with open(self.metadata_dir + "/root.json", "w", encoding="utf-8") as file:
                json.dump(root, file)
            self.assert_refuses(self.refresh())
            self.assertEqual(self.repository.requests, [])

    def test_unknown_fields_are_part_of_what_is_signed(self):
        self.repository.root["x-custom"] = {"b": [1, None, True], "a": "\u5df2\u7b7e \"\\\n\U0001f600"}
        self.repository.root["roles"]["root"]["x-custom"] = "value"
        key = signing_keys.new_ed25519()
        key.public["x-custom"] = {"a": 1}
        self.repository.set_keys("timestamp", [key])
        self.repository.publish_next("root", "timestamp")
        self.assert_succeeds(self.refresh())
        self.assert_trusts(root=2, timestamp=2, snapshot=1, targets=1)

        changed = json.loads(self.repository.published["root"])
        changed["signed"]["version"] = 3
        self.repository.publish_next("root")
        changed = json.loads(self.repository.published["root"])
        changed["signed"]["x-custom"]["a"] = "changed"
        self.repository.serve("root", 3, json.dumps(changed).encode())
        self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
        self.assertEqual(self.trusted()["root"], 2)

    def test_other_releases_of_the_same_specification_are_read(self):
        for version, is_read in (("1.0", True), ("1.0.0", True), ("1.0.99", True), ("1.2.0", True),
                                 ("2.0.0", False), ("0.9", False), ("1", False), ("", False),
                                 ("1.0.0.0", False), (" 1.0.0", False), ("1.0.x", False),
                                 ("01.0.0", False)):
            with self.subTest(version):
                self.start_over()
                for role in ("root", "timestamp", "snapshot", "targets"):
                    self.repository.signed[role]["spec_version"] = version
                self.repository.publish_next("root", "targets", "snapshot", "timestamp")
                self.assertEqual(self.refresh(), 0 if is_read else 1)


class Faults(ClientCase):

    def test_a_role_without_its_signature_ends_the_refresh_there(self):
        kept = {"root": {"root": 1}, "timestamp": {"root": 2},
                "snapshot": {"root": 2, "timestamp": 2},
                "targets": {"root": 2, "timestamp": 2, "snapshot": 2}}
        for role, trusted in kept.items():
            with self.subTest(role):
                self.start_over()
                self.repository.signers[role] = []
                self.repository.publish_next("root", "targets", "snapshot", "timestamp")
                self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
                self.assert_trusts(**trusted)

    def test_a_file_with_another_version_than_its_name_is_refused(self):
        kept = {"root": {"root": 1}, "snapshot": {"root": 2, "timestamp": 2},
                "targets": {"root": 2, "timestamp": 2, "snapshot": 2}}
        for role, trusted in kept.items():
            with self.subTest(role):
                self.start_over()
                self.repository.publish_next("root", "targets")
                self.repository.signed[role]["version"] = 3
                self.repository.serve(role, 2, self.repository.sign(role))
                if role != "snapshot":
                    self.repository.publish_next("snapshot")
                self.repository.publish_next("timestamp")
                self.assert_refuses(self.refresh())
                self.assert_trusts(**trusted)

    def test_lengths_and_hashes_are_checked_where_they_are_stated(self):
        self.repository.states_hashes = True
        self.repository.publish_next("targets", "snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        for field, value in (("hashes", {"sha256": "46" * 32}), ("hashes", {"sha512": "46" * 64}),
                             ("length", 10), ("length", 1000000)):
            with self.subTest(field):
                self.repository.publish_next("targets")
                self.repository.signed["snapshot"]["meta"]["targets.json"][field] = value
                self.repository.publish_next("snapshot", "timestamp")
                self.assert_refuses(self.refresh())
                self.assertEqual(self.trusted()["targets"], 2)

    def test_missing_files(self):
        self.assert_succeeds(self.refresh())
        self.repository.signed["timestamp"]["meta"]["snapshot.json"]["version"] = 2
        self.repository.publish_next("timestamp")
        self.assert_refuses(self.refresh(), "METADATA_NOT_FOUND")
        self.assert_trusts(root=1, timestamp=2, snapshot=1, targets=1)

        self.start_over()
        self.assert_succeeds(self.refresh())
        self.repository.signed["snapshot"]["meta"]["targets.json"]["version"] = 2
        self.repository.publish_next("snapshot", "timestamp")
        self.assert_refuses(self.refresh(), "METADATA_NOT_FOUND")
        self.assert_trusts(root=1, timestamp=2, snapshot=2, targets=1)

        self.start_over()
        del self.repository.files["metadata/timestamp.json"]
        self.assert_refuses(self.refresh(), "METADATA_NOT_FOUND")
        self.assert_trusts(root=1)

    def test_a_server_that_fails_is_not_the_end_of_the_chain_of_roots(self):
        self.repository.files["metadata/2.root.json"] = 500
        self.assert_refuses(self.refresh(), "FETCH_FAILED")
        self.assertEqual(self.repository.take_requests(), ["2.root.json"])

    def test_a_file_of_another_type_is_refused(self):
        # A snapshot that would do as a timestamp, signed by the timestamp's key too.
        self.repository.set_keys(
            "snapshot", self.repository.signers["snapshot"] + self.repository.signers["timestamp"])
        self.repository.signed["snapshot"]["meta"] = {"snapshot.json": {"version": 1},
                                                      "targets.json": {"version": 1}}
        self.repository.publish_next("root", "snapshot")
        self.repository.files["metadata/timestamp.json"] = self.repository.published["snapshot"]
        self.assert_refuses(self.refresh(), "METADATA_MALFORMED")
        self.assert_trusts(root=2)

    def test_B07_nothing_but_white_space_follows_the_text(self):
        whole = self.repository.published["timestamp"]
        for after in (b"\0", b"\0" + whole, b" \0", b"{}", b"x"):
            with self.subTest(after[:4]):
                self.repository.files["metadata/timestamp.json"] = whole + after
                self.assert_refuses(self.refresh(), "METADATA_MALFORMED")
                self.assert_trusts(root=1)

    def test_what_is_no_metadata_is_refused(self):
        for content in (b"", b"{}", b"[]", b"<html>", b"\xff\xfe",
                        b'{"signed":{"version":1,"version":2},"signatures":[]}'):
            with self.subTest(content):
                self.repository.files["metadata/timestamp.json"] = content
                self.assert_refuses(self.refresh(), "METADATA_MALFORMED")
                self.assert_trusts(root=1)


class Expiry(ClientCase):

    def test_an_expired_root_is_kept_and_nothing_else(self):
        self.assert_succeeds(self.refresh())
        self.repository.publish_next("root")
        self.repository.root["expires"] = in_days(-1)
        self.repository.publish_next("root", "targets", "snapshot", "timestamp")
        self.assert_refuses(self.refresh(), "METADATA_EXPIRED")
        self.assert_trusts(root=3, timestamp=1, snapshot=1, targets=1)

    def test_an_intermediate_root_may_have_expired(self):
        self.repository.root["expires"] = in_days(-1)
        self.repository.publish_next("root")
        self.repository.root["expires"] = in_days(30)
        self.repository.publish_next("root")
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.trusted()["root"], 3)

    def test_an_expired_first_root_may_be_followed(self):
        self.repository.root["expires"] = in_days(-1)
        self.repository.publish("root")
        self.assert_succeeds(self.init(self.repository.published["root"]))
        self.assert_refuses(self.refresh(), "METADATA_EXPIRED")
        self.repository.root["expires"] = in_days(30)
        self.repository.publish_next("root")
        self.assert_succeeds(self.refresh())

    def test_expired_roles_are_not_taken(self):
        after = {"timestamp": {"timestamp": 1, "snapshot": 1, "targets": 1},
                 "snapshot": {"timestamp": 2, "snapshot": 1, "targets": 1},
                 "targets": {"timestamp": 2, "snapshot": 2, "targets": 1}}
        for role, trusted in after.items():
            with self.subTest(role):
                self.start_over()
                self.assert_succeeds(self.refresh())
                self.repository.signed[role]["expires"] = in_days(-5)
                self.repository.publish_next("targets", "snapshot", "timestamp")
                self.assert_refuses(self.refresh(), "METADATA_EXPIRED")
                self.assert_trusts(root=1, **trusted)

    def test_the_clock_of_the_c_library_is_used(self):
        self.assert_succeeds(self.refresh())
        self.assert_succeeds(self.refresh(days_ahead=29))
        self.assert_refuses(self.refresh(days_ahead=31), "METADATA_EXPIRED")

    def test_expired_files_of_the_client_are_a_base_for_the_next_ones(self):
        self.repository.signed["timestamp"]["expires"] = in_days(7)
        self.repository.signed["snapshot"]["expires"] = in_days(7)
        self.repository.publish("snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        self.repository.signed["timestamp"]["expires"] = in_days(21)
        self.repository.signed["snapshot"]["expires"] = in_days(21)
        self.repository.publish_next("targets", "snapshot", "timestamp")
        self.assert_succeeds(self.refresh(days_ahead=18))
        self.assert_trusts(root=1, timestamp=2, snapshot=2, targets=2)

    def test_expired_files_of_the_client_still_prevent_a_rollback(self):
        self.repository.signed["timestamp"]["expires"] = in_days(7)
        self.repository.publish_next("snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        self.repository.signed["snapshot"]["version"] = 1
        self.repository.signed["timestamp"]["expires"] = in_days(21)
        self.repository.publish("snapshot")
        self.repository.publish_next("timestamp")
        self.assert_refuses(self.refresh(days_ahead=18), "METADATA_ROLLBACK")
        self.assert_trusts(root=1, timestamp=2, snapshot=2, targets=1)

    def test_an_expired_timestamp_of_the_client_is_not_used_again(self):
        self.repository.signed["timestamp"]["expires"] = in_days(7)
        self.repository.publish("timestamp")
        self.assert_succeeds(self.refresh())
        self.assert_refuses(self.refresh(days_ahead=8), "METADATA_EXPIRED")


class Threat(ClientCase):

    def test_T01_a_timestamp_does_not_go_back(self):
        self.repository.publish_next("timestamp")
        self.assert_succeeds(self.refresh())
        self.repository.signed["timestamp"]["version"] = 1
        self.repository.publish("timestamp")
        self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")
        self.assertEqual(self.trusted()["timestamp"], 2)

    def test_T01_an_equal_timestamp_version_keeps_the_old_file_and_succeeds(self):
        self.assert_succeeds(self.refresh())
        before = self.trusted_bytes("timestamp")
        self.repository.signed["timestamp"]["meta"]["snapshot.json"]["version"] = 100
        self.repository.publish("timestamp")
        self.repository.take_requests()
        self.assert_succeeds(self.refresh())
        self.assertEqual(self.trusted_bytes("timestamp"), before)
        self.assertEqual(self.repository.take_requests(), ["2.root.json", "timestamp.json"])

    def test_T01_a_snapshot_does_not_go_back(self):
        for states_hashes in (False, True):
            with self.subTest(states_hashes):
                self.start_over()
                self.repository.states_hashes = states_hashes
                self.repository.publish_next("snapshot", "timestamp")
                self.assert_succeeds(self.refresh())
                self.repository.signed["snapshot"]["version"] = 1
                self.repository.publish("snapshot")
                self.repository.publish_next("timestamp")
                self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")
                self.assert_trusts(root=1, timestamp=2, snapshot=2, targets=1)

    def test_T01_a_snapshot_of_another_version_than_stated_is_refused(self):
        self.repository.signed["snapshot"]["version"] = 2
        self.repository.serve("snapshot", 1, self.repository.sign("snapshot"))
        self.repository.publish("timestamp")
        self.assert_refuses(self.refresh(), "METADATA_MISMATCH")
        self.assert_trusts(root=1, timestamp=1)

    def test_T01_targets_do_not_go_back_nor_away(self):
        for states_hashes in (False, True):
            with self.subTest(states_hashes):
                self.start_over()
                self.repository.states_hashes = states_hashes
                self.repository.publish_next("targets", "snapshot", "timestamp")
                self.assert_succeeds(self.refresh())
                self.repository.signed["targets"]["version"] = 1
                self.repository.publish("targets")
                self.repository.publish_next("snapshot", "timestamp")
                self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")
                self.assert_trusts(root=1, timestamp=3, snapshot=2, targets=2)
        self.start_over()
        self.repository.delegate("targets", "A")
        self.repository.publish("A", "targets")
        self.repository.publish_next("snapshot", "timestamp")
        self.assert_succeeds(self.refresh())
        del self.repository.signed["snapshot"]["meta"]["A.json"]
        self.repository.publish_next("snapshot", "timestamp")
        self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")

    def test_T01_a_root_is_the_next_version_only(self):
        for served in (1, 3):
            with self.subTest(served):
                self.start_over()
                self.repository.root["version"] = served
                self.repository.serve("root", 2, self.repository.sign("root"))
                self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")
                self.assert_trusts(root=1)

    def test_T04_rotated_keys_allow_versions_to_go_back(self):
        for rotated in (["timestamp"], ["snapshot"], ["timestamp", "snapshot"]):
            with self.subTest(rotated):
                self.start_over()
                for role in ("targets", "snapshot", "timestamp"):
                    self.repository.signed[role]["version"] = 99999
                    self.repository.publish(role)
                self.assert_succeeds(self.refresh())
                for role in rotated:
                    self.repository.rotate_keys(role)
                self.repository.publish_next("root")
                for role in ("targets", "snapshot", "timestamp"):
                    self.repository.signed[role]["version"] = 2
                    self.repository.publish(role)
                self.assert_succeeds(self.refresh())
                self.assert_trusts(root=2, timestamp=2, snapshot=2, targets=2)

    def test_T04_without_a_rotation_versions_do_not_go_back(self):
        self.repository.signed["timestamp"]["version"] = 99999
        self.repository.publish("timestamp")
        self.assert_succeeds(self.refresh())
        self.repository.publish_next("root")
        self.repository.signed["timestamp"]["version"] = 2
        self.repository.publish("timestamp")
        self.assert_refuses(self.refresh(), "METADATA_ROLLBACK")
        self.assert_trusts(root=2, timestamp=99999, snapshot=1, targets=1)

    def test_T05_endless_files_are_cut_off(self):
        for name in ("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"):
            with self.subTest(name):
                self.start_over()
                self.repository.files["metadata/" + name] = b" " * (32 << 20)
                self.assert_refuses(self.refresh(), "METADATA_TOO_LONG")
