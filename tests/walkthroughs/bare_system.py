"""A bare Debian 12 in a folder, which systemd boots in a container with one script to run. Needs
root, debootstrap and systemd-nspawn; the network is this machine's."""

import os
import shutil
import subprocess
import tempfile

TOOLS = ("debootstrap", "systemd-nspawn")
SUITE = "bookworm"
# What no Debian that people log in to is without.
PACKAGES = "systemd,systemd-sysv,dbus,procps"
UNIT = """\
[Unit]
Description=One walk
After=network.target
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=oneshot
# As in the shell of a person; scripts of packages count on it.
IgnoreSIGPIPE=no
Environment=HOME=/root
WorkingDirectory=/root
ExecStart=/bin/bash -c '/walk/script >/walk/output 2>&1; echo $? >/walk/code'

[Install]
WantedBy=multi-user.target
"""


def missing():
    """Why there can be none here, in words; empty when there can."""
    if os.geteuid() != 0:
        return "only root may boot a container"
    lacking = [one for one in TOOLS if not shutil.which(one)]
    return "not installed: %s (packages debootstrap, systemd-container)" % " ".join(
        lacking) if lacking else ""


class BareSystem:
    """One root; a context manager, as it is deleted in the end."""

    def __init__(self, like=None):
        self.folder = tempfile.mkdtemp(prefix="mrg-bare-", dir="/var/tmp")
        os.chmod(self.folder, 0o755)
        self.root = os.path.join(self.folder, "root")
        if like:
            subprocess.run(["cp", "--archive", "--reflink=auto", like.root, self.root], check=True)
        else:
            subprocess.run(["debootstrap", "--variant=minbase", "--include=" + PACKAGES, SUITE,
                            self.root], check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def put(self, path, text, mode=0o644):
        whole = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(whole, mode)

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def run(self, script, *flags):
        """Boots it, runs the script as root and halts. Result: exit code and output."""
        self.put("walk/script", script, 0o755)
        self.put("etc/systemd/system/walk.service", UNIT)
        wants = self.path("etc/systemd/system/multi-user.target.wants")
        os.makedirs(wants, exist_ok=True)
        os.symlink("../walk.service", os.path.join(wants, "walk.service"))
        # No container is registered: there may be no machined to do so.
        subprocess.run(["systemd-nspawn", "--quiet", "--boot", "--directory=" + self.root,
                        "--register=no", "--keep-unit", "--resolv-conf=replace-host",
                        "--link-journal=no", *flags], check=False, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        said = ["", ""]
        for n, name in enumerate(("code", "output")):
            if os.path.exists(self.path("walk", name)):
                with open(self.path("walk", name), encoding="utf-8", errors="replace") as file:
                    said[n] = file.read()
        return int(said[0] or 1), said[1] or "nothing was said: did it boot?"
