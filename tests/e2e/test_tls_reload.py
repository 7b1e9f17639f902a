# SPDX-License-Identifier: BSD-3-Clause
"""Another certificate for a running daemon: new connections get it, open ones go on, and nothing is lost when the files
are of no use. With real connections."""

import os
import signal
import socket
import ssl
import subprocess

import pytest
from daemon import PATIENCE, free_port, wait_for
from head_node import head_of

MAC = "02:00:00:00:00:01"
IMAGE_BYTES = 64 << 20  # more than what the kernel and TLS hold on the way


class Pair:
    """A key and a certificate for 127.0.0.1 that signs itself."""

    def __init__(self, folder, name):
        os.makedirs(folder, exist_ok=True)
        self.key, self.certificate = f"{folder}/{name}.key", f"{folder}/{name}.crt"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={name}"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate]
        subprocess.run(command, check=True, capture_output=True)
        with open(self.certificate, encoding="ascii") as f:
            self.der = ssl.PEM_cert_to_DER_cert(f.read())


def install(source, target):
    """As a careful administrator does: aside, then renamed."""
    subprocess.run(["install", "-m", "600", source, f"{target}.new"], check=True)
    os.rename(f"{target}.new", target)


class TlsSite:
    def __init__(self, site):
        self.site = site
        self.port = free_port()
        site.configure("  secure: false\n", f"  secure: false\n  tls: true\n  tls port: {self.port}\n")
        site.nodes(n1={"hwaddr": MAC, "image name": "big"})
        self.folder = site.path("etc/warewulf/tls")
        self.pairs = [Pair(site.path("pairs"), name) for name in ("first", "second")]
        os.makedirs(self.folder)
        self.put(self.pairs[0])

    def put(self, pair):
        install(pair.key, f"{self.folder}/warewulf.key")
        install(pair.certificate, f"{self.folder}/warewulf.crt")

    def connect(self, pair=None, receive_buffer=None):
        """A connection that trusts the pair, or anybody."""
        context = ssl.create_default_context(cafile=pair.certificate if pair else None)
        if not pair:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.socket()
        raw.settimeout(PATIENCE)
        if receive_buffer:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        raw.connect(("127.0.0.1", self.port))
        return context.wrap_socket(raw, server_hostname="127.0.0.1")

    def shown(self):
        with self.connect() as connection:
            return connection.getpeercert(binary_form=True)

    def wait_for(self, pair):
        wait_for(lambda: self.shown() == pair.der, "the other certificate")


@pytest.fixture(name="tls")
def make_tls(site):
    return TlsSite(site)


def ask(connection, path):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n".encode())


def test_a_download_goes_on_while_others_get_the_new_certificate(tls):
    site = tls.site
    site.write("var/lib/warewulf/provision/images/big.img", "")
    os.truncate(site.path("var/lib/warewulf/provision/images/big.img"), IMAGE_BYTES)
    site.start()
    first, second = tls.pairs
    download = tls.connect(first, receive_buffer=65536)
    ask(download, f"/image/{MAC}")
    received = download.recv(4096)
    assert received.startswith(b"HTTP/1.1 200 ")
    tls.put(second)
    tls.wait_for(second)
    ask_again = tls.connect(second)
    ask(ask_again, f"/ipxe/{MAC}")
    assert ask_again.recv(4096).startswith(b"HTTP/1.1 200 ")
    size = len(received) - received.index(b"\r\n\r\n") - 4
    while size < IMAGE_BYTES:
        chunk = download.recv(1 << 20)
        assert chunk, f"cut off after {size} bytes"
        size += len(chunk)
    ask(download, f"/ipxe/{MAC}")  # the same connection, and the first certificate still
    assert download.recv(4096).startswith(b"HTTP/1.1 200 ")
    assert download.getpeercert(binary_form=True) == first.der
    assert site.log().count("tls.reloaded") == 1
    assert "tls.rejected" not in site.log()


def test_files_that_do_not_belong_together_change_nothing(tls):
    tls.site.start()
    first, second = tls.pairs
    install(second.certificate, f"{tls.folder}/warewulf.crt")
    tls.site.wait_for_log("tls.rejected TLS: key: key values mismatch")
    assert tls.shown() == first.der
    install(second.key, f"{tls.folder}/warewulf.key")
    tls.wait_for(second)


def test_a_hangup_reads_them_too(tls):
    """Where the kernel gives no notice, as on some network file systems: here, behind a link that is not watched."""
    site, second = tls.site, tls.pairs[1]
    os.rename(tls.folder, site.path("real"))
    os.makedirs(tls.folder)
    for name in ("warewulf.key", "warewulf.crt"):
        os.symlink(site.path(f"links/{name}"), f"{tls.folder}/{name}")
    os.symlink(site.path("real"), site.path("links"))
    site.start()
    os.rename(site.path("pairs"), site.path("other"))
    for name in ("key", "crt"):
        os.rename(site.path(f"other/second.{name}"), site.path(f"other/warewulf.{name}"))
    os.symlink(site.path("other"), site.path("links.new"))
    os.rename(site.path("links.new"), site.path("links"))
    site.wwd.signal(signal.SIGHUP)
    tls.wait_for(second)


def test_a_new_front_has_the_new_certificate(tls):
    tls.site.start()
    tls.put(tls.pairs[1])
    tls.wait_for(tls.pairs[1])
    front = tls.site.front
    os.kill(front, signal.SIGKILL)
    wait_for(lambda: tls.site.front not in (None, front), "another front")
    wait_for(tls.site.listens, "its port")
    tls.wait_for(tls.pairs[1])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount")
def test_configure_renews_the_certificate_of_a_running_daemon(site):
    """Nodes that trust the file of before go on, since the authority is the same."""
    head = head_of(site)
    head.install("wwd")
    port = free_port()
    site.configure("  secure: false\n", f"  secure: false\n  tls: true\n  tls port: {port}\n")
    assert head.wwctl("configure", "tls").returncode == 0
    assert head.told() == ["restart wwd", "enable wwd"]
    site.start()
    context = ssl.create_default_context(cafile=site.path("etc/warewulf/tls/warewulf.crt"))

    def served_for(name):
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as raw:
            try:
                with context.wrap_socket(raw, server_hostname=name):
                    return True
            except ssl.SSLCertVerificationError as error:
                assert "Hostname mismatch" in str(error)
                return False

    assert not served_for("head.example.org")
    site.write("etc/warewulf/warewulf.conf", "fqdn: head.example.org\n" + site.read("etc/warewulf/warewulf.conf"))
    done = head.wwctl("configure", "tls")
    assert done.returncode == 0, done.stderr
    assert "is not for the server's names and addresses of today" in done.stdout
    assert head.told() == ["reload wwd"]
    wait_for(lambda: served_for("head.example.org"), "the new certificate")
