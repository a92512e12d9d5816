"""usage: clients_test.py MRGD MRGCTL CPP_CLIENT

A platform's first call in other languages, as its page prints it, against a hub and two regions on
loopback. A language whose tools are not installed is skipped by name.
"""

import os
import re
import sys
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import federation  # noqa: E402
from first_call_nodes import FirstCallNodes, in_shell, page_parts  # noqa: E402

PROGRAMS = []  # mrgd and mrgctl
CPP_CLIENT = []  # made from the same sources by the page's make_client, once for all runs
COMMAND = re.compile(r"^    (\S(?:.*\\\n)*.*)$", re.M)
CERTIFICATE = ("mrgctl certificate issue --authority %s/yangtze-delta/tls "
               "--identity jurisdiction/31/platform/first-call --out %s/first-call\n")
# Fetched from npm by ./tests/run, since tests have no network.
NODE_MODULES = os.environ.get("MRG_NODE_MODULES", "")
JARS = "/usr/share/java/"
JAVA = {"/usr/bin/javac": "default-jdk-headless", "/usr/bin/protoc": "protobuf-compiler",
        "/usr/bin/grpc_java_plugin": "protobuf-compiler-grpc-java-plugin",
        JARS + "geronimo-annotation-1.3-spec.jar": "libgeronimo-annotation-1.3-spec-java",
        JARS + "grpc-netty.jar": "libgrpc-java", JARS + "gson.jar": "libgoogle-gson-java",
        JARS + "guava.jar": "libguava-java", JARS + "netty-handler.jar": "libnetty-java",
        JARS + "netty-tcnative.jar": "libnetty-tcnative-java",
        JARS + "perfmark-api.jar": "libperfmark-java", JARS + "protobuf.jar": "libprotobuf-java"}


def missing_of_java():
    return next(("%s is not installed" % package for path, package in JAVA.items()
                 if not os.path.exists(path)), "")


def missing_of_typescript():
    if not os.path.exists("/usr/bin/node"):
        return "nodejs is not installed"
    return "" if NODE_MODULES else "what package-lock.json names was not fetched"


# Every bit of a receipt, of the page's call and of the example in receipt.md, and a key that ended.
CHANGED_RECEIPTS = r"""
const crypto = require("node:crypto"), fs = require("node:fs");
const { verifyReceipt } = require(process.argv[1]);
const read = (path) => fs.readFileSync(path);
const field = (tag, data) => Buffer.concat([Buffer.of(tag, data.length), data]);
const holds = (...parts) => { try { return !!verifyReceipt(...parts); } catch { return false; } };
const seed = Buffer.from("302e020100300506032b657004220420" +
  Buffer.from([...Array(32).keys()]).toString("hex"), "hex");
const key = crypto.createPublicKey(crypto.createPrivateKey(
  { key: seed, format: "der", type: "pkcs8" })).export({ format: "der", type: "spki" });
const logKey = (...more) => field(0x0a, Buffer.concat(
  [field(0x0a, Buffer.from("example/log-1")), field(0x12, key), ...more]));
const example = Buffer.from(process.argv[2], "hex"), licence = Buffer.from("licence");
let accepted = 0;
for (const [receipt, keys, document] of [
  [read(process.argv[3]), read(process.argv[4]), read(process.argv[5])], [example, logKey(), licence]]) {
  if (!holds(receipt, keys, document)) throw new Error("the receipt itself does not hold");
  if (holds(receipt, keys, Buffer.concat([document, Buffer.of(32)]))) ++accepted;
  for (let bit = 0; bit < receipt.length * 8; ++bit) {
    const changed = Buffer.from(receipt);
    changed[bit >> 3] ^= 1 << (bit & 7);
    if (holds(changed, keys, document)) ++accepted;
  }
}
// Until the moment of the decision, and a nanosecond longer.
const until = (nanos) => field(0x22, Buffer.from("0880a6facc06" + nanos, "hex"));
console.log("accepted", accepted, holds(example, logKey(until("10d00f")), licence),
  holds(example, logKey(until("10d10f")), licence));
"""


