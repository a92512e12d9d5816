"""Lays out a whole federation for demonstrations and tests: a hub and two regions, each with its own
CA, keys, trust repository and node configuration, in one data folder. Everything is generated; no
key or certificate in it is meant for anything else.

Used by ./deploy/demo and by tests that start real processes. Run it as
    deploy/federation.py init DIR --mrgctl PATH [--port-base N]
    deploy/federation.py publish DIR --mrgctl PATH [MEMBER...]
    deploy/federation.py mark-compromised DIR --mrgctl PATH JURISDICTION
"""

import argparse
import hashlib
import os
import socket
import subprocess
import sys
import time

DEPLOY = os.path.dirname(os.path.abspath(__file__))

# Members, their jurisdictions, and what each jurisdiction's sample issuing authority is.
MEMBERS = {
    "hub": [],
    "yangtze-delta": ["31", "32", "33", "34"],
    "sichuan-chongqing": ["50", "51"],
}
# Jurisdiction: (GB 32100 code, name, scheme of its key). Synthetic: no real code has YY0000.
ISSUERS = {
    "31": ("11310000YY000001XH", "上海样例发证机关", "sm2-sm3"),
    "32": ("11320000YY000001XM", "江苏样例发证机关", "sm2-sm3"),
    "33": ("11330000YY000001XR", "浙江样例发证机关", "ecdsa-p256-sha256"),
    "34": ("11340000YY000001XX", "安徽样例发证机关", "sm2-sm3"),
    "50": ("11500000YY000001XT", "重庆样例发证机关", "sm2-sm3"),
    "51": ("11510000YY000001XY", "四川样例发证机关", "ecdsa-p256-sha256"),
}
TYPES = ["11100000XX0000019L001", "11100000XX0000019L003", "11100000XX0000027F001"]
PACKS = {"31": "delta-reply", "50": "cq-sample"}  # owner: standard
DICTIONARY = os.path.join(DEPLOY, "packs", "canonical", "1.textproto")
AGREEMENTS = {  # id: jurisdictions that list it, and the folder that holds the text
    "changsanjiao-2020": (["31", "32", "33", "34"], "yangtze-delta"),
    "chuanyu-2022": (["50", "51"], "sichuan-chongqing"),
    "cross-region-sample": (["31", "32", "33", "34", "50", "51"], "yangtze-delta"),
}
PLATFORMS = {"yangtze-delta": ["31", "32"], "sichuan-chongqing": ["50", "51"]}
RULES = {  # who may call what, below the member's own trust domain
    "jurisdiction/*/platform/*": ("mrg.gateway.v1.RecognitionService/*",
                                  "mrg.gateway.v1.TranslationService/*",
                                  "mrg.gateway.v1.CatalogueService/*",
                                  "mrg.dispute.v1.DisputeService/*"),
    "jurisdiction/*/authority/*": ("mrg.gateway.v1.StatusService/*",),
    "worker/*/*": ("mrg.dispute.v1.DisputeQueueService/*",
                   "mrg.dispute.v1.DisputeService/GetDispute",
                   "mrg.dispute.v1.DisputeService/ListDisputes",
                   "mrg.dispute.v1.DisputeService/WatchDispute"),
    "auditor/*": ("mrg.audit.v1.AuditService/*", "mrg.gateway.v1.CatalogueService/*",
                  # How disputes go, without what people wrote in them.
                  "mrg.dispute.v1.DisputeService/GetDispute",
                  "mrg.dispute.v1.DisputeService/ListDisputes",
                  # On the listener `federation`: the lists in which the log's keys stand.
                  "mrg.trustlist.v1.TrustRepositoryService/GetMetadata",
                  "mrg.trustlist.v1.TrustRepositoryService/GetTarget"),
}
CALENDAR_YEARS = ["2025", "2026"]
ALGORITHM = {
    "sm2-sm3": "SIGNATURE_ALGORITHM_SM2_SM3",
    "ecdsa-p256-sha256": "SIGNATURE_ALGORITHM_ECDSA_P256_SHA256",
}


