# SPDX-License-Identifier: BSD-3-Clause
"""The process of a job: killed, told to end, started by a service manager; whatever becomes of it, the daemon goes on and the
image is the old or the new."""

import contextlib
import os
import re
import signal
import socket

import pytest
from daemon import BIN, children, wait_for
from lab.process import Process
from store_site import must, wwctl
from test_jobs import Client, chroots, copied, held, image_site, motd, nothing_is_left, trees, waiting_import

__all__ = ["image_site"]

IMAGES = "var/lib/warewulf/provision/images"


def only_job(site):
    (worker,) = wait_for(site.job_processes, "the process of the job")
    return worker


def parent(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        return int(f.read().rsplit(")", 1)[1].split()[1])


def large_tree(site, name):
    """Enough to be seen at it."""
    for folder in range(40):
        os.makedirs(site.path(f"{name}/{folder}"))
        for file in range(100):
            with open(site.path(f"{name}/{folder}/{file}"), "wb") as f:
                f.write(os.urandom(10_000))


def half_built(site):
    with contextlib.suppress(FileNotFoundError):
        return [name for name in os.listdir(site.path(IMAGES)) if name.startswith(".")]
    return []


def told(client):
    status, out, err = client.end()
    assert status == 255, (out, err)
    assert "the process of the job ended: killed by signal 9" in err
    assert "journalctl -k" in err


def unharmed(site, pid):
    assert site.wwd.pid == pid and site.wwd.running()
    assert "job.failed job 1 " in site.log()
    wait_for(lambda: not trees(site) and not half_built(site), "nothing to be left")
    assert os.listdir(f"{site.run_folder}/jobs") == []
    assert site.job_processes() == []


def test_killed_with_everything_copied(image_site):
    site = image_site.start()
    pid = site.wwd.pid
    with held(site), waiting_import(site) as client:
        os.kill(only_job(site), signal.SIGKILL)
        told(client)
    unharmed(site, pid)
    nothing_is_left(site)


def test_killed_in_the_middle_of_a_copy(image_site):
    site = image_site.start()
    pid = site.wwd.pid
    large_tree(site, "large")
    site.write("large/bin/sh", "a shell\n")
    with Client(site, "image", "import", "--force", site.path("large"), "deb") as client:
        wait_for(lambda: any(os.path.isdir(f"{chroots(site)}/{name}/new/rootfs/1") for name in trees(site)), "the copy to begin")
        os.kill(only_job(site), signal.SIGKILL)
        told(client)
    unharmed(site, pid)
    nothing_is_left(site)


def test_killed_in_the_middle_of_a_build(image_site):
    site = image_site.start()
    pid = site.wwd.pid
    must(site, "image", "build", "deb")
    with open(site.path(f"{IMAGES}/deb.img"), "rb") as f:
        old = f.read()
    large_tree(site, "var/lib/warewulf/chroots/deb/rootfs/large")
    with Client(site, "image", "build", "deb") as client:
        wait_for(lambda: half_built(site), "the build to begin")
        os.kill(only_job(site), signal.SIGKILL)
        status, _, err = client.end()
        assert status == 255 and "killed by signal 9" in err
    assert site.wwd.pid == pid
    wait_for(lambda: not half_built(site), "nothing to be left")
    with open(site.path(f"{IMAGES}/deb.img"), "rb") as f:
        assert f.read() == old
    must(site, "image", "build", "deb")
    assert os.path.getsize(site.path(f"{IMAGES}/deb.img")) > 40_000_000


def test_killed_with_who_watches_it(image_site):
    site = image_site.start()
    pid = site.wwd.pid
    with held(site), waiting_import(site) as client:
        worker = only_job(site)
        for victim in (parent(worker), worker):
            os.kill(victim, signal.SIGKILL)
        status, _, err = client.end()
        assert status == 255 and "the process of the job ended without a word" in err, err
    unharmed(site, pid)
    nothing_is_left(site)


def test_without_who_watches_it_the_job_goes_on(image_site):
    site = image_site.start()
    with held(site):
        client = waiting_import(site)
        os.kill(parent(only_job(site)), signal.SIGKILL)
    with client:
        assert client.end()[0] == 0
    assert motd(site) == "new\n"


def test_told_to_end_it_removes_what_it_made(image_site):
    site = image_site.start()
    with held(site), waiting_import(site) as client:
        os.kill(only_job(site), signal.SIGTERM)
        status, _, err = client.end()
        assert status == 255 and "image import of deb was cancelled: by SIGTERM" in err
        assert not trees(site)
    nothing_is_left(site)


def test_a_detached_job_does_not_outlive_the_daemon(image_site):
    site = image_site.start()
    with held(site):
        must(site, "image", "import", "--force", "--detach", site.path("src"), "deb")
        wait_for(lambda: copied(site), "the copy")
        worker = only_job(site)
        site.wwd.signal(signal.SIGKILL)
        wait_for(lambda: not os.path.exists(f"/proc/{worker}"), "the end of the job")
        assert not trees(site)
    assert os.listdir(f"{site.run_folder}/jobs") == []
    site.start()
    nothing_is_left(site)


# ---- what stands still


def stopped(*pids):
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)


