"""usage: demo_test.py MRGD MRGCTL

What a newcomer is shown stays true: the tour at once and the tour that stays up, what it leaves to
try, what it refuses, and its end by Ctrl-C.
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = ["deploy", "tests/demo", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)
import demo_nodes  # noqa: E402
import demo_tour  # noqa: E402
import federation  # noqa: E402
from free_ports import free_base  # noqa: E402

# Its modules are those of this folder, not of where the links of a test's folder lead to: the folder
# above them is the root from which the commands are to work.
TOUR = [sys.executable, "-B", "-P", os.path.join("deploy", "demo_tour.py")]
MODULES = {"PYTHONPATH": os.path.abspath("deploy")}
PROGRAMS = []  # the flags that name this build's
NO_PROXY_THERE = {"http_proxy": "http://127.0.0.1:9"}  # the discard port, where nobody answers
ONE_LINE = re.compile(r"[^\n]+\n")


def new_folder(test):
    # Short, because the path of a unix socket has at most 107 bytes.
    folder = tempfile.mkdtemp(prefix="mrg-", dir="/tmp")
    test.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
    return folder


def check(*flags):
    """What the tour says of its flags before anything is built."""
    return subprocess.run([*TOUR, "--check", *flags], env=dict(os.environ, **MODULES),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)


class RunningTour:
    """The tour as a terminal's job, of which every process gets the terminal's Ctrl-C."""

    def __init__(self, folder, *flags, environment=()):
        self.process = subprocess.Popen(
            [*TOUR, *PROGRAMS, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
            env=dict(os.environ, TMPDIR=folder, PYTHONUNBUFFERED="1", **MODULES,
                     **dict(environment)),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
        self.said = ""

    def read_until(self, words):
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return
        raise AssertionError("it ended before it said '%s':\n%s" % (words, self.said))

    def interrupt(self):
        """Result: the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.to_end()

    def to_end(self):
        self.said += self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()  # its nodes end with it
            self.to_end()


