"""Members of the sandbox's federation whose lists are not in order: one whose list has run out, and
one that showed two histories. Their nodes run only until it has come so far: what is wrong is seen at
the node that is asked, which goes on as before with everybody else."""

import os
import re
import shutil
import time

import federation
from demo_nodes import CHONGQING, DELTA, StepFailed
from sandbox_cases import RAN_OUT, TWO_HISTORIES

MEMBERS = {"ran-out": RAN_OUT, "two-histories": TWO_HISTORIES}
# How long the last list of "ran-out" holds, which the Delta has to take in that time. A machine that is
# too slow for that is given more.
VALID_SECONDS = (10, 30, 90)


class StrayMembers:
    def __init__(self, nodes):
        self.nodes, self.federation = nodes, nodes.federation

    @staticmethod
    def lay_out(made):
        """Adds the members to a federation that is laid out and not yet started."""
        region = os.path.join(federation.DEPLOY, "regions", CHONGQING)
        code, name, _ = federation.ISSUERS["50"]
        for member, jurisdiction in MEMBERS.items():
            made.init_region(member, jurisdiction, "--catalogue", "%s=%s" % (
                jurisdiction, os.path.join(region, "catalogue-50.textproto")))
            federation.run(
                made.mrgctl, "issuer", "add", "--repository", made.path(member, "repository"),
                "--jurisdiction", jurisdiction, "--code", code, "--name", name, "--type",
                federation.TYPES[0], "--pem", made.path(CHONGQING, "keys", "issuer-50.pub.pem"))
            made.sign(member, "j-" + jurisdiction)
            for folder, added in (("hub", member), (DELTA, member), (member, DELTA)):
                federation.run(made.mrgctl, "member", "add", "--dir", made.path(folder), "--file",
                               made.path(added, "member.textproto"))
        made.sign("hub", "targets")
        StrayMembers.agree(made)

    @staticmethod
    def agree(made):
        """The Delta takes no lists of a region whose first root no agreement of its own names."""
        text = made.path("agreements", "with-strays.textproto")
        members = [word for member in [DELTA, *MEMBERS]
                   for word in ("--member", made.path(member, "member.textproto"))]
        federation.run(made.mrgctl, "agreement", "new", "--id", "with-strays", *members, "--type",
                       federation.TYPES[0], "--element", "certificateNumber", "--out", text)
        made.trust(DELTA, "stage", "--agreement", "31", "--file", text)
        made.sign(DELTA, "j-31")

    def go_astray(self):
        for member in MEMBERS:
            self.nodes.start(member)
        for member in MEMBERS:
            self.nodes.wait_until(member + " follows the hub",
                                  lambda m=member: self.nodes.follows(m, ["hub"]))
            self.federation.publish([member])
            self.nodes.wait_until("the Delta follows " + member,
                                  lambda m=member: self.nodes.follows(DELTA, [m]))
        self.let_run_out("ran-out")
        self.show_two_histories("two-histories")

    def let_run_out(self, member):
        """The member signs its province's list for some seconds, and is not heard of again."""
        role = "j-" + MEMBERS[member]
        for seconds in VALID_SECONDS:
            self.federation.trust(member, "renew", "--role", role)
            self.shorten(self.federation.path(member, "repository", "metadata", role + ".json"),
                         seconds)
            self.federation.sign(member, role)
            self.federation.publish([member])
            version = self.nodes.version(member, member, role)
            if self.taken(member, role, version, seconds):
                return self.nodes.stop(member)
        raise StepFailed("the Delta does not take a list that holds for %d s" % VALID_SECONDS[-1])

    def taken(self, member, role, version, seconds):
        try:
            self.nodes.wait_until("the Delta follows",
                                  lambda: self.nodes.version(DELTA, member, role) == version,
                                  seconds)
        except StepFailed:
            return False
        return True

    @staticmethod
    def shorten(path, seconds):
        """Gives a list that is still to be signed another end."""
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        text, count = re.subn(r'"expires": "[^"]*"', '"expires": "%s"' % until,
                              federation.read(path))
        if count != 1:
            raise StepFailed("%s states %d ends" % (path, count))
        federation.write(path, text)

    def show_two_histories(self, member):
        """As the demo's fork: a backup from before a publication is put back and goes on."""
        role, path = "j-" + MEMBERS[member], self.federation.path
        data, backup = path(member, "data"), path(member, "backup")
        self.nodes.stop(member)
        shutil.copytree(data, backup)
        self.nodes.start_ready(member)
        version = self.nodes.publish_anew(member, role)
        self.nodes.wait_until("the Delta follows " + member,
                              lambda: self.nodes.version(DELTA, member, role) == version)
        self.nodes.stop(member)
        shutil.rmtree(data)
        shutil.move(backup, data)
        self.nodes.start(member)
        self.nodes.wait_until(member + " answers", lambda: self.nodes.status(member))
        for _ in range(2):
            self.nodes.publish_anew(member, role)
        self.nodes.wait_until("a fork is proved at the Delta",
                              lambda: self.nodes.forks(DELTA, "FROZEN"))
        self.nodes.stop(member)
