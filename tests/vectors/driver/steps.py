# SPDX-License-Identifier: BSD-3-Clause
"""The steps of a scenario: each function does one and returns what came out, in the form of an expectation."""

import http.client
import json
import os
import re
import socket
import subprocess

import entries

DEFAULT_HEADERS = (
    "content-type content-length content-range accept-ranges location www-authenticate allow "
    "x-content-type-options"
).split()
JSON_STARTS = b'[{"ntf0123456789'
RUN_SECONDS = 120
HTTP_SECONDS = 30


def run(site, step):
    argv = [site.fill(argument) for argument in step["run"]]
    if argv[0] == "wwctl":
        argv[0:1] = [site.wwctl, "--warewulfconf", site.conf]
    done = subprocess.run(
        argv,
        input=site.fill(step.get("stdin", "")).encode(),
        env=site.environment(step.get("env")),
        cwd=site.path(step.get("cwd", "")),
        capture_output=True,
        timeout=step.get("timeout", RUN_SECONDS),
        check=False,
    )
    return {
        "exit": done.returncode,
        "stdout": site.hide(done.stdout.decode(errors="replace")),
        "stderr": site.hide(done.stderr.decode(errors="replace")),
    }


def files(site, step):
    out = {}
    for name in step["files"]:
        path = site.path(name)
        out[name] = None
        if os.path.lexists(path):
            out[name] = entries.look(site, path, name, step.get("content", "full"))
            for key in ("path", "uid", "gid"):
                del out[name][key]
    return out


def tree(site, step):
    return pick(entries.tree(site, site.path(step["tree"]), step.get("content", "full")), step)


def cpio(site, step):
    path = site.path(step["cpio"])
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        return pick(entries.cpio(site, f.read(), step.get("content", "full")), step)


def pick(found, step):
    if isinstance(found, list) and "only" in step:
        pattern = re.compile(step["only"])
        return [entry for entry in found if pattern.search(entry["path"])]
    return found


def connect_reusing(address, timeout=None, source_address=None):
    """The source port may still be in TIME_WAIT from the scenario before."""
    s = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    s.settimeout(timeout)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(source_address)
    s.connect(address)
    return s


def ask(site, spec):
    """Sends one request on a connection of its own; returns status, header pairs and body."""
    source = spec.get("source")
    connection = http.client.HTTPConnection(
        spec.get("host", "127.0.0.1"), site.port, HTTP_SECONDS, tuple(source) if source else None
    )
    if source:
        connection._create_connection = connect_reusing  # http.client's own hook for tunnels and tests
    body = spec.get("body")
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    data = None if body is None else body.encode()
    try:
        connection.putrequest(spec.get("method", "GET"), site.fill(spec["path"]), skip_accept_encoding=True)
        for name, value in spec.get("headers", {}).items():
            connection.putheader(name, site.fill(value))
        if data is not None:
            connection.putheader("Content-Length", str(len(data)))
        connection.endheaders(data)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def request(site, step):
    spec = step["http"]
    status, header_pairs, data = ask(site, spec)
    keep = [name.lower() for name in spec.get("keep", DEFAULT_HEADERS)]
    headers = {name.lower(): site.hide(value) for name, value in header_pairs if name.lower() in keep}
    body, length_counts = read_body(site, spec, status, data)
    if not length_counts:
        headers.pop("content-length", None)
    return {"status": status, **body, "headers": headers}


def read_body(site, spec, status, data):
    """The body in the form the step asks for, and whether its length is worth comparing."""
    how = spec.get("content", "full")
    if how == "cpio":
        return {"cpio": entries.cpio(site, data, spec.get("files", "full")) if status == 200 else None}, False
    if how == "json" and data[:1] in JSON_STARTS:
        try:
            return {"json": json.loads(site.hide(data.decode()))}, False
        except ValueError:
            return entries.content(site, data, "full"), True
    body = entries.content(site, data, "full" if how == "json" else how)
    return body, "{{" not in body.get("text", "")


def write(site, step):
    site.write(step["write"])


STEPS = {"run": run, "write": write, "files": files, "tree": tree, "cpio": cpio, "http": request}
