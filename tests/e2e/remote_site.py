# SPDX-License-Identifier: BSD-3-Clause
"""A site whose interface is open over TLS, and who asks it: with passwords, with tokens, with wwctl from elsewhere."""

import hashlib
import http.client
import json
import os
import ssl
import subprocess

from daemon import BIN, PATIENCE
from rest_site import with_api
from store_site import must
from tls_site import with_tls

def bearer(secret):
    return {"Authorization": f"Bearer {secret}"}


class RemoteSite:
    """`site` with TLS, `/api` and users; a daemon runs once `start` was called."""

    def __init__(self, site):
        self.site = site
        self.port, self.tls = with_tls(with_api(site))
        self.certificate = site.path("etc/warewulf/tls/warewulf.crt")
        self.url = f"https://127.0.0.1:{self.port}"

    def start(self, *arguments):
        self.site.start(*arguments)
        self.site.wait_for_log(r" ready port=\d+ tls_port=")  # the first port may be open sooner
        return self

    @property
    def fingerprint(self):
        with open(self.certificate, encoding="ascii") as f:
            return hashlib.sha256(ssl.PEM_cert_to_DER_cert(f.read())).hexdigest()

    def connect(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=self.tls)

    def ask(self, method, path, headers, body=None):
        """Status and body."""
        connection = self.connect()
        try:
            if body is not None:
                headers = {**headers, "Content-Type": "application/json"}
                body = json.dumps(body)
            connection.request(method, path, body=body, headers=headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()

    def route(self, path, headers, body=None):
        """A route of wwctl's, as it is mounted for the network."""
        return self.ask("POST", f"/api/wwd/v1/{path}", headers, body or {})

    def token(self, name, role="admin", *more):
        """A file with a new token."""
        path = self.site.path(f"{name}.token")
        secret = must(self.site, "token", "create", name, "--role", role, *more)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="ascii") as f:
            f.write(secret)
        return path

    def secret(self, path):
        with open(path, encoding="ascii") as f:
            return f.read().strip()


def elsewhere(site, **more):
    """The environment of somebody on another machine: nothing of the site's, and a home of his own."""
    home = site.path("home")
    os.makedirs(home, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in ("WAREWULFCONF", "XDG_CONFIG_HOME")}
    return {**kept, "HOME": home, **more}


def remote(remote_site, token_file, *words, user_input="", trust=None, env=None):
    """A finished wwctl that asks over TLS."""
    trust = ["--ca", remote_site.certificate] if trust is None else trust
    server = ["--server", remote_site.url, "--token-file", token_file]
    return subprocess.run(
        [f"{BIN}/wwctl", *server, *trust, *words],
        input=user_input,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        env=elsewhere(remote_site.site, **(env or {})),
        check=False,
    )
