# SPDX-License-Identifier: BSD-3-Clause
"""What is in images, by the real wwctl and wwd: what is wrong with it, what is different, how it is packed."""

import gzip
import json
import os

import pytest
from image_root import aarch64_program, busybox_root
from store_site import must, wwctl

HWADDR = "52:54:00:00:00:01"
TREE = "var/lib/warewulf/chroots/os/rootfs"
CONFIG = "CONFIG_RD_GZIP=y\nCONFIG_RD_ZSTD=y\n"


@pytest.fixture
def image(site):
    """An image `os` with programs that run, and a node that boots it."""
    site.nodes(n1={"hwaddr": HWADDR, "image name": "os"})
    site.start()
    busybox_root(site.path(TREE))
    site.write(f"{TREE}/boot/vmlinuz-6.1.0-18-amd64", "kernel")
    return site


def packed(site, suffix):
    return site.path(f"var/lib/warewulf/provision/images/os.img.{suffix}")


def findings(site):
    done = wwctl(site, "image", "check", "--json", "os")
    return done.returncode, {each["finding"]: each for each in json.loads(done.stdout)["findings"]}


def test_a_build_tells_what_is_wrong_and_succeeds(image):
    done = wwctl(image, "image", "build", "os")
    assert done.returncode == 0
    assert "image os: no-init /sbin/init: none of" in done.stderr and "no-init" not in done.stdout
    assert "image os: no-modules /lib/modules/6.1.0-18-amd64: there are no modules" in done.stderr
    status, found = findings(image)
    assert status == 1 and found["no-init"]["severity"] == "error"
    assert found["no-modules"]["reason"].endswith("(/boot/vmlinuz-6.1.0-18-amd64)")
    assert found["memory"]["severity"] == "info"
    table = wwctl(image, "image", "check", "os")
    assert table.returncode == 1
    assert table.stdout.split("\n")[0].split() == "IMAGE SEVERITY FINDING PATH REASON NEXT STEP".split()
    # Put right, nothing is said any more.
    os.makedirs(image.path(f"{TREE}/sbin"))
    os.symlink("/bin/busybox", image.path(f"{TREE}/sbin/init"))
    image.write(f"{TREE}/lib/modules/6.1.0-18-amd64/kernel/a.ko", "module")
    image.write(f"{TREE}/lib/modules/6.1.0-18-amd64/modules.dep", "")
    done = wwctl(image, "image", "build", "os")
    assert done.returncode == 0 and "image os:" not in done.stderr
    assert findings(image)[0] == 0
    assert "image does not exist: none" in wwctl(image, "image", "check", "none").stderr


def test_two_stage_boot_needs_an_initramfs_only_where_a_node_asks_for_it(image):
    assert "no-initramfs" not in findings(image)[1]
    must(image, "node", "set", "--yes", "--tagadd", "IPXEMenuEntry=dracut", "n1")
    assert findings(image)[1]["no-initramfs"]["next_step"].endswith("--add wwinit --kver 6.1.0-18-amd64")


def test_builds_and_trees_are_compared(image):
    status = "Package: bash\nStatus: install ok installed\nVersion: {}\n\n"
    image.write(f"{TREE}/var/lib/dpkg/status", status.format("5.1"))
    image.write(f"{TREE}/etc/motd", "one")
    must(image, "image", "build", "os")
    image.write(f"{TREE}/var/lib/dpkg/status", status.format("5.2-1"))
    os.unlink(image.path(f"{TREE}/etc/motd"))
    image.write(f"{TREE}/etc/issue", "hello")
    must(image, "image", "build", "os")
    for before, after in (("os@1", "os@2"), ("os@1", "os")):
        found = json.loads(must(image, "image", "diff", "--json", before, after))
        assert found["packages"] == [{"name": "bash", "before": "5.1", "after": "5.2-1"}]
        changes = {each["path"]: (each["change"], each["before"], each["after"]) for each in found["files"]}
        assert changes["/etc/issue"] == ("added", 0, 5)
        assert changes["/etc/motd"] == ("removed", 3, 0)
        assert changes["/var/lib/dpkg/status"][0] == "changed" and len(changes) == 3
    shown = must(image, "image", "diff", "os@1", "os@2").splitlines()
    assert shown[0].split() == ["PACKAGE", "BEFORE", "AFTER"]
    assert any(line.split()[:4] == ["/etc/issue", "added", "--", "5"] for line in shown)
    assert "/etc/issue" not in must(image, "image", "diff", "--packages", "os@1", "os@2")
    assert "has no generation 9" in wwctl(image, "image", "diff", "os@9", "os").stderr
    assert 'did you mean "os"' in wwctl(image, "image", "diff", "os", "oss").stderr


