"""What ./deploy/demo shows, step by step. Each step says what is expected and is checked; the tour
ends with 0 only if all of them came out so. How it is called says `./deploy/demo --help`."""

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request

import federation
from demo_nodes import CHONGQING, DELTA, RESIDENCE_PERMIT, DemoNodes, StepFailed

ROOT = os.path.dirname(federation.DEPLOY)
PROPAGATION_SECONDS_MAX = 30
PORT_BASE = 17000
REFUSED, INTERRUPTED = 2, 130  # exit codes
COMMAND_COLUMNS = 60  # after which a command that is printed goes on in the next line
# Where gRPC looks for a proxy, which could not reach this machine's own addresses, and what it
# reaches without.
PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")
PROXY_NONE = ("no_grpc_proxy", "127.0.0.1")
# The path of a unix socket has at most 107 bytes.
FOLDER_BYTES_MAX = 107 - max(len("/%s/run/admin.sock" % member) for member in federation.MEMBERS)


def flattened(node, path=""):
    """The leaves of a JSON document, each with its path."""
    if isinstance(node, (dict, list)):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from flattened(value, "%s.%s" % (path, key) if path else str(key))
    else:
        yield path, node


class Tour(DemoNodes):
    def __init__(self, folder, mrgd, mrgctl):
        super().__init__(folder, mrgd, mrgctl)
        self.steps, self.failed = 0, []

    def step(self, english, chinese, run):
        self.steps += 1
        print("\n== %d. %s\n      %s" % (self.steps, english, chinese), flush=True)
        try:
            run()
        except (StepFailed, federation.CommandFailed) as failure:
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

    def show_answer(self, result):
        """As show, of an answer whose translation was shown before: outcome and reasons alone."""
        code, said = result
        self.show((code, said if code != 0 else "".join(
            line for line in said.splitlines(keepends=True)
            if line.startswith(("  outcome", "  reason")))))

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
        self.receipt = self.path("receipts", "across-regions")
        self.show(self.recognize("50", self.licence, "RECOGNIZED",
                                 more=["--receipt-out", self.receipt]),
                  "准驾车型 = C1C6", "初次领证日期 = 1930-01-05")

    def verification(self):
        """The words of mrgctl that check the receipt, without any node."""
        return ["receipt", "verify", "--receipt", self.receipt, "--log-keys",
                self.path(DELTA, "repository", "targets", "log-keys"), "--document",
                self.sample(CHONGQING, "50-driving-licence.json")]

    def receipt_verified(self):
        self.show(self.ctl(*self.verification()), "receipt holds")
        with open(self.receipt, "rb") as file:
            content = bytearray(file.read())
        content[len(content) // 2] ^= 1
        changed = self.path("receipts", "changed")
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
        changed = self.path("presentations", "tampered")
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
        self.show_answer(self.recognize("50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED"))
        print("  refused in Shanghai %.0f ms after Chongqing had published "
              "(calls of mrgctl included) 上海在重庆发布后拒绝" % (took * 1000))

        print("  Chongqing lists a fresh key, under which licences are issued anew "
              "重庆启用新密钥并重新签发:")
        self.federation.list_fresh_key("50")
        self.fresh = self.sign_licence(CHONGQING, "50-driving-licence.json", "fresh-50")
        self.wait_until("the other region knows the fresh key", lambda: self.recognize(
            "50", self.fresh, "RECOGNIZED")[0] == 0, PROPAGATION_SECONDS_MAX)
        self.show_answer(self.recognize("50", self.fresh, "RECOGNIZED"))
        self.show_answer(self.recognize("50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED"))

    def metrics(self):
        url = "http://127.0.0.1:%d/metrics" % self.federation.ports[DELTA]["metrics"]
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(url, timeout=10) as page:
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
        lost = self.versions(DELTA, CHONGQING)
        print("  Chongqing's node loses its disk, and yesterday's backup is put back 节点由旧备份恢复")
        self.stop(CHONGQING)
        shutil.rmtree(data)
        shutil.copytree(backup, data)
        self.start(CHONGQING)
        self.wait_until("Chongqing answers", lambda: self.status(CHONGQING))
        for _ in range(2):
            self.publish_anew(CHONGQING, "j-50")
        for member in ("hub", DELTA):
            self.wait_until("a fork is proved at " + member,
                            lambda m=member: self.forks(m, "FROZEN"))
        self.show(self.recognize("50", self.fresh, "STALE_TRUST/PUBLISHER_FORKED"))
        evidence = self.path("fork.bin")
        self.show(self.ctl("trust", "evidence", "export", *self.admin(DELTA), "--id",
                           self.forks(DELTA, "FROZEN")[0], "--file", evidence))
        print("  checked by anyone, with Chongqing's first root alone 任何人可独立核验:")
        self.show(self.ctl("trust", "evidence", "verify", "--file", evidence, "--first-root",
                           self.path(CHONGQING, "repository", "metadata", "1.root.json")), "PROVED")
        self.end_fork(lost)

    def end_fork(self, lost):
        """As OPERATING.md says: the member publishes, with all that it had published before, until
        its versions are above the lost ones; the operators answer each fork by its own id."""
        self.federation.publish([CHONGQING], "--everything")
        while any(self.version(CHONGQING, CHONGQING, role) <= lost[role]
                  for role in ("timestamp", "snapshot")):
            self.publish_anew(CHONGQING, "j-50")
        self.wait_until("all nodes go on", self.answer_forks)
        print("  Chongqing publishes above what was lost, and the operators go on "
              "重庆发布更高版本，经人工确认后恢复")
        self.show_answer(self.recognize("50", self.fresh, "RECOGNIZED"))
        self.show_answer(self.recognize("50", self.licence, "NOT_RECOGNIZED/ISSUER_COMPROMISED"))

    def answer_forks(self):
        """Answers every fork that waits. Result: whether all is well."""
        for member in federation.MEMBERS:
            for fork in self.forks(member, "FROZEN"):
                self.ctl("trust", "evidence", "resume", *self.admin(member), "--publisher",
                         CHONGQING, "--id", fork, "--because", "restored from a backup")
        return not self.unwell()

    def healthy(self):
        for member in federation.MEMBERS:
            jurisdictions = federation.MEMBERS[member]
            self.publish_anew(member, "j-" + jurisdictions[0] if jurisdictions else "targets")
        try:
            self.wait_until("all is well", lambda: not self.unwell())
        except StepFailed as failure:
            raise StepFailed("%s: %s" % (failure, self.unwell())) from None
        for member in federation.MEMBERS:
            print("  %s: ready, and what all have published just now is in force "
                  "就绪，各方最新清单均已生效" % member)
        self.show_answer(self.recognize("50", self.fresh, "RECOGNIZED", more=[
            "--receipt-out", self.path("receipts", "fresh-key")]))
        for _, command in self.to_try():
            done = subprocess.run(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                raise StepFailed("%s\nends with %d:\n%s" % (
                    command, done.returncode, done.stdout))

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
        self.step("All nodes ready, all lists in force, the fresh key recognised",
                  "全部节点就绪，全部清单生效，新密钥得到承认", self.healthy)

    # --- What stays up -------------------------------------------------------------------------

    def command(self, words):
        return command(self.mrgctl, words)

    def rest_question(self):
        """What a shell is told to ask about the fresh licence over REST, with curl."""
        tls, port = self.path(DELTA, "tls", ""), self.federation.ports[DELTA]["rest"]
        request = self.rest_request("50", self.fresh)
        # As any data: --json of curl is newer than some that are installed.
        return told("curl", [
            "--silent", "--show-error", "--fail-with-body", "--noproxy", "127.0.0.1",
            "--cert", tls + "platform-31.pem", "--key", tls + "platform-31.key",
            "--cacert", tls + "ca.pem", "--header", "Content-Type: application/json",
            "--data-binary", "@" + request, "https://127.0.0.1:%d/v1/licences:recognize" % port])

    def to_try(self):
        """What to try next: what it shows, and the command."""
        return [
            ("Shanghai asks whether the licence under Chongqing's fresh key is recognised, over REST "
             "上海通过 REST 查询以新密钥签发的重庆驾驶证",
             self.rest_question()),
            ("the receipt of step 2 is verified, without any node 离线验证第二步的回执",
             self.command(self.verification())),
            ("what is in force at the Delta's node 长三角节点生效的清单",
             self.command(["trust", "status", *self.admin(DELTA)])),
        ]

    def print_what_stays_up(self):
        print("\nThe nodes 节点 (data 数据: %s)" % self.folder)
        for member, ports in self.federation.ports.items():
            print("  %-18s api 127.0.0.1:%d   federation 127.0.0.1:%d   metrics "
                  "http://127.0.0.1:%d/metrics   rest https://127.0.0.1:%d" % (
                      member, ports["api"], ports["federation"], ports["metrics"], ports["rest"]))
        print("\nTo try next, in another shell at the root of the repository "
              "可在仓库根目录另开终端尝试:")
        for shows, command in self.to_try():
            print("\n# %s\n%s" % (shows, command))
        print("\nA platform's own first call, in Python 平台首次调用 (Python): "
              "gateway/docs/FIRST_CALL.md")


def command(mrgctl, words):
    """What a shell at the root of the repository is told, to run mrgctl."""
    program = os.path.join("bazel-bin", "gateway", "cli", "mrgctl")
    built = os.path.join(ROOT, program)
    if not os.path.exists(built) or not os.path.samefile(built, mrgctl):
        program = os.path.abspath(mrgctl)
    if any(os.environ.get(name) for name in PROXIES):
        program = "%s=%s %s" % (*PROXY_NONE, program)
    return told(program, words)


def told(program, words):
    """The command in lines of a readable length, its paths from the root of the repository."""
    inside, lines = os.path.join(ROOT, ""), [program]
    for word in words:
        word = shlex.quote(word[len(inside):] if word.startswith(inside) else word)
        if word.startswith("--") and len(lines[-1]) > COMMAND_COLUMNS:
            lines[-1] += " \\"
            lines.append("  " + word)
        else:
            lines[-1] += " " + word
    return "\n".join(lines)


def folder_refused(folder):
    """Why the folder cannot be kept, in words; empty when it can."""
    path = os.path.abspath(folder)
    if os.path.exists(path) and not os.path.isdir(path):
        return "%s is no folder" % folder
    if os.path.isdir(path) and os.listdir(path):
        return "%s is not empty; name a new folder" % folder
    above = path
    while not os.path.exists(above):
        above = os.path.dirname(above)
    if not os.path.isdir(above) or not os.access(above, os.W_OK | os.X_OK):
        return "%s is no folder that can be written" % above
    if len(os.fsencode(path)) > FOLDER_BYTES_MAX:
        return "expected a path of at most %d bytes, which names of sockets allow: %s" % (
            FOLDER_BYTES_MAX, path)
    return ""


def parse(arguments, name="demo", port_base=PORT_BASE):
    parser = argparse.ArgumentParser(
        prog="./deploy/" + name, usage="./deploy/%s [--once] [--keep DIR] [--port-base N]" % name,
        add_help=False, allow_abbrev=False)
    parser.add_argument("--mrgd")
    parser.add_argument("--mrgctl")
    # Only says what is wrong with the flags, before anything is built.
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--keep", metavar="DIR")
    parser.add_argument("--port-base", metavar="N", type=federation.port_base)
    flags = parser.parse_args(arguments)
    if flags.port_base is None and not flags.once:
        flags.port_base = port_base
    # Nobody is told the ports of what ends at once, so any will do.
    flags.layout = flags.port_base and federation.fixed_layout(flags.port_base)
    return flags


def refusal(flags):
    if flags.keep is not None and folder_refused(flags.keep):
        return "--keep: " + folder_refused(flags.keep)
    in_use = flags.layout and federation.port_in_use(flags.layout)
    if in_use:
        return "%s; another one runs, or choose other ports with --port-base N" % in_use
    return ""


def go(tour, flags):
    """Result: the exit code."""
    shown = False
    try:
        print("starting 正在启动: hub, %s, %s ..." % (DELTA, CHONGQING), flush=True)
        tour.bring_up(flags.layout)
        tour.run()
        shown = True
        if not flags.once:
            tour.print_what_stays_up()
            print("\nCtrl-C ends it 按 Ctrl-C 结束", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        print()
    except (StepFailed, federation.CommandFailed) as failure:
        print("NOT AS EXPECTED 与预期不符: %s" % failure)
        tour.failed.append("start")
    finally:
        # The nodes are given the time they need; a second Ctrl-C would leave some of them.
        for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(one, signal.SIG_IGN)
        unclean = tour.stop_all()
    if not shown and not tour.failed:
        return INTERRUPTED
    tour.failed += ["%s did not stop cleanly" % member for member in unclean]
    return 1 if tour.failed else 0


def let_go(tour, flags, code):
    """Removes the folder, unless somebody will want to look into it; the last line."""
    if flags.keep is None and code != 1:
        shutil.rmtree(tour.folder, ignore_errors=True)
    else:
        print("\nkept 已保留: %s (NODE/node.textproto, NODE/log, receipts/)" % tour.folder)
    print("\n%d steps, %s" % (tour.steps, {
        0: "all as expected 全部符合预期",
        1: "not as expected 与预期不符: " + ", ".join(map(str, tour.failed)),
        INTERRUPTED: "interrupted 已中断",
    }[code]))


def main(name, tour_class, port_base):
    """What ./deploy/NAME is told on its command line. Result: its exit code."""
    flags = parse(sys.argv[1:], name, port_base)
    refused = refusal(flags)
    if refused:
        print("%s: %s" % (name, refused), file=sys.stderr)
        return REFUSED
    if flags.check:
        return 0
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) != signal.SIG_IGN:  # as nohup has it
            signal.signal(one, signal.default_int_handler)
    os.environ.update([PROXY_NONE])
    if flags.keep is None:
        folder = tempfile.mkdtemp(prefix="mrg-%s-" % name)
    else:
        folder = os.path.abspath(flags.keep)
        os.makedirs(folder, mode=0o700, exist_ok=True)
    tour = tour_class(folder, flags.mrgd, flags.mrgctl)
    code = go(tour, flags)
    let_go(tour, flags, code)
    return code


if __name__ == "__main__":
    sys.exit(main("demo", Tour, PORT_BASE))
