# SPDX-License-Identifier: BSD-3-Clause
"""The REST interface of a running wwd: what the recordings in tests/vectors/api do not show."""

import json
import os
import shutil
import socket
import threading

import pytest
from daemon import wait_for
from rest_site import call, connect, raw, with_api
from store_site import conf, must, wwctl
from test_jobs import held
from test_store_concurrent import at_once
from tls_site import tls_get, with_tls

MAC = "02:00:5e:00:00:01"


@pytest.fixture
def api(site):
    site.nodes(n1=MAC)
    return with_api(site)


def sent(site, text):
    """What comes back for these bytes until the end of the connection."""
    with site.connect() as client:
        client.sendall(text.encode() if isinstance(text, str) else text)
        got = b""
        try:
            while piece := client.recv(65536):
                got += piece
        except ConnectionError:
            pass
        return got


# ---- the gate


def test_it_is_off_unless_it_is_enabled(site):
    site.nodes(n1=MAC)
    site.start()
    answer = call(site, "GET", "/api/nodes")
    assert (answer.status, answer.body) == (404, b"404 page not found\n")


def test_the_tls_rule(site):
    site.nodes(n1=MAC)
    port, context = with_tls(site)
    with_api(site, "  tls: true\n")
    site.start()
    for path in ("/api/nodes", "/api/nope"):
        refused = call(site, "GET", path)
        assert (refused.status, refused.body) == (403, b"")
    assert tls_get(port, context, "/api/nodes")[0] == 401
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"


def test_subnets(api):
    api.write("etc/warewulf/warewulf.conf", api.read("etc/warewulf/warewulf.conf") + "  allowed subnets:\n  - 127.0.0.7/32\n")
    api.start()
    assert call(api, "GET", "/api/nodes").status == 403
    with socket.socket() as client:
        client.bind(("127.0.0.7", 0))
        client.connect(("127.0.0.1", api.port))
        client.sendall((raw("GET", "/api/nodes", "Connection: close\r\n") + "\r\n").encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")


def test_a_body_is_not_read_of_who_may_not_send_it(api):
    api.start()
    with api.connect() as client:
        client.sendall(b"PUT /api/nodes/n2 HTTP/1.1\r\nHost: h\r\nContent-Length: 30000000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")
    wanted = raw("PUT", "/api/nodes/n2", "Content-Length: 11\r\nExpect: 100-continue\r\n", user="eve")
    assert sent(api, wanted + "\r\n").startswith(b"HTTP/1.1 403 ")
    assert "n2" not in conf(api)


def test_wrong_logins_cost_boots_nothing(api):
    """Every script is answered, and so is who knows the password, while a crowd guesses it."""
    api.start()
    done = threading.Event()
    statuses = set()

    def guess(number):
        while not done.is_set():
            answer = call(api, "GET", "/api/nodes", password=f"guess {number}")
            statuses.add(answer.status)

    crowd = [threading.Thread(target=guess, args=(i,)) for i in range(16)]
    for each in crowd:
        each.start()
    try:
        wait_for(lambda: statuses, "the first refusal")
        scripts = [api.text(f"/ipxe/{MAC}") for _ in range(200)]
    finally:
        done.set()
        for each in crowd:
            each.join()
    assert scripts == ["id=n1\n"] * 200
    assert statuses <= {401, 503}
    assert "guess" not in api.log()


# ---- bodies


@pytest.mark.parametrize(
    "body",
    ["[" * 100000, '{"node": ' * 1000, '{"node": {"comment": "\\ud800"}}', "\xff\xfe", '{"node": {"resources": ' + "[" * 40],
    ids=["brackets", "objects", "half a character", "no text", "a deep resource"],
)
def test_a_hostile_body_is_refused(api, body):
    api.start()
    before = conf(api)
    assert call(api, "PUT", "/api/nodes/n2", body=body.encode("latin-1")).status == 400
    assert conf(api) == before
    assert call(api, "GET", "/api/nodes").status == 200


def test_a_chunked_body(api):
    api.start()
    text = b'{"node": {"comment": "in pieces"}}'
    pieces = b"".join(b"1\r\n" + text[i : i + 1] + b"\r\n" for i in range(len(text)))
    head = raw("PUT", "/api/nodes/n2", "Transfer-Encoding: chunked\r\nConnection: close\r\n") + "\r\n"
    assert b'{"comment":"in pieces"}' in sent(api, head.encode() + pieces + b"0\r\n\r\n")


def test_a_long_body(api):
    api.start()
    text = "x" * (1 << 20)
    assert call(api, "PUT", "/api/nodes/n2", body={"node": {"comment": text}}).status == 200
    answer = call(api, "GET", "/api/nodes/n2/raw")
    assert answer.json == {"comment": text}
    assert len(call(api, "GET", "/api/nodes").json["n2"]["comment"]) == len(text)


def test_one_that_is_longer_than_its_route_takes(api):
    api.start()
    assert call(api, "PATCH", "/api/images/deb", body={"name": "x" * (64 << 10)}).status == 413
    head = raw("PATCH", "/api/images/deb", "Transfer-Encoding: chunked\r\n") + "\r\n"
    piece = b"8000\r\n" + b" " * 0x8000 + b"\r\n"
    assert sent(api, head.encode() + piece * 3).startswith(b"HTTP/1.1 413 ")


# ---- changes


def test_two_writers_with_if_match(api):
    """Of many who read the same and change it, one is let; the others read again, and nobody's change is lost."""
    api.start()

    def add(number):
        connection = connect(api)
        while True:
            now = call(api, "GET", "/api/nodes/n1/raw", connection=connection)
            node = now.json
            node.setdefault("tags", {})[f"t{number}"] = "x"
            answer = call(
                api, "PUT", "/api/nodes/n1", {"node": node}, {"If-Match": now.headers["etag"]}, connection=connection
            )
            if answer.status != 412:
                connection.close()
                return answer.status

    results = []
    threads = [threading.Thread(target=lambda i=i: results.append(add(i))) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [200] * 8
    assert sorted(call(api, "GET", "/api/nodes/n1/raw").json["tags"]) == [f"t{i}" for i in range(8)]


def test_calls_and_commands_at_once_make_one_history(site):
    """Every change is there, each once in the history, and nodes are answered meanwhile."""
    many = 16
    site.nodes(**{f"n{i}": f"02:00:5e:00:01:{i:02x}" for i in range(2 * many)})
    with_api(site).start()

    def by_call(number):
        return call(site, "PATCH", f"/api/nodes/n{number}", {"node": {"comment": f"c{number}"}}).status == 200

    def by_command(number):
        return wwctl(site, "node", "set", f"n{number}", f"--comment=c{number}", "--yes").returncode == 0

    work = [lambda i=i: by_call(i) for i in range(many)] + [lambda i=i: by_command(i) for i in range(many, 2 * many)]
    work += [lambda i=i: site.text(f"/ipxe/02:00:5e:00:01:{i:02x}") == f"id=n{i}\n" for i in range(2 * many)]
    assert all(at_once(work))
    nodes = call(site, "GET", "/api/nodes").json
    assert [nodes[f"n{i}"].get("comment") for i in range(2 * many)] == [f"c{i}" for i in range(2 * many)]
    revisions = json.loads(must(site, "history", "--json"))["revisions"]
    assert sorted(r["changed"] for r in revisions if r["via"] in ("rest", "socket")) == sorted(f"n{i}" for i in range(2 * many))


def test_a_change_has_its_author_in_the_history(api):
    api.start()
    assert call(api, "PATCH", "/api/nodes/n1", {"node": {"comment": "c"}}).status == 200
    newest = json.loads(must(api, "history", "--json"))["revisions"][0]
    assert (newest["user"], newest["via"], newest["command"]) == ("ops", "rest", "PATCH /api/nodes/n1")


# ---- long work


def states(site):
    return [job["state"] for job in json.loads(must(site, "job", "list", "--json"))["jobs"]]


def leave_behind(site, request):
    """Asks for work, hangs up when it has begun, and waits for its end."""
    with site.connect() as client:
        client.sendall(request.encode())
        wait_for(lambda: states(site) == ["running"], "the job")
    wait_for(lambda: states(site) == ["cancelled"], "its end")


@pytest.mark.skipif(not shutil.which("skopeo"), reason="needs skopeo")
def test_a_client_that_goes_away_ends_its_import(api):
    with socket.create_server(("127.0.0.1", 0)) as registry:  # takes connections and never answers
        api.start()
        source = f"docker://127.0.0.1:{registry.getsockname()[1]}/never:1"
        body = json.dumps({"uri": source, "nohttps": True})
        more = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        leave_behind(api, raw("POST", "/api/images/never/import", more))
    assert not os.path.exists(api.path("var/lib/warewulf/chroots/never"))


def test_a_client_that_goes_away_ends_its_build(api):
    api.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "hello\n")
    api.start()
    with held(api):
        leave_behind(api, raw("POST", "/api/images/deb/build", "\r\n"))
    assert not os.path.exists(api.path("var/lib/warewulf/provision/images/deb.img"))
    assert call(api, "POST", "/api/images/deb/build").status == 200


def test_a_build_is_answered_when_it_is_done(api):
    api.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "hello\n")
    api.start()
    answer = call(api, "POST", "/api/images/deb/build")
    assert answer.status == 200
    assert answer.json["size"] > 0
    assert os.path.exists(api.path("var/lib/warewulf/provision/images/deb.img"))


