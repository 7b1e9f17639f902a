# SPDX-License-Identifier: BSD-3-Clause
"""Virtual machines boot from wwd, from firmware (BIOS, iPXE) to the image's init, and tell over their serial
consoles what they have got. Two nodes boot at once, and that serves all tests of this file: n1 lives in its
initramfs and gets the image packed by zstd, n2 has a tmpfs for its root and, pinned to the build that is kept,
gets the gzip.

What arrived is compared with what was put in, entry by entry: a node that came up proves little, since a
kernel goes on when parts of its initramfs are missing.
"""

import hashlib
import os
import re
import stat
from dataclasses import dataclass

import pytest
from daemon import wait_for

from lab import debian, inodes, small
from lab.lab import Lab, why_not
from lab.machine import MachineError
from lab.site import Site

HWADDR = "52:54:00:66:00:01"
ADDRESS = "10.66.0.11"
TMPFS_HWADDR = "52:54:00:66:00:02"
TMPFS_ADDRESS = "10.66.0.12"
BOOT_SECONDS = 120  # of which about 15 are needed on an idle machine
SPOILED = b"no gzip"
POLL_SECONDS = 30  # the update interval is 1

# As `setcap cap_net_raw=ep` has it (linux/capability.h, VFS_CAP_REVISION_2), and what a label is.
ATTRIBUTES = {
    "/opt/bin/ping": {"security.capability": bytes.fromhex("0100000200200000000000000000000000000000")},
    "/opt/labelled": {"security.selinux": b"system_u:object_r:bin_t:s0\0"},
}

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))


@dataclass
class Entry:
    kind: str
    mode: str
    uid: int
    gid: int
    content: str  # SHA-256 of a file, target of a link


@dataclass
class Booted:
    lab: Lab
    site: Site
    image: str  # the root file system that was imported
    machine: object  # n1
    entries: dict  # path -> Entry, as n1 has it
    tmpfs_machine: object  # n2
    tmpfs_entries: dict


@pytest.fixture(scope="module")
def booted(programs, cache):
    with Lab() as lab:
        site = Site(f"{lab.folder}/site", programs, {"update interval": 1})
        image = f"{lab.folder}/image"
        small.build(image, debian.kernel(cache))
        fill_image(image)
        fill_overlays(site)
        site.wwctl("image", "import", image, "small")
        site.wwctl("image", "build", "small")
        spoil_gzip(site)
        configure_node(site)
        site.start(lab)
        machine = lab.machine(HWADDR, memory=512)
        tmpfs_machine = lab.machine(TMPFS_HWADDR, memory=512)
        try:
            machine.wait_for("NODE report-end", BOOT_SECONDS)
            tmpfs_machine.wait_for("NODE report-end", BOOT_SECONDS)
        except MachineError as error:
            wwd = open(f"{lab.folder}/wwd.log", errors="replace").read()
            pytest.fail(f"{error}\n\n--- wwd:\n{wwd[-4000:]}")
        yield Booted(lab, site, image, machine, entries_of(machine), tmpfs_machine, entries_of(tmpfs_machine))


def put(path, data, mode=0o644, owner=(0, 0)):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)
    os.chown(path, *owner)
    os.chmod(path, mode)


