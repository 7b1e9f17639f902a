# SPDX-License-Identifier: BSD-3-Clause
"""Lays out a scratch site: folders, the two configuration files and, for `stock`, what a package installs.

`./dev root DIR PORT [empty|stock]` runs this file, and the vector driver calls `lay_out()` for every scenario.
Only os and sys are imported, because hundreds of scenarios pay for each import.
"""

import os
import sys

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))

FOLDERS = (
    "etc/warewulf/ipxe",
    "etc/warewulf/grub",
    "var/lib/warewulf/chroots",
    "var/lib/warewulf/overlays",
    "var/lib/warewulf/provision",
    "var/lib/warewulf/files",
    "var/cache/warewulf",
    "var/lib/tftpboot",
    "usr/share/warewulf/overlays",
    "usr/share/warewulf/bmc",
    "usr/share/ipxe",
    "usr/lib/systemd/system",
    "usr/lib/firewalld/services",
    "srv",
    "usr/bin",
)

NODES_CONF = """\
nodeprofiles:
  default:
    comment: Every node takes this profile unless it names others
nodes: {}
"""

WAREWULF_CONF = """\
ipaddr: 127.0.0.1
netmask: 255.0.0.0
network: 127.0.0.0
warewulf:
  port: {{PORT}}
  secure: false
  update interval: 60
  autobuild overlays: true
  host overlay: true
dhcp:
  enabled: true
  range start: 127.0.1.1
  range end: 127.0.1.255
tftp:
  enabled: true
  tftproot: {{ROOT}}/var/lib/tftpboot
nfs:
  enabled: true
  export paths:
  - path: /home
    export options: rw,sync
  - path: /opt
    export options: ro,sync,no_root_squash
image mounts:
- source: /etc/resolv.conf
paths:
  bindir: {{ROOT}}/usr/bin
  sysconfdir: {{ROOT}}/etc
  localstatedir: {{ROOT}}/var/lib
  cachedir: {{ROOT}}/var/cache
  ipxesource: {{ROOT}}/usr/share/ipxe
  srvdir: {{ROOT}}/srv
  firewallddir: {{ROOT}}/usr/lib/firewalld/services
  systemddir: {{ROOT}}/usr/lib/systemd/system
  datadir: {{ROOT}}/usr/share
  wwoverlaydir: {{ROOT}}/var/lib/warewulf/overlays
  wwchrootdir: {{ROOT}}/var/lib/warewulf/chroots
  wwprovisiondir: {{ROOT}}/var/lib/warewulf/provision
  wwfilesdir: {{ROOT}}/var/lib/warewulf/files
  wwclientdir: /warewulf
"""

# Source folder below templates/ -> where a package puts its files.
TEMPLATES = {"ipxe": "etc/warewulf/ipxe", "grub": "etc/warewulf/grub", "bmc": "usr/share/warewulf/bmc"}
OVERLAYS = "usr/share/warewulf/overlays"

# The overlay that carries the client; "wwclient.MACHINE" are its copies for machines of one kind.
CLIENT = "wwclient"


def write(path, data, mode=0o644):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        os.fchmod(fd, mode)
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
    finally:
        os.close(fd)


def read(path):
    with open(path, "rb", buffering=0) as f:
        return f.read()


def make_folder(path):
    try:
        os.mkdir(path, 0o755)
    except FileExistsError:
        pass


def copy_tree(source, target):
    """Copies as a package would: plain files 0644 or 0755, folders 0755, links as they are."""
    make_folder(target)
    with os.scandir(source) as entries:
        for entry in entries:
            to = f"{target}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), to)
            elif entry.is_dir():
                copy_tree(entry.path, to)
            else:
                executable = entry.stat().st_mode & 0o100
                write(to, read(entry.path), 0o755 if executable else 0o644)


def manifest(path):
    """The rows of overlays/manifest: [verb, argument, argument]."""
    if not os.path.exists(path):
        return []
    rows = [line.split() for line in read(path).decode().splitlines()]
    return [row for row in rows if row and not row[0].startswith("#")]


