# SPDX-License-Identifier: BSD-3-Clause
"""A site with a certificate of its own, and one who asks it by TLS."""

import http.client
import os
import ssl
import subprocess

from daemon import PATIENCE, free_port


def with_tls(site):
    tls_port = free_port()
    site.configure("  secure: false\n", f"  secure: false\n  tls: true\n  tls port: {tls_port}\n")
    folder = site.path("etc/warewulf/tls")
    os.makedirs(folder)
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=t"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", f"{folder}/warewulf.key", "-out", f"{folder}/warewulf.crt"]
    subprocess.run(command, check=True, capture_output=True)
    os.chmod(f"{folder}/warewulf.key", 0o600)
    return tls_port, ssl.create_default_context(cafile=f"{folder}/warewulf.crt")


def tls_get(port, context, path):
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
