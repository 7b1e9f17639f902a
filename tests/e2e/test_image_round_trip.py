# SPDX-License-Identifier: BSD-3-Clause
"""A tree with every kind of inode is imported, built and booted; what the node then has is the tree, inode by inode. Four
nodes boot at once: one lives in its initramfs, the others have a tmpfs for their root. Of these one has a kernel with SELinux,
one no wwclient, so that the image's own tar has to copy the root, and one boots in two stages, as by dracut."""

import os
import re
import stat
import struct

import pytest

from lab import debian, inodes, small, two_stage
from lab.lab import Lab, why_not
from lab.machine import MachineError
from lab.packages import DownloadError
from lab.site import Site

BOOT_SECONDS = 240  # of which about 20 are needed on an idle machine
WITH_CLIENT = ["--system-overlays", "wwclient"]
NODES = {
    "initramfs": WITH_CLIENT,
    "tmpfs": [*WITH_CLIENT, "--root", "tmpfs", "--kernelargs", "security=selinux"],
    "by-tar": ["--root", "tmpfs"],
    "two-stage": [*WITH_CLIENT, "--root", "tmpfs", "--tagadd", "IPXEMenuEntry=dracut_static"],
}
WHOLE = 1_700_000_000

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))

# linux/capability.h, VFS_CAP_REVISION_2: cap_net_raw=ep, as Debian's ping has it.
CAPABILITY = struct.pack("<IIIII", 0x0200_0001, 1 << 13, 0, 0, 0)
LABEL = b"system_u:object_r:bin_t:s0\0"
# linux/posix_acl_xattr.h: rwx for the owner, r-x for user 70000, r-- for the group, r-x at most, nothing for others.
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry)
    for entry in [(1, 7, 2**32 - 1), (2, 5, 70000), (4, 4, 2**32 - 1), (16, 5, 2**32 - 1), (32, 0, 2**32 - 1)]
)


# tmpfs takes user.* since Linux 6.6; Debian 12 has 6.1.
REFUSED = "opt/attributes/refused"


def hwaddr(node):
    return f"52:54:00:66:02:{list(NODES).index(node) + 1:02x}"


class Tree:
    """What is put into it has an owner and a date of its own."""

    def __init__(self, root):
        self.root = root
        self._dates = {}

    def path(self, name):
        path = os.fsencode(f"{self.root}/") + (name if isinstance(name, bytes) else name.encode())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def finish(self, path, mode=None, owner=(0, 0), date=WHOLE, **attributes):
        os.lchown(path, *owner)
        if mode is not None:
            os.chmod(path, mode)
        for name, value in attributes.items():
            os.setxattr(path, name.replace("_", ".", 1), value, follow_symlinks=False)
        self._dates[path] = date

    def file(self, name, data=b"content\n", mode=0o644, **about):
        path = self.path(name)
        with open(path, "wb") as f:
            f.write(data)
        self.finish(path, mode, **about)

    def folder(self, name, mode=0o755, **about):
        path = self.path(name)
        os.makedirs(path, exist_ok=True)
        self.finish(path, mode, **about)

    def link(self, name, target, **about):
        path = self.path(name)
        os.symlink(target, path)
        self.finish(path, **about)

    def other(self, name, kind, device=0, **about):
        path = self.path(name)
        os.mknod(path, kind | 0o600, device)
        self.finish(path, about.pop("mode", 0o600), **about)

    def another_name(self, name, of):
        os.link(self.path(of), self.path(name), follow_symlinks=False)

    def set_dates(self):
        """Last: whatever is made in a folder changes its date."""
        for path, date in sorted(self._dates.items(), reverse=True):
            os.utime(path, (date, date), follow_symlinks=False)


