"""Builds the release before this one, for the test that federates nodes of both.

A node is upgraded while its peers are not: so each release is tried against the one before it. The
build is kept in the user's cache, by commit.
"""

import os
import shutil
import subprocess

# Of the release before this one: 0.1.0 as it was when nodes began to say what release they are.
COMMIT = "754ce8d"
PROGRAMS = ("gateway/daemon/mrgd", "gateway/cli/mrgctl")
TEST = "//tests/scenario:former_release_test"


def cache_folder():
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "mrg-former-" + COMMIT)


def unpack(root, folder):
    """Puts the sources of the commit into `folder`. Result: whether git has them."""
    packed = subprocess.run(["git", "archive", COMMIT], cwd=root, capture_output=True, check=False)
    if packed.returncode:
        return False
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["tar", "--extract", "--directory", folder], input=packed.stdout, check=True)
    return True


def build(root):
    """Result: the folder with the release's sources and its two programs in their places, and ""; or
    None and why there is none."""
    folder = cache_folder()
    if all(os.path.exists(os.path.join(folder, program)) for program in PROGRAMS):
        return folder, ""
    if not unpack(root, folder):
        return None, "git has no commit " + COMMIT
    bazel = os.path.join(folder, "deploy/bazel/bazel")
    targets = ["//%s:%s" % os.path.split(program) for program in PROGRAMS]
    if subprocess.run([bazel, "build"] + targets, cwd=folder, check=False).returncode:
        return None, "the release before does not build"
    for program in PROGRAMS:
        shutil.copyfile(os.path.join(folder, "bazel-bin", program), os.path.join(folder, program))
        os.chmod(os.path.join(folder, program), 0o755)
    subprocess.run([bazel, "shutdown"], cwd=folder, check=False)
    return folder, ""
