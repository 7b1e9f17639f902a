# SPDX-License-Identifier: BSD-3-Clause
"""wwclient against a server of the test's own: what it asks, what it does with answers, how it fails."""

import gzip
import http.server
import os
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest

from client_node import PATIENCE, Node
from lab.newc import Entry, pack

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="must be root (mount namespace)")


class Server:
    """Serves `body` with `status` and notes each request. `certificate`: path without .crt and .key, for TLS."""

    def __init__(self, port=0, certificate=None):
        self.body, self.etag, self.status = b"", "", 200
        self.requests = []  # (path, source port, If-None-Match, status sent)
        self.news = threading.Condition()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                known = self.headers.get("If-None-Match", "")
                status = 304 if outer.etag and known == outer.etag else outer.status
                body = outer.body if status == 200 else b""
                self.send_response(status)
                if outer.etag:
                    self.send_header("ETag", outer.etag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                with outer.news:
                    outer.requests.append((self.path, self.client_address[1], known, status))
                    outer.news.notify_all()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(f"{certificate}.crt", f"{certificate}.key")
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def put(self, entries, etag=""):
        self.body, self.etag = gzip.compress(pack(entries)), etag

    def wait_for_requests(self, count):
        with self.news:
            came = self.news.wait_for(lambda: len(self.requests) >= count, PATIENCE)
        assert came, f"{len(self.requests)} requests instead of {count}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


@pytest.fixture
def node(tmp_path, programs):
    node = Node(tmp_path, [f"{programs}/wwclient"])
    yield node
    node.stop()


def test_it_asks_for_its_own_overlay(server, node):
    server.put([Entry("a", 0o100644, b"one\n")])
    node.configure(server.port)
    done = node.once()
    assert done.returncode == 0, done.stderr
    path = server.requests[0][0]
    assert path.startswith("/runtime/02%3A00%3A00%3A00%3A00%3A01?assetkey=")
    assert path.endswith("&compress=gz")
    assert node.read("a") == "one\n"


def test_entries_keep_mode_and_owner(server, node):
    server.put([Entry("d", 0o040750, b"", 7), Entry("d/a", 0o104755, b"x", 8), Entry("l", 0o120777, b"d/a", 9)])
    node.configure(server.port)
    assert node.once().returncode == 0
    folder, file, link = (os.lstat(f"{node.root}/{name}") for name in ("d", "d/a", "l"))
    assert (folder.st_mode, folder.st_uid) == (0o040750, 7)
    assert (file.st_mode, file.st_uid) == (0o104755, 8)
    assert (os.readlink(f"{node.root}/l"), link.st_uid) == ("d/a", 9)


def test_a_secure_server_is_asked_from_a_privileged_port(server, node):
    server.put([Entry("a", 0o100644, b"x")])
    node.configure(server.port, secure="true")
    for _ in range(3):  # again at once: the port must not stay blocked
        done = node.once()
        assert done.returncode == 0, done.stderr
    assert all(port < 1024 for _, port, _, _ in server.requests)


def test_a_taken_source_port_is_no_obstacle(server, node):
    server.put([Entry("a", 0o100644, b"x")])
    node.configure(server.port, secure="true")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 987))
        taken.listen()
        assert node.once().returncode == 0
    assert server.requests[0][1] < 1024


def test_it_follows_changes_and_downloads_only_them(server, node):
    server.put([Entry("a", 0o100644, b"one")], '"1"')
    node.configure(server.port)
    node.start()
    node.wait_for("a", "one")
    server.wait_for_requests(3)
    assert [status for _, _, _, status in server.requests[1:3]] == [304, 304]
    server.put([Entry("a", 0o100644, b"two")], '"2"')
    node.wait_for("a", "two")


def test_sighup_means_now(server, node):
    server.put([Entry("a", 0o100644, b"one")])
    node.configure(server.port, interval=3600)
    process = node.start()
    node.wait_for("a", "one")
    server.put([Entry("a", 0o100644, b"two")])
    # The shell of the command line has become the client: same process id.
    process.signal(signal.SIGHUP)
    node.wait_for("a", "two")


