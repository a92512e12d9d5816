"""usage: writer_conformance.py MRGCTL PUBLISHING_NODE, in a folder with deploy/

What `mrgctl trust` and the node write is read by a reader that shares no code with them.
"""

import datetime
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest

import case_runner
from independent_reader import Reader, Refused
from simulated_repository import RepositoryServer, StaticFolders

MEMBER = "yangtze-delta"
CATALOGUE = "deploy/regions/yangtze-delta/catalogue-31.textproto"
AGREEMENT = "deploy/regions/yangtze-delta/agreements/changsanjiao-2020.textproto"
PACK = "deploy/packs/delta-reply/11100000XX0000019L003.textproto"
ISSUERS = """entries { issuer_code: "11310000YY000001XH" name: "\u4e0a\u6d77\u6837\u4f8b\u53d1\u8bc1\u673a\u5173"
  public_key: "\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000%s"
  algorithm: SIGNATURE_ALGORITHM_ED25519 key_use: ISSUER_KEY_USE_SIGNING area_prefixes: "31"
  listed_from { seconds: 1577808000 } }""" % ("k" * 32)
# Who publishes for the parties of the agreement, which is shipped without.
COUNTERPART_ROOTS = 'counterpart_roots { member: "%s" sha256: "%s" %s }' % (
    MEMBER, "a" * 64, " ".join('jurisdictions: "%d"' % party for party in (31, 32, 33, 34)))
# Flips of one bit in each file; the seed is printed and may be given in MRG_SEED.
FLIPS_A_FILE = 16


def agreement_text():
    with open(AGREEMENT, "rb") as shipped:
        return shipped.read() + COUNTERPART_ROOTS.encode()


