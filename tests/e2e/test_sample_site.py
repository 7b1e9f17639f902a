# SPDX-License-Identifier: BSD-3-Clause
"""The site of `./dev run`: it lacks nothing, and all that its hint tells to try works as it stands."""

import subprocess

from daemon import BIN, PATIENCE
from lab import sample


def test_what_dev_run_tells_to_try_works(site):
    conf = sample.make(site.root, site.port, BIN)
    site.start()
    commands = [line.strip() for line in sample.hint(conf, site.port, BIN).splitlines() if line.startswith("  ")]
    assert len(commands) > 5
    # One shell: the first line sets what the others need. Questions are answered with yes.
    script = "set -eu -o pipefail\n" + "\n".join(f"echo '$ {line}'\n{line}" for line in commands)
    done = subprocess.run(
        ["bash", "-c", script], input="y\ny\n", capture_output=True, text=True, timeout=10 * PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = {part.partition("\n")[0]: part.partition("\n")[2] for part in done.stdout.split("$ ")[1:]}
    status = printed["wwctl server status"]
    assert "3 nodes, 1 profile" in status and "to do" not in status
    assert printed[next(command for command in printed if "/ipxe/" in command)].startswith("#!ipxe")
    assert "etc/hostname" in printed[next(command for command in printed if "/system/" in command)].splitlines()
