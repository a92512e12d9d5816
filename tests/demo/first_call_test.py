"""usage: first_call_test.py MRGD MRGCTL

A platform's first call as its page tells it: the page's commands, and the errors it names, against a
hub and two regions on loopback.
"""

import importlib
import os
import re
import shutil
import sys
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import demo_nodes  # noqa: E402
import federation  # noqa: E402
import page_commands  # noqa: E402
from first_call_nodes import PAGE, page_parts  # noqa: E402

CLIENT = os.path.join("deploy", "clients", "python")
PROGRAMS = []  # mrgd and mrgctl
# What the page takes from scripts, which have tests of their own, and from Debian.
BEFORE = ("./deploy/demo --keep /tmp/mrg-first", "./deploy/install-deps --tests",
          "./deploy/sandbox --keep /tmp/mrg-sandbox")
EXAMPLE_DOCUMENT = b"licence"


def missing_package():
    """The package of Debian that the example needs and that is not here; empty for none."""
    for module, package in (("grpc", "python3-grpcio"), ("google.protobuf", "python3-protobuf"),
                            ("cryptography", "python3-cryptography")):
        try:
            importlib.import_module(module)
        except ImportError:
            return package
    return "" if shutil.which("jq") else "jq"


def commands():
    return page_commands.commands(page_parts()[0])


class Page(unittest.TestCase):
    def test_it_names_the_demo_the_packages_and_the_sandbox(self):
        self.assertEqual(tuple(one for one in commands() if one in BEFORE), BEFORE)

    def test_the_example_is_at_most_a_hundred_lines_as_the_page_says(self):
        lines = federation.read(os.path.join(CLIENT, "first_call.py")).count("\n")

        self.assertLessEqual(lines, 100)
        self.assertIn("first_call.py`, %d lines" % lines, federation.read(PAGE))

    def test_every_field_of_the_request_has_a_row(self):
        proto = federation.read("proto/mrg/gateway/v1/recognition.proto")
        fields = re.findall(r"(\w+) = \d+ \[", re.search(
            r"^message RecognizeRequest \{\n(.*?)^\}", proto, re.M | re.S).group(1))

        page = federation.read(PAGE)

        self.assertEqual(re.findall(r"^\| `(\w+)` \| (?:yes|no) \|", page, re.M), fields)

    def test_every_reason_that_is_named_is_of_the_list(self):
        reasons = re.findall(r"^\| `\w+` \| `(\w+)` \|", federation.read(PAGE), re.M)
        listed = federation.read("gateway/docs/REASONS.md")

        self.assertGreater(len(reasons), 8)
        self.assertEqual([one for one in reasons if "| `%s` | error |" % one not in listed], [])


