"""A federation of sample issuers, with a table of licences that must be recognised and that must
not, each with its reason: sandbox_cases.py. Each line is made, asked and compared; what was asked
is left as files for a developer's own tests. How it is called says `./deploy/sandbox --help`."""

import base64
import json
import os
import re
import subprocess
import sys
import time

import demo_tour
import federation
import sandbox_cases
from demo_nodes import CHONGQING, DELTA, DemoNodes, StepFailed
from sandbox_cases import CASES, KEYS, NEVER_STARTED, UNLISTED_KEY
from sandbox_members import StrayMembers, VALID_SECONDS

PORT_BASE = 17100
DAY_SECONDS = 86400
REASON = re.compile(r"^  reason 原因: (\w+)", re.M)
HOLDER_FLAGS = {"holder-name": "name", "holder-code": "code"}
ALGORITHMS = ["SIGNATURE_ALGORITHM_UNSPECIFIED", "SIGNATURE_ALGORITHM_SM2_SM3",
              "SIGNATURE_ALGORITHM_ECDSA_P256_SHA256"]
# DetachedSignature of mrg/gateway/v1/presentation.proto, by field number.
DOCUMENT, ALGORITHM, SIGNATURE, PUBLIC_KEY = 1, 2, 3, 4


class SandboxFederation(federation.Federation):
    """As the demo's, with more keys of Chongqing and members whose lists are not in order."""

    def init(self, layout=None):
        super().init(layout)
        StrayMembers.lay_out(self)

    def make_keys(self, member, served):
        super().make_keys(member, served)
        if "50" in served:
            for name in KEYS:
                self.generate_key("50", name + "-%s")

    def stage_issuers(self, jurisdiction, *entries):
        if jurisdiction == "50" and not entries:
            now = int(time.time())
            entries = [self.issuer_entry("50")] + [
                self.listed(name, now, **listed) for name, listed in KEYS.items()]
        super().stage_issuers(jurisdiction, *entries)

    def listed(self, name, now, state=None, listed_from=None, key_use="SIGNING", types=None,
               areas=None):
        states = ""
        if state:
            states = "  states { kind: ISSUER_STATE_KIND_%s from { seconds: %d } }\n" % (
                state[0], now + state[1] * DAY_SECONDS)
        more = {} if listed_from is None else {"listed_from": now + listed_from * DAY_SECONDS}
        return self.issuer_entry("50", states, name + "-%s", key_use=key_use, areas=areas,
                                 type_codes=types or federation.TYPES, **more)

    def listed_members(self, roots):
        federation.write(self.path(DELTA, "member.textproto"), self.member_entry(DELTA, roots))
        self.init_region("never-started", NEVER_STARTED)
        entry = federation.read(self.path("never-started", "member.textproto"))
        return "%smembers {\n%s}\n" % (super().listed_members(roots), entry)

    def init_region(self, member, jurisdiction, *flags):
        """Lays out a region at ports that are free."""
        api, port = federation.free_ports(2)
        federation.run(
            self.mrgctl, "init", "region", "--dir", self.path(member), "--member", member,
            "--trust-domain", self.domain(member), "--jurisdictions", jurisdiction,
            "--api", "127.0.0.1:%d" % api, "--federation", "127.0.0.1:%d" % port, "--hub-endpoint",
            "127.0.0.1:%d" % self.ports["hub"]["federation"], "--hub-root",
            self.path("hub", "repository", "metadata", "1.root.json"), "--hub-ca",
            self.path("hub", "tls", "ca.pem"), *flags)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def varint(number):
    """A number as protobuf's encoding has it."""
    out = bytearray()
    while number > 0x7f:
        out.append(number & 0x7f | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def read_varint(data, at):
    number = shift = 0
    while True:
        number |= (data[at] & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return number, at


def read_fields(data):
    """A message that has only numbers and byte strings. Result: field number -> value."""
    fields, at = {}, 0
    while at < len(data):
        tag, at = read_varint(data, at)
        value, at = read_varint(data, at)
        if tag & 7 == 2:
            value, at = data[at:at + value], at + value
        fields[tag >> 3] = value
    return fields


def write_fields(fields):
    out = b""
    for number, value in sorted(fields.items()):
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def key_on_another_curve():
    """A public key on P-384, DER."""
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                           "ec_paramgen_curve:P-384"], stdout=subprocess.PIPE, check=True).stdout
    return subprocess.run(["openssl", "pkey", "-pubout", "-outform", "DER"], input=made,
                          stdout=subprocess.PIPE, check=True).stdout