def fill(root):
    tree = Tree(root)
    for name, mode in {"setuid": 0o4755, "setgid": 0o2755, "sticky": 0o1644, "all": 0o7777, "none": 0}.items():
        tree.file(f"opt/modes/{name}", mode=mode)
        tree.folder(f"opt/modes/folder-{name}", mode=mode)
    for number in (1, 65535, 65536, 70000, 2**21, 3_000_000_000, 2**32 - 2):
        tree.file(f"opt/owners/{number}", owner=(number, number - 1), mode=0o4750)
        tree.folder(f"opt/owners/folder-{number}", owner=(number, number - 1), mode=0o2770)
        tree.link(f"opt/owners/link-{number}", "nowhere", owner=(number, number - 1))

    tree.file("opt/attributes/ping", mode=0o755, security_capability=CAPABILITY)
    tree.file("opt/attributes/of-somebody", mode=0o755, owner=(70000, 70001), security_capability=CAPABILITY)
    tree.file("opt/attributes/labelled", security_selinux=LABEL)
    tree.file("opt/attributes/shared", mode=0o750, system_posix_acl_access=ACL)
    tree.folder("opt/attributes/folder", security_selinux=LABEL, system_posix_acl_default=ACL)
    tree.link("opt/attributes/link", "labelled", security_selinux=LABEL)
    tree.other("opt/attributes/fifo", stat.S_IFIFO, security_selinux=LABEL)
    tree.other("opt/attributes/device", stat.S_IFCHR, os.makedev(1, 3), security_selinux=LABEL)
    tree.file("opt/attributes/name with\nlines, = and \\", security_selinux=LABEL)
    tree.file(REFUSED, user_note=b"kept", security_selinux=LABEL)
    tree.file("opt/attributes/several", mode=0o755, security_capability=CAPABILITY, security_selinux=LABEL)

    tree.file("opt/links/one")
    tree.another_name("opt/links/two", "opt/links/one")
    tree.another_name("srv/links/three", "opt/links/one")
    tree.file("opt/links/empty", b"")
    tree.another_name("opt/links/empty-too", "opt/links/empty")
    tree.other("opt/links/fifo", stat.S_IFIFO)
    tree.another_name("opt/links/fifo-too", "opt/links/fifo")
    tree.other("opt/links/device", stat.S_IFBLK, os.makedev(7, 1))
    tree.another_name("srv/links/device-too", "opt/links/device")

    tree.other("opt/kinds/fifo", stat.S_IFIFO, mode=0o622, owner=(5, 6))
    tree.other("opt/kinds/socket", stat.S_IFSOCK, mode=0o777)
    tree.other("opt/kinds/null", stat.S_IFCHR, os.makedev(1, 3), mode=0o666)
    tree.other("opt/kinds/large", stat.S_IFCHR, os.makedev(511, 2**20 - 1))
    tree.other("opt/kinds/block", stat.S_IFBLK, os.makedev(259, 70000), mode=0o660, owner=(0, 6))
    tree.folder("opt/kinds/empty", mode=0o711)

    tree.file("opt/names/" + "n" * 255)
    tree.file("opt/names/" + "/".join(["d" * 200] * 12) + "/deep")
    tree.file(b"opt/names/not \xff\xfe text")
    tree.file("opt/names/日本 \\ % =\n-")
    tree.file("opt/names/-rf")
    tree.link("opt/names/long", "t" * 1023)
    tree.link("opt/names/dangling", "../no where\n")
    tree.link("opt/names/absolute", "/opt/kinds/null")

    for name, date in {"first": 0, "after-2038": 2**31 + 1, "last": 2**32 - 1}.items():
        tree.file(f"opt/dates/{name}", date=date)
        tree.folder(f"opt/dates/folder-{name}", date=date)
        tree.link(f"opt/dates/link-{name}", "x", date=date)
    tree.file("opt/content/large", os.urandom(3_000_001))
    tree.file("opt/content/holes", b"\0" * 500_000 + b"x")
    tree.set_dates()


