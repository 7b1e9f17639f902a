# SPDX-License-Identifier: BSD-3-Clause
"""The systemd units: systemd finds nothing wrong with them, and the service stays as confined as it is."""

import os
import re
import shutil
import subprocess

import pytest
from sandbox import PROJECT

UNITS = ["wwd.service", "wwd.socket", "wwd-front.socket", "wwd-front@.service", "wwd-job.socket", "wwd-job@.service", "wwd-certificate.service", "wwd-certificate.timer"]

# systemd's measure: 0 is nothing allowed, 10 everything. Raising one needs a reason in the unit.
EXPOSURE = {"wwd.service": 1.8, "wwd-front@.service": 1.7, "wwd-job@.service": 3.0}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def root(installed, tmp_path):
    """A root folder with the units, and the programs they start."""
    units = tmp_path / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for name in (*UNITS, "warewulfd.service"):
        shutil.copy(installed / "usr/lib/systemd/system" / name, units, follow_symlinks=False)
    # The targets that units refer to without saying so.
    for name in os.listdir("/usr/lib/systemd/system"):
        if name.endswith((".target", ".slice")) and os.path.isfile(f"/usr/lib/systemd/system/{name}"):
            shutil.copy(f"/usr/lib/systemd/system/{name}", units)
    for program in ("usr/bin/wwd", "usr/bin/wwctl", "bin/kill"):
        path = tmp_path / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        path.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_accepts_the_unit(root, unit):
    done = run("systemd-analyze", "verify", "--man=no", f"--root={root}", unit)
    # verify exits 0 on unknown keys; what it thinks is on standard error
    assert done.returncode == 0 and not done.stderr, done.stderr


@pytest.mark.parametrize("unit", EXPOSURE)
def test_services_stay_confined(root, unit):
    done = run("systemd-analyze", "security", "--offline=true", f"--root={root}", unit, "--no-pager")
    exposure = re.search(r"Overall exposure level for [^:]*: ([\d.]+)", done.stdout)
    assert exposure, done.stdout + done.stderr
    assert float(exposure.group(1)) <= EXPOSURE[unit], done.stdout


def test_it_answers_to_the_name_of_warewulfs_unit(root):
    """The quick starts begin with that, on machines where it is enabled already and where not."""
    for _ in range(2):
        enabled = run("systemctl", f"--root={root}", "enable", "warewulfd")
        assert enabled.returncode == 0, enabled.stderr
        assert (root / "etc/systemd/system/multi-user.target.wants/wwd.service").is_symlink()
    done = run("systemd-analyze", "verify", "--man=no", f"--root={root}", "warewulfd.service")
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_users_and_folders(installed, tmp_path):
    (tmp_path / "etc").mkdir()
    done = run("systemd-sysusers", f"--root={tmp_path}", f"{PROJECT}/systemd/wwd.sysusers")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^wwd:", (tmp_path / "etc/passwd").read_text(), re.MULTILINE)
    assert re.search(r"^warewulf:", (tmp_path / "etc/group").read_text(), re.MULTILINE)
    done = run("systemd-tmpfiles", "--create", f"--root={tmp_path}", installed / "usr/lib/tmpfiles.d/wwd.conf")
    assert done.returncode == 0, done.stderr
    assert oct((tmp_path / "var/lib/warewulf/wwd").stat().st_mode & 0o777) == "0o700"
