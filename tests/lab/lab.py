# SPDX-License-Identifier: BSD-3-Clause
"""Lab: a cluster network of its own, in a network namespace: a bridge, DHCP and TFTP by dnsmasq, the
server under test, and machines that boot from it. A context manager that undoes everything it did, also
after Ctrl-C; what a killed run left behind is removed by the next one.
"""

import glob
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from .machine import Machine
from .process import Process

IPXE_FOLDER = "/usr/lib/ipxe"  # where Debian's package `ipxe` has its boot programs
PREFIX = "wwlab-"


class LabError(Exception):
    """Something the lab needs is missing or broken; the text says what to do."""


def why_not():
    """Why no lab can be made here, or None."""
    if os.geteuid() != 0:
        return "must be root (network namespaces and tap devices)"
    for program, package in (
        ("ip", "iproute2"),
        ("dnsmasq", "dnsmasq-base"),
        ("qemu-system-x86_64", "qemu-system-x86"),
    ):
        if not shutil.which(program):
            return f"{program} is missing (package {package})"
    if not os.path.exists(f"{IPXE_FOLDER}/undionly.kpxe"):
        return "iPXE's boot programs are missing (package ipxe)"
    if not os.path.exists("/dev/net/tun"):
        return "/dev/net/tun is missing: this kernel or container has no tap devices"
    probe = f"{PREFIX}probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if made.returncode != 0:
        return f"no network namespace can be made here: {made.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    return None


