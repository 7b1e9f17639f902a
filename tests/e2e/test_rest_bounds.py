# SPDX-License-Identifier: BSD-3-Clause
"""What somebody who may look only, or nobody at all, can take of /api: never the last of it."""

import contextlib
import re
import resource
import socket

import pytest
from daemon import PATIENCE, wait_for
from rest_site import call, login, with_api
from store_site import must

MAC = "02:00:00:00:00:01"
HEAD = "Host: h\r\nAuthorization: {}\r\n".format
GUEST = HEAD(login("eve")["Authorization"])


@pytest.fixture(name="api")
def make_api(site):
    site.nodes(n1=MAC)
    return with_api(site).start()


@pytest.fixture(name="crowd")
def make_crowd(api):
    """Connects from some address of this machine and says something; all of them end with the test."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with contextlib.ExitStack() as all_of_them:

        def connect(text, number=0):
            s = all_of_them.enter_context(socket.socket())
            s.settimeout(PATIENCE)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.bind((f"127.0.{1 + number // 500}.1", 0))
            s.connect(("127.0.0.1", api.port))
            s.sendall(text.encode())
            return s

        yield connect
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def everybody_else_is_served(api):
    assert api.text(f"/ipxe/{MAC}") == "id=n1\n"
    assert "n1" in must(api, "node", "list")
    assert call(api, "GET", "/api/nodes").status == 200
    assert call(api, "PATCH", "/api/nodes/n1", body={"node": {"comment": "made"}}).status == 200


def memory(api):
    """KiB of wwd and its front together."""
    found = 0
    for pid in (api.wwd.pid, api.front):
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
            found += int(re.search(r"^Pss: +(\d+) kB", f.read(), re.MULTILINE)[1])
    return found


def test_bodies_that_do_not_come_keep_no_administrator_out(api, crowd):
    for number in range(1100):  # more than all calls there may be
        crowd(f"POST /api/wwd/v1/names HTTP/1.1\r\n{GUEST}Content-Length: 1000\r\n\r\n", number)
    wait_for(lambda: call(api, "GET", "/api/nodes", user="eve").status == 503, "the bound")
    everybody_else_is_served(api)


def test_ten_thousand_event_streams_that_nobody_reads(api, crowd):
    """Those over the bound are told so, and nothing is kept for the others."""
    assert call(api, "GET", "/api/nodes", user="eve").status == 200  # known from now on
    streams = [crowd(f"GET /api/status/events HTTP/1.1\r\n{GUEST}\r\n", number) for number in range(100)]
    assert {s.recv(12) for s in streams} == {b"HTTP/1.1 200"}
    refused = 0
    for number in range(100, 10_000):
        s = crowd(f"GET /api/status/events HTTP/1.1\r\n{GUEST}\r\n", number)
        refused += s.recv(12) == b"HTTP/1.1 503"
    assert refused > 9_500
    everybody_else_is_served(api)
    before = memory(api)
    for _ in range(500):  # news for all who do not read
        assert api.get(f"/ipxe/{MAC}").status == 200
    everybody_else_is_served(api)
    assert memory(api) - before < 30_000
    for s in streams:
        s.close()
    wait_for(lambda: crowd(f"GET /api/status/events HTTP/1.1\r\n{GUEST}\r\n").recv(12) == b"HTTP/1.1 200", "room again")


def test_a_crowd_behind_one_wrong_login(api, crowd):
    """However many wait for its bcrypt, who is known need not wait."""
    assert call(api, "GET", "/api/nodes").status == 200
    guess = HEAD(login("ops", "guess")["Authorization"])
    guesses = [crowd(f"GET /api/nodes HTTP/1.1\r\n{guess}\r\n", number) for number in range(1000)]
    everybody_else_is_served(api)
    assert {s.recv(12) for s in guesses} <= {b"HTTP/1.1 401", b"HTTP/1.1 503"}