def damaged(damage, detached):
    """What is done to a signed presentation. Result: its fields; none for "empty"."""
    if damage == "empty":
        return {}
    change = {
        "": lambda one: {},
        "no-json": lambda one: {},  # it was signed so
        "document": lambda one: {DOCUMENT: one[DOCUMENT].replace(b'"C6"', b'"A1"')},
        "signature-cut": lambda one: {SIGNATURE: one[SIGNATURE][:-1]},
        "signature-longer": lambda one: {SIGNATURE: one[SIGNATURE] + b"\0"},
        "signature-zero": lambda one: {SIGNATURE: bytes.fromhex("3006020100020100")},
        "key-cut": lambda one: {PUBLIC_KEY: one[PUBLIC_KEY][:-1]},
        "key-curve": lambda one: {PUBLIC_KEY: key_on_another_curve(), ALGORITHM: 2},
        "key-mislabelled": lambda one: {ALGORITHM: 2},
    }[damage](detached)
    return {**detached, **change}


def fault(case, code, said):
    """Why what `mrgctl recognize` ended with is not what the table says: that reason and no other;
    empty if it is."""
    if is_error(case):
        return "" if code == 1 and case.reason in said else "expected the error " + case.reason
    reasons = REASON.findall(said)
    if code == 0 and reasons == [one for one in [case.reason] if one]:
        return ""
    return "expected %s and the reason '%s' alone" % (case.outcome, case.reason)


def is_error(case):
    return case.outcome in ("INVALID_ARGUMENT", "PERMISSION_DENIED")


