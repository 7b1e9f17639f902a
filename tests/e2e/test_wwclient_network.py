# SPDX-License-Identifier: BSD-3-Clause
"""wwclient on a node whose network comes late, or changes under it. Node and server are two network namespaces with
a cable between them; the test itself answers the requests, one after the other."""

import gzip
import os
import signal
import socket

import pytest

from client_node import PATIENCE, Node
from daemon import wait_for
from lab.netns import Namespace
from lab.newc import Entry, pack

SERVER, PORT = "10.77.0.1", 9873
OVERLAY = gzip.compress(pack([Entry("a", 0o100644, b"one")]))

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="must be root (namespaces)")


class NodeElsewhere(Node):
    def __init__(self, folder, program, network):
        super().__init__(folder, program)
        self.network = network

    def command(self, *options):
        return self.network.inside(super().command(*options))

    def address(self, verb, address):
        self.network.ip("address", verb, f"{address}/24", "dev", "eth0")


class Server:
    def __init__(self, network):
        self._listener = network.call(lambda: socket.create_server((SERVER, PORT)))
        self._listener.settimeout(PATIENCE)

    def accept(self):
        """The next request: its connection, and where it came from."""
        connection, (address, _) = self._listener.accept()
        connection.settimeout(PATIENCE)
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            piece = connection.recv(4096)
            assert piece, "a request was cut short"
            request += piece
        return connection, address

    def close(self):
        self._listener.close()


def answer(connection):
    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n" % len(OVERLAY) + OVERLAY)
    connection.close()


@pytest.fixture
def server_and_node(tmp_path, programs):
    theirs, ours = Namespace(), Namespace()
    ours.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", theirs.path)
    theirs.ip("address", "add", f"{SERVER}/24", "dev", "eth0")
    theirs.ip("link", "set", "eth0", "up")
    ours.ip("link", "set", "eth0", "up")
    server = Server(theirs)
    node = NodeElsewhere(tmp_path, [f"{programs}/wwclient"], ours)
    node.configure(PORT, address=SERVER)
    yield server, node
    node.stop()
    server.close()
    theirs.close()
    ours.close()


def test_a_network_that_comes_late_is_waited_for(server_and_node, tmp_path):
    server, node = server_and_node
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        client = node.start({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        # The boot goes on meanwhile.
        assert manager.recv(100) == b"READY=1"
        assert manager.recv(100) == b"STATUS=waiting for a route to 10.77.0.1"
        node.address("add", "10.77.0.2")
        answer(server.accept()[0])
        node.wait_for("a", "one")
        assert manager.recv(100) == b"STATUS=Up to date"
    lines = client.output().splitlines()
    assert [line for line in lines if "route" in line or "reach" in line or "warn" in line] == [
        line for line in lines if line.endswith("waiting for a route to 10.77.0.1")
    ]
    assert client.output().count("waiting for a route") == 1


def test_waiting_for_a_network_ends_when_told(server_and_node):
    _, node = server_and_node
    client = node.start()
    wait_for(lambda: "waiting for a route" in client.output(), "the client to wait", PATIENCE)
    client.signal(signal.SIGTERM)
    assert client.exit_status(PATIENCE) == 0


def test_a_request_ends_when_its_address_is_taken_away(server_and_node):
    """What the network manager does to the initramfs's address. Nothing would ever tell the client by itself: it
    waits for an answer that goes to an address that is nobody's."""
    server, node = server_and_node
    node.address("add", "10.77.0.2")
    client = node.start()
    unanswered, address = server.accept()
    assert address == "10.77.0.2"
    node.address("add", "10.77.0.3")  # the one that stays: the client looks, and goes on waiting
    node.network.ip("address", "del", "10.77.0.2/24", "dev", "eth0")
    wait_for(lambda: "this node lost its address 10.77.0.2" in client.output(), "the loss to be noticed", PATIENCE)
    node.network.ip("address", "replace", "10.77.0.3/24", "dev", "eth0")  # it may have gone with the first
    connection, address = server.accept()
    assert address == "10.77.0.3"
    answer(connection)
    node.wait_for("a", "one")
    unanswered.close()


def test_other_addresses_may_come_and_go(server_and_node):
    server, node = server_and_node
    node.address("add", "10.77.0.2")
    client = node.start()
    connection, _ = server.accept()
    for number in range(3, 20):
        node.network.ip("address", "add", f"10.78.0.{number}/24", "dev", "eth0")
        node.network.ip("address", "del", f"10.78.0.{number}/24", "dev", "eth0")
    answer(connection)
    node.wait_for("a", "one")
    assert "lost its address" not in client.output()