# ---- what wwctl asks


def test_the_routes_of_wwctl(api):
    api.start()
    listed = call(api, "POST", "/api/wwd/v1/node/document", {"form": "json"}, user="eve")
    assert listed.status == 200
    assert listed.headers["content-type"] == "application/x-ndjson"
    assert "n1" in json.loads(json.loads(listed.body.splitlines()[-1])["reply"]["text"])
    refused = call(api, "POST", "/api/wwd/v1/node/set", {"names": ["n1"]}, user="eve")
    assert (refused.status, refused.headers["content-type"]) == (403, "application/problem+json")
    assert call(api, "POST", "/api/wwd/v1/power/commands", {}, user="ian").status != 403
    assert call(api, "POST", "/api/wwd/v1/nope", {}).status == 404
    assert call(api, "GET", "/api/wwd/v1/node/table").status == 405


def test_a_job_is_followed_line_by_line(api):
    api.write("var/lib/warewulf/chroots/deb/rootfs/etc/motd", "hello\n")
    api.start()
    answer = call(api, "POST", "/api/wwd/v1/image/build", {"names": ["deb"]}, user="ian")
    assert answer.headers.get("transfer-encoding") == "chunked"
    lines = [json.loads(line) for line in answer.body.splitlines()]
    assert lines[-1]["reply"]["what"] == "image build of deb"


def test_a_connection_goes_on_after_calls(api):
    api.start()
    connection = connect(api)
    for _ in range(3):
        assert call(api, "GET", "/api/nodes/n1", connection=connection).status == 200
        assert call(api, "PATCH", "/api/nodes/n1", {"node": {"comment": "c"}}, connection=connection).status == 200
    connection.close()


def test_calls_end_with_the_daemon(api):
    api.start()
    with api.connect() as client:
        client.sendall((raw("GET", "/api/nodes") + "\r\n").encode())
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
        assert api.stop() == 0