LISTENERS = ("api", "federation", "metrics", "rest")
PORT_STEP = 10  # from one member's first port to the next one's
PORT_BASE_MIN = 1024
PORT_BASE_MAX = 65535 - PORT_STEP * (len(MEMBERS) - 1) - (len(LISTENERS) - 1)


class CommandFailed(SystemExit):
    """Ends a script with what the command said."""


def in_english():
    """The environment of a command whose words are read here, whatever the locale speaks."""
    return {**os.environ, "LC_ALL": "C.UTF-8"}


def run(*command):
    """Runs a command; its output is shown only when it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env=in_english())
    if done.returncode != 0:
        raise CommandFailed("%s\nfailed with %d:\n%s" % (
            " ".join(command), done.returncode, done.stdout))
    return done.stdout


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def counterpart_root(member, digest, jurisdictions):
    """The text by which an agreement says which of its parties a member publishes for."""
    if not jurisdictions:
        return ""
    return 'counterpart_roots { member: "%s" sha256: "%s" %s }\n' % (
        member, digest, " ".join('jurisdictions: "%s"' % one for one in jurisdictions))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def member_of(jurisdiction):
    return next(member for member, served in MEMBERS.items() if jurisdiction in served)


def free_ports(count):
    """Ports that were free a moment ago; all are held until the last is known, so they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def free_layout():
    """A port of each listener of each member, whatever is free."""
    ports = iter(free_ports(len(LISTENERS) * len(MEMBERS)))
    return {member: {name: next(ports) for name in LISTENERS} for member in MEMBERS}


def fixed_layout(base):
    """The same on ports that count from `base`, PORT_STEP for each member in their order."""
    return {member: {name: base + PORT_STEP * row + column
                     for column, name in enumerate(LISTENERS)}
            for row, member in enumerate(MEMBERS)}


def port_in_use(layout):
    """Which port of the layout another process holds, in words; empty when all are free."""
    for member, ports in layout.items():
        for name, port in ports.items():
            with socket.socket() as probe:
                # As the nodes do: old connections that linger do not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    return "127.0.0.1:%d, listener %s of %s: %s" % (
                        port, name, member, error.strerror)
    return ""


def port_base(text):
    """A value of --port-base."""
    if not text.isdecimal() or not PORT_BASE_MIN <= int(text) <= PORT_BASE_MAX:
        raise argparse.ArgumentTypeError("expected a number from %d to %d, found '%s'" % (
            PORT_BASE_MIN, PORT_BASE_MAX, text))
    return int(text)


def octal_bytes(data):
    """Bytes in the form of a textproto string."""
    return "".join("\\%03o" % byte for byte in data)


