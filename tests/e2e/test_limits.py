# SPDX-License-Identifier: BSD-3-Clause
"""Every limit that can be set (server/http/limits.h, server/overlay/renders/limits.h): what is just within it passes, what is
just over it does not."""

import json
import os
import re
import shutil
import socket

import pytest
from daemon import PATIENCE, PROJECT, wait_for
from rest_site import login, with_api
from store_site import must
from tls_site import tls_get, with_tls

MAC = "02:00:5e:00:00:01"


def answered(site, request):
    """The status of the answer to these bytes; None: the connection ended without one."""
    with site.connect() as client:
        client.sendall(request)
        head = client.recv(4096)
        return int(head.split()[1]) if head else None


def get(target, more=""):
    return f"GET {target} HTTP/1.1\r\nHost: h\r\n{more}Connection: close\r\n\r\n".encode()


def ended(client):
    """Waits for the end of what the server sends, and gives it."""
    got = b""
    while piece := client.recv(65536):
        got += piece
    return got


# ---- one function for each limit; `site` has one node and is not started


def target_bytes(site):
    site.start("--limits", "target_bytes=64")
    assert answered(site, get("/" + "a" * 63)) == 404
    assert answered(site, get("/" + "a" * 64)) == 414


def head_bytes(site):
    site.start("--limits", "head_bytes=512")
    rest = len(get("/", "A: \r\n")) - len("GET / HTTP/1.1\r\n")  # which has as much for itself
    assert answered(site, get("/", f"A: {'x' * (512 - rest)}\r\n")) == 404
    assert answered(site, get("/", f"A: {'x' * (513 - rest)}\r\n")) == 431


def body_bytes(site):
    site.start("--limits", "body_bytes=100")
    for length, status in ((100, 404), (101, 413)):
        body = f"Content-Length: {length}\r\n\r\n{'x' * length}"
        assert answered(site, f"GET /nope HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{body}".encode()) == status


def call_bytes(site):
    with_api(site)
    site.start("--limits", "call_bytes=100")
    for length, status in ((100, 400), (101, 413)):
        head = f"PUT /api/nodes/n2 HTTP/1.1\r\nHost: h\r\nAuthorization: {login()['Authorization']}\r\nConnection: close\r\n"
        assert answered(site, f"{head}Content-Length: {length}\r\n\r\n{'x' * length}".encode()) == status


def crowd(site, limit):
    """Clients in the middle of a request, as many as may be, and one more."""
    site.start("--limits", f"{limit}=3")
    clients = [site.connect() for _ in range(3)]
    for client in clients:
        client.sendall(f"GET /ipxe/{MAC} HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n".encode())
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
    assert answered(site, get(f"/ipxe/{MAC}")) == 503
    for client in clients:
        client.sendall(b"x")
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        client.close()
    wait_for(lambda: answered(site, get(f"/ipxe/{MAC}")) == 200, "room again")


def connections(site):
    crowd(site, "connections")


def per_peer(site):
    crowd(site, "per_peer")


def head(site):
    site.start("--limits", "head=300ms")
    with site.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nA: ")
        assert b" 404 " not in ended(client)
    assert answered(site, get(f"/ipxe/{MAC}")) == 200


