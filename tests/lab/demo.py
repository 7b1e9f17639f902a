# SPDX-License-Identifier: BSD-3-Clause
"""`./dev demo`: a virtual node boots over the network, from a wwd just built, into Debian 12; with `--arch aarch64` a node of
that architecture from this x86_64 machine.

Everything is made for this run and removed after it: a site, a network namespace with DHCP and TFTP, the
node. Only the root file system is kept, below build/cache, so the second run is quick.
"""

import argparse
import os
import re
import sys
import threading
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.dirname(TESTS)
sys.path.insert(0, TESTS)

from lab import debian  # noqa: E402
from lab.lab import Lab, LabError  # noqa: E402
from lab.machine import BIOS, MachineError, aarch64, why_not_aarch64  # noqa: E402
from lab.packages import DownloadError, Shelf  # noqa: E402
from lab.site import Site, SiteError  # noqa: E402

HWADDR = "52:54:00:66:00:01"
ADDRESS = "10.66.0.11"
BOOT_SECONDS = 600  # 25 do on an idle machine without KVM, 60 for aarch64; a busy one takes many times that
CONSOLES = {"x86_64": "ttyS0", "aarch64": "ttyAMA0"}

# What the node runs once it is up; its lines go to the serial console.
REPORT_UNIT = """\
[Unit]
Description=Tell the console what this node has got
After=wwclient.service systemd-networkd.service

[Service]
ExecStart=/usr/local/sbin/node-report
StandardOutput=tty
StandardError=tty
TTYPath=/dev/console
"""
REPORT_SCRIPT = """\
#!/bin/sh
say() { echo "REPORT $*"; }
echo 1 > /proc/sys/kernel/printk
until systemctl is-active --quiet multi-user.target; do sleep 0.2; done
say "hostname   $(cat /proc/sys/kernel/hostname)"
say "system     $(. /etc/os-release; echo "$PRETTY_NAME")"
say "kernel     $(uname -r) $(uname -m)"
say "address    $(ip -4 -o addr show dev eth0 | awk '{ print $4 }')"
say "root       $(findmnt -no FSTYPE /)"
say "wwclient   $(systemctl is-active wwclient.service)"
say "multi-user $(cut -d' ' -f1 /proc/uptime) s after the kernel started"
say "overlay files received:"
for path in /init /warewulf/* /warewulf/init.d/* /etc/hostname /etc/hosts /etc/fstab /etc/issue \\
    /etc/resolv.conf /etc/systemd/network/10-ww4-* /etc/warewulf/* /etc/motd; do
    [ -f "$path" ] && say "  $(stat -c '%A %U:%G %8s' "$path")  $path"
done
say "end"
"""


class Progress:
    """Lines with the seconds since the start, from any thread."""

    def __init__(self):
        self._start = time.monotonic()
        self._lock = threading.Lock()

    def __call__(self, text):
        with self._lock:
            print(f"[{time.monotonic() - self._start:6.1f} s] {text}", flush=True)

    def seconds(self):
        return time.monotonic() - self._start


def size(number):
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


class Follower(threading.Thread):
    """Shows what wwd sends, as its log tells: stage, bytes, seconds."""

    SENT = re.compile(r"\bboot\.sent node=(\S*) stage=(\S+) file=(\S*) peer=\S* bytes=(\d+)(?: ms=(\d+))?")

    def __init__(self, path, show):
        super().__init__(daemon=True)
        self._path, self._show = path, show
        self._ended = threading.Event()

    def run(self):
        with open(self._path) as log:
            while True:
                ended = self._ended.is_set()
                for line in log:
                    if match := self.SENT.search(line):
                        self._sent(*match.groups())
                if ended:
                    return
                self._ended.wait(0.1)

    def _sent(self, node, stage, file, sent, ms):
        took = f" in {int(ms) / 1000:.2f} s" if ms else ""  # a short text leaves with its head
        self._show(f"wwd -> {node or 'unknown node'}: {stage:9} {file:28} {size(int(sent)):>10}{took}")

    def end(self):
        self._ended.set()
        self.join()


