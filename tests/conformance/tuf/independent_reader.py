"""Reads a TUF repository in a folder after the specification (1.0.33), section 5, and nothing more.

It shares no code with the program: JSON by Python, the canonical form by python3-securesystemslib,
signatures by python3-cryptography and, for sm2, by the openssl command. Whatever does not fit raises
Refused. The folder holds metadata/<n>.<role>.json, metadata/timestamp.json and targets/, with
consistent snapshots.
"""

import datetime
import fnmatch
import functools
import hashlib
import json
import os
import subprocess
import tempfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding
from securesystemslib.formats import encode_canonical

SM2_USER_ID = "1234567812345678"


class Refused(Exception):
    """What does not fit, and where."""


def check(is_true, why):
    if not is_true:
        raise Refused(why)


def canonical(value):
    return encode_canonical(value).encode("utf-8")


@functools.lru_cache(maxsize=None)
def sm2_verifies(pem, message, signature):
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in (("key", pem.encode()), ("message", message), ("sig", signature)):
            paths[name] = os.path.join(folder, name)
            with open(paths[name], "wb") as file:
                file.write(content)
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", paths["key"], "-rawin",
             "-digest", "sm3", "-in", paths["message"], "-sigfile", paths["sig"],
             "-pkeyopt", "distid:" + SM2_USER_ID], capture_output=True, check=False)
        return done.returncode == 0


def verifies(key, message, signature):
    """Whether the signature (bytes) is one of the key over the message."""
    kind = (key["keytype"], key["scheme"])
    public = key["keyval"]["public"]
    try:
        if kind == ("sm2", "sm2-sm3"):
            return sm2_verifies(public, message, signature)
        if kind == ("ed25519", "ed25519"):
            ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
                signature, message)
            return True
        loaded = serialization.load_pem_public_key(public.encode())
        if kind == ("ecdsa", "ecdsa-sha2-nistp256"):
            loaded.verify(signature, message, ec.ECDSA(hashes.SHA256()))
            return True
        if kind == ("rsa", "rsassa-pss-sha256"):
            pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.AUTO)
            loaded.verify(signature, message, pss, hashes.SHA256())
            return True
    except (InvalidSignature, ValueError):
        pass
    return False


def check_keys(keys):
    """4.3: each key id is the digest of the canonical key."""
    for keyid, key in keys.items():
        check(keyid == hashlib.sha256(canonical(key)).hexdigest(), "key id " + keyid)


def check_signed(envelope, keys, stated, what):
    """A threshold of the stated keys, each counted once by what it is."""
    signatures = envelope["signatures"]
    check(len({one["keyid"] for one in signatures}) == len(signatures), what + ": key ids repeat")
    message = canonical(envelope["signed"])
    signers = set()
    for one in signatures:
        if one["keyid"] in stated["keyids"] and one["keyid"] in keys:
            key = keys[one["keyid"]]
            if verifies(key, message, bytes.fromhex(one["sig"])):
                signers.add(key["keyval"]["public"])
    check(stated["threshold"] >= 1 and len(signers) >= stated["threshold"], what + ": threshold")


def no_repeated_names(pairs):
    check(len(dict(pairs)) == len(pairs), "a member is named twice")
    return dict(pairs)


def covers(stated, path):
    """4.5: whether a delegation covers a path; no wildcard matches a slash."""
    if "path_hash_prefixes" in stated:
        digest = hashlib.sha256(path.encode()).hexdigest()
        return any(digest.startswith(prefix) for prefix in stated["path_hash_prefixes"])
    parts = path.split("/")
    for pattern in stated["paths"]:
        pieces = pattern.split("/")
        if len(pieces) == len(parts) and all(map(fnmatch.fnmatchcase, parts, pieces)):
            return True
    return False


