# SPDX-License-Identifier: BSD-3-Clause
"""Who may do what over the network: passwords, tokens, roles, and logins by the thousand beside boots."""

import glob
import json
import os
import re
import stat
import threading

import pytest
from daemon import PROJECT, wait_for
from remote_site import RemoteSite, bearer
from rest_site import ROLES, login
from store_site import must, wwctl

MAC = "02:00:00:00:00:01"

# A route, what it is asked, and the least role that may.
ROUTES = [
    ("hello", {}, "read-only"),
    ("names", {"kind": "node"}, "read-only"),
    ("node/table", {}, "read-only"),
    ("node/status", {}, "read-only"),
    ("image/list", {}, "read-only"),
    ("history", {}, "read-only"),
    ("overlay/build", {"nodes": ["n1"]}, "operator"),
    ("overlay/archive", {"node": "n1", "context": "system"}, "admin"),
    ("power/commands", {"names": ["n1"], "verb": "status"}, "operator"),
    ("power/run", {"names": ["n1"], "verb": "status"}, "operator"),
    ("node/set", {"names": ["n1"], "edit": {"values": {"comment": "x"}}}, "admin"),
    ("node/delete", {"names": ["nobody"]}, "admin"),
    ("token/list", {}, "admin"),
    ("clean", {}, "admin"),
]
RANKS = ["read-only", "operator", "admin"]


@pytest.fixture(name="open_site")
def make_open_site(site):
    site.nodes(n1=MAC)
    return RemoteSite(site)


def test_every_limit_has_a_test():
    """Of server/access/limits.h: just within it, or just over it."""
    with open(f"{PROJECT}/server/access/limits.h", encoding="utf-8") as f:
        text = f.read()
    names = re.findall(r"^    [\w:]+ (\w+)(?: =|\{).*;$", text, re.MULTILINE) + re.findall(r"constexpr \w+ (kMax\w+)", text)
    assert len(names) > 12
    tests = ""
    for path in glob.glob(f"{PROJECT}/tests/unit/access/*_test.cc"):
        with open(path, encoding="utf-8") as f:
            tests += f.read()
    assert [name for name in names if not re.search(rf"(limits\.|Limits\(\)\.|\b){name}\b", tests)] == []


# ---- tokens, by wwctl on the server itself


def test_a_token_is_printed_once_and_kept_as_a_digest(site):
    site.nodes(n1=MAC)
    made = wwctl(site, "token", "create", "ci", "--role", "operator", "--scope", "nodes,image")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert re.fullmatch("wwd_[0-9a-f]{64}", secret)
    assert "only time" in made.stderr
    file = site.path("var/lib/warewulf/wwd/tokens")
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    with open(file, encoding="utf-8") as f:
        assert secret[4:] not in f.read()
    rows = must(site, "token", "list").splitlines()
    assert re.match(r"ci +operator +image,node +root +20", rows[2])
    listed = json.loads(must(site, "token", "list", "--json"))["tokens"]
    assert [(row["name"], row["role"], row["over"]) for row in listed] == [("ci", "operator", False)]
    must(site, "token", "revoke", "ci")
    assert json.loads(must(site, "token", "list", "--json"))["tokens"] == []
    history = must(site, "history")
    assert "token create ci --role operator" in history and "token revoke ci" in history
    assert secret not in history


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create", "a b"], '"a b" is no name for a token'),
        (["create", "x", "--role", "king"], '"king" is no role'),
        (["create", "x", "--expires", "soon"], "not a span of time: soon"),
        (["create", "x", "--expires", "0d"], "a token that lasts no time is of no use"),
        (["create", "x", "--scope", "kitchen"], '"kitchen" is no part of the interface'),
        (["revoke", "nobody"], 'there is no token "nobody"'),
    ],
)
def test_what_makes_no_sense_is_refused(site, words, message):
    done = wwctl(site, "token", *words)
    assert done.returncode == 255
    assert message in done.stderr


# ---- over the network


def test_a_password_gets_in_and_another_does_not(open_site):
    open_site.start()
    assert open_site.ask("GET", "/api/nodes", login("ops"))[0] == 200
    assert open_site.ask("GET", "/api/nodes", login("ops", "wheat"))[0] == 401
    assert open_site.ask("GET", "/api/nodes", login("nobody", "x"))[0] == 401
    assert open_site.ask("GET", "/api/nodes", {})[0] == 401
    log = open_site.site.log()
    assert 'access.refused peer=127.0.0.1 by=password user="ops"' in log
    assert 'user="nobody"' in log
    assert "wheat" not in log


def test_another_auth_conf_counts_at_once(open_site):
    open_site.start()
    path = "etc/warewulf/auth.conf"
    users = open_site.site.read(path)
    assert open_site.ask("GET", "/api/nodes", login("eve"))[0] == 200
    open_site.site.write(path, users.replace("name: eve", "name: eva"))
    assert open_site.ask("GET", "/api/nodes", login("eve"))[0] == 401
    open_site.site.write(path, "users: [\n")
    assert open_site.ask("GET", "/api/nodes", login("ops"))[0] == 200
    open_site.site.wait_for_log(r"access\.auth_conf_unusable .*auth\.conf:")


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_what_its_user_may(open_site, name):
    open_site.start()
    rank = RANKS.index(ROLES[name])
    for path, body, least in ROUTES:
        status, text = open_site.route(path, login(name), body)
        allowed = RANKS.index(least) <= rank
        assert (status != 403) == allowed, f"{name} {path}: {status} {text}"
        assert status != 401, path


