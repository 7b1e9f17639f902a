# SPDX-License-Identifier: BSD-3-Clause
"""A bare Debian 12 with systemd, and a folder with the packages that wwd's package asks for. Both are made once, from the
package mirror this machine uses anyway, and kept in a cache folder."""

import glob
import hashlib
import os
import re
import shutil
import subprocess

# The same build in two packages.
OLD, NEW = "0.1.0~1", "0.1.0~2"
# What a server has anyway.
INCLUDED = "systemd-sysv dbus iproute2 procps init-system-helpers curl cpio python3 openssh-client ca-certificates kmod ucf".split()
# What is there for apt to find, besides the libraries: recommended by wwd, and NFS for a kernel without it.
OFFERED = "dnsmasq ipxe nfs-kernel-server nfs-ganesha nfs-ganesha-vfs".split()

# Runs as mmdebstrap's hook, with the new root as $1.
DOWNLOAD = 'chroot "$1" apt-get -q -y install --download-only {packages}'


class Bare:
    """`root`: its file system; `offered`: a folder with packages and their index."""

    def __init__(self, cache, package):
        packages = [*OFFERED, *libraries_of(package)]
        recipe = hashlib.sha256(repr((INCLUDED, packages, DOWNLOAD)).encode()).hexdigest()[:8]
        self.folder = f"{cache}/headnode-{recipe}"
        self.root, self.offered = f"{self.folder}/root", f"{self.folder}/offered"
        if not os.path.isdir(self.folder):
            self._make(packages)

    def _make(self, packages):
        work = f"{self.folder}.{os.getpid()}"
        os.makedirs(f"{work}/offered")
        try:
            _run(
                "mmdebstrap", "--mode=root", "--variant=minbase", "--architectures=amd64",
                "--include=" + ",".join(INCLUDED),
                '--aptopt=APT::Install-Recommends "false"',
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                "--skip=cleanup/apt",
                f"--customize-hook={DOWNLOAD.format(packages=' '.join(packages))}",
                "bookworm", f"{work}/root",
            )  # fmt: skip
            for path in glob.glob(f"{work}/root/var/cache/apt/archives/*.deb"):
                shutil.move(path, f"{work}/offered")
            index = _run("dpkg-scanpackages", "--multiversion", ".", cwd=f"{work}/offered")
            _write(f"{work}/offered/Packages", index)
            # From here on it is a machine of its own, which knows this folder and nobody else.
            shutil.rmtree(f"{work}/root/var/lib/apt/lists")
            os.unlink(f"{work}/root/etc/apt/apt.conf.d/99mmdebstrap")
            _write(f"{work}/root/etc/apt/sources.list", "deb [trusted=yes] file:/srv/offered ./\n")
            _write(f"{work}/root/etc/dpkg/dpkg.cfg.d/test", "force-unsafe-io\n")
            _write(f"{work}/root/etc/resolv.conf", "")
            _write(f"{work}/root/etc/hostname", "head\n")
            _write(f"{work}/root/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 head\n")
            os.rename(work, self.folder)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise


def libraries_of(package):
    """What a package depends on, first alternatives."""
    depends = _run("dpkg-deb", "--field", package, "Depends")
    return sorted({re.match(r"\s*([^\s|(]+)", one)[1] for one in depends.split(",")})


def _run(*argv, **options):
    done = subprocess.run(argv, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(argv)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def _write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
