"""usage: build_packages.py --mrgd PATH --mrgctl PATH --version V --date SECONDS --out DIR

Builds mrg-node_V_ARCH.deb and mrgctl_V_ARCH.deb of two programs that are built already. The same
programs, version and date give the same bytes. ./deploy/package calls it.
"""

import argparse
import email.utils
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import command_tree
import completion
import man_page

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MAINTAINER = "The mrg authors <authors@mrg.example>"
NODE_PAGES = ("OPERATING.md", "OPERATING.zh-CN.md", "CERTIFICATES.md", "CERTIFICATES.zh-CN.md",
              "KEY_DRILLS.md", "KEY_DRILLS.zh-CN.md", "BACKUP.md", "BACKUP.zh-CN.md", "UPGRADE.md",
              "UPGRADE.zh-CN.md", "SIZING.md", "SIZING.zh-CN.md", "EVENTS.md", "EVENTS.zh-CN.md",
              "REASONS.md",
              "LIFE_OF_A_RECOGNITION.md", "LIFE_OF_A_TRUST_UPDATE.md", "LIFE_OF_A_DISPUTE.md")
CLIENT_PAGES = ("AUDITING.md", "AUDITING.zh-CN.md", "COMMANDS.md", "COMMANDS.zh-CN.md",
                "FIRST_CALL.md", "FIRST_CALL.zh-CN.md", "REST.md", "REST.zh-CN.md")
DESCRIPTIONS = {
    "mrg-node": "node of the mutual-recognition gateway for licences\n"
                " The daemon of one region, or of the hub, of a federation whose members\n"
                " recognise each other's electronic licences: trust lists, decisions with\n"
                " receipts, translation between data standards, disputes. It comes with a unit\n"
                " of systemd and waits for the configuration that mrgctl makes.\n",
    "mrgctl": "command line of the mutual-recognition gateway for licences\n"
              " For operators of mrg-node, who make keys, sign trust lists and publish them;\n"
              " for auditors, who verify receipts and decision logs; and for authors of\n"
              " mapping packs. It needs no node on the same machine.\n",
}


