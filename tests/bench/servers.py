# SPDX-License-Identifier: BSD-3-Clause
"""The servers that are compared, each on a scratch folder, with the CPU time they used."""

import multiprocessing
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [TESTS, f"{TESTS}/vectors/driver"]

import scratch_root  # noqa: E402
from lab.process import Process  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60


def free_port():
    with socket.socket(socket.AF_INET6) as s:
        s.bind(("::", 0))
        return s.getsockname()[1]


def children(pid):
    """Whichever of its threads started them."""
    found = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as f:
                found += [int(word) for word in f.read().split()]
        except (FileNotFoundError, ProcessLookupError):  # a thread that ended
            pass
    return found


def cpu_seconds(pid):
    """User and system time of a process and its children."""
    total = 0.0
    for each in [pid, *children(pid)]:
        with open(f"/proc/{each}/stat", encoding="ascii") as f:
            fields = f.read().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


class Server:
    """A process that listens on `port`; ends with the `with` block."""

    def __init__(self, name):
        self.name = name
        self.port = free_port()
        self.folder = tempfile.mkdtemp(prefix=f"ww-bench-{name}-")
        os.chmod(self.folder, 0o755)  # workers that are not root read from here
        self.process = None

    def launch(self, argv):
        self.process = Process(argv, log=f"{self.folder}/log")
        end = time.monotonic() + PATIENCE
        while not self._listens():
            if not self.process.running() or time.monotonic() > end:
                raise RuntimeError(f"{self.name} did not start:\n{self.process.output()}")
            select.select([], [], [], 0.02)

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.stop()
        shutil.rmtree(self.folder)


NGINX_CONF = """\
daemon off;
worker_processes auto;
pid {folder}/pid;
error_log {folder}/error;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    sendfile_max_chunk 2m;
    tcp_nopush on;
    keepalive_requests 1000000000;
    default_type text/plain;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen {port}; root {folder}/www; }}
}}
"""


class Nginx(Server):
    """Serves the files put into www()."""

    def __init__(self):
        super().__init__("nginx")
        os.mkdir(self.www())

    def www(self, name=""):
        return f"{self.folder}/www/{name}"

    def start(self):
        conf = f"{self.folder}/nginx.conf"
        with open(conf, "w", encoding="utf-8") as f:
            f.write(NGINX_CONF.format(folder=self.folder, port=self.port))
        self.launch(["nginx", "-c", conf, "-p", self.folder])
        return self


class Idle:
    """A process that answers at once whatever it is asked, and does nothing else; ends with the `with` block."""

    ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + bytes(500)

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        self.process = multiprocessing.get_context("fork").Process(target=self._answer, args=(listener,), daemon=True)
        self.process.start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()

    def _answer(self, listener):
        while True:
            client, _ = listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while client.recv(65536):
                client.sendall(self.ANSWER)


class Wwd(Server):
    """wwd on a stock site with `count` nodes, all with image `big`."""

    def __init__(self, bin_folder, count):
        super().__init__(f"wwd-{count}")
        self.bin = bin_folder
        self.site = f"{self.folder}/site"
        scratch_root.lay_out(self.site, self.port, "stock", programs=bin_folder)
        self.write_nodes(count)

    def path(self, name):
        return f"{self.site}/{name}"

    def write_nodes(self, count, comment="as measured"):
        lines = ["nodeprofiles:", "  default:", f"    comment: {comment}", "    image name: big"]
        lines += ["    kernel: {version: 6.1.0, args: [quiet, crashkernel=no]}", "nodes:"]
        for index in range(count):
            lines += [f"  n{index:05}:", "    profiles: [default]", "    network devices:", "      default:"]
            lines += [f"        hwaddr: {mac(index)}", f"        ipaddr: 10.{index >> 16}.{index >> 8 & 255}.{index & 255}"]
        temporary = self.path("etc/warewulf/nodes.conf.new")
        with open(temporary, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        os.rename(temporary, self.path("etc/warewulf/nodes.conf"))

    def image_path(self):
        os.makedirs(self.path("var/lib/warewulf/provision/images"), exist_ok=True)
        return self.path("var/lib/warewulf/provision/images/big.img")

    def start(self):
        self.launch([f"{self.bin}/wwd", "--warewulfconf", self.path("etc/warewulf/warewulf.conf")])
        return self

    def reload(self):
        """Seconds from the signal to a new snapshot. Looks rarely: a spinning bench takes the server's CPU."""
        before = self._reloads()
        started = time.perf_counter()
        self.process.signal(signal.SIGHUP)
        while self._reloads() == before:
            if time.perf_counter() - started > PATIENCE:
                raise RuntimeError(f"the reload did not end:\n{self.process.output()}")
            select.select([], [], [], 0.005)
        return time.perf_counter() - started

    def _reloads(self):
        return self.process.output().count("store.reloaded")


def mac(index):
    return f"02:00:5e:{index >> 16:02x}:{index >> 8 & 255:02x}:{index & 255:02x}"
