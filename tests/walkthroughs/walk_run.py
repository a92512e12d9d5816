"""Walks from a bare Debian 12, as a newcomer goes: the packages' life, and the pages of operator,
developer and auditor, command by command. What takes how long is printed.

Before: root, debootstrap, systemd-nspawn, and a network that has Debian's packages.
"""

import fnmatch
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from walkthroughs import bare_system

HERE = os.path.dirname(os.path.abspath(__file__))
CACHE = os.path.expanduser("~/.cache/mrg-bazel")  # as .bazelrc says
# Minutes that a page may take once the programs are built.
MINUTES_MAX = {"operator": 15, "developer": 10, "auditor": 10}
# Where the unit of mrg-node expects what the operator's page has in the folder `delta`.
INSTALLED = ((r"--dir delta ", "--dir /etc/mrg/node --data-dir /var/lib/mrg/data "
              "--admin-socket /run/mrg/admin.sock "),
             (r"unix:delta/run/admin\.sock", "unix:/run/mrg/admin.sock"),
             (r"(?<![\w-])delta/", "/etc/mrg/node/"),
             (r"^mrgd --config /etc/mrg/node/node\.textproto .*&$",
              "chown --recursive mrg:mrg /etc/mrg/node\nsystemctl start mrgd"))
BLOCK = re.compile(r"^    (\S(?:.*\\\n)*.*)$", re.M)
START = re.compile(r"^(mrgd --config (\w+)/node\.textproto) &", re.M)


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def within_minutes(page):
    return ('\nstep end\nexpect "%s: %d minutes at most" test $(($(date +%%s) - page_began)) -le %d\n'
            'echo "   the page took $(($(date +%%s) - page_began)) s"\n'
            % (page, MINUTES_MAX[page], 60 * MINUTES_MAX[page]))