def make_site(folder, options, image, show):
    site = Site(f"{folder}/site", options.programs, {"update interval": 5})
    site.overlay_file("report", "etc/systemd/system/node-report.service", REPORT_UNIT)
    site.overlay_file("report", "usr/local/sbin/node-report", REPORT_SCRIPT, 0o755)
    wants = f"{site.root}/var/lib/warewulf/overlays/report/rootfs/etc/systemd/system/multi-user.target.wants"
    os.makedirs(wants)
    os.symlink("../node-report.service", f"{wants}/node-report.service")
    os.symlink("/lib/systemd/system/systemd-networkd.service", f"{wants}/systemd-networkd.service")
    site.overlay_file("greeting", "etc/motd.ww", "This is {{ .Id }} of cluster {{ .ClusterName }}.\n")

    site.wwctl("image", "import", "--platform", options.arch, image, "debian12")
    show("image debian12 imported")
    site.wwctl("image", "build", "debian12")
    built = f"{site.root}/var/lib/warewulf/provision/images/debian12.img"
    sizes = " and ".join(size(os.path.getsize(path)) for path in (built, f"{built}.gz") if os.path.exists(path))
    show(f"image debian12 built ({sizes} compressed)")

    site.wwctl("profile", "set", "--yes", "default",
               "--image", "debian12",
               "--system-overlays", "wwinit,wwclient,fstab,hostname,hosts,issue,resolv,systemd.networkd,report",
               "--runtime-overlays", "hosts,greeting",
               "--kernelargs", f"console={CONSOLES[options.arch]},net.ifnames=0,panic=-1,quiet",
               "--netdev", "eth0", "--netmask", Lab.netmask, "--gateway", Lab.address)  # fmt: skip
    site.wwctl("node", "add", "n1", "--hwaddr", HWADDR, "--ipaddr", ADDRESS, "--cluster", "demo")
    show("node n1 added")
    print(site.wwctl("node", "list", "--net"), flush=True)
    return site


def console_line(show):
    """Shows the lines of the node's console that tell a story."""
    telling = re.compile(r"^(SeaBIOS|UEFI firmware|iPXE \d|wwinit:|Loading|Starting the kernel)|[Ee]rror")

    def on_line(_seconds, text):
        before, report, told = text.partition("REPORT ")
        if report:
            show(f"n1: {told}")
        elif telling.search(before):
            show(f"n1 console: {before[:100]}")

    return on_line


def ipxe_for(architecture, cache):
    """The boot program that Debian 12 lacks, or None. Raises DownloadError."""
    if architecture == "x86_64":
        return None
    return f"{Shelf(cache, release='trixie').unpacked('ipxe')}/usr/lib/ipxe/ipxe-arm64.efi"


def run(options, show):
    cache = f"{PROJECT}/build/cache"
    with Lab(options.logs) as lab:
        image = debian.root_file_system(cache, debian.ARCHITECTURES[options.arch], show)
        show(f"root file system: {os.path.relpath(image, PROJECT)}")
        site = make_site(lab.folder, options, image, show)
        site.start(lab, ipxe_for(options.arch, cache))
        show(f"wwd listens on {Lab.address}:{Site.port} in network namespace {lab.name}")
        follower = Follower(f"{lab.folder}/wwd.log", show)
        follower.start()
        try:
            powered = show.seconds()
            board, firmware = (BIOS, "BIOS") if options.arch == "x86_64" else (aarch64(lab.folder), "UEFI")
            show(f"n1 is switched on ({options.arch}, {firmware}, iPXE from the network, no KVM)")
            machine = lab.machine(HWADDR, memory=1536, cpus=2, on_line=console_line(show), board=board)
            machine.wait_for(r"REPORT end", BOOT_SECONDS)
            took = show.seconds() - powered
        except MachineError as error:
            raise LabError(f"{error}\n\n--- log of wwd:\n{open(f'{lab.folder}/wwd.log').read()[-3000:]}") from None
        finally:
            follower.end()
        print(site.wwctl("node", "status"), flush=True)
        show(f"n1 was up {took:.1f} s after power-on; switching it off and cleaning up")
    show("done")


def main():
    parser = argparse.ArgumentParser(prog="dev demo", description="Boot a virtual node from wwd.")
    parser.add_argument("--programs", default=f"{PROJECT}/build/bin", help="folder with wwd, wwctl and wwclient")
    parser.add_argument("--arch", choices=CONSOLES, default="x86_64", help="of which architecture the node is")
    parser.add_argument("--logs", help="folder to keep the site and all logs in")
    options = parser.parse_args()
    for name in ("wwd", "wwctl", "wwclient" if options.arch == "x86_64" else f"wwclient.{options.arch}"):
        if not os.path.exists(f"{options.programs}/{name}"):
            sys.exit(f"demo: there is no {name} in {options.programs} (./dev build makes it)")
    if options.arch == "aarch64" and why_not_aarch64():
        sys.exit(f"demo: {why_not_aarch64()}")
    if options.logs:
        options.logs = os.path.abspath(options.logs)
    try:
        run(options, Progress())
    except (LabError, SiteError, DownloadError) as error:
        sys.exit(f"demo: {error}")
    except KeyboardInterrupt:
        sys.exit("demo: interrupted; everything was cleaned up")


if __name__ == "__main__":
    main()
