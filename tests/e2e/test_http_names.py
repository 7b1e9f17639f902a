# SPDX-License-Identifier: BSD-3-Clause
"""Where upstream redirects, the answer is given; what a file is called says nothing about its type."""

import pytest

MAC = "52:54:00:00:00:01"


@pytest.fixture
def serving(site):
    site.nodes(n1={"hwaddr": MAC, "image name": "deb"})
    site.write("var/lib/warewulf/provision/images/deb.img", "image")
    site.write("var/lib/warewulf/chroots/deb/rootfs/boot/vmlinuz-6.1.0", "kernel")
    return site.start()


@pytest.mark.parametrize("path", [f"/ipxe?wwid={MAC}", f"/ipxe/?wwid={MAC}", f"/ipxe//{MAC}", f"/image/../ipxe/{MAC}"])
def test_no_redirect(serving, path):
    reply = serving.get(path)
    assert (reply.status, reply.body) == (200, b"id=n1\n")


def test_nobody_without_a_slash_either(serving):
    """/ipxe alone is /ipxe/: this machine's own address is no node's."""
    assert serving.get("/ipxe").status == serving.get("/ipxe/").status == 400


@pytest.mark.parametrize(("path", "body"), [("image", b"image"), ("kernel", b"kernel")])
def test_files_are_bytes(serving, path, body):
    reply = serving.get(f"/{path}/{MAC}")
    assert (reply.status, reply.body) == (200, body)
    assert reply.headers["content-type"] == "application/octet-stream"