@unittest.skipIf(missing_package(), missing_package() + " is not installed")
class FirstCall(unittest.TestCase):
    """One run of the page's commands; the cases look at what was seen, or call once more."""

    @classmethod
    def setUpClass(cls):
        cls.demo = page_commands.KeptDemo(cls, PROGRAMS)
        cls.folder = cls.demo.folder
        cls.printed = [cls.demo.as_here(one) for one in commands() if one not in BEFORE]
        cls.code, cls.said = cls.demo.run("\n".join(cls.printed))
        sys.path[:0] = [os.path.join(cls.folder, "stubs"), CLIENT]

    def again(self, *changes):
        """Result: exit code and output of the page's call, each (flag, value) of it changed."""
        script = next(one for one in self.printed if "first_call.py" in one)
        for flag, value in changes:
            script, count = re.subn(r"--%s \S+" % flag, "--%s %s" % (flag, value), script)
            self.assertEqual(count, 1, flag)
        return self.demo.run("export PYTHONPATH=%s/stubs\n%s" % (self.folder, script))

    def inputs(self):
        """Receipt, log keys and document of the page's call."""
        paths = (os.path.join(self.folder, "my-receipt"),
                 os.path.join(self.folder, demo_nodes.DELTA, "repository", "targets", "log-keys"),
                 os.path.join("deploy", "regions", demo_nodes.CHONGQING, "samples",
                              "50-driving-licence.json"))
        contents = []
        for path in paths:
            with open(path, "rb") as file:
                contents.append(file.read())
        return contents

    def test_the_commands_work_as_printed(self):
        self.assertEqual(self.code, 0, self.said)
        at = 0
        for words in (
                "jurisdiction/31/platform/first-call until",
                "outcome 结论: OUTCOME_RECOGNIZED\n", "C1C6", "the same receipt", "receipt holds",
                "dispute 异议: yangtze-delta/",
                # The same with curl.
                "outcome 结论: OUTCOME_RECOGNIZED\n", "C1C6", "the same receipt", "receipt holds",
                "dispute 异议: yangtze-delta/", "face.driver.vehicleClasses 准驾车型, CODE",
                "surface.zjcx -> face.driver.vehicleClasses 准驾车型 = C1 小型汽车; C6 轻型牵引挂车",
                "OUTCOME_RECOGNIZED of yangtze-delta/log-1", "decided 判定时间"):
            found = self.said.find(words, at)
            self.assertNotEqual(found, -1, "%s\nafter byte %d of\n%s" % (words, at, self.said))
            at = found + len(words)

    def test_curl_is_told_the_same_errors(self):
        script = next(one for one in self.printed if "curl/first_call" in one)
        stranger = os.path.join(self.folder, demo_nodes.DELTA, "tls", "stranger")
        for pattern, changed, words in (
                (r"--using \S+", "--using 3x",
                 "error 错误: 400 FIELD_MALFORMED using_jurisdiction 字段格式不符合要求\n"),
                (r"\S+first-call\.(pem|key)", stranger + r".\1",
                 "error 错误: 403 IDENTITY_NOT_LISTED 调用方身份未获授权\n")):
            with self.subTest(words):
                code, said = self.demo.run(re.sub(pattern, changed, script))
                self.assertEqual(code, 1, said)
                self.assertIn(words, said)

    def test_an_error_is_shown_with_reason_field_and_chinese_message(self):
        self.assertEqual(self.again(("using", "3x")), (1, (
            "error 错误: INVALID_ARGUMENT FIELD_MALFORMED using_jurisdiction 字段格式不符合要求\n"
            "  FIELD_MALFORMED: using_jurisdiction: expected a province code of GB/T 2260, two "
            "digits\n")))

    def test_each_caller_who_may_not_ask_is_told_why_as_the_page_says(self):
        tls = os.path.join(self.folder, demo_nodes.DELTA, "tls", "stranger")
        forged = os.path.join(self.folder, "forged")
        code, said = self.demo.run((
            "mrgctl certificate authority --domain yangtze-delta.mrg.example --out %s\n"
            "mrgctl certificate issue --authority %s --identity jurisdiction/31/platform/first-call "
            "--out %s/caller\n") % (forged, forged, forged))
        self.assertEqual(code, 0, said)
        empty = os.path.join(self.folder, "empty")
        federation.write(empty, "")
        for changes, words in (
                ([("using", "32")], "PERMISSION_DENIED JURISDICTION_NOT_ALLOWED 调用方"),
                ([("cert", tls + ".pem"), ("key", tls + ".key")],
                 "PERMISSION_DENIED IDENTITY_NOT_LISTED 调用方身份未获授权"),
                ([("presentation", empty)],
                 "INVALID_ARGUMENT FIELD_REQUIRED presentation.detached 必填字段为空"),
                ([("cert", forged + "/caller.pem"), ("key", forged + "/caller.key")],
                 "error 错误: UNAVAILABLE"),
                ([("address", "127.0.0.1:1")], "Connection refused"),
                ([("ca", os.path.join(self.folder, "hub", "tls", "ca.pem"))],
                 "certificate verify failed")):
            with self.subTest(words):
                code, said = self.again(*changes)
                self.assertEqual(code, 1, said)
                self.assertIn(words, said)

    def test_a_no_is_an_answer_with_a_receipt(self):
        for change, words in (
                (("type", demo_nodes.RESIDENCE_PERMIT), "NO_RULE\n  reason 理由: TYPE_NOT_COVERED"),
                (("scenario", "nothing"), "NO_RULE\n  reason 理由: SCENARIO_UNKNOWN"),
                (("issuing", "99"), "NO_RULE\n  reason 理由: JURISDICTION_UNKNOWN"),
                (("presentation", os.path.join(self.folder, "presentations", "tampered")),
                 "NOT_RECOGNIZED\n  reason 理由: SIGNATURE_INVALID")):
            with self.subTest(words):
                _, said = self.again(change, ("receipt-out", "/dev/null"))
                self.assertIn(words, said)
                self.assertIn("receipt holds", said)

    def test_a_receipt_with_any_byte_changed_is_refused(self):
        import verify_receipt
        receipt, log_keys, document = self.inputs()
        self.assertEqual(verify_receipt.verify(receipt, log_keys, document).log_origin,
                         "yangtze-delta/log-1")

        for place in range(len(receipt)):
            changed = bytearray(receipt)
            changed[place] ^= 1 << place % 8
            with self.assertRaises(verify_receipt.ReceiptRefused, msg="byte %d" % place):
                verify_receipt.verify(bytes(changed), log_keys, document)

    def test_a_receipt_is_about_its_own_document_and_signed_by_its_own_log(self):
        import verify_receipt
        receipt, log_keys, document = self.inputs()
        with open(os.path.join(self.folder, "hub", "repository", "targets", "log-keys"), "rb") as file:
            others = file.read()

        for keys, shown, reason in ((log_keys, document + b" ", "RECEIPT_COMMITMENT_MISMATCH"),
                                    (others, document, "RECEIPT_CHECKPOINT_INVALID")):
            with self.assertRaisesRegex(verify_receipt.ReceiptRefused, reason):
                verify_receipt.verify(receipt, keys, shown)

    def test_the_example_of_the_format_holds_and_no_bit_of_it_can_change(self):
        import verify_receipt
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
        from mrg.trustlist.v1 import federation_pb2
        example = federation.read("gateway/docs/formats/receipt.md").partition("## Example")[2]
        receipt = bytes.fromhex("".join(re.findall(r"^    ([0-9a-f]+)$", example, re.M)))
        key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key()
        log_keys = federation_pb2.LogKeys(keys=[federation_pb2.LogKey(
            origin="example/log-1", public_key=key.public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))])
        listed = log_keys.SerializeToString()

        verify_receipt.verify(receipt, listed, EXAMPLE_DOCUMENT)
        for bit in range(len(receipt) * 8):
            changed = bytearray(receipt)
            changed[bit // 8] ^= 1 << bit % 8
            with self.assertRaises(verify_receipt.ReceiptRefused, msg="bit %d" % bit):
                verify_receipt.verify(bytes(changed), listed, EXAMPLE_DOCUMENT)

        log_keys.keys[0].until.FromMicroseconds(1772000000000002)  # the moment of the decision
        with self.assertRaisesRegex(verify_receipt.ReceiptRefused, "RECEIPT_CHECKPOINT_INVALID"):
            verify_receipt.verify(receipt, log_keys.SerializeToString(), EXAMPLE_DOCUMENT)


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
