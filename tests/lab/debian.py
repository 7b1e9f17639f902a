# SPDX-License-Identifier: BSD-3-Clause
"""Debian 12 for nodes: the cloud kernel by itself, and a root file system with it; for x86_64 and for aarch64. Both come
from the package mirror this machine uses anyway and are kept in a cache folder for the next run."""

import glob
import hashlib
import os
import shutil

from .packages import NATIVE, Shelf, quiet

# What Debian calls them.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def meta_package(architecture):
    return f"linux-image-cloud-{architecture}"  # small, and its drivers are those of virtual machines


def kernel(cache, architecture=NATIVE):
    """A folder with boot/vmlinuz-VERSION and lib/modules/VERSION, unpacked from the package."""
    shelf = Shelf(cache, architecture)
    ready = sorted(glob.glob(f"{shelf.folder}/linux-image-*-cloud-{architecture}"))
    if ready:
        return ready[-1]
    return shelf.unpacked(shelf.dependency(meta_package(architecture), r"linux-image-[0-9][-.\w]*"))


def busybox(cache, architecture):
    """The path of a busybox that needs no library."""
    return f"{Shelf(cache, architecture).unpacked('busybox-static')}/bin/busybox"


# What a node needs to come up to multi-user under systemd, and not much more.
ROOT_PACKAGES = ("systemd", "systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps")
# Without these nothing runs, and only Debian's own installer knows that they are needed in any case.
ESSENTIAL_PACKAGES = (
    *("base-files", "base-passwd", "bash", "coreutils", "dash", "grep", "gzip", "hostname", "libc-bin", "mawk"),
    *("mount", "sed", "tar", "util-linux"),
)
# Left out of the built image, though not of the tree it is built from: the kernel is sent by itself.
NOT_ON_NODES = ("boot", "usr/share/i18n", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")


def root_file_system(cache, architecture=NATIVE, progress=print):
    """A folder with a root file system. Made in about a minute the first time; of another architecture, whose programs
    cannot be run here, it is unpacked and not installed."""
    installed = architecture == NATIVE
    packages = [*ROOT_PACKAGES, meta_package(architecture)] if installed else [*ROOT_PACKAGES, *ESSENTIAL_PACKAGES]
    recipe = hashlib.sha256(" ".join([*packages, *NOT_ON_NODES]).encode()).hexdigest()[:8]
    target = f"{cache}/debian12-{architecture}-{recipe}"
    if os.path.isdir(target):
        return target
    progress("making a root file system of Debian 12 (a minute or two; the next run finds it)")
    os.makedirs(cache, exist_ok=True)
    work = f"{target}.{os.getpid()}"
    try:
        quiet(
            [
                "mmdebstrap",
                "--mode=root",
                f"--variant={'minbase' if installed else 'extract'}",
                f"--architectures={architecture}",
                "--include=" + ",".join(packages),
                *([] if installed else ["--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"]),
                '--aptopt=APT::Install-Recommends "false"',
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                "bookworm",
                work,
            ]
        )
        if not installed:
            _set_up(work, kernel(cache, architecture), f"{Shelf(cache).unpacked('kmod')}/bin/kmod")
        # An installer's initramfs is of no use to a node.
        for path in glob.glob(f"{work}/boot/initrd.img-*"):
            os.remove(path)
        os.makedirs(f"{work}/etc/warewulf")
        with open(f"{work}/etc/warewulf/excludes", "w") as f:
            f.write("".join(f"{path}\n" for path in NOT_ON_NODES))
        os.rename(work, target)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return target


def _set_up(root, kernel_files, kmod):
    """What programs of the packages would have done. With a machine-id, an empty one, systemd asks no questions."""
    open(f"{root}/etc/machine-id", "w", encoding="ascii").close()
    for name in ("passwd", "group"):
        shutil.copy(f"{root}/usr/share/base-passwd/{name}.master", f"{root}/etc/{name}")
    shutil.copy(f"{root}/usr/share/libc-bin/nsswitch.conf", f"{root}/etc/nsswitch.conf")
    os.symlink("mawk", f"{root}/usr/bin/awk")
    shutil.copytree(f"{kernel_files}/boot", f"{root}/boot", dirs_exist_ok=True)
    shutil.copytree(f"{kernel_files}/lib/modules", f"{root}/usr/lib/modules")
    # This machine may have none, and where there is one, programs ask it what its kernel can do.
    quiet(["depmod", "--basedir", root, os.listdir(f"{root}/usr/lib/modules")[0]], executable=kmod)