def install_overlays(source, target, programs):
    rows = manifest(f"{source}/manifest")
    copies = {row[1]: row[2] for row in rows if row[0] == "copy"}
    names = sorted(e.name for e in os.scandir(source) if os.path.isdir(f"{e.path}/rootfs"))
    origin = {name: name for name in names}
    origin.update((name, of) for name, of in copies.items() if of in origin and has_program(name, programs))
    for name, of in origin.items():
        make_folder(f"{target}/{name}")
        copy_tree(f"{source}/{of}/rootfs", f"{target}/{name}/rootfs")
    for row in rows:
        if row[0] == "mode":
            overlay, _, path = row[2].partition("/")
            for name, of in origin.items():
                if of == overlay:
                    os.chmod(f"{target}/{name}/{path}", int(row[1], 8))
    for name in origin:
        if name == CLIENT or name.startswith(f"{CLIENT}."):
            install_client(name, f"{target}/{name}/rootfs/warewulf", programs)
    share_client(target, "aarch64")


def client_program(name, programs):
    """The file in the build: this machine's is called like the overlay that has no machine in its name."""
    return f"{programs}/{CLIENT if name == f'{CLIENT}.{os.uname().machine}' else name}"


def has_program(name, programs):
    """A package leaves out the client for machines that it has no program for."""
    own = name == f"{CLIENT}.{os.uname().machine}"
    return own or not name.startswith(f"{CLIENT}.") or os.path.exists(client_program(name, programs))


def install_client(name, folder, programs):
    program = client_program(name, programs)
    if os.path.exists(program):
        make_folder(folder)
        write(f"{folder}/wwclient", read(program), 0o755)


def share_client(target, machine):
    """The plain overlay serves machines of another kind, too, by the same program as the overlay that is named after it."""
    program = f"{target}/{CLIENT}.{machine}/rootfs/warewulf/wwclient"
    if machine != os.uname().machine and os.path.exists(program):
        for folder in (f"{target}/{CLIENT}/rootfs.{machine}", f"{target}/{CLIENT}/rootfs.{machine}/warewulf"):
            make_folder(folder)
        os.link(program, f"{target}/{CLIENT}/rootfs.{machine}/warewulf/wwclient")


def install_stock(root, project, programs):
    for name, folder in TEMPLATES.items():
        source = f"{project}/templates/{name}"
        if os.path.isdir(source):
            copy_tree(source, f"{root}/{folder}")
    if os.path.isdir(f"{project}/overlays"):
        install_overlays(f"{project}/overlays", f"{root}/{OVERLAYS}", programs)


def lay_out(root, port, base="empty", project=PROJECT, programs=None):
    """Makes the site below `root` (created if missing) for a daemon on TCP port `port`."""
    if base not in ("empty", "stock"):
        raise ValueError(f"no such base: {base} (empty or stock)")
    old = os.umask(0o022)
    try:
        made = set()
        for folder in FOLDERS:
            path = root
            for part in ["", *folder.split("/")]:
                path = f"{path}/{part}" if part else path
                if path not in made:
                    made.add(path)
                    os.makedirs(path, exist_ok=True) if path == root else make_folder(path)
        conf = WAREWULF_CONF.replace("{{ROOT}}", root).replace("{{PORT}}", str(port))
        write(f"{root}/etc/warewulf/warewulf.conf", conf.encode())
        write(f"{root}/etc/warewulf/nodes.conf", NODES_CONF.encode())
        if base == "stock":
            install_stock(root, project, programs or f"{project}/build/bin")
    finally:
        os.umask(old)


def main(argv):
    if len(argv) not in (2, 3) or not argv[1].isdecimal():
        sys.exit("usage: dev root DIR PORT [empty|stock]")
    lay_out(os.path.abspath(argv[0]), int(argv[1]), *argv[2:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(f"dev root: {error}")