def gone(*pids):
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), "the end of what stood still")


@pytest.mark.parametrize("too", [False, True], ids=["who works", "and who watches it"])
def test_what_stands_still_is_killed_when_nobody_wants_it_any_more(image_site, too):
    site = image_site.start("--limits", "job_end=300ms")
    pid = site.wwd.pid
    with held(site), waiting_import(site) as client:
        worker = only_job(site)
        victims = [worker, parent(worker)] if too else [worker]
        stopped(*victims)
        client.ctrl_c()
        status, _, err = client.end()
        assert status == 130
        assert "the process of the job did not end when it was told to, and was killed" in err, err
        gone(*victims)
    unharmed(site, pid)
    nothing_is_left(site)


def test_what_stands_still_does_not_keep_the_daemon(image_site):
    site = image_site.start("--limits", "job_end=300ms")
    with held(site), waiting_import(site):
        worker = only_job(site)
        stopped(worker)
        assert site.stop() == 0
        gone(worker)
    site.start()
    nothing_is_left(site)


def test_what_stands_still_does_not_outlive_a_killed_daemon(image_site):
    site = image_site.start("--limits", "job_end=300ms")
    with held(site), waiting_import(site):
        worker = only_job(site)
        stopped(worker)
        site.wwd.signal(signal.SIGKILL)
        gone(worker)
    site.start()
    nothing_is_left(site)


def test_each_of_many_has_its_process_and_they_end_with_it(image_site):
    site = image_site
    images = [f"i{n}" for n in range(8)]
    for image in images:
        site.write(f"var/lib/warewulf/chroots/{image}/rootfs/etc/motd", "old\n")
    site.start()
    with contextlib.ExitStack() as all_of_them:
        clients = []
        for image in images:
            all_of_them.enter_context(held(site, image))
            clients.append(all_of_them.enter_context(Client(site, "image", "import", "--force", site.path("src"), image)))
        wait_for(lambda: len(copied(site)) == len(images), "all copies")
        workers = site.job_processes()
        assert len(workers) == len(images)
        for pid in workers:
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                assert f.read().split(b"\0")[1:] == [b"--job", b"3", b""]  # the order does not stand there
        os.kill(workers[0], signal.SIGKILL)
        wait_for(lambda: any(client.process.poll() is not None for client in clients), "the end of one")
        assert sum(client.process.poll() is None for client in clients) == len(images) - 1
        for client in clients:
            client.process.kill()
        wait_for(lambda: site.job_processes() == [], "the end of all")
    assert all(motd(site, image) == "old\n" for image in images)


def test_daemon_and_job_see_each_others_changes(image_site):
    """A renaming is a job, and changes nodes.conf."""
    site = image_site
    site.nodes(n1={"hwaddr": "00:00:00:00:00:01", "image name": "deb"})
    site.start()
    must(site, "node", "set", "--yes", "--comment", "before", "n1")
    must(site, "image", "rename", "deb", "new")
    assert "new" in must(site, "node", "list", "-a", "n1")
    must(site, "node", "set", "--yes", "--comment", "after", "n1")
    assert "after" in site.read("etc/warewulf/nodes.conf") and "image name: new" in site.read("etc/warewulf/nodes.conf")
    history = must(site, "history")
    assert history.count("image rename deb new") == 1 and "by hand" not in history, history


# ---- as under a service manager: a connection starts the process


@contextlib.contextmanager
def manager_of(site, what, *more):
    """Starts `wwd --WHAT 0` for each connection to a socket."""
    path = site.path(f"{what}.sock")
    argv = ["systemd-socket-activate", "--accept", "--inetd", *more, "-l", path, f"{BIN}/wwd", f"--{what}", "0"]
    manager = Process(argv, log=site.path(f"{what}.log"))
    try:
        wait_for(lambda: os.path.exists(path), f"the socket of each {what}")
        yield manager, path
    finally:
        manager.signal(signal.SIGKILL)


