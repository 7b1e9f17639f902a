# SPDX-License-Identifier: BSD-3-Clause
"""How wwd serves: addresses, slow and dead clients, the end, TLS, passed sockets."""

import http.client
import os
import signal
import socket
import ssl

import pytest
from daemon import PATIENCE, free_port, wait_for
from tls_site import tls_get, with_tls

MAC = "02:00:5e:00:00:01"


def big_image(site, megabytes):
    """A node with an image that is larger than any socket buffer (and takes no room on the disk)."""
    site.nodes(n1={"hwaddr": MAC, "image name": "big"})
    os.makedirs(site.path("var/lib/warewulf/provision/images"), exist_ok=True)
    os.makedirs(site.path("var/lib/warewulf/chroots/big/rootfs"), exist_ok=True)
    path = site.path("var/lib/warewulf/provision/images/big.img")
    with open(path, "wb") as f:
        f.truncate(megabytes << 20)
    return megabytes << 20


def ask_for_image(site, **options):
    client = site.connect(**options)
    client.sendall(f"GET /image/{MAC} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
    return client


def receive_all(client):
    total = 0
    while piece := client.recv(1 << 20):
        total += len(piece)
    return total


def test_both_address_families_on_one_port(site):
    site.nodes(n1=MAC)
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    assert site.text(f"/ipxe/{MAC}", host="::1") == "id=n1\n"


def test_unknown_routes_and_bad_requests(site):
    site.start()
    reply = site.get("/nonsense")
    assert (reply.status, reply.body) == (404, b"404 page not found\n")
    assert reply.headers["x-content-type-options"] == "nosniff"
    reply = site.get("/kernel/")
    assert (reply.status, reply.body) == (400, b"")
    with site.connect() as client:
        client.sendall(b"GET /ipxe/a b HTTP/1.1\r\nHost: h\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
        assert b"" == client.recv(100) or receive_all(client) >= 0


def test_a_missing_boot_file_has_a_body(site):
    """EDK2 waits for ever for more after an empty 404 on a kept connection, and shim asks for files that nobody has."""
    site.nodes(n1=MAC, n2={"hwaddr": "02:00:5e:00:00:02", "asset key": "k"})
    site.write("etc/warewulf/grub/grub.cfg.ww", "grub {{.Id}}\n")
    site.start()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)

    def get(path, method="GET"):
        connection.request(method, f"/efiboot/{path}?wwid={MAC}")
        response = connection.getresponse()
        return response.status, response.getheader("Content-Length"), response.read()

    missing = (404, "10", b"not found\n")
    try:
        assert get("grub.cfg") == (200, "8", b"grub n1\n")
        kept = connection.sock
        assert get("revocations_sku.efi") == missing
        assert get("shim.efi") == missing  # n1 has no image
        assert get("shim.efi", "HEAD") == (404, "10", b"")
        os.remove(site.path("etc/warewulf/grub/grub.cfg.ww"))
        assert get("grub.cfg") == missing
        for query, status in (("wwid=02:00:5e:00:00:99", 400), ("wwid=02:00:5e:00:00:02", 401)):
            connection.request("GET", f"/efiboot/shim.efi?{query}")
            response = connection.getresponse()
            assert (response.status, response.read()) == (status, b"refused\n")
        assert connection.sock is kept
    finally:
        connection.close()
    assert site.log().count(r'boot.not_found node=n1 stage=efiboot file="revocations_sku.efi"') == 1
    assert site.log().count(r'boot.not_found node=n1 stage=efiboot file="shim.efi": the node has no image') == 2
    assert site.log().count(r'boot.not_found node=n1 stage=efiboot file="grub.cfg"') == 1


def test_a_client_that_stops_reading_is_cut_off(site):
    big_image(site, 256)
    site.start("--limits", "body_stall=1s")
    with ask_for_image(site, receive_buffer=4096) as client:
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        # Others are served meanwhile.
        assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
        site.wait_for_log(r"boot\.cut_off node=n1 stage=image")
        try:
            assert receive_all(client) < 256 << 20
        except ConnectionResetError:
            pass  # what was never read is thrown away
    # The node's status says what was tried.
    assert '"stage": "image"' in site.text("/status")


def test_a_whole_image_arrives_and_is_recorded(site):
    size = big_image(site, 64)
    site.start()
    reply = site.get(f"/image/{MAC}")
    assert len(reply.body) == size
    assert reply.headers["content-length"] == str(size)
    site.wait_for_log(rf"boot\.sent node=n1 stage=image file=big\.img peer=127\.0\.0\.1 bytes={size}")
    wait_for(lambda: '"sent": "big.img"' in site.text("/status"), "the record")


def download_that_began(site):
    download = ask_for_image(site, receive_buffer=65536)
    if download.recv(15) == b"HTTP/1.1 200 OK":
        return download
    download.close()
    return None


@pytest.mark.parametrize("limit", ["connections", "per_peer"])
def test_more_connections_than_allowed_are_told_so(site, limit):
    big_image(site, 128)
    site.start("--limits", f"{limit}=2")
    first = ask_for_image(site, receive_buffer=65536)
    assert first.recv(15) == b"HTTP/1.1 200 OK"
    # An idle one goes for a new one, the oldest first; a download does not.
    idle = site.connect()
    idle.sendall(f"GET /ipxe/{MAC} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    assert idle.recv(100).startswith(b"HTTP/1.1 200 ")
    # A client may have its answer before the server knows that the connection is idle.
    wait_for(lambda: site.get(f"/ipxe/{MAC}").status == 200, "the idle one's place")
    second = wait_for(lambda: download_that_began(site), "a place for another download")
    reply = site.get(f"/ipxe/{MAC}")
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    first.close()
    wait_for(lambda: site.get(f"/ipxe/{MAC}").status == 200, "room again")
    second.close()
    idle.close()


def test_sigterm_lets_transfers_finish(site):
    size = big_image(site, 128)
    site.start()
    idle = site.connect()
    idle.sendall(f"GET /ipxe/{MAC} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    idle.recv(1000)
    client = ask_for_image(site, receive_buffer=65536)
    assert client.recv(15) == b"HTTP/1.1 200 OK"
    site.wwd.signal(signal.SIGTERM)
    assert idle.recv(1) == b""
    wait_for(lambda: not site.listens(), "the port to close")
    assert site.wwd.running()
    assert receive_all(client) > size - 4096
    assert site.wwd.exit_status(PATIENCE) == 0


def test_sigterm_does_not_wait_for_ever(site):
    big_image(site, 256)
    site.start("--limits", "drain=1s")
    with ask_for_image(site, receive_buffer=4096) as client:
        assert client.recv(15) == b"HTTP/1.1 200 OK"
        assert site.stop() == 0


def test_a_port_that_is_taken_is_fatal(site):
    with socket.socket(socket.AF_INET6) as taken:
        taken.bind(("::", site.port))
        taken.listen()
        wwd = site.launch()
        assert wwd.exit_status(PATIENCE) == 255
    assert str(site.port) in site.log()


def test_a_site_has_one_daemon(site):
    site.start()
    first = site.wwd
    second = site.launch()
    assert second.exit_status(PATIENCE) == 255
    assert f"process {first.pid}" in site.log()
    assert first.running()
    first.stop()


# ---- TLS ----


def test_tls_serves_everything_and_the_runtime_overlay_only_there(site):
    tls_port, context = with_tls(site)
    size = big_image(site, 16)
    site.start()
    assert tls_get(tls_port, context, f"/ipxe/{MAC}") == (200, b"id=n1\n")
    status, body = tls_get(tls_port, context, f"/image/{MAC}")
    assert (status, len(body)) == (200, size)
    assert tls_get(tls_port, context, f"/runtime/{MAC}")[0] == 200
    assert site.get(f"/runtime/{MAC}").status == 403
    assert site.get(f"/system/{MAC}").status == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_tls_speaks_1_2_and_later_and_no_other_protocol(site):
    tls_port, context = with_tls(site)
    site.start()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_connection(("127.0.0.1", tls_port), PATIENCE) as raw:
        with context.wrap_socket(raw, server_hostname="127.0.0.1") as tls:
            assert tls.version() == "TLSv1.3"
            assert tls.selected_alpn_protocol() == "http/1.1"
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", tls_port), PATIENCE) as raw:
        try:
            old.wrap_socket(raw)
            raise AssertionError("TLS 1.1 was accepted")
        except (ssl.SSLError, ConnectionError):
            pass


def test_plain_http_on_the_tls_port_is_told_so(site):
    tls_port, _ = with_tls(site)
    site.start()
    reply = site.get("/status", port=tls_port)
    assert reply.status == 400
    assert b"HTTPS" in reply.body


def test_tls_without_its_files_is_fatal(site):
    site.configure("  secure: false\n", f"  secure: false\n  tls: true\n  tls port: {free_port()}\n")
    wwd = site.launch()
    assert wwd.exit_status(PATIENCE) == 255
    assert "etc/warewulf/tls" in site.log()
    assert "wwctl configure tls" in site.log()


# ---- the service manager ----


class Notifications:
    """The receiving end of sd_notify."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.socket.settimeout(PATIENCE)

    def wait_for(self, word):
        while True:
            if word in self.socket.recv(4096).decode().splitlines():
                return


def test_the_service_manager_hears_what_happens(site):
    notifications = Notifications(site.path("notify"))
    site.start(env={"NOTIFY_SOCKET": notifications.path})
    notifications.wait_for("READY=1")
    site.wwd.signal(signal.SIGHUP)
    notifications.wait_for("RELOADING=1")
    notifications.wait_for("READY=1")
    site.wwd.signal(signal.SIGTERM)
    notifications.wait_for("STOPPING=1")


def test_the_service_manager_gets_signs_of_life(site):
    notifications = Notifications(site.path("notify"))
    site.start(env={"NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "300000"})
    notifications.wait_for("READY=1")
    for _ in range(3):
        notifications.wait_for("WATCHDOG=1")


def test_the_front_is_the_first_to_go_when_memory_runs_out(site):
    site.start()
    with open(f"/proc/{site.front}/oom_score_adj", encoding="ascii") as f:
        assert f.read() == "500\n"


def test_sockets_come_from_the_service_manager(site):
    site.nodes(n1=MAC)
    port = free_port()
    site.launch(passed_port=port)  # starts wwd at the first connection
    assert wait_for(lambda: answers(site, port, "id=n1\n"), "an answer on the passed socket")
    assert not site.listens()  # its own port was not opened
    # A front that dies takes the passed socket with it; the next one gets it again.
    first = site.front
    os.kill(first, signal.SIGKILL)
    assert wait_for(lambda: answers(site, port, "id=n1\n"), "an answer of the second front")
    assert site.front != first


def answers(site, port, text):
    try:
        return site.text(f"/ipxe/{MAC}", port=port) == text
    except OSError:
        return False