class Sandbox(DemoNodes):
    def __init__(self, folder, mrgd, mrgctl):
        super().__init__(folder, mrgd, mrgctl)
        self.federation = SandboxFederation(folder, mrgctl)
        self.steps, self.failed, self.index = 0, [], []

    # --- A line's licence and question -----------------------------------------------------------

    def make(self, case):
        """Signs the licence of the case and writes the presentation. Result: its path."""
        jurisdiction = case.sample[:2]
        member = federation.member_of(jurisdiction)
        document = self.path("documents", case.name + ".json")
        os.makedirs(os.path.dirname(document), exist_ok=True)
        content = sandbox_cases.document_of(case, json.loads(
            federation.read(self.sample(member, case.sample))))
        with open(document, "wb") as file:
            file.write(b"no JSON" if case.damage == "no-json" else content)
        out = self.path("presentations", case.name)
        code, said = self.ctl(
            "licence", "sign", "--key",
            self.path(member, "keys", "%s-%s.pem" % (case.key, jurisdiction)), "--scheme",
            federation.ISSUERS[jurisdiction][2], "--document", document, "--out", out)
        if code != 0:
            raise StepFailed(said)
        detached = damaged(case.damage, read_fields(read_fields(read_bytes(out))[1]))
        with open(out, "wb") as file:
            file.write(write_fields({1: write_fields(detached)}) if detached else b"")
        if DOCUMENT in detached:
            with open(document, "wb") as file:
                file.write(detached[DOCUMENT])
        return out

    @staticmethod
    def asked(case):
        return {"using": "31", "issuing": "50", "type": sandbox_cases.DRIVING_LICENCE,
                "standard": "cq-sample", "scenario": "government-service", **case.question}

    def words(self, case):
        """The words of mrgctl that ask the case."""
        asked = [word for name, value in self.asked(case).items() for word in ("--" + name, value)]
        return ["recognize", *self.caller(DELTA, case.caller), *asked, "--presentation",
                self.path("presentations", case.name)]

    def request(self, case):
        """The same as RecognizeRequest in the JSON form of protobuf."""
        asked = self.asked(case)
        request = {
            "requestId": "sandbox-" + case.name, "usingJurisdiction": asked["using"],
            "issuingJurisdiction": asked["issuing"], "typeCode": asked["type"],
            "documentStandard": asked["standard"], "scenario": asked["scenario"]}
        holder = {HOLDER_FLAGS[name]: asked[name] for name in HOLDER_FLAGS if name in asked}
        if holder:
            request["expectedHolder"] = holder
        presentation = read_fields(read_bytes(self.path("presentations", case.name)))
        detached = read_fields(presentation.get(1, b""))
        request["presentation"] = {"detached": {
            "document": encoded(detached[DOCUMENT]), "algorithm": ALGORITHMS[detached[ALGORITHM]],
            "signature": encoded(detached[SIGNATURE]),
            "publicKey": encoded(detached[PUBLIC_KEY])}} if detached else {}
        return request

    # --- What befalls a member and a licence -----------------------------------------------------

    def bring_up(self, layout):
        super().bring_up(layout)
        StrayMembers(self).go_astray()

    def set_status(self, case):
        number = self.path("documents", case.name + ".number")
        federation.write(number, sandbox_cases.with_check_digit(case.number))
        self.must("licence", "set-status", *self.caller(CHONGQING, "authority-50"), "--jurisdiction",
                  "50", "--type", self.asked(case)["type"], "--number-file", number, "--action",
                  case.status)

    def dispute(self, case):
        """Has a dispute about the licence filed, and accepted where it was issued."""
        receipt, filer = self.path("receipts", case.name), self.caller(DELTA, case.caller)
        self.must(*self.words(case), "--receipt-out", receipt)
        said = self.must("dispute", "file", *filer, "--receipt", receipt, "--document",
                         self.path("documents", case.name + ".json"), "--description", "sample")
        name = re.search(r"^dispute 异议 (\S+)", said, re.M).group(1)
        intake = self.caller(CHONGQING, "worker-intake-50")
        self.wait_until("the case reaches its queue",
                        lambda: name in self.ctl("dispute", "list", *intake)[1])
        self.must("dispute", "accept", *intake, "--dispute", name)

    def must(self, *words):
        code, said = self.ctl(*words)
        if code != 0:
            raise StepFailed("mrgctl %s\n%s" % (" ".join(words), said))
        return said

    # --- The table -----------------------------------------------------------------------------

    def run(self):
        print("\nsigning, revoking and disputing 签发、吊销、提出异议 ...", flush=True)
        for case in CASES:
            self.make(case)
            if case.status == "dispute":
                self.dispute(case)
            elif case.status:
                self.set_status(case)
        print("\n%-26s %-28s %s" % ("name", "outcome or error", "reason"))
        for case in CASES:
            self.try_out(case)
        federation.write(self.path("cases.json"),
                         json.dumps(self.index, ensure_ascii=False, indent=1) + "\n")

    def try_out(self, case):
        self.steps += 1
        print("%-26s %-28s %-24s %s %s" % (
            case.name, case.outcome, case.reason, case.why, case.why_zh), flush=True)
        expect = [] if is_error(case) else ["--expect", case.outcome]
        said = ["", ""]

        def answered():
            code, said[1] = self.ctl(*self.words(case), *expect)
            said[0] = fault(case, code, said[1])
            return not said[0]

        try:
            self.wait_until(case.name, answered, self.seconds_until(case))
        except StepFailed:
            print("  NOT AS EXPECTED 与预期不符: %s\n%s" % tuple(said), flush=True)
            self.failed.append(case.name)
        request = self.path("requests", case.name + ".json")
        federation.write(request, json.dumps(self.request(case), ensure_ascii=False, indent=1) + "\n")
        tls = os.path.join(DELTA, "tls", case.caller)
        self.index.append({
            "name": case.name, "outcome": "" if is_error(case) else case.outcome,
            "code": case.outcome if is_error(case) else "OK", "reason": case.reason,
            "why": case.why, "why_zh": case.why_zh, "certificate": tls + ".pem",
            "key": tls + ".key", "request": "requests/%s.json" % case.name,
            "presentation": "presentations/" + case.name,
            "document": "documents/%s.json" % case.name, "mrgctl": self.words(case)})

    @staticmethod
    def seconds_until(case):
        """How long the line may take to come true."""
        if case.reason == "TRUST_EXPIRED":
            return VALID_SECONDS[-1]
        # What befell a licence at Chongqing reaches the Delta in a moment.
        return 20 if case.status else 0

    def print_what_stays_up(self):
        print("\n%d lines, as files in %s:" % (self.steps, self.folder))
        print("  cases.json             the table, with the files of each line 表格及各行所用文件\n"
              "  requests/NAME.json     RecognizeRequest in the JSON form of protobuf 请求（JSON）\n"
              "  presentations/NAME     Presentation in protobuf, for mrgctl and clients 出示内容\n"
              "  yangtze-delta/tls      certificates of the callers, and ca.pem 调用方证书")
        asked = next(case for case in CASES if case.status == "revoke")
        print("The node to ask 所问节点: 127.0.0.1:%d; a line by hand 单独询问一行:\n\n%s" % (
            self.federation.ports[DELTA]["api"],
            demo_tour.command(self.mrgctl, self.words(asked))))
        print("\nIn your own tests 用于自己的测试: gateway/docs/FIRST_CALL.md")


def encoded(data):
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    sys.exit(demo_tour.main("sandbox", Sandbox, PORT_BASE))