class Flags(unittest.TestCase):
    def refused(self, *flags):
        done = check(*flags)
        self.assertEqual((done.returncode, done.stdout), (demo_tour.REFUSED, ""))
        return done.stderr

    def test_a_port_in_use_is_named_in_one_line(self):
        base = free_base()
        with socket.socket() as other:
            other.bind(("127.0.0.1", base + 11))
            other.listen()

            said = self.refused("--port-base", str(base))

        self.assertRegex(said, ONE_LINE)
        self.assertIn("127.0.0.1:%d, listener federation of yangtze-delta: " % (base + 11), said)
        self.assertIn("--port-base", said)

    def test_a_port_that_was_just_let_go_is_free(self):
        base = free_base()
        with socket.socket() as listening, socket.socket() as caller:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", base))
            listening.listen()
            caller.connect(("127.0.0.1", base))
            listening.accept()[0].close()  # which leaves the connection behind at this port

        self.assertEqual(check("--port-base", str(base)).returncode, 0)

    def test_ports_outside_the_range_are_refused(self):
        for base in ("0", "1023", str(federation.PORT_BASE_MAX + 1), "-1", "x", "1e4"):
            with self.subTest(base):
                self.assertIn("--port-base", self.refused("--port-base", base))

    def test_a_folder_with_something_in_it_is_not_kept(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        kept = os.path.join(folder, "mine")
        federation.write(kept, "mine")

        for path, why in ((folder, "is not empty"), (kept, "is no folder"),
                          (os.path.join(kept, "below"), "is no folder that can be written"),
                          ("/tmp/" + "a" * 80, "at most %d bytes" % demo_tour.FOLDER_BYTES_MAX)):
            with self.subTest(why):
                said = self.refused("--once", "--keep", path)
                self.assertRegex(said, ONE_LINE)
                self.assertIn(why, said)
        self.assertEqual(federation.read(kept), "mine")

    def test_a_new_folder_and_an_empty_one_are_kept(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)

        for path in (folder, os.path.join(folder, "new", "one")):
            self.assertEqual(check("--once", "--keep", path).returncode, 0)
        self.assertEqual(os.listdir(folder), [])

    def test_unknown_and_abbreviated_flags_are_refused(self):
        for flag in ("--on", "--twice", "once"):
            self.assertIn("usage: ./deploy/demo", self.refused(flag))

    def test_the_help_tells_every_flag_and_the_default_ports(self):
        said = subprocess.run(["./deploy/demo", "--help"], stdout=subprocess.PIPE, text=True,
                              check=True).stdout

        for told in ("--once", "--keep DIR", "--port-base N", "default %d" % demo_tour.PORT_BASE):
            self.assertIn(told, said)
        rows = {member: ports["api"] - 1000
                for member, ports in federation.fixed_layout(1000).items()}
        self.assertEqual(rows, {"hub": 0, "yangtze-delta": 10, "sichuan-chongqing": 20})


def status_words(roles, ready="ready"):
    """What `mrgctl trust status` says where each publisher has `roles` beside its own."""
    said = ready + "\nsnapshot 00\n"
    for publisher, served in federation.MEMBERS.items():
        said += publisher + ": in force since 2026-01-01T00:00:00Z\n"
        said += "".join("  %s version %d until 2026-01-02T00:00:00Z\n" % pair for pair in sorted(
            {**{"root": 1, "timestamp": 5, "snapshot": 5, "targets": 1},
             **{"j-" + one: 2 for one in served}, **roles.get(publisher, {})}.items()))
    return said


class ScriptedTour(demo_tour.Tour):
    """A tour of nothing but its last step, which finds what the nodes are said to say."""

    def __init__(self, folder, said):
        super().__init__(folder, mrgd="", mrgctl="")
        self.said = {**{member: status_words({}) for member in federation.MEMBERS}, **said}

    def status(self, member):
        return self.said[member]

    def bring_up(self, layout):
        pass

    def publish_anew(self, member, role):
        pass

    def wait_until(self, what, happened, seconds=0):
        if not happened():
            raise demo_nodes.StepFailed(what)

    def run(self):
        self.step("", "", self.healthy)


class LastCheck(unittest.TestCase):
    def tour(self, **said):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        return ScriptedTour(folder, {name.replace("_", "-"): words for name, words in said.items()})

    def test_nodes_that_follow_each_other_are_well(self):
        self.assertEqual(self.tour().unwell(), "")

    def test_what_is_wrong_is_said(self):
        whole = status_words({})
        for said, why in (
                (status_words({}, "NOT READY\n  LOG_UNWITNESSED: x"), "hub is not ready"),
                ("", "hub is not ready"),
                (whole.replace("00:00:00Z\n", "00:00:00Z, last refresh refused: METADATA_ROLLBACK\n",
                               1), "hub refuses a list"),
                (whole.replace("  j-50 version 2 until 2026-01-02T00:00:00Z\n", ""),
                 "j-50 of sichuan-chongqing is not in force at hub"),
                (status_words({"sichuan-chongqing": {"timestamp": 4}}),
                 "hub does not follow sichuan-chongqing")):
            with self.subTest(why):
                self.assertIn(why, self.tour(hub=said).unwell())

    def test_the_tour_ends_with_1_when_a_node_refuses_a_list(self):
        said = status_words({}).replace(
            "00:00:00Z\n", "00:00:00Z, last refresh refused: METADATA_ROLLBACK\n", 1)
        tour = self.tour(sichuan_chongqing=said)
        flags = demo_tour.parse(["--once"])
        handlers = {one: signal.getsignal(one)
                    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

        code = demo_tour.go(tour, flags)

        for one, handler in handlers.items():
            signal.signal(one, handler)
        self.assertEqual((code, tour.failed), (1, [1]))


class AtOnce(unittest.TestCase):
    def test_it_ends_as_expected_and_prints_no_address_of_a_node_that_is_stopped(self):
        folder = new_folder(type(self))
        tour = RunningTour(folder, "--once")
        self.addCleanup(tour.kill)

        code = tour.to_end()

        self.assertEqual(code, 0, tour.said)
        self.assertTrue(tour.said.endswith("12 steps, all as expected 全部符合预期\n"), tour.said)
        self.assertNotIn("127.0.0.1", tour.said)
        self.assertEqual(os.listdir(folder), [])

    def test_an_interrupt_in_the_middle_ends_nodes_and_folder(self):
        folder, base = new_folder(type(self)), free_base()
        tour = RunningTour(folder, "--port-base", str(base))
        self.addCleanup(tour.kill)
        tour.read_until("== 1. ")

        code = tour.interrupt()

        self.assertEqual(code, demo_tour.INTERRUPTED, tour.said)
        self.assertIn("interrupted", tour.said)
        self.assertEqual(federation.port_in_use(federation.fixed_layout(base)), "")
        self.assertEqual(os.listdir(folder), [])


class StaysUp(unittest.TestCase):
    """One tour that stays up, tried out, and ended by Ctrl-C; the cases look at what was seen. Both
    shells name a proxy, as many a company's do."""

    @classmethod
    def setUpClass(cls):
        cls.folder = os.path.join(new_folder(cls), "kept")
        cls.base = free_base()
        tour = RunningTour("/tmp", "--port-base", str(cls.base), "--keep", cls.folder,
                           environment=NO_PROXY_THERE)
        cls.addClassCleanup(tour.kill)
        tour.read_until("Ctrl-C ends it")

        cls.commands = re.findall(r"^# .*\n((?:.+\n)+)", tour.said, re.M)
        cls.tried = [cls.shell(command) for command in cls.commands]
        cls.second = check("--port-base", str(cls.base))
        nodes = demo_nodes.DemoNodes(cls.folder, "", PROGRAMS[-1])
        cls.unwell = nodes.unwell()
        for member, served in federation.MEMBERS.items():
            nodes.publish_anew(member, "j-" + served[-1] if served else "targets")
        nodes.wait_until("all follow", lambda: not nodes.unwell())

        cls.code, cls.said = tour.interrupt(), tour.said

    @staticmethod
    def shell(command):
        """Result: exit code and output."""
        done = subprocess.run(["bash", "-c", command], env=dict(os.environ, **NO_PROXY_THERE),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        return done.returncode, done.stdout

    def test_the_commands_to_try_work_as_printed(self):
        self.assertEqual([code for code, _ in self.tried], [0, 0, 0], self.tried)
        recognised, verified, status = [said for _, said in self.tried]
        answer = json.loads(recognised)
        self.assertEqual(answer["outcome"], "OUTCOME_RECOGNIZED")
        self.assertIn("C1C6", base64.b64decode(answer["translated"]["document"]).decode())
        self.assertIn("receipt holds", verified)
        self.assertTrue(status.startswith("ready\n"), status)
        self.assertNotIn("refused", status)

    def test_every_node_has_everything_in_force(self):
        self.assertEqual(self.unwell, "")

    def test_the_nodes_have_the_ports_that_are_documented(self):
        for member, row in (("hub", 0), ("yangtze-delta", 10), ("sichuan-chongqing", 20)):
            first = self.base + row
            self.assertRegex(self.said, (
                r"(?m)^  %s +api 127\.0\.0\.1:%d   federation 127\.0\.0\.1:%d   metrics "
                r"http://127\.0\.0\.1:%d/metrics   rest https://127\.0\.0\.1:%d$" % (
                    member, first, first + 1, first + 2, first + 3)))

    def test_a_second_one_beside_it_names_the_port(self):
        self.assertEqual(self.second.returncode, demo_tour.REFUSED)
        self.assertRegex(self.second.stderr, ONE_LINE)
        self.assertIn("127.0.0.1:%d, listener api of hub: " % self.base, self.second.stderr)

    def test_an_interrupt_ends_it_and_leaves_what_is_kept(self):
        self.assertEqual(self.code, 0, self.said)
        self.assertIn("kept 已保留: " + self.folder, self.said)
        self.assertEqual(federation.port_in_use(federation.fixed_layout(self.base)), "")
        for member in federation.MEMBERS:
            self.assertTrue(os.path.isfile(os.path.join(self.folder, member, "node.textproto")))
            self.assertIn('"event":"node_stopped"',
                          federation.read(os.path.join(self.folder, member, "log")))
        self.assertIn("receipt holds", self.shell(self.commands[1])[1])


if __name__ == "__main__":
    PROGRAMS += ["--mrgd", os.path.abspath(sys.argv[1]), "--mrgctl", os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
