# SPDX-License-Identifier: BSD-3-Clause
"""A head node for tests: a site, an /etc and a /root of its own (bind mounts in a mount namespace), and a systemctl that
writes down what it is told. Nothing touches the machine's own files. Needs root, to mount."""

import os
import shutil
import stat
import subprocess

from daemon import BIN, PATIENCE, PROJECT

SYSTEMCTL = """\
#!/bin/sh
units={units}
verb=$1
for unit; do :; done
case $verb in
show)
    if [ -e "$units/$unit" ]; then
        echo LoadState=loaded
        grep -q active "$units/$unit" && echo ActiveState=active || echo ActiveState=inactive
        grep -q enabled "$units/$unit" && echo UnitFileState=enabled || echo UnitFileState=disabled
    else
        echo LoadState=not-found
    fi ;;
*)
    echo "$verb $unit" >> {log}
    case $verb in
    start|restart) echo active >> "$units/$unit" ;;
    enable) echo enabled >> "$units/$unit" ;;
    esac ;;
esac
"""

INSIDE = """\
mount --bind "$1/etc" /etc
mount --bind "$1/root" /root
mkdir -p /root/.ssh
shift
exec "$@"
"""


class Head:
    """A head node: a site, its /etc and /root, and its services."""

    def __init__(self, site):
        self.site = site
        self.folder = site.path("head")
        for name in ("etc", "root", "bin", "units"):
            os.makedirs(f"{self.folder}/{name}")
        for name in ("passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "os-release"):
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", f"{self.folder}/etc/{name}")
        self.write("etc/hosts", "127.0.0.1 localhost\n")
        self.write("bin/systemctl", SYSTEMCTL.format(units=f"{self.folder}/units", log=f"{self.folder}/told"))
        os.chmod(f"{self.folder}/bin/systemctl", 0o755)
        os.symlink(f"{PROJECT}/overlays/host", site.path("usr/share/warewulf/overlays/host"))
        site.write("usr/share/ipxe/undionly.kpxe", "bios")
        site.write("usr/share/ipxe/ipxe-snponly-x86_64.efi", "x64")
        site.write("usr/share/ipxe/arm64-efi/snponly.efi", "arm")

    def write(self, name, text):
        path = f"{self.folder}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    def read(self, name):
        with open(f"{self.folder}/{name}", encoding="utf-8") as f:
            return f.read()

    def install(self, *units):
        for unit in units:
            self.write(f"units/{unit}", "")

    def told(self):
        """What systemctl was told since the last question."""
        try:
            told = self.read("told").splitlines()
            os.unlink(f"{self.folder}/told")
        except FileNotFoundError:
            return []
        return told

    def wwctl(self, *words, path=None):
        env = {**os.environ, "HOME": "/root", "PATH": path or f"{self.folder}/bin:{os.environ['PATH']}:/usr/sbin:/sbin"}
        program = [f"{BIN}/wwctl", "--warewulfconf", self.site.config, *words]
        return subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-eu", "-c", INSIDE, "sh", self.folder, *program],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=env,
            check=False,
        )

    def snapshot(self):
        """Every file of /etc and /root: content, mode and inode."""
        found = {}
        for top in ("etc", "root"):
            for folder, _, names in os.walk(f"{self.folder}/{top}"):
                for name in names:
                    path = f"{folder}/{name}"
                    status = os.lstat(path)
                    found[path] = (status.st_ino, stat.S_IMODE(status.st_mode), status.st_mtime_ns)
        return found
