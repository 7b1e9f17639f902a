# SPDX-License-Identifier: BSD-3-Clause
"""Container: a Debian of its own with its own systemd, by systemd-nspawn. It starts in a second; what it writes lies in
a folder of the test and can be the ground for another one. Nothing of the machine is mounted, registered or changed."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile

from .process import Process

NSPAWN = ["systemd-nspawn", "--register=no", "--keep-unit"]
PATIENCE = 60  # seconds to start or to stop
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


class ContainerError(Exception):
    """It did not start; the text ends with what it said."""


def why_not():
    """Why no container can be made here, or None."""
    if os.geteuid() != 0:
        return "must be root (systemd-nspawn)"
    if not shutil.which("systemd-nspawn"):
        return "systemd-nspawn is missing (package systemd-container)"
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(f"{folder}/usr/bin")
        shutil.copy("/bin/busybox", f"{folder}/usr/bin")
        probe = [*NSPAWN, "--quiet", "--private-network", "-D", folder, "/usr/bin/busybox", "true"]
        done = subprocess.run(probe, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"systemd-nspawn does not work here: {done.stderr.strip()}"
    return None


class Container:
    """`layers`: folders that together are its root file system, the uppermost first; `network`: the path of a network
    namespace; `shown`: path in the container -> folder of this machine, read-only."""

    def __init__(self, folder, layers, network, shown):
        self.written = f"{folder}/written"
        self._scripts = 0
        for name in ("written", "work", "root"):
            os.makedirs(f"{folder}/{name}", exist_ok=True)
        overlay = f"lowerdir={':'.join(layers)},upperdir={self.written},workdir={folder}/work"
        nspawn = [*NSPAWN, "--kill-signal=SIGRTMIN+4", "--notify-ready=yes"]
        nspawn += ["--capability=CAP_NET_ADMIN"]  # its network is its own
        # What nspawn 252 would refuse, other than a machine: Landlock, which wwd uses, and handles of files, for NFS servers.
        allowed = "landlock_create_ruleset landlock_add_rule landlock_restrict_self open_by_handle_at"
        nspawn += [f"--system-call-filter={allowed}"]
        nspawn += ["--resolv-conf=off", "--timezone=off", f"--network-namespace-path={network}", "-D", f"{folder}/root", "-b"]
        nspawn += [f"--bind-ro={outside}:{inside}" for inside, outside in shown.items()]
        # In a mount namespace of its own, so that nothing is left if we are killed.
        script = f"mount -t overlay overlay -o {shlex.quote(overlay)} {shlex.quote(folder)}/root && exec {shlex.join(nspawn)}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
            notices.bind(f"{folder}/notify")
            notices.settimeout(PATIENCE)
            environment = {**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"}
            argv = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
            self._process = Process(argv, f"{folder}/log", environment)
            self._leader = None
            try:
                self._wait_until_ready(notices)
            except TimeoutError:
                self._process.stop()
                raise ContainerError(f"not up within {PATIENCE} s:\n{self._process.output()[-3000:]}") from None

    def _wait_until_ready(self, notices):
        while True:
            message = notices.recv(4096).decode()
            if leader := re.search(r"^X_NSPAWN_LEADER_PID=(\d+)$", message, re.MULTILINE):
                self._leader = leader[1]
            if re.search(r"^READY=1$", message, re.MULTILINE):
                return

    def run(self, script, **options):
        """Runs a bash script as a service of the container: with the rights that its root has, not with ours."""
        # Not as an argument: systemd would put in variables of its own.
        self._scripts += 1
        name = f"/run/script-{self._scripts}"
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(script)
        settings = [f"--setenv={name}={value}" for name, value in ENVIRONMENT.items()]
        return subprocess.run(
            [*self._inside(), "systemd-run", "--quiet", "--pipe", "--wait", "--collect", *settings]
            + ["bash", "-euo", "pipefail", "-c", f"exec 3<{name}; rm {name}; source /dev/fd/3"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            **options,
        )

    def _inside(self):
        return ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd"]

    def path(self, name):
        """Where a file of the container is for us."""
        return f"/proc/{self._leader}/root/{name.lstrip('/')}"

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def processes(self, name):
        """Our numbers of the processes in it that are called `name`."""
        inside = os.readlink(f"/proc/{self._leader}/ns/pid")
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/comm", encoding="utf-8") as f:
                    if f.read() == f"{name}\n" and os.readlink(f"/proc/{pid}/ns/pid") == inside:
                        found.append(int(pid))
            except OSError:
                pass  # it has ended
        return found

    def stop(self):
        """Shuts it down in order."""
        self._process.stop(grace=PATIENCE)
