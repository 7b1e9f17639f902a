# SPDX-License-Identifier: BSD-3-Clause
"""Debian 12 for nodes: the cloud kernel by itself, and a root file system with it. Both come from the
package mirror this machine uses anyway and are kept in a cache folder for the next run."""

import glob
import hashlib
import os
import re
import shutil
import subprocess

META_PACKAGE = "linux-image-cloud-amd64"  # small, and its drivers are those of virtual machines


class DownloadError(Exception):
    """The mirror could not be reached or lacks a package. The text holds the tool's last lines."""


def kernel(cache):
    """A folder with boot/vmlinuz-VERSION and lib/modules/VERSION, unpacked from the package."""
    ready = sorted(glob.glob(f"{cache}/linux-image-*-cloud-amd64"))
    if ready:
        return ready[-1]
    depends = _quiet(["apt-cache", "depends", META_PACKAGE], fail=False)
    package = re.search(r"Depends: (linux-image-[0-9]\S*)", depends)
    if not package:
        _quiet(["apt-get", "-q", "update"])
        depends = _quiet(["apt-cache", "depends", META_PACKAGE])
        package = re.search(r"Depends: (linux-image-[0-9]\S*)", depends)
    if not package:
        raise DownloadError(f"no package {META_PACKAGE} in the package lists (Debian 12, amd64?)")
    return unpacked(cache, package[1])


def unpacked(cache, package):
    """A folder with the files of a package, which is not installed: on this machine a kernel or a boot loader would
    be in earnest."""
    target = f"{cache}/{package}"
    if os.path.isdir(target):
        return target
    os.makedirs(cache, exist_ok=True)
    work = f"{cache}/.{package}.{os.getpid()}"
    os.makedirs(work)
    try:
        if not _quiet(["apt-cache", "show", "--no-all-versions", package], fail=False).startswith("Package:"):
            _quiet(["apt-get", "-q", "update"])
        _quiet(["apt-get", "-q", "download", package], cwd=work)
        (archive,) = glob.glob(f"{work}/*.deb")
        _quiet(["dpkg-deb", "-x", archive, f"{work}/tree"])
        os.rename(f"{work}/tree", target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


# What a node needs to come up to multi-user under systemd, and not much more.
ROOT_PACKAGES = ("systemd", "systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps", META_PACKAGE)
# Left out of the built image, though not of the tree it is built from: the kernel is sent by itself.
NOT_ON_NODES = ("boot", "usr/share/i18n", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")


def root_file_system(cache, progress=print):
    """A folder with a root file system. Made in about a minute the first time."""
    recipe = hashlib.sha256(" ".join(ROOT_PACKAGES + NOT_ON_NODES).encode()).hexdigest()[:8]
    target = f"{cache}/debian12-amd64-{recipe}"
    if os.path.isdir(target):
        return target
    progress("making a root file system of Debian 12 (a minute or two; the next run finds it)")
    os.makedirs(cache, exist_ok=True)
    work = f"{target}.{os.getpid()}"
    try:
        _quiet(
            [
                "mmdebstrap",
                "--mode=root",
                "--variant=minbase",
                "--architectures=amd64",
                "--include=" + ",".join(ROOT_PACKAGES),
                '--aptopt=APT::Install-Recommends "false"',
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                "bookworm",
                work,
            ]
        )
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


def _quiet(argv, fail=True, **options):
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    except FileNotFoundError:
        raise DownloadError(f"{argv[0]} is not installed") from None
    if fail and done.returncode != 0:
        raise DownloadError(f"{' '.join(argv)} failed:\n{done.stdout[-2000:]}")
    return done.stdout
