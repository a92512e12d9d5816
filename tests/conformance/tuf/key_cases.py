"""Keys, thresholds and rotations."""

import json

import signing_keys
from client_case import ClientCase


class KeyTypes(ClientCase):

    def test_every_key_type_counts_and_its_wrong_signature_does_not(self):
        # A wrong signature is a true one over other bytes.
        for new_key in (signing_keys.new_ed25519, signing_keys.new_ecdsa,
                        lambda: signing_keys.new_ecdsa("ecdsa-sha2-nistp256"),
                        signing_keys.new_rsa, lambda: signing_keys.new_rsa(32),
                        signing_keys.new_sm2):
            self.start_over()
            key = new_key()
            with self.subTest(key.public["keytype"]):
                keys = self.repository.signers["root"] + [key]
                self.repository.set_keys("root", keys, threshold=2)
                self.repository.publish_next("root")
                self.assert_succeeds(self.refresh())
                self.assertEqual(self.trusted()["root"], 2)

                self.repository.publish_next("root")
                wrong = json.loads(self.repository.published["root"])
                wrong["signatures"][1]["sig"] = key.sign(b"other bytes")
                self.repository.serve("root", 3, json.dumps(wrong).encode())
                self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
                self.assertEqual(self.trusted()["root"], 2)

    def test_a_key_of_an_unknown_type_stands_beside_known_ones(self):
        unknown = signing_keys.new_ed25519()
        unknown.public.update({"keytype": "post-quantum", "scheme": "post-quantum"})
        self.repository.set_keys("timestamp", self.repository.signers["timestamp"] + [unknown])
        self.repository.publish_next("root", "timestamp")
        self.assert_succeeds(self.refresh())
        self.repository.root["roles"]["timestamp"]["threshold"] = 2
        self.repository.publish_next("root", "timestamp")
        self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")

    def test_a_deprecated_field_of_a_key_changes_nothing(self):
        for value in ("md5", ["md5"]):
            self.start_over()
            self.repository.root["keys"][self.repository.signers["snapshot"][0].keyid][
                "keyid_hash_algorithms"] = value
            self.repository.publish_next("root", "snapshot", "timestamp")
            self.assert_succeeds(self.refresh())
            self.assert_trusts(root=2, timestamp=2, snapshot=2, targets=1)

    def test_a_wrong_or_empty_signature_beside_enough_right_ones_does_no_harm(self):
        keys = [signing_keys.new_ed25519() for _ in range(2)]
        self.repository.set_keys("timestamp", keys)
        self.repository.publish_next("root")
        for wrong in (keys[0].sign(b"other bytes"), "", "00"):
            with self.subTest(wrong):
                self.repository.publish_next("timestamp")
                file = json.loads(self.repository.published["timestamp"])
                file["signatures"][0]["sig"] = wrong
                version = self.repository.signed["timestamp"]["version"]
                self.repository.serve("timestamp", version, json.dumps(file).encode())
                self.assert_succeeds(self.refresh())
                self.assertEqual(self.trusted()["timestamp"], version)


# Each root: keys that may sign, threshold, keys that sign; only the last may be refused.
ROOT_CHAINS = {
    "one key follows another": (True, [([1], 1, [1]), ([2], 1, [1, 2]), ([2], 1, [2])]),
    "signatures of strangers do no harm":
        (True, [([1], 1, [8, 1, 9]), ([2], 1, [8, 2, 9, 1]), ([2], 1, [9, 2])]),
    "any three of five": (True, [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 2, 3, 4], 3, [0, 1, 4]),
                                 ([0, 1, 2, 3, 4], 3, [1, 2, 3])]),
    "one of five is exchanged":
        (True, [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 1, 4])]),
    "all of five are exchanged":
        (True, [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7]),
                ([5, 6, 7, 8, 9], 3, [6, 7, 9])]),
    "the threshold rises": (True, [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])]),
    "the threshold rises with a new key": (True, [([1], 1, [1]), ([1, 2], 2, [1, 2])]),
    "the threshold falls":
        (True, [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 3]), ([1, 2, 3], 1, [2])]),
    "the old key is missing": (False, [([1], 1, [1]), ([2], 1, [2, 3])]),
    "the new key is missing": (False, [([1], 1, [1]), ([2], 1, [1, 3])]),
    "one of three old keys is missing":
        (False, [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])]),
    "one of three new keys is missing":
        (False, [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4])]),
    "the higher threshold is not reached": (False, [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2])]),
    "the threshold falls too early": (False, [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1])]),
}

