"""The project's folder and its files, for tests of what is written in them.

Bazel gives a test links to its data; the tree is where the link to this folder's BUILD.bazel leads.
"""

import os

BUILD_FILE = "tests/pages/BUILD.bazel"


def root():
    """The folder that holds WORKSPACE, absolute."""
    found = os.path.realpath(BUILD_FILE)[:-len(BUILD_FILE)]
    if not os.path.exists(os.path.join(found, "WORKSPACE")):
        raise OSError("no WORKSPACE in %s" % found)
    return found


def files(folder):
    """The paths of all files below the folder, relative to it and sorted, without build output."""
    paths = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not (
            name in (".git", "node_modules", "__pycache__") or name.startswith("bazel-") or
            os.path.islink(os.path.join(place, name)))]
        if os.path.relpath(place, folder) == "deploy/data":
            folders[:] = []
            continue
        paths += [os.path.relpath(os.path.join(place, name), folder) for name in names]
    return sorted(paths)


def read(folder, path):
    with open(os.path.join(folder, path), encoding="utf-8") as file:
        return file.read()
