# SPDX-License-Identifier: BSD-3-Clause
"""Stands in for wwd: answers every path with the file `message` of the site as it was at the last SIGHUP."""

import http.server
import os
import re
import signal
import sys

conf = sys.argv[1]
site = os.path.dirname(os.path.dirname(os.path.dirname(conf)))
with open(conf) as f:
    port = int(re.search(r"port: (\d+)", f.read()).group(1))
message = ""


def load(*_):
    global message
    with open(f"{site}/message") as f:
        message = f.read()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{self.client_address[1]}\n" if self.path == "/port" else message
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "application/json" if message.startswith("{") else "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())


load()
signal.signal(signal.SIGHUP, load)
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
