# SPDX-License-Identifier: BSD-3-Clause
"""This machine, to be written to without consequences: the folders of packages are overlaid, /run is empty, and the
network is a loopback device of its own. What was written where is seen afterwards.
"""

import os
import shlex
import subprocess

import pytest

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ["WW_BUILD"]

# What an installation could reach. Below it is the machine's own content.
FOLDERS = ("usr", "etc", "var", "opt")

SETUP = """
set -e
mount -t tmpfs none {scratch}
for folder in {folders}; do
    mkdir -p {scratch}/$folder {scratch}/.work/$folder
    mount -t overlay overlay -o lowerdir=/$folder,upperdir={scratch}/$folder,workdir={scratch}/.work/$folder /$folder
done
mount -t tmpfs none /run
ip link set lo up
"""


class Sandbox:
    """One mount, network and process namespace; `run()` may be called once."""

    def __init__(self, tmp_path):
        self.scratch = tmp_path / "written"
        self.listing = tmp_path / "listing"
        self.scratch.mkdir()

    def run(self, script, cwd, path=()):
        """Runs a shell script in it. Its processes end with it."""
        if os.geteuid() != 0:
            pytest.skip("needs root, for namespaces")
        setup = SETUP.format(scratch=shlex.quote(str(self.scratch)), folders=" ".join(FOLDERS))
        look = f"find {shlex.quote(str(self.scratch))} ! -type d ! -path '*/.work/*' ! -type c >{shlex.quote(str(self.listing))}"
        whole = f"{setup}\nset +e\nbash -euo pipefail -c {shlex.quote(script)}\nstatus=$?\n{look}\nexit $status\n"
        environment = {
            "PATH": ":".join([*map(str, path), "/usr/sbin:/usr/bin:/sbin:/bin"]),
            "HOME": "/root",
            "LC_ALL": "C.UTF-8",
        }
        return subprocess.run(
            ["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "bash", "-c", whole],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def written(self):
        """Absolute paths of the files that were made or changed, and are still there."""
        top = len(str(self.scratch))
        return sorted(line[top:] for line in self.listing.read_text().splitlines())