class Ceremony:
    """Folders of one member, and its node while a `with` lasts."""

    MRGCTL = NODE = ""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="writer.", dir="/tmp")  # a socket's path is short
        self.keys = os.path.join(self.folder, "keys")
        self.mirror = os.path.join(self.folder, "mirror")
        self.address = "unix:" + os.path.join(self.folder, "admin.sock")

    def __enter__(self):
        self.mrgctl("keys", "init", "--dir", self.keys, "--jurisdictions", "31,32")
        self._node = subprocess.Popen(
            [self.NODE, MEMBER, self.keys, self.address[len("unix:"):], self.mirror],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._node.stdout.readline()
        return self

    def __exit__(self, *_):
        self._node.stdin.close()
        self._node.stdout.close()
        self._node.wait()
        shutil.rmtree(self.folder)

    def mrgctl(self, *words):
        subprocess.run([self.MRGCTL, *words], check=True, capture_output=True)

    def trust(self, command, *words):
        self.mrgctl("trust", command, "--repository", os.path.join(self.folder, "repository"), *words)

    def generate(self, name, scheme):
        self.mrgctl("keys", "generate", "--scheme", scheme, "--out", self.key(name))

    def key(self, name):
        return os.path.join(self.keys, "offline", name + ".pem")

    def init(self, *words):
        self.trust("init", "--member", MEMBER, "--jurisdictions", "31,32", "--keys", self.keys,
                   "--log-origin", MEMBER + "/log-1", *words)

    def stage_all(self):
        issuers = os.path.join(self.folder, "issuers.textproto")
        with open(issuers, "w", encoding="utf-8") as file:
            file.write(ISSUERS)
        agreement = os.path.join(self.folder, "agreement.textproto")
        with open(agreement, "wb") as file:
            file.write(agreement_text())
        for kind, path in (("--issuers", issuers), ("--catalogue", CATALOGUE), ("--pack", PACK),
                           ("--agreement", agreement)):
            self.trust("stage", kind, "31", "--file", path)

    def sign(self, **keys):
        for role, names in keys.items():
            for name in names:
                self.trust("sign", "--role", role.replace("_", "-"), "--key", self.key(name))

    def publish(self):
        self.trust("publish", "--address", self.address)

    def first_root(self):
        with open(os.path.join(self.mirror, "metadata", "1.root.json"), "rb") as file:
            return file.read()

    def read(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        return Reader(self.mirror, now).read(self.first_root())

    def files(self):
        """Every published file, by its path below the mirror."""
        return sorted(os.path.relpath(os.path.join(folder, name), self.mirror)
                      for folder, _, names in os.walk(self.mirror) for name in names)


class WrittenRepository(unittest.TestCase):

    def test_everything_verifies(self):
        with Ceremony() as ceremony:
            ceremony.init()
            ceremony.stage_all()
            ceremony.sign(j_31=["j-31"], j_32=["j-32"], targets=["targets"])
            ceremony.publish()

            reader = ceremony.read()

        self.assertEqual(set(reader.roles), {"root", "timestamp", "snapshot", "targets", "j-31",
                                             "j-32", "status"})
        roles = {path: role for path, (role, _) in reader.targets.items()}
        self.assertEqual(roles, {
            "log-keys": "targets", "31/status/licences": "status", "31/issuers": "j-31",
            "31/catalogue": "j-31", "31/packs/11100000XX0000019L003/delta-reply/1": "j-31",
            "31/agreements/changsanjiao-2020/1": "j-31"})
        schemes = {key["scheme"] for key in reader.roles["targets"]["delegations"]["keys"].values()}
        self.assertEqual(schemes, {"ed25519", "sm2-sm3"})
        digest = hashlib.sha256(agreement_text()).hexdigest()
        agreement = reader.targets["31/agreements/changsanjiao-2020/1"][1]
        self.assertEqual(agreement["hashes"]["sha256"], digest)

    def test_thresholds_every_key_type_and_rotated_roots_verify(self):
        with Ceremony() as ceremony:
            for name, scheme in (("root-2", "rsa-pss-sha256"), ("root-3", "sm2-sm3"),
                                 ("targets-2", "ecdsa-p256-sha256")):
                ceremony.generate(name, scheme)
            ceremony.init("--root-threshold", "2", "--targets-threshold", "2")
            ceremony.sign(root=["root", "root-2"], j_31=["j-31"], j_32=["j-32"],
                          targets=["targets", "targets-2"])
            ceremony.publish()
            self.assertEqual(ceremony.read().roles["root"]["version"], 1)

            ceremony.trust("rotate", "--keys", ceremony.keys, "--root-threshold", "3",
                           "--targets-threshold", "1")
            ceremony.sign(root=["root", "root-2", "root-3"])
            ceremony.publish()
            ceremony.trust("renew", "--role", "j-31")
            ceremony.sign(j_31=["j-31"])
            ceremony.publish()

            reader = ceremony.read()

        self.assertEqual(reader.roles["root"]["version"], 2)
        self.assertEqual(reader.roles["root"]["roles"]["root"]["threshold"], 3)
        self.assertEqual(len({key["scheme"] for key in reader.roles["root"]["keys"].values()}), 4)
        self.assertEqual(reader.roles["j-31"]["version"], 2)
        chain = reader.roles["timestamp"]["x-mrg-prev"]
        self.assertEqual(chain["version"], reader.roles["timestamp"]["version"] - 1)

    def test_a_changed_bit_of_any_file_is_refused(self):
        seed = int(os.environ.get("MRG_SEED") or random.SystemRandom().getrandbits(32))
        print("MRG_SEED=%d" % seed)
        chosen = random.Random(seed)
        with Ceremony() as ceremony:
            ceremony.init()
            ceremony.stage_all()
            ceremony.sign(j_31=["j-31"], j_32=["j-32"], targets=["targets"])
            ceremony.publish()
            trusted_root = ceremony.first_root()
            now = datetime.datetime.now(datetime.timezone.utc)
            changed = 0
            for name in ceremony.files():
                path = os.path.join(ceremony.mirror, name)
                with open(path, "rb") as file:
                    content = file.read()
                for at in chosen.sample(range(len(content)), min(FLIPS_A_FILE, len(content))):
                    flipped = content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]
                    with open(path, "wb") as file:
                        file.write(flipped)
                    root = flipped if name.endswith("1.root.json") else trusted_root
                    with self.subTest(name=name, at=at), self.assertRaises(Refused):
                        Reader(ceremony.mirror, now).read(root)
                    changed += 1
                with open(path, "wb") as file:
                    file.write(content)
            self.assertGreater(changed, 10 * FLIPS_A_FILE)
            ceremony.read()

    def test_mrgctl_tuf_reads_it_too(self):
        with Ceremony() as ceremony:
            ceremony.init()
            ceremony.stage_all()
            ceremony.sign(j_31=["j-31"], j_32=["j-32"], targets=["targets"])
            ceremony.publish()

            def respond(path):
                full = os.path.join(ceremony.mirror, path)
                if not os.path.isfile(full):
                    return 404
                with open(full, "rb") as file:
                    return file.read()

            server = RepositoryServer()
            self.addCleanup(server.close)
            server.content = StaticFolders(respond)
            trusted = os.path.join(ceremony.folder, "trusted")
            os.mkdir(trusted)
            root = os.path.join(ceremony.mirror, "metadata", "1.root.json")
            ceremony.mrgctl("tuf", "--metadata-dir", trusted, "init", root)
            ceremony.mrgctl("tuf", "--metadata-dir", trusted, "--metadata-url",
                            server.url + "/metadata", "--target-base-url", server.url + "/targets",
                            "--target-dir", ceremony.folder, "--target-name",
                            "31/agreements/changsanjiao-2020/1", "download")
            with open(os.path.join(ceremony.folder, "31%2Fagreements%2Fchangsanjiao-2020%2F1"),
                      "rb") as file:
                self.assertEqual(file.read(), agreement_text())


if __name__ == "__main__":
    Ceremony.MRGCTL, Ceremony.NODE = (os.path.abspath(path) for path in sys.argv[1:3])
    sys.exit(case_runner.run([sys.modules["__main__"]]))
