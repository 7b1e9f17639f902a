# SPDX-License-Identifier: BSD-3-Clause
"""Nodes that say nothing about themselves are known by their neighbour's address, in a network with ten thousand others."""

import os
import socket
import subprocess

import pytest
from daemon import BIN, PATIENCE
from lab.netns import Namespace
from lab.process import Process

SERVER, NODE = "10.78.0.1", "10.78.0.2"
MAC, OTHER_MAC = "02:00:5e:00:00:01", "02:00:5e:00:00:02"
NEIGHBOURS = 10_000

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="must be root (namespaces)")


def ask(network, port):
    """The head and body of a request without a name."""

    def request():
        with socket.create_connection((SERVER, port), PATIENCE) as s:
            s.sendall(b"GET /ipxe/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            reply = b""
            while piece := s.recv(65536):
                reply += piece
            return reply

    return network.call(request)


@pytest.fixture
def networks():
    server, nodes = Namespace(), Namespace()
    try:
        server.ip("link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", nodes.path)
        nodes.ip("link", "set", "eth0", "address", OTHER_MAC)
        server.ip("address", "add", f"{SERVER}/16", "dev", "eth0")
        nodes.ip("address", "add", f"{NODE}/16", "dev", "eth0")
        for network in (server, nodes):
            network.ip("link", "set", "eth0", "up")
        rows = [
            f"neigh add 10.78.{1 + n // 250}.{1 + n % 250} lladdr 02:00:5e:01:{n >> 8:02x}:{n & 255:02x} dev eth0 nud permanent"
            for n in range(NEIGHBOURS)
        ]
        subprocess.run(server.inside(["ip", "-batch", "-"]), input="\n".join(rows), text=True, check=True)
        yield server, nodes
    finally:
        server.close()
        nodes.close()


def test_a_node_without_a_name_is_known_by_its_neighbour_entry(site, networks):
    server, nodes = networks
    site.nodes(n1=MAC)
    argv = server.inside([f"{BIN}/wwd", "--warewulfconf", site.config])
    site.wwd = Process(argv, log=site.path("wwd.log"), env=dict(os.environ))
    site.wait_for_log(r"\bready port=")
    assert ask(nodes, site.port).endswith(f"\r\n\r\nnobody {OTHER_MAC}\n".encode())
    # Asked for by itself, an entry counts at once.
    nodes.ip("link", "set", "eth0", "address", MAC)
    server.ip("neigh", "flush", "dev", "eth0")
    assert ask(nodes, site.port).endswith(b"\r\n\r\nid=n1\n")
