# SPDX-License-Identifier: BSD-3-Clause
"""The lab cleans up after itself: no namespace, process or file outlives it, however it ends."""

import os
import signal
import subprocess
import sys

import pytest

from lab.lab import Lab, why_not

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


def namespaces():
    return subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_nothing_is_left():
    with Lab() as lab:
        process = lab.start("sleeper", ["sleep", "1000"])
        assert lab.name in namespaces()
        assert running(process.pid)
    assert lab.name not in namespaces()
    assert not running(process.pid)
    assert not os.path.exists(lab.folder)


def test_nothing_is_left_after_an_error():
    with pytest.raises(ZeroDivisionError), Lab() as lab:
        process = lab.start("sleeper", ["sleep", "1000"])
        raise ZeroDivisionError
    assert lab.name not in namespaces()
    assert not running(process.pid)


def test_the_world_outside_is_out_of_reach():
    with Lab() as lab:
        links = lab.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    assert sorted(line.split()[1] for line in links.splitlines()) == ["br0:", "lo:"]


# A lab in a process of its own, which says where it is and then waits. What a shell runs in the background ignores
# SIGINT, and its children inherit that.
ALONE = f"""
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {TESTS!r})
from lab.lab import Lab
with Lab() as lab:
    process = lab.start("sleeper", ["sleep", "1000"])
    print(lab.name, process.pid, lab.folder, flush=True)
    time.sleep(1000)
"""


def alone():
    child = subprocess.Popen([sys.executable, "-c", ALONE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    name, pid, folder = child.stdout.readline().split()
    return child, name, int(pid), folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(number):
    child, name, pid, folder = alone()
    child.send_signal(number)
    child.wait(20)
    child.stdout.close()
    assert name not in namespaces()
    assert not running(pid)
    assert not os.path.exists(folder)


def test_what_a_killed_lab_left_is_removed_by_the_next():
    child, name, pid, folder = alone()
    child.kill()
    child.wait(20)
    child.stdout.close()
    assert name in namespaces()
    with Lab():
        assert name not in namespaces()
        assert not os.path.exists(folder)
    assert not running(pid)  # the kernel told it when its parent died