@pytest.fixture
def activated(image_site):
    with manager_of(image_site, "job") as (manager, path):
        image_site.start("--job-socket", path)
        yield image_site, manager


def started(manager):
    return [worker for watcher in children(manager.pid, "--job") for worker in children(watcher, "--job")]


def test_processes_that_a_connection_starts(activated):
    site, manager = activated
    must(site, "image", "import", "--force", site.path("src"), "deb")
    assert motd(site) == "new\n"
    with held(site), waiting_import(site) as client:
        (worker,) = started(manager)
        assert site.job_processes() == []
        os.kill(worker, signal.SIGKILL)
        told(client)
    wait_for(lambda: not trees(site), "nothing to be left")
    with held(site), waiting_import(site) as client:
        client.ctrl_c()
        status, _, err = client.end()
        assert (status, "was cancelled" in err) == (130, True)
        assert not trees(site)
    with held(site), waiting_import(site) as client:
        site.wwd.signal(signal.SIGKILL)
        wait_for(lambda: not trees(site), "the end of temporary trees")
        wait_for(lambda: started(manager) == [], "the end of the job")
    assert os.listdir(f"{site.run_folder}/jobs") == []


def test_what_a_connection_started_and_stands_still_is_not_waited_for(image_site):
    """Whoever started it has the means to kill all of it; who watches it kills what he can."""
    site = image_site
    with manager_of(site, "job") as (manager, path):
        site.start("--job-socket", path, "--limits", "job_end=300ms")
        with held(site), waiting_import(site) as client:
            (worker,) = started(manager)
            victims = [worker, parent(worker)]
            stopped(*victims)
            client.ctrl_c()
            status, _, err = client.end()
            assert status == 130
            assert "the process of the job did not end when it was told to\n" in err and "systemctl kill" in err, err
            for pid in victims:
                os.kill(pid, signal.SIGKILL)
    gone(*victims)


def test_nobody_starts_processes(image_site):
    site = image_site.start("--job-socket", image_site.path("nowhere.sock"))
    refused = wwctl(site, "image", "build", "deb")
    assert refused.returncode == 255
    assert "no process for the job: " in refused.stderr and "systemctl start wwd-job.socket" in refused.stderr
    assert os.listdir(f"{site.run_folder}/jobs") == []
    must(site, "overlay", "build")  # needs none


def test_the_daemon_needs_no_network(site):
    """All of it is the others': ports, addresses of this machine and of hosts."""
    for key in ("ipaddr", "netmask", "network"):
        site.configure(f"{key}: ", f"# {key}: ")
    site.nodes(n1={"hwaddr": "00:00:00:00:00:01", "runtime overlay": "[hosts]"})
    site.write("var/lib/warewulf/overlays/hosts/rootfs/etc/found.ww", '{{ getHostByName "localhost" }} {{ .Ipaddr }}\n')
    with manager_of(site, "job") as (_, jobs), manager_of(site, "front", "--seqpacket") as (manager, fronts):
        argv = ["unshare", "--net", f"{BIN}/wwd", "--warewulfconf", site.config, "--front-socket", fronts, "--job-socket", jobs]
        site.wwd = Process(argv, log=site.path("wwd.log"))
        wait_for(lambda: site.listens() or not site.wwd.running(), f"port {site.port}")
        with open("/proc/net/dev", encoding="ascii") as f, open(f"/proc/{site.wwd.pid}/net/dev", encoding="ascii") as theirs:
            assert f.read() != theirs.read()
        found = rb"(127\.0\.0\.1|::1) " + own_address().encode() + rb"\n"
        answer = site.get("/runtime/00:00:00:00:00:01")
        assert answer.status == 200
        assert re.search(found, answer.body), answer.body
        # Another front comes by the same way.
        (front,) = children(manager.pid, "--front")
        os.kill(front, signal.SIGKILL)
        wait_for(lambda: children(manager.pid, "--front") not in ([], [front]) and site.listens(), "another front")
        assert re.search(found, site.get("/runtime/00:00:00:00:00:01").body)
        assert site.stop() == 0
        wait_for(lambda: children(manager.pid, "--front") == [], "the end of the front")


def own_address():
    """Of this machine, towards the world; empty without a route there."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 80))
        except OSError:
            return ""
        return s.getsockname()[0]
