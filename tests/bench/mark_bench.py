"""How long after a dispute was accepted the other region says UNDER_DISPUTE: accepted in Chongqing,
where the licence was issued, asked about in Shanghai. One dispute after the other, each about a
licence of its own; what a call of mrgctl takes, some 30 ms, is in the time."""

import os
import re
import subprocess
import time

from bench_nodes import CHUANYU, DELTA, BenchFailed

DRIVING_LICENCE = "11100000XX0000019L003"
GIVE_UP_SECONDS = 30
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # of GB 11643


def number_of(number, serial):
    """Another number of the same area: the same day of birth, another sequence, its own check."""
    digits = "%s%03d" % (number[:14], serial)
    return digits + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, digits)) % 11]


class MarkBench:
    def __init__(self, nodes):
        self.nodes = nodes
        path = nodes.document("50")
        with open(path, encoding="utf-8") as file:
            self.document = file.read()
        self.number = re.search(r'"certificateNumber": "(\w+)"', self.document).group(1)
        self.platform = self.at(DELTA, "platform-31")
        self.intake = self.at(CHUANYU, "worker-intake-50")

    def at(self, member, name):
        return ["--address", self.nodes.server(member).address, *self.nodes.caller(member, name)]

    def ctl(self, *words):
        done = subprocess.run([self.nodes.mrgctl, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def must(self, *words):
        code, said = self.ctl(*words)
        if code != 0:
            raise BenchFailed("mrgctl %s: %s" % (" ".join(words[:2]), said))
        return said

    def licence(self, serial):
        """Paths of one document and of its presentation."""
        document = self.nodes.path("disputed-%d.json" % serial)
        with open(document, "w", encoding="utf-8") as file:
            file.write(self.document.replace(self.number, number_of(self.number, serial)))
        presentation = document + ".presentation"
        self.must("licence", "sign", "--key", self.nodes.path(CHUANYU, "keys", "issuer-50.pem"),
                  "--scheme", "sm2-sm3", "--document", document, "--out", presentation)
        return document, presentation

    def question(self, presentation, expect, *more):
        return ("recognize", *self.platform, "--using", "31", "--issuing", "50", "--type",
                DRIVING_LICENCE, "--standard", "cq-sample", "--scenario", "government-service",
                "--presentation", presentation, "--expect", expect, *more)

    def until(self, what, happened):
        end = time.monotonic() + GIVE_UP_SECONDS
        while not happened():
            if time.monotonic() > end:
                raise BenchFailed("%s: not within %d s" % (what, GIVE_UP_SECONDS))

    def accepted(self, serial):
        """Files and accepts a dispute about one licence. Result: when, and its presentation."""
        document, presentation = self.licence(serial)
        receipt = self.nodes.path("disputed-receipt")
        self.until("the licence is recognised", lambda: self.ctl(*self.question(
            presentation, "RECOGNIZED", "--receipt-out", receipt))[0] == 0)
        said = self.must("dispute", "file", *self.platform, "--receipt", receipt, "--document",
                         document, "--description", "样例：住址不一致")
        dispute = re.search(r"^dispute 异议 (\S+)", said, re.M).group(1)
        self.until("the case reaches its queue",
                   lambda: dispute in self.ctl("dispute", "list", *self.intake)[1])
        self.must("dispute", "accept", *self.intake, "--dispute", dispute)
        os.remove(document)
        return time.monotonic(), presentation

    def run(self, count):
        """Result: milliseconds of each, sorted."""
        times = []
        for serial in range(count):
            begin, presentation = self.accepted(serial + 1)
            self.until("the mark", lambda asked=presentation: self.ctl(*self.question(
                asked, "RECOGNIZED_WITH_CONDITIONS/UNDER_DISPUTE"))[0] == 0)
            times.append((time.monotonic() - begin) * 1000)
        return sorted(times)
