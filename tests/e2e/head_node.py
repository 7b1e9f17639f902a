# SPDX-License-Identifier: BSD-3-Clause
"""A head node for tests: beside a site, an /etc, a /root and a /srv of its own (bind mounts in a mount namespace), and a systemctl that
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
if [ -d /srv ]; then mount --bind "$1/srv" /srv; fi
while read -r folder layers; do mount -t overlay overlay -o "lowerdir=$layers:$folder" "$folder"; done < "$1/layers"
mkdir -p /root/.ssh
shift
exec "$@"
"""


class Head:
    """`root` and `config` are the site's. `network` makes of a command one that runs in a network namespace."""

    def __init__(self, root, config, network=lambda argv: argv):
        self.config = config
        self.network = network
        self.folder = f"{root}/head"
        for name in ("etc", "root", "srv", "bin", "units"):
            os.makedirs(f"{self.folder}/{name}")
        for name in ("passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "os-release"):
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", f"{self.folder}/etc/{name}")
        self.write("layers", "")
        self.write("etc/hosts", "127.0.0.1 localhost\n")
        self.write("bin/systemctl", SYSTEMCTL.format(units=f"{self.folder}/units", log=f"{self.folder}/told"))
        # As if this machine's kernel served NFS, whether it does or not.
        self.write("bin/modprobe", "#!/bin/sh\n")
        for name in ("systemctl", "modprobe"):
            os.chmod(f"{self.folder}/bin/{name}", 0o755)

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

    def lay_over(self, folder, layers):
        """Folders whose files are seen in `folder` of the machine, too."""
        self.write("layers", f"{folder} {':'.join(layers)}\n")

    def told(self):
        """What systemctl was told since the last question."""
        try:
            told = self.read("told").splitlines()
            os.unlink(f"{self.folder}/told")
        except FileNotFoundError:
            return []
        return told

    def inside(self, argv):
        """The command that runs `argv` on the head node."""
        words = ["unshare", "--mount", "--propagation", "private", "sh", "-eu", "-c", INSIDE, "sh", self.folder]
        return self.network([*words, *argv])

    def wwctl(self, *words):
        env = {**os.environ, "HOME": "/root", "PATH": f"{self.folder}/bin:{os.environ['PATH']}:/usr/sbin:/sbin"}
        return subprocess.run(
            self.inside([f"{BIN}/wwctl", "--warewulfconf", self.config, *words]),
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


def head_of(site):
    """Of a daemon.Site, with the stock overlay `host` and programs to boot."""
    head = Head(site.root, site.config)
    head.site = site
    os.symlink(f"{PROJECT}/overlays/host", site.path("usr/share/warewulf/overlays/host"))
    site.write("usr/share/ipxe/undionly.kpxe", "bios")
    site.write("usr/share/ipxe/ipxe-snponly-x86_64.efi", "x64")
    site.write("usr/share/ipxe/arm64-efi/snponly.efi", "arm")
    return head
