# SPDX-License-Identifier: BSD-3-Clause
"""A root file system of one program, BusyBox, and a kernel: built in a second, up in another. Its init
(small_init.sh) brings the network up and tells the serial console what the node has got."""

import glob
import os
import shutil

BUSYBOX = "/bin/busybox"  # package busybox-static
FOLDERS = "bin dev etc/network lib/modules mnt proc root run sbin sys tmp usr/bin usr/sbin var/log".split()
APPLETS = """
    awk basename cat chmod chown cmp cp cut date dd dirname echo env expr false find grep head hostname
    id ifconfig ifdown ifup insmod ip kill killall ln ls lsmod mkdir mknod mktemp mount mountpoint mv nc
    ping poweroff ps pwd readlink realpath reboot rm rmdir route run-parts sed seq sh sha256sum sleep sort
    stat switch_root sync tail tar tee test touch tr true umount uname usleep vi wc wget xargs
""".split()

# In the order they must be loaded; those built into the kernel are not there as files.
MODULES = """
    net/core/failover drivers/net/net_failover drivers/virtio/virtio_ring drivers/virtio/virtio
    drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci
    drivers/net/virtio_net
""".split()


def build(target, kernel=None, busybox=BUSYBOX):
    """Makes the root file system at `target`, with the kernel of debian.kernel() if it is given. Of which architecture it is
    follows from the two."""
    for folder in FOLDERS:
        os.makedirs(f"{target}/{folder}")
    os.chmod(f"{target}/root", 0o700)
    os.chmod(f"{target}/tmp", 0o1777)
    os.symlink("../run", f"{target}/var/run")
    shutil.copy2(busybox, f"{target}/bin/busybox")
    for applet in APPLETS:
        os.symlink("busybox", f"{target}/bin/{applet}")
    shutil.copy2(f"{os.path.dirname(__file__)}/small_init.sh", f"{target}/sbin/init")
    os.chmod(f"{target}/sbin/init", 0o755)
    _write(f"{target}/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    _write(f"{target}/etc/group", "root:x:0:\n")

    if kernel:
        _add_kernel(target, kernel)


def _add_kernel(target, kernel):
    os.makedirs(f"{target}/boot")
    for name in ("vmlinuz", "config"):
        (file,) = glob.glob(f"{kernel}/boot/{name}-*")
        shutil.copy2(file, f"{target}/boot/")
    (modules,) = glob.glob(f"{kernel}/lib/modules/*")
    names = []
    for module in MODULES:
        if os.path.exists(f"{modules}/kernel/{module}.ko"):
            shutil.copy2(f"{modules}/kernel/{module}.ko", f"{target}/lib/modules/")
            names.append(os.path.basename(module))
    _write(f"{target}/lib/modules/order", "".join(f"{name}\n" for name in names))


def _write(path, text):
    with open(path, "w") as f:
        f.write(text)
