# SPDX-License-Identifier: BSD-3-Clause
"""What `cmake --install` makes of the build folder that WW_BUILD names."""

import os
import subprocess
import sys

import pytest

from sandbox import BUILD, PROJECT

sys.path.insert(0, f"{PROJECT}/tests/vectors/driver")


@pytest.fixture(scope="session")
def installed(tmp_path_factory):
    """A DESTDIR for the configured prefix, /usr: what a package holds."""
    root = tmp_path_factory.mktemp("root")
    done = subprocess.run(
        ["cmake", "--install", BUILD], env={**os.environ, "DESTDIR": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return root