def fill_image(image):
    """Things that are easily lost on the way, below /opt."""
    put(f"{image}/opt/plain", b"from the image\n")
    put(f"{image}/opt/secret", b"\x00\xff binary\n", 0o600, (1234, 2345))
    put(f"{image}/opt/setuid", b"#!/bin/sh\n", 0o4755)
    put(f"{image}/opt/empty", b"")
    put(f"{image}/opt/large", os.urandom(3_000_001))
    put(f"{image}/opt/private/inner", b"x\n", 0o640)
    os.chmod(f"{image}/opt/private", 0o2750)
    os.chown(f"{image}/opt/private", 1234, 2345)
    inodes.build(f"{image}/bin/inodes")
    for path, attributes in ATTRIBUTES.items():
        put(f"{image}{path}", b"has attributes\n", 0o755)
        for name, value in attributes.items():
            os.setxattr(f"{image}{path}", name, value)
    os.symlink("plain", f"{image}/opt/relative")
    os.symlink("/opt/private/inner", f"{image}/opt/absolute")
    os.symlink("nowhere", f"{image}/opt/dangling")
    os.link(f"{image}/opt/plain", f"{image}/opt/hardlink")
    put(f"{image}/opt/name with spaces", b"spaces\n")
    put(f"{image}/etc/from-image", b"image\n")
    put(f"{image}/etc/report", b"/opt\n/etc\n/warewulf\n/init\n/root\n")
    put(f"{image}/etc/watched", "\n".join(["/etc/probe/tag", *EDITS, ""]).encode())


def fill_overlays(site):
    site.overlay_file("probe", "etc/probe/secret", "only root\n", 0o600)
    site.overlay_file("probe", "etc/probe/owned", "somebody's\n", 0o640, (1234, 2345))
    site.overlay_file("probe", "etc/probe/script", "#!/bin/sh\n", 0o755)
    site.overlay_file("probe", "etc/probe/about.ww", "{{ .Id }} {{ .ClusterName }} {{ .Tags.color }}\n", 0o640)
    site.overlay_file("probe", "etc/from-image", "system overlay\n")
    site.overlay_file("probe-runtime", "etc/probe/tag.ww", "{{ .Tags.color }}\n", 0o604, (1234, 0))
    folder = os.path.dirname(site.overlay_file("probe-runtime", "etc/probe/closed/inner", "x\n"))
    os.chmod(folder, 0o700)
    site.overlay_file("edited", "etc/edited/tag.ww", "{{ .Tags.shade }}\n")
    site.overlay_file("edited", "etc/edited/profile.ww", "{{ .Tags.hall }}\n")
    site.overlay_file("edited", "etc/edited/overlay", "one\n")
    site.overlay_file("edited", "etc/edited/include.ww", '{{ Include "greeting" }}\n')
    put(f"{site.root}/etc/warewulf/greeting", b"welcome\n")


def packed_image(site):
    return f"{site.root}/var/lib/warewulf/provision/images/small.img"


def spoil_gzip(site):
    """Nobody can boot from what is served as gzip; the build that is kept has other bytes."""
    with open(f"{packed_image(site)}.gz.new", "wb") as f:
        f.write(SPOILED)
    os.rename(f"{packed_image(site)}.gz.new", f"{packed_image(site)}.gz")


def configure_node(site):
    site.wwctl("profile", "add", "building", "--tagadd", "hall=north")
    site.wwctl("profile", "set", "--yes", "default",
               "--profile", "building",
               "--image", "small",
               "--system-overlays", "wwinit,wwclient,hostname,hosts,ifupdown,probe",
               "--runtime-overlays", "hosts,probe-runtime,edited",
               "--kernelargs", "console=ttyS0,net.ifnames=0,panic=-1",
               "--netdev", "eth0", "--netmask", Lab.netmask)  # fmt: skip
    site.wwctl("node", "add", "n1", "--hwaddr", HWADDR, "--ipaddr", ADDRESS, "--cluster", "lab")
    site.wwctl("node", "add", "n2", "--hwaddr", TMPFS_HWADDR, "--ipaddr", TMPFS_ADDRESS, "--root", "tmpfs", "--image", "small@1")
    site.wwctl("node", "set", "--yes", "n1,n2", "--tagadd", "color=blue")


LINE = re.compile(r"NODE entry (dir|file|link) (\S+) (\d+) (\d+) (.*)$")


def entries_of(machine):
    found = {}
    for _, text in machine.lines:
        match = LINE.search(text)
        if match:
            kind, mode, uid, gid, rest = match.groups()
            content, _, path = rest.partition(" ")
            found[path] = Entry(kind, mode, int(uid), int(gid), content)
    return found


