# SPDX-License-Identifier: BSD-3-Clause
"""A wwclient run as on a node: with a kernel command line of its own, bound over /proc/cmdline in a private mount
namespace. Not being installed as <wwclientdir>/wwclient it unpacks to <wwclientdir>/wwclient-test."""

import os
import subprocess
import time

from lab.process import Process

HWADDR = "02:00:00:00:00:01"
PATIENCE = 20  # seconds


class Node:
    """A folder that stands for a node; `root` is where its client unpacks. `program`: the words that start it."""

    def __init__(self, folder, program):
        self.folder = str(folder)
        self.root = f"{self.folder}/warewulf/wwclient-test"
        self.program = program
        self._processes = []
        with open(f"{self.folder}/cmdline", "w") as f:
            f.write(f"quiet wwid={HWADDR}\n")

    def configure(self, port, secure="false", interval=1, settings="", address="127.0.0.1"):
        with open(f"{self.folder}/warewulf.conf", "w") as f:
            f.write(
                f"ipaddr: {address}\n"
                f"warewulf: {{port: {port}, secure: {secure}, update interval: {interval}{settings}}}\n"
                f"paths: {{wwclientdir: {self.folder}/warewulf}}\n"
            )

    def command(self, *options):
        script = f'mount --bind {self.folder}/cmdline /proc/cmdline && exec "$@"'
        client = [*self.program, "--debug", "--pidfile", f"{self.folder}/pid"]
        client += ["--warewulfconf", f"{self.folder}/warewulf.conf", *options]
        return ["unshare", "--mount", "sh", "-c", script, "sh", *client]

    def once(self, environment=None):
        environment = {**os.environ, **(environment or {})}
        return subprocess.run(self.command("--once"), capture_output=True, text=True, timeout=60, env=environment)

    def start(self, environment=None):
        process = Process(self.command(), f"{self.folder}/log", {**os.environ, **(environment or {})})
        self._processes.append(process)
        return process

    def stop(self):
        for process in self._processes:
            process.stop()

    def wait_for(self, path, text):
        end = time.monotonic() + PATIENCE
        while self.read(path) != text:
            assert time.monotonic() < end, f"{path} is {self.read(path)!r}\n{self._processes[-1].output()}"
            time.sleep(0.02)

    def read(self, path):
        try:
            with open(f"{self.root}/{path}") as f:
                return f.read()
        except FileNotFoundError:
            return None
