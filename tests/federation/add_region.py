"""Adds a third region to a federation that deploy/federation.py laid out and that may be running:
its certificates, keys, repository and configuration, the hub's new list of members, an agreement
between it and Shanghai, and new configurations of those that will know it. All by the tools and
files that an operator has; nothing is published and no node is touched.

    tests/federation/add_region.py DIR --mrgctl PATH
"""

import argparse
import hashlib
import json
import os
import re
import sys

sys.path.insert(0, "deploy")
import federation  # noqa: E402  (found by the line above)

MEMBER, JURISDICTION, PARTNER = "pearl-river", "44", "31"
AGREEMENT = "pearl-river-sample"
# Who exchanges lists with it: the hub, as with everyone, and the side of the agreement.
KNOWN_TO = ["hub", "yangtze-delta"]
# It writes licences in the Delta's standard, so that of Anhui can stand in for its own catalogue.
CATALOGUE = ("yangtze-delta", "catalogue-34.textproto")


def root_digest(path):
    """SHA-256 of the canonical `signed` part of a root, whose texts need no escapes."""
    with open(path, encoding="utf-8") as file:
        signed = json.load(file)["signed"]
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def agreement_text(shipped):
    """The Delta's own agreement, made one between Shanghai and the new jurisdiction: each rule once
    in either direction, since within Shanghai the Delta's holds."""
    def both_directions(rule):
        body = re.sub(r"  (from|to)_jurisdictions: .*\n", "", rule.group(1))
        return "".join(
            'rules {\n  from_jurisdictions: "%s"\n  to_jurisdictions: "%s"\n%s}\n'
            % (one, other, body)
            for one, other in ((PARTNER, JURISDICTION), (JURISDICTION, PARTNER)))

    text = re.sub(r"^parties: .*\n", "", shipped, flags=re.MULTILINE)
    text = re.sub(r"^rules \{\n(.*?)^\}\n", both_directions, text, flags=re.MULTILINE | re.DOTALL)
    text = text.replace('id: "changsanjiao-2020"', 'id: "%s"' % AGREEMENT)
    return text + 'parties: "%s"\nparties: "%s"\n' % (PARTNER, JURISDICTION)


class Extension(federation.Federation):
    def read_layout(self):
        self.ports = {}
        for line in federation.read(self.path("addresses")).splitlines():
            member, name, address = line.split()
            self.ports.setdefault(member, {})[name] = int(address.rsplit(":", 1)[1])
        self.roots = {
            member: root_digest(self.path(member, "repository", "metadata", "1.root.json"))
            for member in self.ports
        }

    def add(self):
        self.read_layout()
        old = list(federation.MEMBERS)
        federation.MEMBERS[MEMBER] = [JURISDICTION]
        federation.ISSUERS[JURISDICTION] = ("11440000YY000001XL", "广东样例发证机关", "sm2-sm3")
        self.ports[MEMBER] = dict(zip(
            federation.LISTENERS, federation.free_ports(len(federation.LISTENERS))))
        with open(self.path("addresses"), "a", encoding="utf-8") as addresses:
            for name, port in self.ports[MEMBER].items():
                addresses.write("%s %s 127.0.0.1:%d\n" % (MEMBER, name, port))

        self.make_certificates(MEMBER, [JURISDICTION])
        self.make_keys(MEMBER, [JURISDICTION])
        self.roots[MEMBER] = self.trust_init(MEMBER, [JURISDICTION])
        self.stage_hub(self.roots)
        self.stage_agreement()
        for member in [MEMBER] + KNOWN_TO:
            self.write_config(member, self.roots)
            for stranger in old:
                if stranger not in KNOWN_TO and member == MEMBER:
                    self.leave_out(member, stranger)

    def stage_agreement(self):
        text = agreement_text(federation.read(os.path.join(
            federation.DEPLOY, "regions", "yangtze-delta", "agreements",
            "changsanjiao-2020.textproto")))
        for party in (PARTNER, JURISDICTION):
            member = federation.member_of(party)
            text += federation.counterpart_root(member, self.roots[member], [party])
        path = self.path("agreements", AGREEMENT + ".textproto")
        federation.write(path, text)
        self.stage_issuers(JURISDICTION)
        self.trust(MEMBER, "stage", "--catalogue", JURISDICTION, "--file",
                   os.path.join(federation.DEPLOY, "regions", *CATALOGUE))
        for party in (JURISDICTION, PARTNER):
            member = federation.member_of(party)
            self.trust(member, "stage", "--agreement", party, "--file", path)
            self.sign(member, "j-" + party)
        self.stage_contact(MEMBER)
        self.sign(MEMBER, "targets")

    def leave_out(self, member, stranger):
        """A member that it has no agreement with need not be known to it."""
        path = self.path(member, "node.textproto")
        domain = self.domain(stranger)
        federation.write(path, "".join(
            line for line in federation.read(path).splitlines(keepends=True) if domain not in line))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--mrgctl", required=True)
    flags = parser.parse_args()
    Extension(flags.folder, flags.mrgctl).add()


if __name__ == "__main__":
    main()