class Page(unittest.TestCase):
    def test_the_examples_are_as_long_as_it_says(self):
        section = page_parts()[1]
        for folder, name in (("typescript", "first_call.ts"), ("java", "FirstCall.java"),
                             ("cpp", "first_call.cc")):
            path = os.path.join("deploy", "clients", folder, name)
            lines = federation.read(path).count("\n")

            self.assertRegex(section, r"`%s`\s+(?:has\s+)?%d\b" % (re.escape(name), lines))
            if folder != "typescript":  # which verifies the receipt itself
                self.assertLess(lines, 100)


class OtherLanguages(unittest.TestCase):
    """The page's commands of each language, on the same nodes."""

    @classmethod
    def setUpClass(cls):
        cls.nodes = FirstCallNodes(*PROGRAMS)
        cls.addClassCleanup(cls.nodes.remove)
        cls.nodes.bring_up()
        cls.folder = cls.nodes.folder
        printed = [cls.nodes.here(one) for one in COMMAND.findall(page_parts()[1])]
        cls.flags, cls.printed = printed[0], printed[1:]
        code, said = in_shell(cls.path() + CERTIFICATE % (cls.folder, cls.folder))
        assert code == 0, said

    @classmethod
    def path(cls):
        return "export PATH=%s:$PATH\n" % cls.nodes.programs

    def build(self, language):
        """Runs what the page prints to make the client. Result: the command of its call."""
        make, call = [one for one in self.printed if "/%s/" % language in one or
                      one.endswith("/" + language)]
        code, said = in_shell(make)
        self.assertEqual(code, 0, said)
        return call

    def expect_first_call(self, call):
        code, said = in_shell("%s%s\n%s" % (self.path(), self.flags, call))
        self.assertEqual(code, 0, said)
        seen = [said.find(words) for words in (
            "outcome 结论: OUTCOME_RECOGNIZED\n", "C1C6", "the same receipt", "receipt holds",
            "dispute 异议: yangtze-delta/")]
        self.assertNotIn(-1, seen, said)
        self.assertEqual(seen, sorted(seen), said)
        # Its state stands in what the node gives when it is asked for the dispute again.
        self.assertRegex(said, r"dispute 异议: yangtze-delta/\S+ DISPUTE_STATE_[A-Z]+")

        code, said = in_shell("%s%s\n%s" % (
            self.path(), self.flags.replace("--using 31", "--using 3x"), call))
        self.assertEqual(code, 1, said)
        self.assertIn("FIELD_MALFORMED", said)
        self.assertIn("字段格式不符合要求", said)
        self.assertIn("using_jurisdiction: expected a province code of GB/T 2260", said)

    @unittest.skipIf(missing_of_typescript(), "TypeScript: " + missing_of_typescript())
    def test_typescript(self):
        folder = os.path.join(self.folder, "typescript")
        os.mkdir(folder)
        os.symlink(NODE_MODULES, os.path.join(folder, "node_modules"))

        self.expect_first_call(self.build("typescript"))

        example = federation.read("gateway/docs/formats/receipt.md").partition("## Example")[2]
        code, said = in_shell("node -e '%s' %s/verify_receipt.js %s %s %s %s" % (
            CHANGED_RECEIPTS, folder, "".join(re.findall(r"^    ([0-9a-f]+)$", example, re.M)),
            os.path.join(self.folder, "my-receipt"),
            os.path.join(self.folder, "yangtze-delta/repository/targets/log-keys"),
            "deploy/regions/sichuan-chongqing/samples/50-driving-licence.json"))
        self.assertEqual((code, said), (0, "accepted 0 false true\n"))

    @unittest.skipIf(missing_of_java(), "Java: " + missing_of_java())
    def test_java(self):
        self.expect_first_call(self.build("java"))

    def test_cpp(self):
        call = next(one for one in self.printed if one.startswith(self.folder + "/cpp/"))
        os.mkdir(os.path.join(self.folder, "cpp"))
        os.symlink(CPP_CLIENT[0], call.split()[0])

        self.expect_first_call(call)


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    CPP_CLIENT += [os.path.abspath(sys.argv[3])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
