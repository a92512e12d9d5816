"""usage: package_test.py MRGD MRGCTL

The packages of Debian, built of the programs of this build: what is in them, what they say of the
programs, and how the node is confined. That they are installed, upgraded and purged shows
./tests/run --walkthroughs.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = ["deploy/debian", "tests/conformance/tuf"]
import case_runner  # noqa: E402  (found by the line above)

PROGRAMS = []  # mrgd and mrgctl
VERSION, DATE = "1.2.3~4", 1790000000
EXPOSURE_TENTHS_MAX = 20
# By package: what is in it besides documents, with its mode.
CONTENT = {
    "mrg-node": {"./etc/default/mrgd": "-rw-r--r--",
                 "./lib/systemd/system/mrgd.service": "-rw-r--r--",
                 "./usr/sbin/mrgd": "-rwxr-xr-x",
                 "./usr/share/lintian/overrides/mrg-node": "-rw-r--r--",
                 "./usr/share/man/man8/mrgd.8.gz": "-rw-r--r--"},
    "mrgctl": {"./usr/bin/mrgctl": "-rwxr-xr-x",
               "./usr/share/bash-completion/completions/mrgctl": "-rw-r--r--",
               "./usr/share/man/man1/mrgctl.1.gz": "-rw-r--r--"},
}


def said_by(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **more)
    return done.returncode, done.stdout


def build(folder, umask):
    before = os.umask(umask)
    code, said = said_by(
        sys.executable, "-B", "deploy/debian/build_packages.py", "--mrgd", PROGRAMS[0], "--mrgctl",
        PROGRAMS[1], "--version", VERSION, "--date", str(DATE), "--out", folder)
    os.umask(before)
    if code != 0:
        raise AssertionError(said)
    return dict(zip(("mrg-node", "mrgctl"), said.split()))


def content(path):
    with open(path, "rb") as file:
        return file.read()


@unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="mrg-")
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        cls.folder = folder
        cls.built = build(os.path.join(folder, "one"), 0o022)
        for name, path in cls.built.items():
            code, said = said_by("dpkg-deb", "--raw-extract", path, os.path.join(folder, name))
            assert code == 0, said

    def unpacked(self, package, *parts):
        return os.path.join(self.folder, package, *parts)

    def field(self, package, name):
        return said_by("dpkg-deb", "--field", self.built[package], name)[1].strip()

    def test_the_same_programs_give_the_same_bytes(self):
        again = build(os.path.join(self.folder, "two"), 0o077)

        for name, path in self.built.items():
            self.assertEqual(content(again[name]), content(path), name)

    def test_nothing_else_is_in_them_than_is_meant_to_and_all_of_it_is_roots(self):
        for name, path in self.built.items():
            listed = [line.split(None, 5) for line in
                      said_by("dpkg-deb", "--contents", path)[1].splitlines()]
            self.assertEqual({one[1] for one in listed}, {"root/root"}, name)
            files = {one[5]: one[0] for one in listed if one[0][0] != "d"}
            documents = {one for one in files if one.startswith("./usr/share/doc/%s/" % name)}
            self.assertEqual({one: files[one] for one in files if one not in documents},
                             CONTENT[name])
            self.assertEqual({files[one] for one in documents}, {"-rw-r--r--"})

    def test_they_say_what_they_need(self):
        for name in self.built:
            self.assertEqual(self.field(name, "Version"), VERSION)
            self.assertRegex(self.field(name, "Depends"), r"libgrpc\+\+\S+ \(>= .*libssl3")
        self.assertIn("adduser", self.field("mrg-node", "Depends"))
        self.assertIn("mrgctl (= %s)" % VERSION, self.field("mrg-node", "Recommends"))

    def test_the_node_brings_its_alerts_and_a_page_for_each(self):
        folder = self.unpacked("mrg-node", "usr", "share", "doc", "mrg-node")
        rules = content(os.path.join(folder, "examples", "prometheus", "mrg.alerts.yml")).decode()
        pages = os.listdir(os.path.join(folder, "runbooks"))

        self.assertEqual(sorted(pages), sorted(
            name + ".md" for name in re.findall(r"^ *- alert: (\w+)$", rules, re.M)))
        self.assertGreater(len(pages), 40)

    def test_an_upgrade_keeps_the_flags_of_the_administrator(self):
        self.assertEqual(content(self.unpacked("mrg-node", "DEBIAN", "conffiles")),
                         b"/etc/default/mrgd\n")

    def test_data_and_configuration_go_with_a_purge_alone(self):
        scripts = {one: content(self.unpacked("mrg-node", "DEBIAN", one)).decode()
                   for one in ("preinst", "postinst", "prerm", "postrm")}
        deleting = [(name, line.strip()) for name, text in scripts.items()
                    for line in text.splitlines() if re.search(r"\brm -rf|deluser", line)]
        purge = scripts["postrm"].partition('if [ "$1" = purge ]; then\n')[2]

        self.assertEqual(len(deleting), 3, deleting)
        for name, line in deleting:
            self.assertEqual(name, "postrm", line)
            self.assertIn(line, purge)

    def test_the_unit_starts_what_is_installed_as_its_user_when_a_node_is_configured(self):
        unit = content(self.unpacked("mrg-node", "lib/systemd/system/mrgd.service")).decode()

        for line in ("ConditionPathExists=/etc/mrg/node/node.textproto", "User=mrg",
                     "ExecStartPre=/usr/sbin/mrgd --config /etc/mrg/node/node.textproto "
                     "--check-config",
                     "ExecStart=/usr/sbin/mrgd --config /etc/mrg/node/node.textproto $MRGD_FLAGS",
                     "StateDirectoryMode=0700", "RuntimeDirectoryMode=0700"):
            self.assertIn(line, unit.splitlines())

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
    def test_the_unit_is_confined(self):
        code, said = said_by("systemd-analyze", "security", "--offline=true", "--no-pager",
                             "--threshold=%d" % EXPOSURE_TENTHS_MAX,
                             self.unpacked("mrg-node", "lib/systemd/system/mrgd.service"))

        self.assertEqual(code, 0, said)
        self.assertIn("Overall exposure level", said)

    def test_the_pages_tell_every_command_and_option_that_the_programs_tell(self):
        for program, package, page in ((PROGRAMS[0], "mrg-node", "man8/mrgd.8.gz"),
                                       (PROGRAMS[1], "mrgctl", "man1/mrgctl.1.gz")):
            told = gzip.decompress(content(
                self.unpacked(package, "usr/share/man", page))).decode().replace("\\-", "-")
            for helped in self.helps(program):
                for option in re.findall(r"^ +(--[a-z0-9-]+)", helped, re.M):
                    self.assertRegex(told, r"(?m)^\.B %s\b" % option, page)
        self.assertIn("mrgctl trust evidence resume", told)

    @classmethod
    def helps(cls, program):
        """What the program's --help says, and what those of its commands do."""
        waiting, seen = [[]], []
        while waiting:
            words = waiting.pop()
            seen.append(said_by(program, *words, "--help")[1])
            below = r"^  ([a-z]+) +\S" if not words else r"^Subcommands:\n((?:  .*\n)*)"
            found = re.findall(below, seen[-1], re.M)
            if words:
                found = re.findall(r"^  ([a-z-]+) ", "".join(found), re.M)
            elif "Options:" in seen[-1]:
                found = []  # a program without families
            waiting += [words + [one] for one in found]
        return seen

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_the_pages_can_be_read(self):
        for package, page in (("mrg-node", "man8/mrgd.8.gz"), ("mrgctl", "man1/mrgctl.1.gz")):
            done = subprocess.run(
                ["groff", "-man", "-Tutf8", "-ww"], check=False, stdout=subprocess.PIPE,
                input=gzip.decompress(content(self.unpacked(package, "usr/share/man", page))),
                stderr=subprocess.PIPE)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.assertGreater(len(done.stdout), 1000)

    def completed(self, *words):
        """What a shell offers behind these words, the last of which is being typed."""
        script = ('compopt() { echo FILES; }\nsource "$1"\nshift\nCOMP_WORDS=("$@")\n'
                  'COMP_CWORD=$(($# - 1))\n_mrgctl\nprintf "%s\\n" "${COMPREPLY[@]}"')
        return said_by("bash", "-uc", script, "bash", self.unpacked(
            "mrgctl", "usr/share/bash-completion/completions/mrgctl"), "mrgctl", *words)[1].split()

    def test_a_shell_completes_commands_options_and_values(self):
        self.assertEqual(self.completed("rec"), ["recognize", "receipt"])
        self.assertEqual(self.completed("trust", "un"), ["unstage"])
        self.assertEqual(self.completed("trust", "evidence", ""),
                         ["list", "export", "verify", "resume", "--help"])
        self.assertEqual(self.completed("trust", "sign", "--role", "x", "--r"),
                         ["--repository", "--role"])
        self.assertEqual(self.completed("log", "list", "--output", ""), ["text", "json"])
        self.assertEqual(self.completed("licence", "sign", "--document", "/et"), ["FILES"])
        self.assertEqual(self.completed("trust", "nothing", "x"), ["FILES"])

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_nothing(self):
        code, said = said_by("lintian", "--allow-root", "--fail-on", "error,warning",
                             *self.built.values())

        self.assertEqual((code, said), (0, ""))


if __name__ == "__main__":
    PROGRAMS += [os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])]
    sys.exit(case_runner.run([sys.modules["__main__"]]))