class Federation:
    def __init__(self, folder, mrgctl):
        self.folder = os.path.abspath(folder)
        self.mrgctl = mrgctl

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def init(self, layout=None):
        self.ports = layout or free_layout()
        for member, served in MEMBERS.items():
            self.make_certificates(member, served)
            self.make_keys(member, served)
        roots = {member: self.trust_init(member, served) for member, served in MEMBERS.items()}
        for member in MEMBERS:
            self.write_config(member, roots)
        self.stage_hub(roots)
        for member, served in MEMBERS.items():
            if served:
                self.stage_region(member, served, roots)
        write(self.path("addresses"), "".join(
            "%s %s 127.0.0.1:%d\n" % (member, name, port)
            for member, ports in self.ports.items() for name, port in ports.items()))

    def domain(self, member):
        return member + ".mrg.example"

    def make_certificates(self, member, served):
        make = os.path.join(DEPLOY, "make-certificates")
        out, domain = self.path(member, "tls"), self.domain(member)
        run(make, out, domain, "ca", "ca", "")
        run(make, out, domain, "leaf", "node", "/node/log-1")
        run(make, out, domain, "leaf", "operator", "/operator/demo")
        run(make, out, domain, "leaf", "auditor", "/auditor/demo")
        run(make, out, domain, "leaf", "stranger", "/platform/unlisted")
        for jurisdiction in served:
            run(make, out, domain, "leaf", "platform-" + jurisdiction,
                "/jurisdiction/%s/platform/portal" % jurisdiction)
            run(make, out, domain, "leaf", "authority-" + jurisdiction,
                "/jurisdiction/%s/authority/%s" % (jurisdiction, ISSUERS[jurisdiction][0]))
            for worker in ("intake", "case"):
                run(make, out, domain, "leaf", "worker-%s-%s" % (worker, jurisdiction),
                    "/worker/issuer-%s/%s" % (jurisdiction, worker))
        if not served:
            run(make, out, domain, "leaf", "worker-hub", "/worker/hub/intake")

    def make_keys(self, member, served):
        run(self.mrgctl, "keys", "init", "--dir", self.path(member, "keys"),
            *(["--jurisdictions", ",".join(served)] if served else []))
        for jurisdiction in served:
            for name in ("issuer-%s", "unlisted-%s"):
                self.generate_key(jurisdiction, name)

    def generate_key(self, jurisdiction, name):
        key = self.path(member_of(jurisdiction), "keys", name % jurisdiction)
        run(self.mrgctl, "keys", "generate", "--scheme", ISSUERS[jurisdiction][2],
            "--out", key + ".pem", "--public", key + ".pub.pem")

    def trust(self, member, command, *flags):
        return run(self.mrgctl, "trust", command, "--repository",
                   self.path(member, "repository"), *flags)

    def trust_init(self, member, served):
        printed = self.trust(
            member, "init", "--member", member, "--keys", self.path(member, "keys"),
            *(["--jurisdictions", ",".join(served)] if served else []),
            "--log-origin", member + "/log-1")
        line = next(line for line in printed.splitlines() if line.startswith("root sha256 "))
        return "".join(line.split()[2:])

    def sign(self, member, role):
        self.trust(member, "sign", "--role", role, "--key",
                   self.path(member, "keys", "offline", role + ".pem"))

    def place(self, member):
        """The lines of a textproto that say where the member's node is."""
        bundle = read(self.path(member, "tls", "ca.pem")).replace("\n", "\\n")
        return "endpoints: \"127.0.0.1:%d\"\ntrust_domain: \"%s\"\nca_bundle_pem: \"%s\"\n" % (
            self.ports[member]["federation"], self.domain(member), bundle)

    def stage_contact(self, member):
        path = self.path(member, "contact.textproto")
        write(path, self.place(member))
        self.trust(member, "stage", "--contact", "--file", path)

    def member_entry(self, member, roots):
        """What the hub lists of a member, as textproto."""
        return "member: \"%s\"\n%sfirst_root_sha256: \"%s\"\n%ssince { seconds: 1577808000 }\n" % (
            member, "".join("jurisdictions: \"%s\"\n" % one for one in MEMBERS[member]),
            octal_bytes(bytes.fromhex(roots[member])), self.place(member))

    def listed_members(self, roots):
        """The hub's list of members as textproto."""
        return "".join("members {\n%s}\n" % self.member_entry(one, roots) for one in MEMBERS)

    def stage_hub(self, roots):
        write(self.path("hub", "federation.textproto"), self.listed_members(roots))
        self.trust("hub", "stage", "--federation", "--file",
                   self.path("hub", "federation.textproto"))
        self.stage_contact("hub")
        self.trust("hub", "stage", "--dictionary", "--file", DICTIONARY)
        for year in CALENDAR_YEARS:
            self.trust("hub", "stage", "--calendar", year, "--file", os.path.join(
                DEPLOY, "regions", "hub", "calendar-%s.textproto" % year))
        self.sign("hub", "targets")

    def issuer_entry(self, jurisdiction, states="", key="issuer-%s", listed_from=1577808000,
                     key_use="SIGNING", type_codes=TYPES, areas=None):
        code, name, scheme = ISSUERS[jurisdiction]
        key = self.path(member_of(jurisdiction), "keys", (key + ".pub.pem") % jurisdiction)
        der = subprocess.run(["openssl", "pkey", "-pubin", "-in", key, "-outform", "DER"],
                             stdout=subprocess.PIPE, check=True).stdout
        types = "".join("  type_codes: \"%s\"\n" % one for one in type_codes)
        prefixes = "".join("  area_prefixes: \"%s\"\n" % one for one in areas or [jurisdiction])
        return ("entries {\n  issuer_code: \"%s\"\n  name: \"%s\"\n  public_key: \"%s\"\n"
                "  algorithm: %s\n  key_use: ISSUER_KEY_USE_%s\n%s%s"
                "  listed_from { seconds: %d }\n%s}\n" % (
                    code, name, octal_bytes(der), ALGORITHM[scheme], key_use, types, prefixes,
                    listed_from, states))

    def issuers_file(self, jurisdiction):
        return self.path(member_of(jurisdiction), "issuers-%s.textproto" % jurisdiction)

    def stage_issuers(self, jurisdiction, *entries):
        write(self.issuers_file(jurisdiction),
              "".join(entries) or self.issuer_entry(jurisdiction))
        self.trust(member_of(jurisdiction), "stage", "--issuers", jurisdiction, "--file",
                   self.issuers_file(jurisdiction))

    def stage_region(self, member, served, roots):
        region = os.path.join(DEPLOY, "regions", member)
        for jurisdiction in served:
            self.stage_issuers(jurisdiction)
            self.trust(member, "stage", "--catalogue", jurisdiction, "--canonical", DICTIONARY,
                       "--file", os.path.join(region, "catalogue-%s.textproto" % jurisdiction))
            if jurisdiction in PACKS:
                for code in TYPES:
                    self.trust(member, "stage", "--pack", jurisdiction, "--canonical", DICTIONARY,
                               "--file", os.path.join(DEPLOY, "packs", PACKS[jurisdiction],
                                                      code + ".textproto"))
            for agreement, (parties, home) in AGREEMENTS.items():
                if jurisdiction in parties:
                    self.trust(member, "stage", "--agreement", jurisdiction, "--file",
                               self.agreement_with_roots(agreement, home, roots))
            self.sign(member, "j-" + jurisdiction)
        self.stage_contact(member)
        self.sign(member, "targets")

    def agreement_with_roots(self, agreement, home, roots):
        """The shipped text with the first root digests of this federation's members filled in."""
        path = self.path("agreements", agreement + ".textproto")
        if not os.path.exists(path):
            text = read(os.path.join(DEPLOY, "regions", home, "agreements", agreement + ".textproto"))
            for member, served in MEMBERS.items():
                text += counterpart_root(member, roots[member],
                                         [one for one in served if one in AGREEMENTS[agreement][0]])
            write(path, text)
        return path

    def write_config(self, member, roots):
        """The node's configuration; paths count from its folder."""
        ports, served = self.ports[member], MEMBERS[member]
        others = [one for one in MEMBERS if one != member]
        lines = [
            "# Configuration of one node of a generated federation: mrg/gateway/v1/config.proto.",
            'member: "%s"' % member,
            "role: NODE_ROLE_%s" % ("REGION" if served else "HUB"),
            'data_dir: "data"',
            'log_id: "log-1"',
        ]
        lines += ['jurisdictions: "%s"' % one for one in served]
        lines += [
            "listeners {",
            '  api: "127.0.0.1:%d"' % ports["api"],
            '  federation: "127.0.0.1:%d"' % ports["federation"],
            '  metrics: "127.0.0.1:%d"' % ports["metrics"],
            '  rest: "127.0.0.1:%d"' % ports["rest"],
            '  admin_socket: "run/admin.sock"',
            "}",
            'tls { cert_path: "tls/node.pem" key_path: "tls/node.key" trust_domain: "%s" }'
            % self.domain(member),
        ]
        lines += ['trust_domains { name: "%s" ca_bundle_path: "../%s/tls/ca.pem" }'
                  % (self.domain(one), one) for one in MEMBERS]
        for other in others:
            root = 'root_sha256: "%s"' % roots[other]
            if other == "hub":
                root = 'root_path: "../hub/repository/metadata/1.root.json" is_hub: true'
            lines.append('peers { member: "%s" endpoint: "127.0.0.1:%d" trust_domain: "%s" %s }' % (
                other, self.ports[other]["federation"], self.domain(other), root))
        lines += ["keys {"]
        lines += ['  %s_path: "keys/online/%s.pem"' % (one, one)
                  for one in ("timestamp", "snapshot", "status", "log")]
        lines += ['  idempotency_path: "keys/online/idempotency.key"']
        lines += ['  epoch_keys { jurisdiction: "%s" epoch: 1 path: "keys/online/epoch-%s.key" }'
                  % (one, one) for one in served]
        lines += ["}", "authorization {"]
        lines += [self.rule(member, who, *methods) for who, methods in RULES.items()]
        lines += [self.rule(other, "node/*", "mrg.trustlist.v1.TrustRepositoryService/*",
                            "mrg.trustlist.v1.FederationKeyService/*",
                            "mrg.dispute.v1.DisputeRelayService/*") for other in others]
        lines += ["}", ""]
        write(self.path(member, "node.textproto"), "\n".join(lines))

    def rule(self, member, who, *methods):
        return '  rules { identity: "spiffe://%s/%s"%s }' % (
            self.domain(member), who, "".join(' methods: "%s"' % one for one in methods))

    def mark_compromised(self, jurisdiction):
        """A ceremony: the jurisdiction's issuing key is compromised from now on; then published."""
        states = ("  states { kind: ISSUER_STATE_KIND_COMPROMISED from { seconds: %d } }\n"
                  % int(time.time()))
        self.stage_issuers(jurisdiction, self.issuer_entry(jurisdiction, states))
        self.put_in_force(jurisdiction)

    def list_fresh_key(self, jurisdiction):
        """A ceremony: a new key of the same authority, beside the entries that are listed: those
        are never taken back. Its name in the member's folder is "fresh-<jurisdiction>"."""
        self.generate_key(jurisdiction, "fresh-%s")
        self.stage_issuers(jurisdiction, read(self.issuers_file(jurisdiction)), self.issuer_entry(
            jurisdiction, key="fresh-%s", listed_from=int(time.time())))
        self.put_in_force(jurisdiction)

    def put_in_force(self, jurisdiction):
        """What is staged for the jurisdiction is shown, signed and published."""
        member = member_of(jurisdiction)
        print(self.trust(member, "diff"), end="")
        self.sign(member, "j-" + jurisdiction)
        self.publish([member])

    def publish(self, members, *flags):
        for member in members or MEMBERS:
            self.trust(member, "publish", *flags, "--address",
                       "unix:" + self.path(member, "run", "admin.sock"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("command", choices=["init", "publish", "mark-compromised"])
    parser.add_argument("folder")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--mrgctl", default="mrgctl", metavar="PATH", help="default: %(default)s")
    parser.add_argument("--port-base", type=port_base, metavar="N", help=(
        "first of the ports that init writes into the configurations: N to N+3 of the hub, N+%d "
        "and N+%d on of the regions (api, federation, metrics, rest); default: whatever is free"
        % (PORT_STEP, 2 * PORT_STEP)))
    flags = parser.parse_intermixed_args()
    federation = Federation(flags.folder, flags.mrgctl)
    if flags.command == "init":
        layout = None
        if flags.port_base is not None:
            layout = fixed_layout(flags.port_base)
            in_use = port_in_use(layout)
            if in_use:
                sys.exit("--port-base %d: %s" % (flags.port_base, in_use))
        federation.init(layout)
    elif flags.command == "publish":
        federation.publish(flags.names)
    else:
        federation.mark_compromised(*flags.names)


if __name__ == "__main__":
    main()