class Package:
    """The files of one package, below a folder of their own."""

    def __init__(self, name, version, date, folder):
        self.name, self.version, self.date = name, version, date
        self.folder = os.path.join(folder, name)
        self.conffiles = []

    def put(self, path, content, mode=0o644):
        """A file of the package; `path` counts from the root of the system."""
        whole = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "wb") as file:
            file.write(content)
        os.chmod(whole, mode)

    def put_compressed(self, path, content):
        self.put(path + ".gz", gzip.compress(content, 9, mtime=0))

    def put_configuration(self, path, content):
        """The same; an upgrade keeps what the administrator changed in it."""
        self.put(path, content)
        self.conffiles.append("/" + path)

    def put_documents(self, pages):
        folder = "usr/share/doc/" + self.name
        for page in pages:
            self.put(folder + "/" + page, read("gateway", "docs", page))
        self.put(folder + "/copyright", read("deploy", "debian", "copyright"))
        self.put_compressed(folder + "/changelog", (
            "%s (%s) bookworm; urgency=medium\n\n  * What has changed for who uses it: "
            "/usr/share/doc/mrgctl/CHANGELOG.md.gz\n\n -- %s  %s\n" % (
                self.name, self.version, MAINTAINER,
                email.utils.formatdate(self.date))).encode())

    def files(self):
        return sorted(
            os.path.relpath(os.path.join(folder, name), self.folder)
            for folder, _, names in os.walk(self.folder) for name in names
            if not os.path.relpath(folder, self.folder).startswith("DEBIAN"))

    def build(self, out, fields):
        """Writes the package into the folder `out`. Result: its path."""
        size = sum(os.path.getsize(os.path.join(self.folder, one)) for one in self.files())
        architecture = said_by("dpkg", "--print-architecture").strip()
        control = [("Package", self.name), ("Version", self.version),
                   ("Architecture", architecture), ("Maintainer", MAINTAINER),
                   ("Installed-Size", str((size + 1023) // 1024)), *fields, ("Section", "net"),
                   ("Priority", "optional"), ("Description", DESCRIPTIONS[self.name].rstrip("\n"))]
        self.put("DEBIAN/control", "".join("%s: %s\n" % one for one in control).encode())
        self.put("DEBIAN/md5sums", "".join("%s  %s\n" % (
            hashlib.md5(read_file(os.path.join(self.folder, one)), usedforsecurity=False)
            .hexdigest(), one) for one in self.files()).encode())
        if self.conffiles:
            self.put("DEBIAN/conffiles", "".join(one + "\n" for one in self.conffiles).encode())
        for folder, _, names in os.walk(self.folder, topdown=False):
            for name in names:
                os.utime(os.path.join(folder, name), (self.date, self.date))
            os.chmod(folder, 0o755)
            os.utime(folder, (self.date, self.date))
        path = os.path.join(out, "%s_%s_%s.deb" % (self.name, self.version, architecture))
        said_by("dpkg-deb", "--build", "--root-owner-group", "-z3", self.folder, path,
                environment={"SOURCE_DATE_EPOCH": str(self.date)})
        return path


def read_file(path):
    with open(path, "rb") as file:
        return file.read()


def read(*parts):
    return read_file(os.path.join(ROOT, *parts))


def said_by(*command, environment=None, folder=None):
    """What the command writes to standard output."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, cwd=folder, env={**os.environ, **(environment or {})})
    if done.returncode != 0:
        sys.exit("%s\nfailed with %d:\n%s" % (" ".join(command), done.returncode, done.stderr))
    return done.stdout


def shared_libraries(program):
    """The packages, with their versions, of the libraries that the program is linked to."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "debian"))
        with open(os.path.join(folder, "debian", "control"), "w", encoding="utf-8") as file:
            file.write("Source: mrg\n\nPackage: mrg\nArchitecture: any\n")
        said = said_by("dpkg-shlibdeps", "-O", "-e" + os.path.abspath(program), folder=folder)
    return re.match(r"shlibs:Depends=(.*)\n", said).group(1)


def node_package(flags, folder, stripped):
    package = Package("mrg-node", flags.version, flags.date, folder)
    package.put("usr/sbin/mrgd", read_file(stripped["mrgd"]), 0o755)
    package.put("lib/systemd/system/mrgd.service", read("deploy", "debian", "mrgd.service"))
    package.put_configuration("etc/default/mrgd", read("deploy", "debian", "mrgd.default"))
    os.makedirs(os.path.join(package.folder, "etc", "mrg"))
    package.put_compressed("usr/share/man/man8/mrgd.8",
                           man_page.mrgd(flags.mrgd, flags.version, flags.day).encode())
    package.put("usr/share/lintian/overrides/mrg-node",
                read("deploy", "debian", "mrg-node.lintian-overrides"))
    package.put_documents(NODE_PAGES)
    package.put("usr/share/doc/mrg-node/config.proto",
                read("proto", "mrg", "gateway", "v1", "config.proto"))
    for names, target in ((("gateway", "docs", "runbooks"), "runbooks"),
                          (("deploy", "prometheus"), "examples/prometheus")):
        for name in sorted(os.listdir(os.path.join(ROOT, *names))):
            package.put("usr/share/doc/mrg-node/%s/%s" % (target, name), read(*names, name))
    for script in ("preinst", "postinst", "prerm", "postrm"):
        package.put("DEBIAN/" + script, read("deploy", "debian", "mrg-node." + script), 0o755)
    return package.build(flags.out, [
        ("Depends", shared_libraries(flags.mrgd) + ", adduser"),
        ("Recommends", "mrgctl (= %s), systemd" % flags.version)])


def client_package(flags, folder, stripped):
    package = Package("mrgctl", flags.version, flags.date, folder)
    package.put("usr/bin/mrgctl", read_file(stripped["mrgctl"]), 0o755)
    package.put_compressed("usr/share/man/man1/mrgctl.1",
                           man_page.mrgctl(flags.mrgctl, flags.version, flags.day).encode())
    package.put("usr/share/bash-completion/completions/mrgctl",
                completion.mrgctl(flags.mrgctl).encode())
    package.put_documents(CLIENT_PAGES)
    package.put_compressed("usr/share/doc/mrgctl/CHANGELOG.md", read("CHANGELOG.md"))
    for part in ("packs", "regions"):
        whole = os.path.join(ROOT, "deploy", part)
        for below, _, names in os.walk(whole):
            for name in sorted(names):
                if name != "BUILD.bazel":
                    path = os.path.relpath(os.path.join(below, name), os.path.join(ROOT, "deploy"))
                    package.put("usr/share/doc/mrgctl/examples/deploy/" + path,
                                read("deploy", path))
    return package.build(flags.out, [("Depends", shared_libraries(flags.mrgctl))])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[1])
    parser.add_argument("--mrgd", required=True)
    parser.add_argument("--mrgctl", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--date", type=int, required=True, help="seconds since 1970, of every file")
    parser.add_argument("--out", required=True, help="folder, made if it is not there")
    flags = parser.parse_args()
    os.umask(0o022)
    os.makedirs(flags.out, exist_ok=True)
    flags.day = time.strftime("%Y-%m-%d", time.gmtime(flags.date))
    with tempfile.TemporaryDirectory() as folder:
        stripped = {}
        for name in ("mrgd", "mrgctl"):
            stripped[name] = os.path.join(folder, "stripped-" + name)
            shutil.copyfile(getattr(flags, name), stripped[name])
            said_by("strip", "--strip-unneeded", "--remove-section=.comment", stripped[name])
        try:
            print(node_package(flags, folder, stripped))
            print(client_package(flags, folder, stripped))
        except command_tree.HelpUnreadable as error:
            sys.exit("build_packages: help of an unknown form: %s" % error)


if __name__ == "__main__":
    main()
