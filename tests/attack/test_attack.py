# SPDX-License-Identifier: BSD-3-Clause
"""Less than a minute of it; and a run sees what it is there to see."""

import os
import subprocess
import sys
import types

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, f"{HERE}/../chaos", f"{HERE}/../e2e"]

import honest  # noqa: E402
from diary import Diary  # noqa: E402

SECONDS, LONGEST = "45", 600


def test_everything_at_once():
    command = [sys.executable, HERE, SECONDS]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def ground():
    diary = Diary()
    diary.start()
    return types.SimpleNamespace(diary=diary)


def refused(_):
    return "status 503"


def cut(_):
    raise ConnectionResetError


@pytest.mark.parametrize(("ask", "faults"), [(lambda _: None, 0), (refused, 1), (cut, 1)])
def test_who_is_not_served_is_a_fault(ground, ask, faults):
    honest.Honest(ground, "somebody", ask, 1).once(None)
    assert len(ground.diary.faults) == faults


def test_who_waits_too_long_is_a_fault(ground, monkeypatch):
    hours = iter([0, 3600])
    monkeypatch.setattr(honest, "time", types.SimpleNamespace(monotonic=lambda: next(hours)))
    asking = honest.Honest(ground, "somebody", lambda _: None, 1)
    asking.once(None)
    assert asking.waits == []
    assert "waited 3600 s" in ground.diary.faults[0]


def test_a_trouble_excuses_only_those_it_concerns(ground):
    with ground.diary.trouble("front stands still"):
        honest.Honest(ground, "node", refused, 1, ("front stands still",)).once(None)
        assert ground.diary.faults == []
        honest.Honest(ground, "administrator", refused, 1).once(None)
        assert len(ground.diary.faults) == 1