def idle(site):
    site.start("--limits", "idle=300ms")
    with site.connect() as client:
        for _ in range(2):
            client.sendall(f"GET /ipxe/{MAC} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
        assert ended(client) == b""


def body_read(site):
    site.start("--limits", "body_read=300ms")
    with site.connect() as client:
        client.sendall(b"GET /nope HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf")
        assert b" 404 " not in ended(client)


def slowest(site):
    """Of a body: a byte every 100 ms is never silence for long, and still too little."""
    site.start("--limits", "slowest=1000000", "--limits", "body_read=400ms")
    with site.connect() as client:
        client.sendall(b"GET /nope HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
        client.settimeout(0.1)
        sent, gone = 0, False
        while not gone and sent < 1000:
            try:
                client.sendall(b"x")
                sent += 1
                gone = client.recv(100) is not None
            except TimeoutError:
                continue
            except OSError:
                gone = True
        assert sent < 100, "a byte now and then keeps it for ever"


def linger(site):
    """Who is refused may read why, and goes on sending for so long."""
    site.start("--limits", "linger=300ms", "--limits", "target_bytes=64")
    with site.connect() as client:
        client.sendall(get("/" + "a" * 64))
        assert ended(client).startswith(b"HTTP/1.1 414 ")

        def cut():
            try:
                client.sendall(b"x")
            except OSError:
                return True
            return False

        wait_for(cut, "the end of the connection")


def tls_handshake(site):
    port, context = with_tls(site)
    site.start("--limits", "tls_handshake=300ms")
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
        client.sendall(b"\x16\x03\x01")
        assert ended(client) == b""
    assert tls_get(port, context, f"/ipxe/{MAC}") == (200, b"id=n1\n")


def rendered(site, limit=None):
    """Twenty nodes get a rendered file of their own; what was kept of that in memory and on disk, in files and bytes."""
    macs = [f"02:00:5e:00:01:{index:02x}" for index in range(20)]
    site.nodes(**{f"m{index}": {"hwaddr": each, "system overlay": "[o]"} for index, each in enumerate(macs)})
    site.write("var/lib/warewulf/overlays/o/rootfs/own.ww", "{{.Id}} " + "x" * 2000)
    shutil.rmtree(site.path("var/lib/warewulf/wwd/renders"), ignore_errors=True)
    site.start(*(["--limits", limit] if limit else []))
    for index, each in enumerate(macs):
        assert f"m{index} xxx" in site.text(f"/system/{each}")
    renders = json.loads(must(site, "overlay", "status", "--json"))
    folder = site.path("var/lib/warewulf/wwd/renders")
    on_disk = sum(os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder))
    site.stop()
    return renders, on_disk


def render_memory_bytes(site):
    all_of_them, _ = rendered(site)
    assert all_of_them["files"] == 20
    exact, _ = rendered(site, f"render_memory_bytes={all_of_them['bytes']}")
    assert exact["files"] == 20
    less, _ = rendered(site, f"render_memory_bytes={all_of_them['bytes'] - 1}")
    assert less["files"] == 19


def render_disk_bytes(site):
    _, on_disk = rendered(site)
    assert on_disk > 20 * 2000
    # Numbers in it may be longer another time.
    assert rendered(site, f"render_disk_bytes={on_disk + 100}")[1] > on_disk - 100
    assert rendered(site, f"render_disk_bytes={on_disk - 100}")[1] <= on_disk // 2


LIMITS = [target_bytes, head_bytes, body_bytes, call_bytes, connections, per_peer, head, idle, body_read, slowest, linger, tls_handshake,
          render_memory_bytes, render_disk_bytes]  # fmt: skip

# Shown elsewhere, by a test of this name; the last two bound what is done at a time, and refuse nothing.
ELSEWHERE = {
    "answer": ("tests/unit/http/server_test.cc", "an answer that does not come is answered for"),
    "call_answer": ("tests/unit/http/ask_first_test.cc", "a call that is not answered in its time is answered for"),
    "body_stall": ("tests/e2e/test_http_serving.py", "test_a_client_that_stops_reading_is_cut_off"),
    "drain": ("tests/e2e/test_http_serving.py", "test_sigterm_does_not_wait_for_ever"),
    "job_end": ("tests/e2e/test_job_processes.py", "test_what_stands_still_is_killed_when_nobody_wants_it_any_more"),
    "slice_bytes": ("tests/unit/http/turns_test.cc", ""),
    "copy_bytes": ("tests/e2e/test_http_serving.py", "test_tls_serves_everything"),
}


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.__name__)
def test_a_limit_holds(site, limit):
    site.nodes(n1=MAC)
    limit(site)


def test_every_limit_is_here():
    names = []
    for path in ("server/http/limits.cc", "server/overlay/renders/limits.cc"):
        with open(f"{PROJECT}/{path}", encoding="utf-8") as f:
            names += re.findall(r'Row\{"(\w+)"', f.read())
    assert sorted(names) == sorted([*(limit.__name__ for limit in LIMITS), *ELSEWHERE])
    for path, name in ELSEWHERE.values():
        with open(f"{PROJECT}/{path}", encoding="utf-8") as f:
            assert name in f.read()
