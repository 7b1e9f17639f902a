# SPDX-License-Identifier: BSD-3-Clause
"""A scratch site and the real wwd on it, for tests that look at the daemon from outside."""

import contextlib
import http.client
import os
import re
import select
import signal
import socket
import sys
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.dirname(TESTS)
sys.path[:0] = [TESTS, f"{TESTS}/vectors/driver"]

import scratch_root  # noqa: E402
from lab.process import Process  # noqa: E402

BIN = os.environ.get("WW_BUILD", f"{PROJECT}/build") + "/bin"
PATIENCE = 30  # seconds for anything a test waits for; a loaded machine is slow


def free_port():
    with socket.socket(socket.AF_INET6) as s:
        s.bind(("::", 0))
        return s.getsockname()[1]


def wait_for(condition, what, patience=PATIENCE):
    """The first true value of `condition()`; looks often, so that a test takes no longer than it must."""
    end = time.monotonic() + patience
    while True:
        if value := condition():
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience} s in vain for {what}")
        select.select([], [], [], 0.01)


def children(parent, word):
    """Children of a process with this word in their command line."""
    found = []
    for thread in os.listdir(f"/proc/{parent}/task"):
        with contextlib.suppress(FileNotFoundError), open(f"/proc/{parent}/task/{thread}/children", encoding="ascii") as f:
            found += map(int, f.read().split())
    return [pid for pid in found if word.encode() in command_line(pid)]


def command_line(pid):
    with contextlib.suppress(FileNotFoundError, ProcessLookupError), open(f"/proc/{pid}/cmdline", "rb") as f:
        return f.read().split(b"\0")
    return []


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()


class Site:
    """Files of a scratch root, and at most one daemon on it."""

    def __init__(self, root, base="empty"):
        self.root = root
        self.port = free_port()
        self.wwd = None
        scratch_root.lay_out(root, self.port, base, PROJECT)
        self.write("etc/warewulf/ipxe/default.ipxe", "id={{.Id}}\n")
        self.write("etc/warewulf/ipxe/unconfigured.ipxe", "nobody {{.Hwaddr}}\n")

    def path(self, name):
        return f"{self.root}/{name}"

    @property
    def config(self):
        return self.path("etc/warewulf/warewulf.conf")

    @property
    def run_folder(self):
        return self.path("var/lib/warewulf/wwd/run")

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    def configure(self, old, new):
        """Replaces a line's text in warewulf.conf."""
        text = self.read("etc/warewulf/warewulf.conf")
        assert old in text
        self.write("etc/warewulf/warewulf.conf", text.replace(old, new))

    def nodes(self, **nodes):
        """Writes nodes.conf: name=hwaddr, or name={field: value}."""
        lines = ["nodeprofiles: {}", "nodes:"] if nodes else ["nodeprofiles: {}", "nodes: {}"]
        for name, fields in nodes.items():
            if isinstance(fields, str):
                fields = {"hwaddr": fields}
            lines += [f"  {name}:", "    network devices:", f"      default: {{hwaddr: '{fields['hwaddr']}'}}"]
            lines += [f"    {key}: {value}" for key, value in fields.items() if key != "hwaddr"]
        self.write("etc/warewulf/nodes.conf", "\n".join(lines) + "\n")

    # ---- the daemon ----

    def launch(self, *arguments, env=None, passed_port=None):
        """Starts wwd and does not wait for anything. `passed_port`: its HTTP socket comes from outside, as under systemd."""
        argv = [f"{BIN}/wwd", "--warewulfconf", self.config, *arguments]
        if passed_port:
            argv = ["systemd-socket-activate", "-l", str(passed_port), "--fdname=http", *argv]
        self.wwd = Process(argv, log=self.path("wwd.log"), env={**os.environ, **(env or {})})
        return self.wwd

    def start(self, *arguments, **options):
        self.launch(*arguments, **options)
        wait_for(lambda: self.listens() or not self.wwd.running(), f"port {self.port}")
        assert self.wwd.running(), self.log()
        return self

    def stop(self):
        """SIGTERM; the exit status."""
        self.wwd.signal(signal.SIGTERM)
        return self.wwd.exit_status(PATIENCE)

    def listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def log(self):
        return self.wwd.output() if self.wwd else ""

    def wait_for_log(self, pattern):
        return wait_for(lambda: re.search(pattern, self.log()), f"the log line {pattern!r}")

    @property
    def front(self):
        """Process id of the front; None while there is none."""
        return next(iter(children(self.wwd.pid, "--front")), None)

    def job_processes(self):
        """Process ids of those that do the work of jobs."""
        return [worker for watcher in children(self.wwd.pid, "--job") for worker in children(watcher, "--job")]

    # ---- requests ----

    def connect(self, host="127.0.0.1", receive_buffer=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        s = socket.socket(family)
        s.settimeout(PATIENCE)
        if receive_buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        s.connect((host, self.port))
        return s

    def get(self, path, host="127.0.0.1", method="GET", headers=None, port=None):
        connection = http.client.HTTPConnection(host, port or self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def text(self, path, **options):
        return self.get(path, **options).body.decode()