def as_it_was(path):
    """The Entry of a file on this machine."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        return Entry("link", "-", status.st_uid, status.st_gid, os.readlink(path))
    mode = f"{stat.S_IMODE(status.st_mode):o}"
    if stat.S_ISDIR(status.st_mode):
        return Entry("dir", mode, status.st_uid, status.st_gid, "-")
    with open(path, "rb") as f:
        return Entry("file", mode, status.st_uid, status.st_gid, hashlib.sha256(f.read()).hexdigest())


def file_entry(text, mode, uid=0, gid=0):
    return Entry("file", mode, uid, gid, hashlib.sha256(text.encode()).hexdigest())


def below_opt(entries):
    return {path: entry for path, entry in entries.items() if path.startswith("/opt")}


def test_the_image_arrived_as_it_was_imported(booted):
    expected = {}
    for folder, folders, files in os.walk(f"{booted.image}/opt"):
        for name in ["", *folders, *files]:
            path = os.path.join(folder, name).rstrip("/")
            expected[path.removeprefix(booted.image)] = as_it_was(path)
    assert below_opt(booted.entries) == expected


def test_a_root_on_tmpfs_holds_the_same(booted):
    assert "NODE root tmpfs" in booted.tmpfs_machine.text()
    assert below_opt(booted.tmpfs_entries) == below_opt(booted.entries)
    assert booted.tmpfs_entries["/etc/probe/secret"] == booted.entries["/etc/probe/secret"]
    assert booted.tmpfs_entries["/etc/hostname"] == file_entry("n2\n", "644")


def test_capabilities_and_labels_arrived(booted):
    for machine in (booted.machine, booted.tmpfs_machine):
        assert inodes.attributes(inodes.of_machine(machine)) == ATTRIBUTES


def test_zstd_is_what_the_kernel_was_given(booted):
    # Debian's kernel says in its configuration that it unpacks zstd, so that n1 came up without a gzip.
    packed = packed_image(booted.site)
    with open(f"{packed}.gz", "rb") as f:
        assert f.read() == SPOILED
    assert os.path.getsize(f"{packed}.zst") < os.path.getsize(packed)


def test_the_system_overlay_arrived(booted):
    entries = booted.entries
    assert entries["/etc/probe/secret"] == file_entry("only root\n", "600")
    assert entries["/etc/probe/owned"] == file_entry("somebody's\n", "640", 1234, 2345)
    assert entries["/etc/probe/script"] == file_entry("#!/bin/sh\n", "755")
    assert entries["/etc/probe/about"] == file_entry("n1 lab blue\n", "640")
    assert entries["/etc/hostname"] == file_entry("n1\n", "644")
    assert entries["/warewulf/config"].mode == "600"
    assert entries["/init"].mode == "755"
    assert entries["/warewulf/wwprescripts"] == Entry("link", "-", 0, 0, "run-init")


def test_an_overlay_wins_over_the_image(booted):
    assert booted.entries["/etc/from-image"] == file_entry("system overlay\n", "644")


def test_the_runtime_overlay_arrived_with_the_boot(booted):
    # The report was made before the client could do anything: its interval had not passed when the
    # network came up. What it shows came through the boot loader.
    assert "initrd=runtime" in booted.machine.text()
    assert booted.entries["/etc/probe/tag"] == file_entry("blue\n", "604", 1234, 0)
    assert booted.entries["/etc/probe/closed"] == Entry("dir", "700", 0, 0, "-")


def test_no_template_is_left_on_the_node(booted):
    assert [path for path in booted.entries if path.endswith((".ww", ".wwbackup"))] == []


def test_the_private_home_of_root_stays_private(booted):
    assert booted.entries["/root"].mode == "700"


def test_the_node_took_its_configured_address(booted):
    assert f"NODE address {ADDRESS}/24" in booted.machine.text()


def test_the_server_knows_what_it_sent(booted):
    status = booted.site.wwctl("node", "status")
    assert re.findall(r"^(n\d)\s", status, re.MULTILINE) == ["n1", "n2"]


def test_a_changed_tag_reaches_the_running_node(booted):
    machine = booted.machine
    for color in ("green", "red and yellow"):
        start = len(machine.lines)
        booted.site.wwctl("node", "set", "--yes", "n1", "--tagadd", f"color={color}")
        machine.wait_for(f"NODE changed /etc/probe/tag {color}$", POLL_SECONDS, start)
        written = machine.wait_for(r"NODE entry file .* /etc/probe/tag$", 5, start)
        assert " 604 1234 0 " in written.string


def replace(site, path, text):
    """No poll finds it half-written, nor anything beside it."""
    put(f"{site.root}/new", text.encode())
    os.rename(f"{site.root}/new", f"{site.root}/{path}")


# File on the node: what is edited, what comes of it, and whether it is the other node's too.
EDITS = {
    "/etc/edited/tag": (lambda site: site.wwctl("node", "set", "--yes", "n1", "--tagadd", "shade=dark"), "dark", False),
    "/etc/edited/profile": (
        lambda site: site.wwctl("profile", "set", "--yes", "building", "--tagadd", "hall=south"), "south", True
    ),
    "/etc/edited/include": (lambda site: replace(site, "etc/warewulf/greeting", "goodbye\n"), "goodbye", True),
    "/etc/edited/overlay": (
        lambda site: replace(site, "var/lib/warewulf/overlays/edited/rootfs/etc/edited/overlay", "two\n"), "two", True
    ),
}  # fmt: skip


def sent(booted, node):
    """How many bytes each answer to its wwclient had, as the server counts them."""
    with open(f"{booted.lab.folder}/wwd.log", encoding="utf-8", errors="replace") as f:
        return [int(size) for size in re.findall(rf"boot\.sent node={node} stage=runtime .* bytes=(\d+)", f.read())]


@pytest.mark.parametrize("path", EDITS)
def test_an_edit_comes_with_the_next_poll_and_nothing_else_does(booted, path):
    edit, text, is_of_both = EDITS[path]
    machine = booted.machine

    def answers():
        return {node: sent(booted, node) for node in ("n1", "n2")}

    def polls_go_by():
        seen = answers()
        wait_for(lambda: all(len(sizes) >= len(seen[node]) + 3 for node, sizes in answers().items()), "three polls of each node")

    polls_go_by()  # until what went before is over
    before = answers()
    start = len(machine.lines)
    edit(booted.site)
    machine.wait_for(f"NODE changed {path} {text}$", POLL_SECONDS, start)
    machine.wait_for(f"NODE wwclient: .*updated {path}$", POLL_SECONDS, start)
    polls_go_by()
    bodies = {node: [size for size in sizes[len(before[node]) :] if size > 0] for node, sizes in answers().items()}
    assert [len(bodies[node]) for node in ("n1", "n2")] == [1, 1 if is_of_both else 0]
    updates = re.findall(r"NODE wwclient: .*updated (\S+)", "\n".join(line for _, line in machine.lines[start:]))
    assert updates == [path]


def test_updates_touch_only_what_changed(booted):
    """The overlay holds the cluster's hosts, too; changing a tag must not rewrite them."""
    machine = booted.machine
    start = len(machine.lines)
    booted.site.wwctl("node", "set", "--yes", "n1", "--tagadd", "color=violet")
    machine.wait_for("NODE changed /etc/probe/tag violet$", POLL_SECONDS, start)
    booted.site.overlay_file("probe-runtime", "etc/power-off", "")
    machine.wait_for("NODE power-off", POLL_SECONDS, start)
    assert machine.exit_status(20) == 0
    updates = re.findall(r"NODE wwclient: .*updated (\S+)", machine.text())
    assert updates.count("/etc/probe/tag") == 3
    assert "/etc/hosts" not in updates