def test_a_token_ends_when_it_is_revoked_or_over(open_site):
    open_site.start()
    path = open_site.token("ci", "read-only")
    asked = bearer(open_site.secret(path))
    assert open_site.ask("GET", "/api/nodes", asked)[0] == 200
    must(open_site.site, "token", "revoke", "ci")
    assert open_site.ask("GET", "/api/nodes", asked)[0] == 401
    # One that is over: its line says so, whoever wrote it.
    asked = bearer(open_site.secret(open_site.token("short", "admin", "--expires", "1h")))
    assert open_site.ask("GET", "/api/nodes", asked)[0] == 200
    # That it was used is written down after the answer.
    wait_for(lambda: "never" not in must(open_site.site, "token", "list"), "the use to be noted")
    file = open_site.site.path("var/lib/warewulf/wwd/tokens")
    with open(file, encoding="utf-8") as f:
        text = f.read()
    parts = text.splitlines()[1].split("\t")
    with open(f"{file}.new", "w", encoding="utf-8") as f:
        f.write(text.replace("\t".join(parts[4:6]), f"{int(parts[4]) - 7200}\t{int(parts[4]) - 3600}"))
    os.rename(f"{file}.new", file)
    assert open_site.ask("GET", "/api/nodes", asked)[0] == 401
    open_site.site.wait_for_log('by=token: the token "short" is over')
    assert "(over)" in must(open_site.site, "token", "list")


def test_a_scope_and_a_token_that_makes_none(open_site):
    open_site.start()
    some = bearer(open_site.secret(open_site.token("some", "admin", "--scope", "node")))
    assert open_site.route("node/addresses", some, {"names": ["n1"]})[0] == 200
    assert open_site.ask("GET", "/api/nodes/n1", some)[0] == 200
    assert open_site.route("image/list", some)[0] == 403
    assert open_site.ask("GET", "/api/images", some)[0] == 403
    whole = bearer(open_site.secret(open_site.token("whole", "admin")))
    assert open_site.route("image/list", whole)[0] == 200
    assert open_site.route("token/create", whole, {"name": "more", "role": "admin"})[0] == 403
    assert open_site.route("token/create", login("ops"), {"name": "more", "role": "admin"})[0] == 200


def test_the_history_names_who_it_was(open_site):
    open_site.start()
    body = {"names": ["n1"], "edit": {"values": {"comment": "by a token"}}}
    assert open_site.route("node/set", bearer(open_site.secret(open_site.token("ci"))), body)[0] == 200
    rows = json.loads(must(open_site.site, "history", "--json", "n1"))["revisions"]
    assert (rows[0]["user"], rows[0]["via"]) == ("ci", "rest")


def test_events_go_on_where_they_were_left(open_site):
    """As a browser's EventSource reads them."""
    open_site.start()

    def events(headers):
        """Lines that come, until the connection is closed."""
        connection = open_site.connect()
        connection.request("GET", "/api/status/events", headers={**login("eve"), **headers})
        reply = connection.getresponse()
        assert (reply.status, reply.getheader("Content-Type")) == (200, "text/event-stream")
        return connection, reply

    def next_event(reply):
        found = {}
        while line := reply.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            found[name] = value
        return found["id"], json.loads(found["data"])

    connection, reply = events({})
    mark, news = next_event(reply)
    assert news["whole"] and [node["name"] for node in news["nodes"]] == ["n1"]
    assert open_site.site.get(f"/ipxe/{MAC}").status == 200
    mark, news = next_event(reply)
    assert (news["whole"], news["nodes"][0]["stage"]) == (False, "ipxe")
    connection.close()
    assert open_site.site.get(f"/grub/{MAC}").status in (200, 404)
    connection, reply = events({"Last-Event-ID": mark})
    _, news = next_event(reply)
    assert (news["whole"], news["nodes"][0]["stage"]) == (False, "grub")
    connection.close()


def test_logins_by_the_thousand_cost_boots_nothing(open_site):
    """Every boot is answered, and everybody who knows the password, however many guess."""
    open_site.start()
    stop = threading.Event()
    seen = {"guesses": 0, "odd": []}
    lock = threading.Lock()

    def guess(number):
        connection = open_site.connect()
        tries = 0
        while not stop.is_set():
            connection.request("GET", "/api/nodes", headers=login("ops", f"{number}-{tries}"))
            reply = connection.getresponse()
            reply.read()
            tries += 1
            with lock:
                seen["guesses"] += 1
                if reply.status not in (401, 503):
                    seen["odd"].append(reply.status)
        connection.close()

    assert open_site.ask("GET", "/api/nodes", login("ops"))[0] == 200  # somebody who was there before
    guessers = [threading.Thread(target=guess, args=(i,)) for i in range(8)]
    for thread in guessers:
        thread.start()
    try:
        wait_for(lambda: seen["guesses"] > 200, "guesses")
        for _ in range(300):
            assert open_site.site.get(f"/ipxe/{MAC}").status == 200
            assert open_site.ask("GET", "/api/nodes", login("ops"))[0] == 200
        assert "n1" in must(open_site.site, "node", "list")
    finally:
        stop.set()
        for thread in guessers:
            thread.join()
    assert seen["odd"] == []
    assert "access.slowed peer=127.0.0.1" in open_site.site.log()