def test_one_image_is_shown_with_all_that_is_known(image):
    must(image, "image", "import", image.path(TREE), "copy")
    must(image, "image", "build", "--compression", "best", "copy")
    shown = json.loads(must(image, "image", "show", "--json", "copy"))
    (variant,) = shown["variants"]
    assert (shown["name"], shown["nodes"], variant["compression"]) == ("copy", [], "best")
    assert variant["source"] == image.path(TREE) and variant["architecture"] and variant["files"] > 0
    assert [each["generation"] for each in variant["generations"]] == [1]
    assert variant["size"] == os.path.getsize(image.path("var/lib/warewulf/provision/images/copy.img"))
    assert must(image, "image", "show", "copy") == image.path("var/lib/warewulf/chroots/copy/rootfs") + "\n"


def test_what_would_be_collected_is_told_and_stays(image):
    for number in range(3):
        image.write(f"{TREE}/etc/motd", f"number {number}")
        must(image, "image", "build", "os")
    told = must(image, "image", "gc", "--dry-run", "--keep", "1")
    assert "Would forget generations 1, 2 of os" in told and "Would remove " in told
    kept = json.loads(must(image, "image", "history", "--json", "os"))["generations"]
    assert [each["generation"] for each in kept] == [3, 2, 1]
    assert "Forgot generations 1, 2 of os" in must(image, "image", "gc", "--keep", "1")


def test_architectures_of_nodes_and_images(image):
    image.write("var/lib/warewulf/chroots/arm/rootfs/bin/sh", "")
    with open(image.path("var/lib/warewulf/chroots/arm/rootfs/bin/sh"), "wb") as f:
        f.write(aarch64_program(b"x"))
    must(image, "node", "add", "n2", "--image", "arm", "--tagadd", "arch=arm64")
    rows = [line.split() for line in must(image, "node", "list", "--arch").splitlines()[2:]]
    assert ["n2", "aarch64", "arm", "aarch64"] in rows
    assert [row[0] for row in rows] == ["n1", "n2"]


def test_gzip_is_gzip_whatever_is_chosen(image):
    for word in ("none", "best", "zstd", "gzip", "default"):
        must(image, "image", "build", "--compression", word, "os")
        plain, packed_body = image.get(f"/image/{HWADDR}"), image.get(f"/image/{HWADDR}?compress=gz")
        assert gzip.decompress(packed_body.body) == plain.body, word
        assert os.path.exists(packed(image, "zst")) == (word == "zstd"), word
        if word == "none":
            assert len(packed_body.body) > len(plain.body)
    # Chosen by itself where the kernel's configuration says so.
    image.write(f"{TREE}/boot/config-6.1.0-18-amd64", CONFIG)
    must(image, "image", "build", "os")
    with open(packed(image, "zst"), "rb") as f:
        assert image.get(f"/image/{HWADDR}?compress=zstd").body == f.read()
    image.write("etc/warewulf/ipxe/default.ipxe", "{{.ImageCompress}}")
    assert image.get(f"/ipxe/{HWADDR}?arch=x86_64").body == b"zstd"
    must(image, "image", "rollback", "os")
    assert not os.path.exists(packed(image, "zst"))
    assert image.get(f"/image/{HWADDR}?compress=zstd").body == image.get(f"/image/{HWADDR}?compress=gz").body
    assert image.get(f"/ipxe/{HWADDR}?arch=x86_64").body == b"gz"


def test_what_cannot_be_packed_so_is_refused(image):
    image.write(f"{TREE}/boot/vmlinuz-5.4.0", "kernel")
    done = wwctl(image, "image", "build", "--compression", "zstd", "os")
    assert done.returncode == 255
    assert "image os cannot be packed by zstd: its kernel /boot/vmlinuz-5.4.0 does not unpack it" in done.stderr
    assert "--compression best" in done.stderr
    odd = wwctl(image, "image", "build", "--compression", "xz", "os")
    assert odd.returncode == 255 and "no such compression: xz" in odd.stderr
    assert "default, gzip, best, zstd and none" in odd.stderr
