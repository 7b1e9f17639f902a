# SPDX-License-Identifier: BSD-3-Clause
"""A stand-in for wwd while working on the lab: `standin.py ADDRESS PORT FOLDER` serves what lies in
FOLDER under the names wwd uses: ipxe, kernel, image.gz, system.gz, runtime.gz. It knows one node."""

import http.server
import os
import sys
import urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        name = url.path.strip("/").split("/")[0]
        if query.get("compress") == ["gz"]:
            name += ".gz"
        try:
            with open(os.path.join(self.server.folder, os.path.basename(name)), "rb") as f:
                body = f.read()
        except OSError:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main():
    address, port, folder = sys.argv[1:]
    server = http.server.ThreadingHTTPServer((address, int(port)), Handler)
    server.folder = folder
    server.serve_forever()


if __name__ == "__main__":
    main()
