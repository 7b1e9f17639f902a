# SPDX-License-Identifier: BSD-3-Clause
"""The two processes: what each of them is, what the front cannot do, and what happens when it dies."""

import os
import re
import signal
import socket

import pytest
from daemon import PATIENCE, wait_for

MAC = "02:00:5e:00:00:01"


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


def descriptors(pid):
    """What the descriptors of a process refer to."""
    folder = f"/proc/{pid}/fd"
    out = []
    for name in os.listdir(folder):
        try:
            out.append(os.readlink(f"{folder}/{name}"))
        except FileNotFoundError:
            pass
    return out


def tcp_inodes():
    """Socket inodes of all TCP sockets of the machine."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as f:
            inodes |= {line.split()[9] for line in list(f)[1:]}
    return inodes


def tcp_sockets(pid):
    sockets = {match.group(1) for d in descriptors(pid) if (match := re.match(r"socket:\[(\d+)\]", d))}
    return sockets & tcp_inodes()


def slices(pid):
    """Of the threads with the name of their process, whose loops answer, and of the others: the time slice in ns."""
    answering, others = set(), set()
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm", encoding="ascii") as f:
            of = others if f.read() == "wwd-work\n" else answering
        with open(f"/proc/{pid}/task/{thread}/sched", encoding="ascii") as f:
            of.add(int(re.search(r"se\.slice +: +(\d+)", f.read())[1]))
    return answering, others


def knows_slices():
    """Linux 6.12, with the file that tells."""
    try:
        with open("/proc/self/sched", encoding="ascii") as f:
            return "se.slice " in f.read()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not knows_slices(), reason="this kernel has no time slices of a thread's own")
def test_threads_that_answer_have_the_shortest_slice(site):
    """Whoever else has just begun is interrupted for them; those that work beside them have the usual one."""
    site.nodes(n1=MAC)
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    for pid in (site.wwd.pid, site.front):
        answering, others = slices(pid)
        assert answering == {100_000} and min(others) > 100_000


def test_only_the_front_has_tcp_and_only_the_main_process_has_files(site):
    site.nodes(n1=MAC)
    site.start()
    assert tcp_sockets(site.front)
    assert not tcp_sockets(site.wwd.pid)
    assert not [d for d in descriptors(site.front) if d.startswith(site.root) and not d.endswith("wwd.log")]


def test_the_front_is_nobody_and_may_do_nothing(site):
    site.start()
    site.wait_for_log(r"\bready port=")  # it is sealed after its ports are open
    status = status_of(site.front)
    uids = {int(uid) for uid in status["Uid"].split()}
    gids = {int(gid) for gid in status["Gid"].split()}
    assert 0 not in uids | gids and len(uids) == 1
    assert status["Groups"].split() == []
    for kind in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"):
        assert int(status[kind], 16) == 0, kind
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"


def test_a_front_that_stands_still_is_replaced(site):
    site.nodes(n1=MAC)
    site.start()
    site.wait_for_log(r"\bready port=")
    stopped = site.front
    os.kill(stopped, signal.SIGSTOP)
    site.wait_for_log(r"front\.stalled ")
    wait_for(lambda: site.front not in (None, stopped) and site.listens(), "another front")
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"


def test_as_that_user_neither_the_store_nor_secrets_can_be_reached(site):
    """What a process with the front's identity finds, even before the restrictions of the kernel count."""
    site.nodes(n1=MAC)
    site.start()
    uid = int(status_of(site.front)["Uid"].split()[0])
    gid = int(status_of(site.front)["Gid"].split()[0])
    store = site.path("etc/warewulf/nodes.conf")
    attempts = [("/etc/shadow", os.O_RDONLY), (store, os.O_WRONLY), (f"{site.run_folder}/lock", os.O_WRONLY)]
    pid = os.fork()
    if pid == 0:
        allowed = 0
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
        for path, flags in attempts:
            try:
                os.open(path, flags)
                allowed += 1
            except PermissionError:
                pass
        os._exit(allowed)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_ports_below_1024_need_no_root_in_the_front(site):
    site.nodes(n1=MAC)
    low = next(port for port in range(1023, 600, -1) if not in_use(port))
    site.configure(f"port: {site.port}", f"port: {low}")
    site.port = low
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    assert int(status_of(site.front)["CapEff"], 16) == 0


def in_use(port):
    with socket.socket(socket.AF_INET6) as s:
        try:
            s.bind(("::", port))
        except OSError:
            return True
    return False


def test_a_front_that_dies_is_replaced(site):
    site.nodes(n1=MAC)
    site.start()
    site.wait_for_log(r"\bready port=")  # a front that dies before that is a failed start
    main = site.wwd.pid
    for _ in range(3):
        first = site.front
        os.kill(first, signal.SIGKILL)
        wait_for(lambda was=first: site.front not in (None, was), "another front")
        assert wait_for(lambda: serves(site), "an answer of the new front")
    assert site.wwd.pid == main and site.wwd.running()
    assert "front.ended killed by signal 9" in site.log()


def serves(site):
    try:
        return site.text(f"/ipxe/{MAC}") == "id=n1\n"
    except OSError:
        return False


def test_a_front_without_its_main_process_ends(site):
    site.start()
    front = site.front
    site.wwd.signal(signal.SIGKILL)
    assert site.wwd.exit_status(PATIENCE) == -signal.SIGKILL
    wait_for(lambda: not os.path.exists(f"/proc/{front}"), "the end of the front")
    assert not site.listens()
    # The locks died with their holder.
    site.nodes(n1=MAC)
    site.start()
    assert serves(site)
