"""Fetches what the client in TypeScript needs from npm, for its test, which has no network."""

import hashlib
import os
import shutil
import subprocess


def find(root):
    """The folder of modules: fetched before, or now when that is quick; empty when it is not to be had."""
    client = os.path.join(root, "deploy/clients/typescript")
    with open(os.path.join(client, "package-lock.json"), "rb") as lock:
        digest = hashlib.sha256(lock.read()).hexdigest()
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = os.path.join(home, "mrg-client-" + digest[:16])
    modules = os.path.join(folder, "node_modules")
    if os.path.exists(os.path.join(modules, ".package-lock.json")):  # which npm writes last
        return modules
    if not shutil.which("npm"):
        return ""
    try:
        os.makedirs(folder, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(os.path.join(client, name), folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund",
                        "--prefix", folder], capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(folder, ignore_errors=True)
        return ""
    return modules
