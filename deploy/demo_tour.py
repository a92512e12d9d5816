"""What ./deploy/demo shows, step by step. Each step says what is expected and is checked; the tour
ends with 0 only if all of them came out so."""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import federation

DRIVING_LICENCE, RESIDENCE_PERMIT = "11100000XX0000019L003", "11100000XX0000019L005"
DELTA, CHONGQING = "yangtze-delta", "sichuan-chongqing"
START_SECONDS = 60  # until all nodes follow each other
PROPAGATION_SECONDS_MAX = 30


class StepFailed(Exception):
    pass


def flattened(node, path=""):
    """The leaves of a JSON document, each with its path."""
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from flattened(value, "%s.%s" % (path, key) if path else str(key))
    else:
        yield path, node


class Tour:
    def __init__(self, folder, mrgd, mrgctl):
        self.folder, self.mrgd, self.mrgctl = folder, mrgd, mrgctl
        self.federation = federation.Federation(folder, mrgctl)
        self.nodes, self.steps, self.failed = {}, 0, []

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # --- Processes -----------------------------------------------------------------------------

    def start(self, member, *flags):
        log = open(self.path(member, "log"), "ab")
        self.nodes[member] = subprocess.Popen(
            [self.mrgd, "--config", self.path(member, "node.textproto"), *flags],
            stdout=log, stderr=log)

    def start_ready(self, member, *flags):
        self.start(member, *flags)
        self.wait_until(member + " is ready", lambda: self.status(member).startswith("ready"))

    def stop(self, member):
        node = self.nodes.pop(member)
        node.send_signal(signal.SIGTERM)
        if node.wait(30) != 0:
            raise StepFailed(member + " did not stop cleanly")

    def stop_all(self):
        for node in self.nodes.values():
            node.send_signal(signal.SIGTERM)
        return [member for member, node in self.nodes.items() if node.wait(30) != 0]

    def ctl(self, *words):
        """Runs mrgctl. Result: exit code and output."""
        done = subprocess.run([self.mrgctl, *words], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def caller(self, member, name):
        """The flags by which `name` of the member calls its own node."""
        tls = self.path(member, "tls")
        return ["--address", "127.0.0.1:%d" % self.federation.ports[member]["api"],
                "--cert", os.path.join(tls, name + ".pem"),
                "--key", os.path.join(tls, name + ".key"), "--ca", os.path.join(tls, "ca.pem")]

    def wait_until(self, what, happened, seconds=START_SECONDS):
        begin = time.monotonic()
        while not happened():
            for member, node in self.nodes.items():
                if node.poll() is not None:
                    with open(self.path(member, "log"), encoding="utf-8") as log:
                        raise StepFailed("%s ended:\n%s" % (member, log.read()))
            if time.monotonic() - begin > seconds:
                raise StepFailed("%s: not within %d s" % (what, seconds))
            time.sleep(0.05)
        return time.monotonic() - begin

    def admin(self, member):
        return ["--address", "unix:" + self.path(member, "run", "admin.sock")]

    def status(self, member):
        """What is in force at the node, in words; empty while it does not answer."""
        code, said = self.ctl("trust", "status", *self.admin(member))
        return said if code == 0 else ""

    def follows(self, member, publishers):
        said = self.status(member)
        return bool(said) and all(one + ": in force" in said for one in publishers)

    def version(self, member, publisher, role):
        """The version of the publisher's role in force at the node; 0 for none."""
        lists = self.status(member).split("\n" + publisher + ": in force")
        found = re.search(r"^  %s version (\d+)" % re.escape(role), lists[-1], re.M)
        return int(found.group(1)) if found and len(lists) > 1 else 0

    def publish_anew(self, member, role):
        self.federation.trust(member, "renew", "--role", role)
        self.federation.sign(member, role)
        self.federation.publish([member])
        return self.version(member, member, role)

    def bring_up(self):
        self.federation.init()
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

    # --- Calls ---------------------------------------------------------------------------------

    def sample(self, member, name):
        return os.path.join(federation.DEPLOY, "regions", member, "samples", name)

    def sign_licence(self, member, name, key, document=None):
        """The presentation of a sample licence, signed with a key of the member's folder."""
        out = self.path(key + "-" + name + ".presentation")
        jurisdiction = key.split("-")[1]
        code, said = self.ctl("licence", "sign", "--key", self.path(member, "keys", key + ".pem"),
                              "--scheme", federation.ISSUERS[jurisdiction][2], "--document",
                              document or self.sample(member, name), "--out", out)
        if code != 0:
            raise StepFailed(said)
        return out

    def recognize(self, issuing, presentation, expect, licence_type=DRIVING_LICENCE, more=()):
        standard = "delta-reply" if issuing in federation.MEMBERS[DELTA] else "cq-sample"
        return self.ctl("recognize", *self.caller(DELTA, "platform-31"), "--using", "31",
                        "--issuing", issuing, "--type", licence_type, "--standard", standard,
                        "--scenario", "government-service", "--presentation", presentation,
                        "--expect", expect, *more)

    def step(self, english, chinese, run):
        self.steps += 1
        print("\n== %d. %s\n      %s" % (self.steps, english, chinese), flush=True)
        try:
            run()
        except StepFailed as failure:
            print("  NOT AS EXPECTED 与预期不符: %s" % failure, flush=True)
            self.failed.append(self.steps)

    def show(self, result, *must_say):
        """Prints what a command said; it must have succeeded, and said all of `must_say`."""
        code, said = result
        print(said, end="")
        if code != 0:
            raise StepFailed("exit code %d" % code)
        for words in must_say:
            if words not in said:
                raise StepFailed("missing: " + words)

    # --- The steps -----------------------------------------------------------------------------

    def within_the_delta(self):
        licence = self.sign_licence(DELTA, "32-driving-licence.json", "issuer-32")
        self.show(self.recognize("32", licence, "RECOGNIZED"), "准驾车型 = A2D")

    def across_regions(self):
        print("  as it was issued, in cq-sample 重庆签发的原文:")
        with open(self.sample(CHONGQING, "50-driving-licence.json"), encoding="utf-8") as file:
            for path, value in flattened(json.load(file)):
                print("    %s = %s" % (path, value))
        print("  as the Delta's node answers it, in delta-reply 长三角节点译出的内容:")
        self.licence = self.sign_licence(CHONGQING, "50-driving-licence.json", "issuer-50")
        self.receipt = self.path("receipt")
        self.show(self.recognize("50", self.licence, "RECOGNIZED",
                                 more=["--receipt-out", self.receipt]),
                  "准驾车型 = C1C6", "初次领证日期 = 1930-01-05")

    def receipt_verified(self):
        self.show(self.ctl("receipt", "verify", "--receipt", self.receipt, "--log-keys",
                           self.path(DELTA, "repository", "targets", "log-keys"), "--document",
                           self.sample(CHONGQING, "50-driving-licence.json")), "receipt holds")
        with open(self.receipt, "rb") as file:
            content = bytearray(file.read())
        content[len(content) // 2] ^= 1
        changed = self.path("receipt-changed")
        with open(changed, "wb") as file:
            file.write(content)
        code, said = self.ctl("receipt", "verify", "--receipt", changed, "--log-keys",
                              self.path(DELTA, "repository", "targets", "log-keys"))
        print("  with one bit changed 改动一位后: " + said, end="")
        if code == 0:
            raise StepFailed("a changed receipt was accepted")

    def tampered(self):
        with open(self.licence, "rb") as file:
            content = file.read()
        changed = self.path("tampered.presentation")
        with open(changed, "wb") as file:
            file.write(content.replace(b'"C6"', b'"A1"'))
        self.show(self.recognize("50", changed, "NOT_RECOGNIZED/SIGNATURE_INVALID"))

    def unlisted(self):
        licence = self.sign_licence(CHONGQING, "50-driving-licence.json", "unlisted-50")
        self.show(self.recognize("50", licence, "NOT_RECOGNIZED/ISSUER_NOT_LISTED"))

    def no_agreement(self):
        licence = self.sign_licence(CHONGQING, "50-residence-permit.json", "issuer-50")
        self.show(self.recognize("50", licence, "NO_RULE/TYPE_NOT_COVERED", RESIDENCE_PERMIT))

    def dispute(self):
        filer = self.caller(DELTA, "platform-31")
        result = self.ctl("dispute", "file", *filer, "--receipt", self.receipt, "--document",
                          self.sample(CHONGQING, "50-driving-licence.json"), "--description",
                          "住址与户籍登记不一致")
        print("  filed by 31 portal 上海平台提出:")
        self.show(result, "owner 责任方: " + CHONGQING)
        self.dispute_id = re.search(r"^dispute 异议 (\S+)", result[1], re.M).group(1)

        print("  accepted at the responsible node 责任节点受理:")
        intake = self.caller(CHONGQING, "worker-intake-50")
        self.wait_until("the case reaches its queue", lambda: self.dispute_id in self.ctl(
            "dispute", "list", *intake)[1])
        self.show(self.ctl("dispute", "accept", *intake, "--dispute", self.dispute_id), "ACCEPTED")

        took = self.wait_until("the mark reaches the other region", lambda: self.recognize(
            "50", self.licence, "RECOGNIZED_WITH_CONDITIONS/UNDER_DISPUTE")[0] == 0)
        print("  marked 异议中 at both regions after %.0f ms 两地均已标注" % (took * 1000))

        print("  claimed and decided 认领、核实、办结:")
        case = self.caller(CHONGQING, "worker-case-50")
        lease = self.path("lease")
        self.show(self.ctl("dispute", "claim", *case, "--queue", "issuer-50", "--lease-out", lease),
                  "VERIFYING", self.dispute_id)
        self.show(self.ctl("dispute", "complete", *case, "--lease", lease, "--decision",
                           "CORRECTED", "--explanation-zh", "住址已按登记更正",
                           "--explanation-en", "address corrected as registered"), "CLOSED")

        print("  seen by the filer 提出人所见:")
        self.show(self.ctl("dispute", "watch", *filer, "--dispute", self.dispute_id), "CLOSED",
                  "住址已按登记更正")
        self.show(self.ctl("dispute", "get", *filer, "--dispute", self.dispute_id), "resolved 办结")
        self.wait_until("the mark is lifted", lambda: self.recognize(
            "50", self.licence, "RECOGNIZED")[0] == 0)
        print("  mark lifted 标注已撤销")

    def compromised(self):
        self.federation.mark_compromised("50")
        took = self.wait_until(
            "the other region refuses the key",
            lambda: self.recognize("50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED")[0] == 0,
            PROPAGATION_SECONDS_MAX)
        self.show(self.recognize("50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED"))
        print("  refused in Shanghai %.0f ms after Chongqing had published "
              "(calls of mrgctl included) 上海在重庆发布后拒绝" % (took * 1000))

    def metrics(self):
        url = "http://127.0.0.1:%d/metrics" % self.federation.ports[DELTA]["metrics"]
        with urllib.request.urlopen(url, timeout=10) as page:
            lines = page.read().decode().splitlines()
        wanted = ("mrg_recognitions_total", "mrg_trust_list_version", "mrg_trust_list_age_seconds",
                  "mrg_trust_propagation_seconds_count", "mrg_trust_propagation_seconds_sum",
                  "mrg_dispute_queue_depth", "mrg_dispute_queue_oldest_age_seconds",
                  "mrg_log_size_records", "grpc_server_handled_total")
        shown = [line for line in lines if line.startswith(wanted)]
        for line in shown:
            print("  " + line)
        for name in wanted:
            if not any(line.startswith(name) for line in shown):
                raise StepFailed("no figure " + name)

    def bundle(self):
        old, new = self.path("old.bundle"), self.path("new.bundle")
        self.show(self.ctl("bundle", "export", *self.admin(CHONGQING), "--publisher", CHONGQING,
                           "--out", old))
        self.stop(DELTA)
        version = self.publish_anew(CHONGQING, "j-50")
        self.show(self.ctl("bundle", "export", *self.admin(CHONGQING), "--publisher", CHONGQING,
                           "--out", new))
        for member in ("hub", CHONGQING):
            self.stop(member)
        print("  the Delta's node, alone in the world 长三角节点，断网运行:")
        # Nobody is there to confirm its decision log, so the operator says that it may go on.
        self.start_ready(DELTA, "--accept-unwitnessed")
        if self.version(DELTA, CHONGQING, "j-50") >= version:
            raise StepFailed("the change was known before the bundle came")
        self.show(self.ctl("bundle", "import", *self.admin(DELTA), "--file", new))
        if self.version(DELTA, CHONGQING, "j-50") != version:
            raise StepFailed("the bundle is not in force")
        print("  version %d of j-50 in force without a link 离线生效" % version)
        code, said = self.ctl("bundle", "import", *self.admin(DELTA), "--file", old)
        print("  the older bundle 较旧的数据包: " + said, end="")
        if code == 0:
            raise StepFailed("an older bundle was taken")
        for member in ("hub", CHONGQING):
            self.start_ready(member)

    def fork(self):
        data, backup = self.path(CHONGQING, "data"), self.path("backup")
        self.stop(CHONGQING)
        shutil.copytree(data, backup)
        self.start_ready(CHONGQING)
        version = self.publish_anew(CHONGQING, "j-51")
        self.wait_until("the Delta follows",
                        lambda: self.version(DELTA, CHONGQING, "j-51") == version)
        print("  Chongqing's node loses its disk, and yesterday's backup is put back 节点由旧备份恢复")
        self.stop(CHONGQING)
        shutil.rmtree(data)
        shutil.copytree(backup, data)
        self.start(CHONGQING)
        self.wait_until("Chongqing answers", lambda: self.status(CHONGQING))
        for _ in range(2):
            self.publish_anew(CHONGQING, "j-50")
        for member in ("hub", DELTA):
            self.wait_until("a fork is proved at " + member, lambda m=member: "FROZEN" in self.ctl(
                "trust", "evidence", "list", *self.admin(m))[1])
        self.show(self.recognize("50", self.licence, "STALE_TRUST/PUBLISHER_FORKED"))
        listed = self.ctl("trust", "evidence", "list", *self.admin(DELTA))[1]
        evidence = self.path("fork.bin")
        self.show(self.ctl("trust", "evidence", "export", *self.admin(DELTA), "--id", listed[:64],
                           "--file", evidence))
        print("  checked by anyone, with Chongqing's first root alone 任何人可独立核验:")
        self.show(self.ctl("trust", "evidence", "verify", "--file", evidence, "--first-root",
                           self.path(CHONGQING, "repository", "metadata", "1.root.json")), "PROVED")
        # Each fork is answered by its own id.
        for member in federation.MEMBERS:
            said = self.ctl("trust", "evidence", "list", *self.admin(member))[1]
            for fork in re.findall(r"^[0-9a-f]{64}", said, re.M):
                self.ctl("trust", "evidence", "resume", *self.admin(member), "--publisher",
                         CHONGQING, "--id", fork, "--because", "restored from a backup")
        self.wait_until("decisions rest on what is trusted", lambda: self.recognize(
            "50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED")[0] == 0)
        print("  the operators go on with what their nodes trust 经人工确认后恢复")

    def run(self):
        self.step("Within one region: a Jiangsu driving licence used in Shanghai",
                  "同一区域：江苏驾驶证在上海使用", self.within_the_delta)
        self.step("Across two regions: a Chongqing driving licence used in Shanghai, translated",
                  "跨区域：重庆驾驶证在上海使用，逐项翻译", self.across_regions)
        self.step("The receipt, verified with nothing but the published log keys",
                  "仅凭公开的日志公钥验证回执", self.receipt_verified)
        self.step("A tampered document: C6 turned into A1", "篡改的证照：C6 改为 A1", self.tampered)
        self.step("An issuer that is not listed", "未列入清单的发证机关", self.unlisted)
        self.step("A licence type without agreement: residence permit", "协议未覆盖的类型：居住证",
                  self.no_agreement)
        self.step("A dispute: filed, routed, accepted, claimed, resolved, seen by the filer",
                  "跨地区异议：提出、转办、受理、认领、办结、反馈", self.dispute)
        self.step("An issuing key marked COMPROMISED in Chongqing, refused in Shanghai",
                  "重庆将签发密钥标为泄露，上海随即拒绝", self.compromised)
        self.step("Figures from /metrics of the Delta's node", "长三角节点的运行指标", self.metrics)
        self.step("A bundle carried to a node without a link", "以离线数据包更新断网节点", self.bundle)
        self.step("A fork: a node restored from a backup shows a second history",
                  "分叉：由旧备份恢复的节点给出另一段历史", self.fork)

    def print_addresses(self):
        print("\nThe nodes 节点 (data 数据: %s)" % self.folder)
        for member, ports in self.federation.ports.items():
            print("  %-18s api 127.0.0.1:%d   federation 127.0.0.1:%d   metrics "
                  "http://127.0.0.1:%d/metrics" % (
                      member, ports["api"], ports["federation"], ports["metrics"]))


def main():
    parser = argparse.ArgumentParser(prog="./deploy/demo")
    parser.add_argument("--mrgd", required=True)
    parser.add_argument("--mrgctl", required=True)
    parser.add_argument("--once", action="store_true")
    flags = parser.parse_args()
    # Short, because the path of a unix socket has at most 107 bytes.
    folder = tempfile.mkdtemp(prefix="mrg-demo-")
    tour = Tour(folder, flags.mrgd, flags.mrgctl)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        print("starting 正在启动: hub, %s, %s ..." % (DELTA, CHONGQING), flush=True)
        tour.bring_up()
        tour.run()
        tour.print_addresses()
        if not flags.once:
            print("\nCtrl-C ends it 按 Ctrl-C 结束", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print()
    except StepFailed as failure:
        print("NOT AS EXPECTED 与预期不符: %s" % failure)
        tour.failed.append("start")
    finally:
        unclean = tour.stop_all()
        if not unclean and not tour.failed:
            shutil.rmtree(folder, ignore_errors=True)
    for member in unclean:
        tour.failed.append("%s did not stop cleanly" % member)
    if tour.failed:
        print("\n%d steps, not as expected 与预期不符: %s (data kept in %s)" % (
            tour.steps, ", ".join(map(str, tour.failed)), folder))
        return 1
    print("\n%d steps, all as expected 全部符合预期" % tour.steps)
    return 0


if __name__ == "__main__":
    sys.exit(main())
