# SPDX-License-Identifier: BSD-3-Clause
"""Chromium without a screen, driven over two pipes by its DevTools protocol. Python's standard library and the package
chromium. It reaches loopback only: every name resolves to nothing."""

import json
import os
import shutil
import subprocess
import tempfile

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --disable-background-networking "
    "--disable-component-update --remote-debugging-pipe"
).split()


class Browser:
    """One page. `problems`: what its console and its network said went wrong."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="ww-browser-")
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4; bash, unlike other shells, puts any number there.
        command = ["bash", "-c", f'exec chromium "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash", *FLAGS]
        command += [f"--user-data-dir={self._folder}", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "about:blank"]
        self._process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        self._number = 0
        self._session = None
        self.problems = []
        pages = self._ask("Target.getTargets")["targetInfos"]
        page = next(one["targetId"] for one in pages if one["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")

    def _read(self):
        while b"\0" not in self._buffer:
            piece = os.read(self._in, 65536)
            if not piece:
                raise RuntimeError("chromium has ended")
            self._buffer += piece
        text, _, self._buffer = self._buffer.partition(b"\0")
        message = json.loads(text)
        if message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Network.loadingFailed"):
            self.problems.append(json.dumps(message["params"]))
        return message

    def _ask(self, method, **params):
        self._number += 1
        call = {"id": self._number, "method": method, "params": params}
        if self._session:
            call["sessionId"] = self._session
        os.write(self._out, json.dumps(call).encode() + b"\0")
        while True:
            message = self._read()
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    def open(self, url):
        """Until the page has loaded."""
        self._ask("Page.navigate", url=url)
        while self._read().get("method") != "Page.loadEventFired":
            pass

    def run(self, script):
        """The value of an expression; promises are waited for."""
        done = self._ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(json.dumps(done["exceptionDetails"]))
        return done["result"].get("value")

    def wait_for(self, condition):
        """Until an expression is true, looked at with each frame that is drawn."""
        self.run(
            "new Promise(done => { const look = () => { if (%s) done(true); else setTimeout(look, 20); }; look(); })" % condition
        )

    def stop(self):
        os.close(self._out)  # its end
        self._process.wait()
        os.close(self._in)
        shutil.rmtree(self._folder, ignore_errors=True)
