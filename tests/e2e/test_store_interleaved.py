# SPDX-License-Identifier: BSD-3-Clause
"""A change that stands still after each of its system calls, one by one, while somebody else does something: what either of
them was told happened is there at the end, and the history tells of both. Nothing is lost, whoever comes when."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading

import pytest
from daemon import Site, wait_for
from store_site import command, conf, must
from test_store_kill import calls_since
from traced import traced

OLD = "# ours\nnodes:\n  n1:\n    comment: old  # stays\n  n2: {}\n"
FIRST = ("node", "set", "n1", "--comment=first", "--yes")
SECOND = ("node", "set", "n2", "--comment=second", "--yes")
BY_HAND = "n2:\n    comment: by hand"


@pytest.fixture
def prepared(tmp_path):
    """A site with a history; `renew` makes it as it was."""
    site = Site(str(tmp_path / "site"))
    site.write("etc/warewulf/nodes.conf", OLD.replace("comment: old", "comment: older"))
    must(site, "node", "set", "n1", "--comment=old", "--yes")
    assert conf(site) == OLD
    shutil.copytree(site.path("var/lib/warewulf/wwd"), tmp_path / "wwd")

    def renew():
        shutil.rmtree(site.path("var/lib/warewulf/wwd"))
        shutil.copytree(tmp_path / "wwd", site.path("var/lib/warewulf/wwd"))
        site.write("etc/warewulf/nodes.conf", OLD)

    site.renew = renew
    return site


class Stopped:
    """The first change, which stops after a call. `pid` is None if it ended before it made so many."""

    def __init__(self, site, call, occurrence):
        self.log = site.path("strace.log")
        if os.path.exists(self.log):
            os.unlink(self.log)
        options = (f"-e trace={call},renameat2", f"-e inject={call}:signal=STOP:when={occurrence}")
        self.done = None

        def run():
            self.done = traced(site, self.log, *options, words=FIRST)

        self.thread = threading.Thread(target=run)
        self.thread.start()
        wait_for(lambda: self.stopped() or not self.thread.is_alive(), "the first change to stand still or end")
        self.pid = self.stopped()

    def stopped(self):
        """Its process id, once it stands still."""
        try:
            with open(self.log, encoding="utf-8", errors="replace") as f:
                found = re.search(r"^(\d+) +--- stopped by SIGSTOP ---", f.read(), re.MULTILINE)
        except FileNotFoundError:
            return None
        return int(found[1]) if found else None

    def end(self):
        """Goes on. Each of its threads may come to its n-th call, and stop all of them again."""
        wait_for(self.goes_on, "the end of the first change")
        self.thread.join()
        return self.done

    def goes_on(self):
        with contextlib.suppress(ProcessLookupError):
            if self.pid:
                os.kill(self.pid, signal.SIGCONT)
        return not self.thread.is_alive()


def save_by_hand(site):
    """As careful editors do."""
    draft = site.path("etc/warewulf/draft")
    with open(site.path("etc/warewulf/nodes.conf"), encoding="utf-8") as f:
        text = f.read()
    with open(draft, "w", encoding="utf-8") as f:
        f.write(text.replace("n2: {}", BY_HAND))
    os.rename(draft, site.path("etc/warewulf/nodes.conf"))


def has_the_lock_open(site, pid):
    """Whether this process, or the private wwd it has started, has come as far as the site's lock."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            pids = [pid, *f.read().split()]
        files = [os.readlink(f"/proc/{each}/fd/{fd}") for each in pids for fd in os.listdir(f"/proc/{each}/fd")]
    except OSError:  # one of them has just ended
        return False
    return any(file.startswith(site.root) and file.endswith("/lock") for file in files)


def history(site):
    return must(site, "history", "--long")


def test_an_edit_by_hand_at_any_moment_is_kept(prepared):
    site = prepared
    calls = calls_since('/lock"', site, site.path("strace.log"), FIRST)
    there, given_back = sorted(os.listdir(site.path("etc/warewulf"))), 0
    for call, occurrence in calls:
        where = f"{call} {occurrence}"
        site.renew()
        first = Stopped(site, call, occurrence)
        save_by_hand(site)
        done = first.end()
        text = conf(site)
        assert BY_HAND in text, f"{where}: the edit by hand is lost: {text}"
        assert done.returncode == 0 and "comment: first" in text, f"{where}: {done.stderr}{text}"
        given_back += site.read("strace.log").count("RENAME_EXCHANGE") == 3
        must(site, "node", "set", "n1", "--comment=next", "--yes")
        told = history(site)
        assert "hand edit" in told and "by hand" in told, f"{where}: {told}"
        assert sorted(os.listdir(site.path("etc/warewulf"))) == there, where
    # Once it had taken the place of what had just been saved, put that back, and began anew.
    assert given_back


def test_another_change_at_any_moment_is_made_too(prepared):
    site = prepared
    calls = calls_since('/lock"', site, site.path("strace.log"), FIRST)
    waited = 0
    for call, occurrence in calls:
        where = f"{call} {occurrence}"
        site.renew()
        first = Stopped(site, call, occurrence)
        with subprocess.Popen(
            command(site, *SECOND), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as second:
            try:
                wait_for(lambda: second.poll() is not None or has_the_lock_open(site, second.pid), f"{where}: the second change")
                waited += second.poll() is None
            finally:
                done = first.end()
            output, _ = second.communicate()
        assert done.returncode == second.returncode == 0, f"{where}: {done.stderr}{output}"
        text = conf(site)
        assert text == OLD.replace("old", "first").replace("n2: {}", "n2:\n    comment: second"), f"{where}: {text}"
        told = history(site)
        assert told.count(" ".join(FIRST)) == told.count(" ".join(SECOND)) == 1, f"{where}: {told}"
    assert waited