@pytest.fixture(scope="module", name="booted")
def boot_all(programs, cache, tmp_path_factory):
    """({path: inode} of the tree, {node: machine})"""
    folder = tmp_path_factory.mktemp("round-trip")
    root = str(folder / "root")
    try:
        small.build(root, kernel := debian.kernel(cache))
    except DownloadError as error:
        pytest.skip(f"no kernel to boot with: {error}")
    inodes.build(f"{root}/bin/inodes")
    for name in ("report", "watched"):
        open(f"{root}/etc/{name}", "w", encoding="ascii").close()
    two_stage.add(root, kernel)
    fill(root)
    with Lab() as lab:
        site = Site(f"{lab.folder}/site", programs)
        site.wwctl("image", "import", "--build", root, "kinds")
        site.wwctl("profile", "set", "--yes", "default", "--image", "kinds", "--netdev", "eth0", "--netmask", Lab.netmask,
                   "--system-overlays", "wwinit", "--runtime-overlays", "",
                   "--kernelargs", "console=ttyS0,net.ifnames=0,panic=-1")  # fmt: skip
        for number, (node, more) in enumerate(NODES.items(), 11):
            site.wwctl("node", "add", node, "--hwaddr", hwaddr(node), "--ipaddr", f"10.66.0.{number}", *more)
        site.start(lab)
        machines = {node: lab.machine(hwaddr(node), memory=512) for node in NODES}
        try:
            for machine in machines.values():
                machine.wait_for("NODE report-end", BOOT_SECONDS)
        except MachineError as error:
            with open(f"{lab.folder}/wwd.log", encoding="utf-8", errors="replace") as f:
                pytest.fail(f"{error}\n\n--- wwd:\n{f.read()[-4000:]}")
        yield inodes.of_tree(f"{root}/bin/inodes", root), machines


def made_by_the_test(tree):
    return {path: dict(inode) for path, inode in tree.items() if path.startswith(("/opt/", "/srv/"))}


@pytest.mark.parametrize("node", ["initramfs", "tmpfs"])
def test_every_inode_arrived_as_it_was(booted, node):
    tree, machines = booted
    wanted = made_by_the_test(tree)
    assert len(wanted) > 80
    assert wanted[f"/{REFUSED}"].pop("user.note") == b"kept".hex()
    lines = inodes.differences(wanted, inodes.of_machine(machines[node]))
    if lines:
        pytest.fail("\n".join([f"{len(lines)} differences", *lines]))


def test_the_labels_were_kept_by_a_kernel_with_selinux(booted):
    _, machines = booted
    assert "NODE security selinux" in machines["tmpfs"].text()
    assert "NODE security selinux" not in machines["initramfs"].text()


def test_the_console_tells_which_attribute_the_kernel_refused(booted):
    _, machines = booted
    for node in ("initramfs", "tmpfs"):
        console = machines[node].text()
        assert re.search(f"1 of [0-9]+ files lack attributes of the image: set the attribute user.note of {REFUSED}", console)


def test_without_the_client_files_keep_their_names(booted):
    tree, machines = booted
    node = inodes.of_machine(machines["by-tar"])
    assert "copying the image to tmpfs" in machines["by-tar"].text()
    for path in ("/opt/links/one", "/srv/links/three"):
        assert node[path]["names"] == tree[path]["names"]
    assert "file capabilities of the image may be missing" in machines["by-tar"].text()


def test_attributes_arrive_in_two_stages_too(booted):
    """Everything does, but for dates that cpio leaves to the kernel: those of links, and of folders that it fills later."""
    tree, machines = booted
    console = machines["two-stage"].text()
    for stage in ("fetching system", "fetching image", "fetching runtime", "switching"):
        assert f"STAGE {stage}" in console
    assert "setting the extended attributes of the image" in console
    wanted = made_by_the_test(tree)
    assert len(inodes.attributes(wanted)) >= 10
    del wanted[f"/{REFUSED}"]["user.note"]
    node = inodes.of_machine(machines["two-stage"])
    for path, inode in wanted.items():
        if inode["mode"].startswith(("4", "12")):
            inode["mtime"] = node[path]["mtime"]
    lines = inodes.differences(wanted, node)
    assert not lines, "\n".join(lines)
