# SPDX-License-Identifier: BSD-3-Clause
"""A scratch site for one scenario: a root of its own, a port of its own, and the daemon if there is one.

The folder is the claim to its number and the number is the port, so any number of drivers may run at once.
Closing a site ends every process the scenario left behind, undoes its mounts and removes the root.
"""

import base64
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time

import remains
import scratch_root

BASE = "/tmp/wwv"
HOSTNAME = socket.gethostname()
# Five digits, below the ports the kernel hands out to clients; the TLS ports vectors name are not among them.
PORTS = [p for p in range(12000, 32700) if not 27400 <= p < 27500]
START_SECONDS = 20
STOP_SECONDS = 5


class SiteError(Exception):
    """The site could not be made or its daemon did not come up."""


def whole_word(text):
    return re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])")


def number_pattern(port):
    return re.compile(rf"(?<!\d){port}(?!\d)")


def taken(port):
    """Whether somebody else serves this port."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def claim(text):
    """Takes a number nobody else uses and which `text` does not mention; returns its new, empty root."""
    os.makedirs(BASE, exist_ok=True)
    for port in random.sample(PORTS, len(PORTS)):
        root = f"{BASE}/{port:07d}"
        if number_pattern(port).search(text) or taken(port):
            continue
        try:
            os.mkdir(root, 0o755)
        except FileExistsError:
            continue
        return root, port
    raise SiteError(f"no free scratch root below {BASE}: remove what is left there")


class Site:
    def __init__(self, vector, programs, keep=False):
        scenario = vector.data
        self.root, self.port = claim(vector.text)
        self.wwctl = f"{programs.bin}/wwctl"
        self.keep = keep
        # The host name is put back only where one is expected: it may be an ordinary word.
        self.host_pattern = whole_word(HOSTNAME) if "{{HOSTNAME}}" in vector.text else None
        self.port_pattern = number_pattern(self.port)
        self.masks = [(re.compile(pattern), new) for pattern, new in scenario.get("mask", [])]
        self.daemon = None
        try:
            base = scenario.get("base", "empty")
            scratch_root.lay_out(self.root, self.port, base, programs.project, programs.bin)
            self.put_programs(scenario.get("bin", {}))
            self.write(scenario.get("site", {}))
        except BaseException:
            self.close()
            raise

    def put_programs(self, scripts):
        folder = f"{self.root}/.bin"
        os.mkdir(folder)
        os.symlink(self.wwctl, f"{folder}/wwctl")
        for name, text in {"systemctl": "#!/bin/sh\nexit 0\n", **scripts}.items():
            scratch_root.write(f"{folder}/{name}", self.fill(text).encode(), 0o755)

    # -- placeholders ------------------------------------------------------------------------------------------

    def fill(self, text):
        text = text.replace("{{ROOT}}", self.root).replace("{{PORT}}", str(self.port))
        return text.replace("{{HOSTNAME}}", HOSTNAME)

    def hide(self, text):
        text = self.port_pattern.sub("{{PORT}}", text.replace(self.root, "{{ROOT}}"))
        if self.host_pattern:
            text = self.host_pattern.sub("{{HOSTNAME}}", text)
        for pattern, new in self.masks:
            text = pattern.sub(new, text)
        return text

    def path(self, name):
        return os.path.join(self.root, self.fill(name).lstrip("/"))

    @property
    def conf(self):
        return self.path("etc/warewulf/warewulf.conf")

    def environment(self, extra=None):
        result = {
            "PATH": f"{self.root}/.bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "USER": "root",
            "SHELL": "/bin/sh",
        }
        result.update({k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")})
        result.update({k: self.fill(v) for k, v in (extra or {}).items()})
        return result

    # -- files -------------------------------------------------------------------------------------------------

    def write(self, files):
        """Lays files over the site: PATH -> text, None (remove), or a description of one entry."""
        for name, spec in files.items():
            path = self.path(name)
            if spec is None:
                remove(path)
            else:
                self.write_one(path, {"text": spec} if isinstance(spec, str) else spec)

    def write_one(self, path, spec):
        os.makedirs(path if spec.get("dir") else os.path.dirname(path), exist_ok=True)
        owner = (spec.get("uid", 0), spec.get("gid", 0)) if "uid" in spec or "gid" in spec else None
        if "link" in spec:
            os.symlink(self.fill(spec["link"]), path)
            if owner:
                os.lchown(path, *owner)
            return
        if "hard" in spec:
            os.link(self.path(spec["hard"]), path)
            return
        if not spec.get("dir"):
            data = base64.b64decode(spec["b64"]) if "b64" in spec else self.fill(spec["text"]).encode()
            with open(path, "wb") as f:
                f.write(data)
        if owner:
            os.chown(path, *owner)
        if "mode" in spec:
            os.chmod(path, int(spec["mode"], 8))
        if "mtime" in spec:
            os.utime(path, (spec["mtime"], spec["mtime"]))

    # -- daemon ------------------------------------------------------------------------------------------------

    def start_daemon(self):
        with open(f"{self.root}/.daemon.log", "wb") as log:
            self.daemon = subprocess.Popen(
                [self.wwctl, "--warewulfconf", self.conf, "server"],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.daemon.poll() is not None:
                    raise SiteError(f"the daemon ended at once\n{self.daemon_log()}") from None
                time.sleep(0.01)
        raise SiteError(f"the daemon does not listen\n{self.daemon_log()}")

    def daemon_log(self, lines=8):
        path = f"{self.root}/.daemon.log"
        if not os.path.exists(path):
            return ""
        with open(path, errors="replace") as log:
            return "\n".join(log.read().splitlines()[-lines:])

    def reload_daemon(self):
        self.daemon.send_signal(signal.SIGHUP)

    def stop_daemon(self):
        if self.daemon is None or self.daemon.poll() is not None:
            return
        self.daemon.terminate()
        try:
            self.daemon.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.daemon.kill()
            self.daemon.wait()

    def close(self):
        self.stop_daemon()
        remains.end_children()
        remains.unmount_below(self.root)
        if not self.keep:
            shutil.rmtree(self.root, ignore_errors=True)


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)