def test_it_stops_at_once_when_told(server, node):
    node.configure(server.port, interval=3600)
    process = node.start()
    server.wait_for_requests(1)
    process.signal(signal.SIGTERM)
    assert process.exit_status(5) == 0
    assert not os.path.exists(f"{node.folder}/pid")


def test_it_waits_for_a_server_that_is_down(server, node):
    port = server.port
    server.close()
    node.configure(port)
    process = node.start()
    end = time.monotonic() + PATIENCE
    while "Connection refused" not in process.output():
        assert time.monotonic() < end and process.running()
        time.sleep(0.02)
    later = Server(port)
    try:
        later.put([Entry("a", 0o100644, b"one")])
        node.wait_for("a", "one")
    finally:
        later.close()


@pytest.mark.parametrize(
    "status, words", [(401, "asset key"), (403, "TLS"), (404, "does a node have this address"), (500, "answered 500")]
)
def test_refusals_say_what_to_look_at(server, node, status, words):
    server.status = status
    node.configure(server.port)
    done = node.once()
    assert done.returncode == 255
    assert words in done.stderr
    assert os.listdir(node.root) == []


@pytest.mark.parametrize(
    "body",
    [
        b"no gzip",
        gzip.compress(b"no cpio"),
        gzip.compress(pack([Entry("a", 0o100644, b"x" * 5000)]))[:-20],
        gzip.compress(pack([Entry("a", 0o100644, b"x" * 5000)])[:900]),
        gzip.compress(pack([Entry("a", 0o100644, b"x"), Entry("../escaped", 0o100644, b"x")])),
    ],
    ids=["not gzip", "not cpio", "cut gzip", "cut cpio", "outside"],
)
def test_a_damaged_overlay_changes_nothing(server, node, body):
    server.body = body
    node.configure(server.port)
    assert node.once().returncode == 255
    assert os.listdir(node.root) == []
    assert not os.path.exists(f"{node.folder}/warewulf/escaped")


def test_ready_is_told_even_if_the_server_is_down(server, node, tmp_path):
    port = server.port
    server.close()
    node.configure(port)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        node.start({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        assert manager.recv(100) == b"READY=1"
        assert manager.recv(100).startswith(b"STATUS=")


def test_the_environment_names_another_server(server, node):
    server.put([Entry("a", 0o100644, b"x")])
    node.configure(server.port, address="127.0.0.99")
    assert node.once({"WW_IPADDR": "127.0.0.1"}).returncode == 0


def test_a_second_client_is_refused(server, node):
    node.configure(server.port, interval=3600)
    node.start()
    server.wait_for_requests(1)
    second = node.once()
    assert second.returncode == 255
    assert "running already" in second.stderr


def make_certificate(path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=warewulf", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", f"{path}.key", "-out", f"{path}.crt"],
        check=True, capture_output=True)  # fmt: skip


def test_tls_trusts_only_the_certificate_of_the_overlay(node, tmp_path):
    """Two servers that look alike; the node has the certificate of the first one."""
    outcomes = {}
    for name in ("right", "wrong"):
        make_certificate(f"{tmp_path}/{name}")
        if name == "right":
            os.makedirs(f"{node.folder}/warewulf/tls")
            os.link(f"{tmp_path}/right.crt", f"{node.folder}/warewulf/tls/warewulf.crt")
        server = Server(certificate=f"{tmp_path}/{name}")
        try:
            server.put([Entry("a", 0o100644, name.encode())])
            node.configure(server.port, settings=f", tls: true, tls port: {server.port}")
            outcomes[name] = node.once()
        finally:
            server.close()
    assert outcomes["right"].returncode == 0, outcomes["right"].stderr
    assert outcomes["wrong"].returncode == 255
    assert "certificate" in outcomes["wrong"].stderr
    assert node.read("a") == "right"
