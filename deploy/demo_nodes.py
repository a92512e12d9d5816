"""The nodes of ./deploy/demo: their processes, what is in force at each, and calls to them by
mrgctl. What is shown with them stands in demo_tour.py."""

import json
import os
import re
import signal
import subprocess
import time
import uuid

import federation

DRIVING_LICENCE, RESIDENCE_PERMIT = "11100000XX0000019L003", "11100000XX0000019L005"
DELTA, CHONGQING = "yangtze-delta", "sichuan-chongqing"
START_SECONDS = 60  # until all nodes follow each other
STOP_SECONDS = 30


class StepFailed(Exception):
    pass


def versions_in(said, publisher):
    """The versions of the publisher's roles, by role, in what `mrgctl trust status` said."""
    lists = re.split(r"^%s: in force.*\n" % re.escape(publisher), said, flags=re.M)
    lines = re.match(r"(?:  .*\n)*", lists[1]).group() if len(lists) > 1 else ""
    return {role: int(version)
            for role, version in re.findall(r"^  (\S+) version (\d+) until ", lines, re.M)}


class DemoNodes:
    def __init__(self, folder, mrgd, mrgctl):
        self.folder, self.mrgd, self.mrgctl = folder, mrgd, mrgctl
        self.federation = federation.Federation(folder, mrgctl)
        self.nodes = {}
        for kept in ("presentations", "receipts"):
            os.makedirs(self.path(kept), exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # --- Processes -----------------------------------------------------------------------------

    def start(self, member, *flags):
        log = open(self.path(member, "log"), "ab")
        # A terminal's Ctrl-C is the tour's alone, which ends the nodes in order; and none of them
        # outlives a tour that is killed.
        self.nodes[member] = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", self.mrgd, "--config",
             self.path(member, "node.textproto"), *flags],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def start_ready(self, member, *flags):
        self.start(member, *flags)
        self.wait_until(member + " is ready", lambda: self.status(member).startswith("ready"))

    def stop(self, member):
        node = self.nodes.pop(member)
        node.send_signal(signal.SIGTERM)
        if node.wait(STOP_SECONDS) != 0:
            raise StepFailed(member + " did not stop cleanly")

    def stop_all(self):
        """Result: the members whose node did not stop cleanly."""
        for node in self.nodes.values():
            node.send_signal(signal.SIGTERM)
        unclean = []
        for member, node in self.nodes.items():
            try:
                code = node.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                node.kill()
                code = node.wait()
            if code != 0:
                unclean.append(member)
        self.nodes = {}
        return unclean

    def bring_up(self, layout):
        self.federation.init(layout)
        for member in federation.MEMBERS:
            self.start(member)
        for member in federation.MEMBERS:
            self.wait_until(member + " starts",
                            lambda m=member: os.path.exists(self.path(m, "run", "admin.sock")))
        self.federation.publish(["hub"])
        for region in (DELTA, CHONGQING):
            self.wait_until(region + " follows the hub",
                            lambda r=region: self.follows(r, ["hub"]))
        self.federation.publish([DELTA, CHONGQING])
        for member in federation.MEMBERS:
            self.wait_until(member + " follows all",
                            lambda m=member: self.follows(m, list(federation.MEMBERS)))
        # A region needs the other's licence-tag key too, which it fetches as soon as it follows it.
        licence = self.sign_licence(CHONGQING, "50-driving-licence.json", "issuer-50")
        self.wait_until("licence-tag keys are exchanged", lambda: self.recognize(
            "50", licence, expect="RECOGNIZED")[0] == 0)

    def wait_until(self, what, happened, seconds=START_SECONDS):
        begin = time.monotonic()
        while not happened():
            for member, node in self.nodes.items():
                if node.poll() is not None:
                    raise StepFailed("%s ended:\n%s" % (
                        member, federation.read(self.path(member, "log"))))
            if time.monotonic() - begin > seconds:
                raise StepFailed("%s: not within %d s" % (what, seconds))
            time.sleep(0.05)
        return time.monotonic() - begin

    # --- What is in force ----------------------------------------------------------------------

    def admin(self, member):
        return ["--address", "unix:" + self.path(member, "run", "admin.sock")]

    def status(self, member):
        """What is in force at the node, in words; empty while it does not answer."""
        _, said = self.ctl("trust", "status", *self.admin(member))
        return said if said.startswith(("ready\n", "NOT READY\n")) else ""

    def follows(self, member, publishers):
        said = self.status(member)
        return bool(said) and all(one + ": in force" in said for one in publishers)

    def versions(self, member, publisher):
        return versions_in(self.status(member), publisher)

    def version(self, member, publisher, role):
        """The version of the publisher's role in force at the node; 0 for none."""
        return self.versions(member, publisher).get(role, 0)

    def publish_anew(self, member, role):
        self.federation.trust(member, "renew", "--role", role)
        self.federation.sign(member, role)
        self.federation.publish([member])
        return self.version(member, member, role)

    def forks(self, member, state):
        """The ids of the forks of that state, "FROZEN" or "resumed", that the node knows."""
        said = self.ctl("trust", "evidence", "list", *self.admin(member))[1]
        return re.findall(r"^((?:[0-9a-f]{4} ){15}[0-9a-f]{4})  found .*?  %s" % state, said, re.M)

    def unwell(self):
        """What is wrong, in words; empty when every node is ready and has in force, of every
        member, all of its lists in the versions that its own node has, with nothing refused
        since."""
        said = {member: self.status(member) for member in federation.MEMBERS}
        for member, words in said.items():
            if not words.startswith("ready"):
                return "%s is not ready:\n%s" % (member, words)
            if "refused" in words:
                return "%s refuses a list:\n%s" % (member, words)
            for publisher, served in federation.MEMBERS.items():
                held = versions_in(words, publisher)
                for role in ["root", "timestamp", "snapshot", "targets"] + [
                        "j-" + one for one in served]:
                    if role not in held:
                        return "%s of %s is not in force at %s" % (role, publisher, member)
                if held != versions_in(said[publisher], publisher):
                    return "%s does not follow %s" % (member, publisher)
        return ""

    # --- Calls ---------------------------------------------------------------------------------

    def ctl(self, *words):
        """Runs mrgctl. Result: exit code and output."""
        done = subprocess.run([self.mrgctl, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              env=federation.in_english())
        return done.returncode, done.stdout

    def caller(self, member, name):
        """The flags by which `name` of the member calls its own node."""
        tls = self.path(member, "tls")
        return ["--address", "127.0.0.1:%d" % self.federation.ports[member]["api"],
                "--cert", os.path.join(tls, name + ".pem"),
                "--key", os.path.join(tls, name + ".key"), "--ca", os.path.join(tls, "ca.pem")]

    def sample(self, member, name):
        return os.path.join(federation.DEPLOY, "regions", member, "samples", name)

    def sign_licence(self, member, name, key):
        """The presentation of a sample licence, signed with a key of the member's folder."""
        out = self.path("presentations", key + "-" + os.path.splitext(name)[0])
        jurisdiction = key.split("-")[1]
        code, said = self.ctl("licence", "sign", "--key", self.path(member, "keys", key + ".pem"),
                              "--scheme", federation.ISSUERS[jurisdiction][2], "--document",
                              self.sample(member, name), "--out", out)
        if code != 0:
            raise StepFailed(said)
        return out

    def question(self, issuing, presentation, licence_type=DRIVING_LICENCE):
        """The words of mrgctl by which Shanghai's platform asks about a licence."""
        standard = "delta-reply" if issuing in federation.MEMBERS[DELTA] else "cq-sample"
        return ["recognize", *self.caller(DELTA, "platform-31"), "--using", "31",
                "--issuing", issuing, "--type", licence_type, "--standard", standard,
                "--scenario", "government-service", "--presentation", presentation]

    def rest_request(self, issuing, presentation, licence_type=DRIVING_LICENCE):
        """A file with the same question in JSON, as the listener `rest` takes it."""
        path = presentation + ".json"
        code, said = self.ctl("licence", "json", "--presentation", presentation, "--out", path)
        if code != 0:
            raise StepFailed(said)
        words = self.question(issuing, presentation, licence_type)
        asked = {name: words[words.index(flag) + 1] for name, flag in (
            ("usingJurisdiction", "--using"), ("issuingJurisdiction", "--issuing"),
            ("typeCode", "--type"), ("documentStandard", "--standard"),
            ("scenario", "--scenario"))}
        federation.write(path, json.dumps({
            "requestId": str(uuid.uuid4()), **asked,
            "presentation": json.loads(federation.read(path))}, indent=2) + "\n")
        return path

    def recognize(self, issuing, presentation, expect, licence_type=DRIVING_LICENCE, more=()):
        return self.ctl(*self.question(issuing, presentation, licence_type), "--expect", expect,
                        *more)