class Lab:
    """`folder` keeps logs after the lab is gone; without it they go with it. Several may be beside each other."""

    _made = 0
    address = "10.66.0.1"
    network = "10.66.0.0"
    netmask = "255.255.255.0"

    def __init__(self, folder=None):
        reason = why_not()
        if reason:
            raise LabError(reason)
        Lab._made += 1
        self.name = f"{PREFIX}{os.getpid()}-{Lab._made}"
        self._own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix=f"{self.name}-")
        os.makedirs(self.folder, exist_ok=True)
        self._processes = []
        self._machines = 0
        self._old_signals = {}

    # ---- life ----

    def __enter__(self):
        # SIGTERM and SIGHUP end the with-block like Ctrl-C does.
        for number in (signal.SIGTERM, signal.SIGHUP):
            self._old_signals[number] = signal.signal(number, _interrupt)
        try:
            _remove_leftovers()
            self._make_network()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        # A second Ctrl-C must not interrupt the cleaning up.
        old = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            for process in reversed(self._processes):
                process.stop()
            self._processes.clear()
            subprocess.run(["ip", "netns", "del", self.name], capture_output=True)
            if self._own_folder:
                shutil.rmtree(self.folder, ignore_errors=True)
        finally:
            signal.signal(signal.SIGINT, old)
            for number, handler in self._old_signals.items():
                signal.signal(number, handler)
            self._old_signals.clear()

    def _make_network(self):
        _ip("netns", "add", self.name)
        self._ip("link", "set", "lo", "up")
        # Without these a new port of the bridge is silent for 30 s, longer than PXE waits.
        self._ip("link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0")
        self._ip("addr", "add", f"{self.address}/24", "dev", "br0")
        self._ip("addr", "add", "fd66::1/64", "dev", "br0", "nodad")
        self._ip("link", "set", "br0", "up")

    def _ip(self, *words):
        _ip("-n", self.name, *words)

    # ---- what runs in it ----

    def inside(self, argv):
        """The command that runs `argv` in the lab's network."""
        return ["ip", "netns", "exec", self.name, *argv]

    def run(self, argv, **options):
        return subprocess.run(self.inside(argv), **options)

    def start(self, name, argv, env=None):
        """Starts a server; its output goes to `<folder>/<name>.log`."""
        process = Process(self.inside(argv), f"{self.folder}/{name}.log", env)
        self._processes.append(process)
        return process

    def serve_boot(self, script_url, aarch64_ipxe=None):
        """DHCP and TFTP: firmware gets iPXE, iPXE gets `script_url` (its own ${…} allowed). `aarch64_ipxe` is the program
        for machines of that kind, which Debian 12 has none for."""
        programs = f"{self.folder}/tftp"
        os.makedirs(programs)
        for path in (f"{IPXE_FOLDER}/undionly.kpxe", f"{IPXE_FOLDER}/snponly.efi", aarch64_ipxe):
            if path:
                os.symlink(path, f"{programs}/{os.path.basename(path)}")
        dnsmasq = self.start(
            "dnsmasq",
            [
                "dnsmasq",
                "--conf-file=/dev/null",
                "--no-daemon",
                "--port=0",
                "--interface=br0",
                "--bind-interfaces",
                f"--dhcp-leasefile={self.folder}/leases",
                "--dhcp-range=10.66.0.100,10.66.0.200,255.255.255.0,10m",
                "--dhcp-authoritative",
                "--no-ping",
                "--log-dhcp",
                "--enable-tftp",
                f"--tftp-root={programs}",
                # See README.md: router advertisements and no proxy DHCP, or iPXE waits.
                "--enable-ra",
                "--dhcp-range=fd66::,ra-only",
                "--ra-param=br0,mtu:1500,10,600",
                "--dhcp-option=encap:175,176,1b",
                "--dhcp-no-override",
                "--dhcp-userclass=set:ipxe,iPXE",
                "--dhcp-match=set:bios,option:client-arch,0",
                "--dhcp-match=set:efi64,option:client-arch,7",
                "--dhcp-boot=tag:bios,tag:!ipxe,undionly.kpxe",
                "--dhcp-boot=tag:efi64,tag:!ipxe,snponly.efi",
                "--dhcp-match=set:arm64,option:client-arch,11",
                *([f"--dhcp-boot=tag:arm64,tag:!ipxe,{os.path.basename(aarch64_ipxe)}"] if aarch64_ipxe else []),
                f"--dhcp-boot=tag:ipxe,{script_url}",
            ],
        )
        self._wait(lambda: "DHCP, IP range" in dnsmasq.output(), dnsmasq, "dnsmasq does not start", 5)

    def machine(self, hwaddr, memory=512, **options):
        """A machine wired to the bridge, switched on. See Machine for the options."""
        self._machines += 1
        tap = f"tap{self._machines}"
        self._ip("tuntap", "add", "dev", tap, "mode", "tap")
        self._ip("link", "set", tap, "master", "br0", "up")
        machine = Machine(self, f"node{self._machines}", tap, hwaddr, memory, **options)
        self._processes.append(machine)
        return machine

    def wait_for_port(self, port, process, seconds=10):
        """Until something listens on the lab's address; `process` must stay alive."""

        def listens():
            probe = f"import socket; socket.create_connection(('{self.address}', {port}), 1).close()"
            return self.run([sys.executable, "-c", probe], capture_output=True).returncode == 0

        self._wait(listens, process, f"nothing listens on port {port}", seconds)

    def _wait(self, true, process, complaint, seconds):
        end = time.monotonic() + seconds
        while not true():
            if not process.running() or time.monotonic() > end:
                raise LabError(f"{complaint}:\n{process.output()[-2000:]}")
            time.sleep(0.05)


def _interrupt(*_):
    raise KeyboardInterrupt


def _ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise LabError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def _remove_leftovers():
    """Namespaces and folders of runs that were killed; their names hold the process id."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    for name in re.findall(rf"^({PREFIX}(?:probe-)?(\d+)(?:-\d+)?)\b", listed, re.MULTILINE):
        if not os.path.exists(f"/proc/{name[1]}"):
            subprocess.run(["ip", "netns", "del", name[0]], capture_output=True)
    for folder in glob.glob(f"{tempfile.gettempdir()}/{PREFIX}*-*"):
        pid = re.fullmatch(rf"{PREFIX}(\d+)-\d+-\w+", os.path.basename(folder))
        if pid and not os.path.exists(f"/proc/{pid[1]}"):
            shutil.rmtree(folder, ignore_errors=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