class Walks:
    def __init__(self, root, bare, folder):
        self.root, self.bare, self.folder = root, bare, folder
        sys.path[:0] = [os.path.join(root, "deploy"), os.path.join(root, "tests", "demo")]
        import page_commands  # stands where Bazel's tests find it
        self.page_commands = page_commands

    def page(self, name, heading=""):
        path = os.path.join(self.root, "gateway", "docs", name)
        if heading:
            return self.page_commands.commands(self.page_commands.section(path, heading))
        with open(path, encoding="utf-8") as file:
            return self.page_commands.commands(file.read())

    def packages_of_clients(self):
        """What the first lines of each make_client say that it needs of Debian."""
        said = {"nodejs", "npm"}  # of TypeScript, in other words
        for path in glob.glob(os.path.join(self.root, "deploy", "clients", "*", "make_client")):
            with open(path, encoding="utf-8") as file:
                comment = re.sub(r"\n# ", " ", file.read().partition("\nset ")[0])
            named = re.search(r"with Debian's packages ([^.]*(?:\.[^ .][^.]*)*)\.", comment)
            if named:
                said.update(re.split(r",? and |, | ", named.group(1)))
        return sorted(said)

    def operators_commands(self):
        """The first federation of the operator's page, up to the first call."""
        commands = self.page("OPERATING.md", "## A federation of your own")
        last = next(n for n, one in enumerate(commands) if "catalogue types" in one)
        return [START.sub(r"\1 >/tmp/\2.log 2>\&1 &", one) for one in commands[:last + 1]]

    def package(self, *flags):
        subprocess.run([os.path.join(self.root, "deploy", "package"), *flags], check=True)

    def packages(self):
        """Built once, and once more of a version above."""
        one, two = os.path.join(self.folder, "one"), os.path.join(self.folder, "two")
        if not os.path.exists(two):
            self.package("--out", one)
            version = os.path.basename(glob.glob(one + "/mrgctl_*")[0]).split("_")[1]
            self.package("--out", two, "--version", version + "+1")
        return one, two

    def with_packages(self, script):
        flags = ["--bind-ro=%s:/walk/%s" % (path, os.path.basename(path))
                 for path in self.packages()]
        with bare_system.BareSystem(self.bare) as system:
            return system.run(read("steps.sh") + script, *flags)

    def walk_packages(self):
        commands = "\n".join(self.operators_commands())
        for pattern, installed in INSTALLED:
            commands = re.sub(pattern, installed, commands, flags=re.M)
        return self.with_packages(read("packages.sh").replace("COMMANDS\n", commands + "\n", 1))

    def walk_operator(self):
        script = ("page_began=$(date +%s)\nstep install\napt-get -qq update\n"
                  "apt-get -qq install --yes /walk/one/*.deb >/tmp/apt 2>&1\n"
                  "step 'a hub and a region'\nmkdir first && cd first\n"
                  "ln -s /usr/share/doc/mrgctl/examples/deploy deploy\nset -x\n")
        return self.with_packages(
            script + "\n".join(self.operators_commands()) + "\n{ set +x; } 2>/dev/null"
            + within_minutes("operator"))

    def walk_developer_and_auditor(self):
        """Both stand before the same demo."""
        # There, programs that were just made are called, too.
        languages = BLOCK.findall(self.page_commands.section(
            os.path.join(self.root, "gateway", "docs", "FIRST_CALL.md"), "## In other languages"))
        developer = ["%s --once >/tmp/sandbox.log" % one if one.startswith("./deploy/sandbox")
                     else one for one in self.page("FIRST_CALL.md") if one not in languages]
        auditor = [one for one in self.page("AUDITING.md") if not one.startswith("./deploy/demo")]
        demo = next(n for n, one in enumerate(developer) if one.startswith("./deploy/demo"))
        developer[demo] = ("%s >/tmp/demo.log 2>&1 &\n"
                           "within 300 'the demo is up' grep -q Ctrl-C /tmp/demo.log"
                           % developer[demo])
        script = "\n".join([
            "cd /root/mrg", "step 'install what the build needs'",
            "apt-get -qq update", "./deploy/install-deps --build", "step build",
            "./deploy/bazel/bazel build //:mrgd //:mrgctl 2>/tmp/build || { cat /tmp/build; exit 1; }",
            "page_began=$(date +%s)", "step 'the page of the developer'", *developer,
            within_minutes("developer"), "page_began=$(date +%s)",
            "step 'the page of the auditor'", *auditor, within_minutes("auditor"),
            "step 'packages for other languages'",
            "apt-get -qq install --yes %s >/tmp/apt 2>&1" % " ".join(self.packages_of_clients()),
            "step 'other languages'", *languages, "step end"])
        os.makedirs(CACHE, exist_ok=True)
        with bare_system.BareSystem(self.bare) as system:
            subprocess.run(["git", "clone", "--quiet", self.root, system.path("root", "mrg")],
                           check=True)
            # Where this machine reaches npm's registry by a CA of its own, so does the container.
            if "NODE_EXTRA_CA_CERTS" in os.environ:
                shutil.copy(os.environ["NODE_EXTRA_CA_CERTS"], system.path("root", "npm-ca.pem"))
                script = "export NODE_EXTRA_CA_CERTS=/root/npm-ca.pem\n" + script
            return system.run(read("steps.sh") + script, "--bind=%s:/root/.cache/mrg-bazel" % CACHE)


def run(root, tally, patterns):
    """Counts one case for each walk whose name matches one of `patterns`; all without any."""
    why = bare_system.missing()
    if why:
        tally.fail("walkthroughs", why)
        return
    with tempfile.TemporaryDirectory(prefix="mrg-walk-") as folder, bare_system.BareSystem() as bare:
        walks = Walks(root, bare, folder)
        for name in ("packages", "operator", "developer_and_auditor"):
            if patterns and not any(fnmatch.fnmatch(name, one) for one in patterns):
                continue
            print("\n==== walk: %s" % name, flush=True)
            begin = time.monotonic()
            code, said = getattr(walks, "walk_" + name)()
            print("%s==== %s, %d s" % (said, "done" if code == 0 else "exit code %d" % code,
                                       time.monotonic() - begin), flush=True)
            if code == 0:
                tally.passed += 1
            else:
                tally.fail("walk " + name, "exit code %d" % code,
                           "./tests/run --walkthroughs --filter " + name)