OTHER_ROLES = {
    "a new key": (True, [2], 1, [2]),
    "strangers beside it": (True, [1], 1, [8, 1, 9]),
    "three of five": (True, [0, 1, 2, 3, 4], 3, [0, 2, 4]),
    "another three of five": (True, [0, 1, 2, 3, 4], 3, [3, 1, 2]),
    "strangers only": (False, [2], 1, [1, 8]),
    "two of three and a stranger": (False, [0, 1, 3, 4, 5], 3, [0, 2, 4]),
    "two of three": (False, [0, 1, 3, 4, 5], 3, [0, 4]),
    "fewer keys than the threshold": (False, [0, 1], 3, [0, 1]),
}


class Rotations(ClientCase):

    def test_chains_of_roots(self):
        keys = [signing_keys.new_ed25519() for _ in range(10)]
        for name, (is_good, roots) in ROOT_CHAINS.items():
            with self.subTest(name):
                self.start_over()
                self.repository.root["version"] = 0
                published = []
                for may, threshold, sign in roots:
                    self.repository.root["keys"] = {
                        keyid: key for keyid, key in self.repository.root["keys"].items()
                        if keyid not in self.repository.root["roles"]["root"]["keyids"]}
                    self.repository.set_keys("root", [keys[i] for i in may], threshold,
                                             [keys[i] for i in sign])
                    self.repository.publish_next("root")
                    published.append(self.repository.published["root"])
                self.assert_succeeds(self.init(published[0]))
                if is_good:
                    self.assert_succeeds(self.refresh())
                else:
                    self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
                self.assertEqual(self.trusted_bytes("root"), published[-1 if is_good else -2])

    def test_other_roles(self):
        keys = [signing_keys.new_ed25519() for _ in range(10)]
        for role in ("timestamp", "snapshot", "targets"):
            for name, (is_good, may, threshold, sign) in OTHER_ROLES.items():
                with self.subTest(role + ": " + name):
                    self.start_over()
                    self.repository.set_keys(role, [keys[i] for i in may], threshold,
                                             [keys[i] for i in sign])
                    self.repository.publish_next("root", "targets", "snapshot", "timestamp")
                    if is_good:
                        self.assert_succeeds(self.refresh())
                        self.assertEqual(self.trusted_bytes(role), self.repository.published[role])
                    else:
                        self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
                        self.assertIsNone(self.trusted_bytes(role))


class Threat(ClientCase):

    def test_T06_one_key_under_many_key_ids_counts_once(self):
        key = signing_keys.new_ed25519()
        names = ["name-%d" % i for i in range(6)]
        self.repository.root["keys"].update({name: key.public for name in names})
        self.repository.root["roles"]["snapshot"] = {"keyids": names, "threshold": 2}
        self.repository.publish_next("root", "snapshot")
        file = json.loads(self.repository.published["snapshot"])
        signature = key.sign(signing_keys.canonical(file["signed"]))
        file["signatures"] = [{"keyid": name, "sig": signature} for name in names]
        self.repository.serve("snapshot", 2, json.dumps(file).encode())
        self.repository.publish_next("timestamp")
        self.assert_refuses(self.refresh(), "METADATA_THRESHOLD")
        self.assertIsNone(self.trusted_bytes("snapshot"))

    def test_T06_one_key_id_listed_twice_in_a_role_is_refused(self):
        keyid = self.repository.signers["snapshot"][0].keyid
        self.repository.root["roles"]["snapshot"] = {"keyids": [keyid, keyid], "threshold": 2}
        self.repository.publish_next("root", "snapshot", "timestamp")
        self.assert_refuses(self.refresh())
        self.assertIsNone(self.trusted_bytes("snapshot"))

    def test_T06_two_signatures_under_one_key_id_are_refused(self):
        file = json.loads(self.repository.published["snapshot"])
        file["signatures"] *= 2
        self.repository.serve("snapshot", 1, json.dumps(file).encode())
        self.assert_refuses(self.refresh(), "METADATA_MALFORMED")
        self.assertIsNone(self.trusted_bytes("snapshot"))
