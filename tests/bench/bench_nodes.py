"""The processes that are measured: a federation of a hub and two regions, as deploy/federation.py
lays it out, and the bare echo server, in a temporary folder that goes away with them."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "deploy"))
import federation  # noqa: E402  (found by the line above)

HUB, DELTA, CHUANYU = "hub", "yangtze-delta", "sichuan-chongqing"
SAMPLE = os.path.join(ROOT, "deploy", "regions", CHUANYU, "samples", "50-driving-licence.json")
START_SECONDS = 60
STOP_SECONDS = 20
ASK_AGAIN_SECONDS = 0.05


class BenchFailed(Exception):
    pass


def check_character(text):
    """Of a licence identifier: ISO 7064 MOD 37,36, as GB/T 36904 has it."""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for letter in text:
        product = ((product + alphabet.index(letter)) % 36 or 36) * 2 % 37
    return alphabet[(37 - product) % 36]


def note(words):
    print("bench: " + words, file=sys.stderr, flush=True)


class Server:
    """A process that answers Recognize at an address."""

    def __init__(self, process, address):
        self.process, self.address, self.pid = process, address, process.pid


class Nodes:
    """Use it as a context: all processes end, and the folder goes, when it is left."""

    def __init__(self, mrgd, mrgctl, apart=False):
        """`apart`: the two regions cannot reach each other, only the hub."""
        self.mrgd, self.mrgctl, self.apart = mrgd, mrgctl, apart
        self.nodes, self.echo = {}, None

    def __enter__(self):
        # A short name, because the path of a unix socket has at most 107 bytes.
        self.folder = tempfile.mkdtemp(prefix="mrg-bench-")
        self.federation = federation.Federation(self.folder, self.mrgctl)
        return self

    def __exit__(self, kind, *_):
        if kind is BenchFailed:
            self.show_logs()
        # A second Ctrl-C must not leave half of it behind.
        before = {number: signal.signal(number, signal.SIG_IGN)
                  for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            self.stop_all()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            for number, handler in before.items():
                signal.signal(number, handler)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # --- Processes -----------------------------------------------------------------------------

    def show_logs(self):
        for member in self.nodes:
            with open(self.path(member, "log"), encoding="utf-8") as log:
                note("the log of %s ends with\n%s" % (member, "".join(log.readlines()[-5:])))

    def start(self, member):
        with open(self.path(member, "log"), "ab") as log:
            # A session of its own, so that Ctrl-C reaches the bench only, which then ends the node;
            # and should the bench be killed, the kernel ends it.
            self.nodes[member] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", self.mrgd, "--config",
                 self.path(member, "node.textproto")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def stop_all(self):
        if self.echo is not None:
            self.echo.process.stdin.close()
        processes = list(self.nodes.values()) + ([self.echo.process] if self.echo else [])
        for node in self.nodes.values():
            node.terminate()
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                note("a process did not end within %d s and is killed" % STOP_SECONDS)
                process.kill()
                process.wait()
        self.nodes, self.echo = {}, None

    def server(self, member):
        return Server(self.nodes[member],
                      "127.0.0.1:%d" % self.federation.ports[member]["api"])

    def start_echo(self, program):
        """Starts the echo server with the certificate of the Delta's node and the answer that the
        last window left."""
        tls = self.path(DELTA, "tls")
        answer = shutil.copy(self.path("response"), self.path("echoed"))
        process = subprocess.Popen(
            [program, "--cert", os.path.join(tls, "node.pem"), "--key",
             os.path.join(tls, "node.key"), "--response", answer, "--ca",
             *(self.path(member, "tls", "ca.pem") for member in federation.MEMBERS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.echo = Server(process, "")
        ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        port = process.stdout.readline().strip() if ready else ""
        if not port:
            raise BenchFailed("the echo server does not start")
        self.echo.address = "127.0.0.1:" + port
        return self.echo

    def wait_until(self, what, happened):
        end = time.monotonic() + START_SECONDS
        while not happened():
            for member, node in self.nodes.items():
                try:
                    node.wait(ASK_AGAIN_SECONDS / len(self.nodes))
                except subprocess.TimeoutExpired:
                    continue
                raise BenchFailed("%s ended with %d" % (member, node.returncode))
            if time.monotonic() > end:
                raise BenchFailed("%s: not within %d s" % (what, START_SECONDS))

    def follows(self, member, publishers):
        done = subprocess.run([self.mrgctl, "trust", "status", "--address", self.admin(member)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              check=False)
        return all(one + ": in force" in done.stdout for one in publishers)

    def bring_up(self):
        note("starting a federation")
        self.federation.init()
        if self.apart:
            self.keep_apart(DELTA, CHUANYU)
            self.keep_apart(CHUANYU, DELTA)
        for member in federation.MEMBERS:
            self.start(member)
        for member in federation.MEMBERS:
            self.wait_until(member + " starts",
                            lambda m=member: os.path.exists(self.path(m, "run", "admin.sock")))
        self.federation.publish([HUB])
        for region in (DELTA, CHUANYU):
            self.wait_until(region + " follows the hub", lambda r=region: self.follows(r, [HUB]))
        self.federation.publish([DELTA, CHUANYU])
        for member in federation.MEMBERS:
            self.wait_until(member + " follows all",
                            lambda m=member: self.follows(m, list(federation.MEMBERS)))

    def keep_apart(self, member, other):
        """Has the member look for the other one where nobody listens."""
        path = self.path(member, "node.textproto")
        endpoint = 'endpoint: "127.0.0.1:%d"'
        # Pinned, or what the other one has signed would lead the node to it.
        federation.write(path, federation.read(path).replace(
            endpoint % self.federation.ports[other]["federation"],
            endpoint % federation.free_ports(1)[0] + " pinned: true"))

    def admin(self, member):
        return "unix:" + self.path(member, "run", "admin.sock")

    def caller(self, member, name):
        """The flags by which `name` of the member calls its own node."""
        tls = self.path(member, "tls")
        return ["--cert", os.path.join(tls, name + ".pem"), "--key",
                os.path.join(tls, name + ".key"), "--ca", os.path.join(tls, "ca.pem")]

    # --- Content -------------------------------------------------------------------------------

    def document(self, jurisdiction):
        """Path of a driving licence as the jurisdiction issues it: the sample of 50, with the codes
        of another one where it is for that."""
        path = self.path("licence-%s.json" % jurisdiction)
        if os.path.exists(path):
            return path
        with open(SAMPLE, encoding="utf-8") as file:
            licence = json.load(file)
        if jurisdiction != "50":
            issuer = federation.ISSUERS[jurisdiction][0]
            # 1.2.156.3005.2.<type>.<issuer>.<serial>.<version>.<check character>
            parts = licence["certificateIdentifier"].split(".")
            parts[6] = issuer
            parts[9] = check_character("".join(parts[5:9]))
            licence["certificateIdentifier"] = ".".join(parts)
            licence["issuer"]["code"] = issuer
            licence["areaCode"] = jurisdiction + licence["areaCode"][2:]
        federation.write(path, json.dumps(licence, ensure_ascii=False))
        return path

    def licence(self, jurisdiction):
        """The flags by which load_client makes licences of the jurisdiction."""
        path = self.document(jurisdiction)
        with open(path, encoding="utf-8") as file:
            number = json.load(file)["certificateNumber"]
        key = self.path(federation.member_of(jurisdiction), "keys", "issuer-%s.pem" % jurisdiction)
        return ["--document", path, "--number", number, "--issuing", jurisdiction, "--scheme",
                federation.ISSUERS[jurisdiction][2], "--issuer-key", key]

    def sign_changes(self, jurisdiction, count):
        """Prepares `count` changes of the jurisdiction's issuer list by as many signing ceremonies,
        each on top of the one before, and publishes none. Result: the folder that trust_bench
        reads."""
        member, role = federation.member_of(jurisdiction), "j-" + jurisdiction
        repository, changes = self.path(member, "repository"), self.path("changes")
        entry = self.federation.issuer_entry(jurisdiction)
        name = federation.ISSUERS[jurisdiction][1]
        for number in range(count):
            issuers = self.path("issuers.textproto")
            federation.write(issuers, entry.replace(name, "%s%d" % (name, number)))
            self.federation.trust(member, "stage", "--issuers", jurisdiction, "--file", issuers)
            self.federation.sign(member, role)
            signed = os.path.join(repository, "metadata", role + ".json")
            change = os.path.join(changes, str(number))
            os.makedirs(change)
            shutil.copy(signed, os.path.join(change, "role"))
            shutil.copy(os.path.join(repository, "targets", jurisdiction, "issuers"),
                        os.path.join(change, "target"))
            # As if the node had taken it, so that the next one is the version after it.
            shutil.copy(signed, os.path.join(repository, "published", role + ".json"))
        return changes
