# SPDX-License-Identifier: BSD-3-Clause
"""A site whose REST interface is on, and calls of it."""

import base64
import http.client
import json

from daemon import PATIENCE

PASSWORD = "wheat-flour"
HASH = "$2b$04$abcdefghijklmnopqrstuuMpdjePj/bnbh/IzZHoWL2MskVMcd6Uq"
ROLES = {"ops": "admin", "ian": "operator", "eve": "read-only"}


def with_api(site, more=""):
    """Before the daemon starts. `more`: further lines of `api:`."""
    site.write("etc/warewulf/warewulf.conf", site.read("etc/warewulf/warewulf.conf") + f"api:\n  enabled: true\n{more}")
    users = "".join(
        f'  - name: {name}\n    password hash: "{HASH}"\n    role: {role}\n' for name, role in ROLES.items()
    )
    site.write("etc/warewulf/auth.conf", f"users:\n{users}")
    return site


def login(user="ops", password=PASSWORD):
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def raw(method, path, more="", user="ops"):
    """A request as far as its headers, with `more` of them."""
    authorization = login(user)["Authorization"]
    return f"{method} {path} HTTP/1.1\r\nHost: h\r\nAuthorization: {authorization}\r\n{more}"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        endless = self.headers.get("content-type", "").startswith("text/event-stream")
        self.body = b"" if endless else response.read()

    @property
    def json(self):
        return json.loads(self.body)


def call(site, method, path, body=None, headers=None, user="ops", password=PASSWORD, connection=None):
    """One call; on a connection of its own unless there is one."""
    own = connection is None
    connection = connection or http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    try:
        text = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        connection.request(method, path, body=text, headers={**login(user, password), **(headers or {})})
        return Answer(connection.getresponse())
    finally:
        if own:
            connection.close()


def connect(site):
    return http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
