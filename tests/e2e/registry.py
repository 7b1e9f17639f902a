# SPDX-License-Identifier: BSD-3-Clause
"""A registry on loopback: Debian's docker-registry, on a free port, with what it stores in a folder of the test."""

import contextlib
import http.client
import os
import shutil

from daemon import free_port, wait_for
from lab.process import Process

PROGRAM = "/usr/bin/docker-registry"


class Registry:
    def __init__(self, folder, users=None):
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.log = f"{folder}/registry.log"
        auth = f"auth: {{htpasswd: {{realm: test, path: {users}}}}}\n" if users else ""
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/registry.yml", "w", encoding="utf-8") as f:
            f.write(
                "version: 0.1\nlog: {level: info, accesslog: {disabled: false}}\n"
                f"storage: {{filesystem: {{rootdirectory: {folder}/storage}}}}\n{auth}http: {{addr: '{self.host}'}}\n"
            )
        self.process = Process([PROGRAM, "serve", f"{folder}/registry.yml"], self.log)
        wait_for(self.answers, "the registry")

    def answers(self):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", "/v2/")
            return connection.getresponse().status in (200, 401)
        return False

    def requests(self):
        """The lines of its log so far that tell of requests."""
        with open(self.log, encoding="utf-8") as f:
            return [line for line in f if '"GET /v2/' in line]


def installed():
    return os.path.exists(PROGRAM) and shutil.which("skopeo") is not None
