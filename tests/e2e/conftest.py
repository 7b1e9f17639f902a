# SPDX-License-Identifier: BSD-3-Clause
"""Fixtures of the end-to-end tests."""

import os
import sys

import pytest

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.dirname(TESTS)
sys.path.insert(0, TESTS)  # for the package `lab`

from daemon import Site  # noqa: E402


@pytest.fixture
def site(tmp_path):
    """A scratch site without nodes. A daemon started on it ends with the test; its log shows if that failed."""
    site = Site(str(tmp_path / "site"))
    yield site
    if site.wwd:
        site.wwd.stop()
        print("---- log of wwd ----\n" + site.log())


@pytest.fixture(scope="session")
def programs():
    """The folder with wwd, wwctl and wwclient. WW_BUILD names the build folder."""
    folder = f"{os.environ.get('WW_BUILD', f'{PROJECT}/build/release')}/bin"
    if not os.path.exists(f"{folder}/wwclient"):
        pytest.fail(f"there is no {folder}/wwclient: build first, or set WW_BUILD")
    return folder


@pytest.fixture(scope="session")
def cache():
    """Downloads that later runs find again."""
    return f"{PROJECT}/build/cache"