class Reader:
    """Follows the repository from a trusted root; afterwards `roles` and `targets` hold what it
    says: signed parts by role, and path -> (role, entry)."""

    def __init__(self, folder, now):
        self.folder = folder
        self.now = now
        self.roles = {}
        self.targets = {}

    def read(self, trusted_root):
        try:
            self.follow_roots(trusted_root)
            self.read_online()
            self.read_targets()
        except (KeyError, TypeError, ValueError, AttributeError, OSError, RecursionError) as error:
            raise Refused("%s: %s" % (type(error).__name__, error)) from error
        return self

    def load(self, name):
        with open(os.path.join(self.folder, "metadata", name), "rb") as file:
            return file.read()

    def parse(self, content, kind):
        envelope = json.loads(content.decode("utf-8"), object_pairs_hook=no_repeated_names)
        check(set(envelope) == {"signed", "signatures"}, kind + ": members")
        signed = envelope["signed"]
        check(signed["_type"] == kind, kind + ": _type")
        check(signed["spec_version"].startswith("1.0."), kind + ": spec_version")
        check(type(signed["version"]) is int and signed["version"] >= 1, kind + ": version")
        return envelope

    def check_fresh(self, signed, what):
        until = datetime.datetime.strptime(signed["expires"], "%Y-%m-%dT%H:%M:%SZ")
        check(until.replace(tzinfo=datetime.timezone.utc) > self.now, what + ": expired")

    def follow_roots(self, trusted_root):
        """5.3"""
        envelope = self.parse(trusted_root, "root")
        root = envelope["signed"]
        check_signed(envelope, root["keys"], root["roles"]["root"], "trusted root")
        while True:
            name = "%d.root.json" % (root["version"] + 1)
            if not os.path.exists(os.path.join(self.folder, "metadata", name)):
                break
            envelope = self.parse(self.load(name), "root")
            following = envelope["signed"]
            check_signed(envelope, root["keys"], root["roles"]["root"], name + " by the old keys")
            check_signed(envelope, following["keys"], following["roles"]["root"], name)
            check(following["version"] == root["version"] + 1, name + ": version")
            root = following
        self.check_fresh(root, "root")
        check_keys(root["keys"])
        check(root["consistent_snapshot"] is True, "consistent snapshots are off")
        self.roles["root"] = root

    def read_online(self):
        """5.4, 5.5"""
        root = self.roles["root"]
        envelope = self.parse(self.load("timestamp.json"), "timestamp")
        check_signed(envelope, root["keys"], root["roles"]["timestamp"], "timestamp")
        self.check_fresh(envelope["signed"], "timestamp")
        self.roles["timestamp"] = envelope["signed"]
        check(set(envelope["signed"]["meta"]) == {"snapshot.json"}, "timestamp: meta")
        stated = envelope["signed"]["meta"]["snapshot.json"]
        self.take_named("snapshot", "snapshot", stated, root["keys"], root["roles"]["snapshot"])

    def take_named(self, role, kind, stated, keys, signers):
        """A file as its parent names it."""
        content = self.load("%d.%s.json" % (stated["version"], role))
        self.check_content(content, stated, role)
        envelope = self.parse(content, kind)
        check_signed(envelope, keys, signers, role)
        check(envelope["signed"]["version"] == stated["version"], role + ": version")
        self.check_fresh(envelope["signed"], role)
        self.roles[role] = envelope["signed"]

    def check_content(self, content, stated, what):
        if "length" in stated:
            check(len(content) == stated["length"], what + ": length")
        for algorithm, digest in stated.get("hashes", {}).items():
            check(hashlib.new(algorithm, content).hexdigest() == digest, what + ": " + algorithm)

    def read_targets(self):
        """5.6, for every role that is delegated to, and every target that a search would find."""
        root = self.roles["root"]
        meta = self.roles["snapshot"]["meta"]
        self.take_named("targets", "targets", meta["targets.json"], root["keys"],
                        root["roles"]["targets"])
        delegations = self.roles["targets"].get("delegations", {"keys": {}, "roles": []})
        check_keys(delegations["keys"])
        for stated in delegations["roles"]:
            self.take_named(stated["name"], "targets", meta[stated["name"] + ".json"],
                            delegations["keys"], stated)
            check("delegations" not in self.roles[stated["name"]], "more than one level")
        check(set(meta) == {role + ".json" for role in self.roles} -
              {"root.json", "timestamp.json", "snapshot.json"}, "snapshot: roles that nobody delegates to")
        self.targets = {path: ("targets", entry)
                        for path, entry in self.roles["targets"]["targets"].items()}
        for stated in delegations["roles"]:
            for path, entry in self.roles[stated["name"]]["targets"].items():
                first = next(one for one in delegations["roles"]
                             if covers(one, path) or one is stated)
                check(first is stated and covers(stated, path), path + ": outside the delegation")
                self.targets.setdefault(path, (stated["name"], entry))
        for path, (role, entry) in self.targets.items():
            directory, _, name = path.rpartition("/")
            check(entry["hashes"], path + ": no hashes")
            for digest in entry["hashes"].values():
                with open(os.path.join(self.folder, "targets", directory, digest + "." + name),
                          "rb") as file:
                    self.check_content(file.read(), entry, path + " of " + role)
