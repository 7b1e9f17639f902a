# SPDX-License-Identifier: BSD-3-Clause
"""What one who asks, or a machine in trouble, cannot take from the nodes."""

import contextlib
import os
import subprocess

import pytest
from daemon import BIN, PATIENCE, children, wait_for
from store_site import must
from test_http_serving import ask_for_image, big_image

MAC = "02:00:5e:00:00:01"


def test_nobody_waits_for_who_reads_the_log(site):
    """stderr is a pipe that nobody reads: the lines that do not fit are counted, and told when somebody does."""
    site.nodes(n1=MAC)
    read, write = os.pipe()
    argv = [f"{BIN}/wwd", "--warewulfconf", site.config]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=write) as wwd:
        os.close(write)
        try:
            wait_for(site.listens, f"port {site.port}")
            missing = f"/efiboot/{'x' * 4000}?wwid={MAC}"  # a line of the log
            for _ in range(600):
                assert site.get(missing).status == 404
            log = b""
            while b"log.dropped " not in log:
                assert site.get(missing).status == 404
                log += os.read(read, 1 << 20)
            assert b" ready port=" in log
        finally:
            wwd.terminate()
            while os.read(read, 1 << 20):
                pass
            os.close(read)
    assert wwd.returncode == 0


def fill(pipe):
    """Until it takes nothing more."""
    own = os.open(f"/proc/self/fd/{pipe}", os.O_WRONLY | os.O_NONBLOCK)  # with a mode of its own
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(own, b"x" * 4096)
    os.close(own)


@contextlib.contextmanager
def with_a_full_log(site, *arguments):
    """A wwd whose stderr is a pipe that nobody reads, and that takes nothing more."""
    read, write = os.pipe()
    argv = [f"{BIN}/wwd", "--warewulfconf", site.config, *arguments]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stderr=write) as wwd:
        try:
            wait_for(site.listens, f"port {site.port}")
            fill(write)
            yield wwd
        finally:
            wwd.kill()
            os.close(write)
            os.close(read)


def ends(wwd):
    (front,) = children(wwd.pid, "--front")
    wwd.terminate()
    assert wwd.wait(PATIENCE) == 0
    assert not os.path.exists(f"/proc/{front}")


def test_a_full_log_does_not_keep_it_from_ending(site):
    """At once, if nobody is there: what a library says at an end, too, is not waited for."""
    with with_a_full_log(site) as wwd:
        ends(wwd)


def test_who_is_deaf_does_not_keep_it_from_ending(site):
    """Fifty ask for a large file, and take nothing of it."""
    big_image(site, 256)
    with with_a_full_log(site, "--limits", "drain=1s") as wwd, contextlib.ExitStack() as clients:
        for _ in range(50):
            deaf = clients.enter_context(ask_for_image(site, receive_buffer=4096))
            assert deaf.recv(15) == b"HTTP/1.1 200 OK"
        ends(wwd)


# Seconds of work, unless somebody stops it.
SLOW = '{{range until 1000}}{{derivePassword 1 "long" "password" "user" "example.com"}}{{end}}\n'


def test_who_waits_for_what_takes_long_does_not_keep_it_from_ending(site):
    site.nodes(n1={"hwaddr": MAC, "runtime overlay": "[slow]"})
    site.write("var/lib/warewulf/overlays/slow/rootfs/x.ww", SLOW)
    site.start("--limits", "drain=1s")
    with contextlib.ExitStack() as clients:
        for _ in range(4):
            waiting = clients.enter_context(site.connect())
            waiting.sendall(f"GET /runtime/{MAC} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
        assert site.stop() == 0
    assert "Sanitizer" not in site.log()


def test_what_a_killed_builder_left_goes_at_the_start_and_by_clean(site):
    site.nodes(n1=MAC)
    left = [f"var/lib/warewulf/provision/overlays/n1/.__RUNTIME__.img.{end}" for end in ("abc123", "gz.ABC123")]

    def leave():
        for name in left:
            site.write(name, "half")

    leave()
    site.start()
    wait_for(lambda: not any(os.path.exists(site.path(name)) for name in left), "the leftovers to go")
    leave()
    must(site, "clean")
    assert not any(os.path.exists(site.path(name)) for name in left)


def test_a_status_that_did_not_change_is_not_sent_again(site):
    site.nodes(n1=MAC)
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    first = site.get("/status")
    assert first.status == 200 and first.headers["content-type"] == "text/plain; charset=utf-8"
    again = site.get("/status", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_a_nul_in_a_target_is_refused(site):
    site.nodes(n1=MAC)
    site.write("var/lib/warewulf/files/pub.txt", "public")
    site.start()
    for target in (f"/files/pub.txt%00.x?wwid={MAC}", f"/ipxe/{MAC}%00", f"/ipxe/?wwid={MAC}%00"):
        assert site.get(target).status == 400


@pytest.mark.skipif(os.geteuid() != 0, reason="a file system of its own must be mounted")
@pytest.mark.parametrize("autobuild", ["true", "false"])
def test_a_full_disk_keeps_a_node_from_frozen_overlays_only(site, autobuild):
    """Who is sent what lies on disk is told to come back; who is sent what is made for him gets it."""
    site.nodes(n1={"hwaddr": MAC, "runtime overlay": "[]", "system overlay": "[o]"})
    site.configure("autobuild overlays: true", f"autobuild overlays: {autobuild}")
    site.write("var/lib/warewulf/overlays/o/rootfs/large", os.urandom(1 << 20).hex())
    folder = site.path("var/lib/warewulf/provision/overlays")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    try:
        site.start()
        reply = site.get(f"/system/{MAC}")
        if autobuild == "true":
            assert reply.status == 200
            site.wait_for_log(r"overlay\.not_written .*has room for \d+ bytes, of the \d+ that it takes")
        else:
            assert (reply.status, reply.body) == (503, b"")
            assert int(reply.headers["retry-after"]) > 0
            site.wait_for_log(r"boot\.unavailable node=n1 stage=system: .*has room for \d+ bytes, of the \d+ that it takes")
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        assert site.get(f"/system/{MAC}").status == 200
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
