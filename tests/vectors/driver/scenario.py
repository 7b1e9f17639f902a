# SPDX-License-Identifier: BSD-3-Clause
"""Plays one scenario on a site of its own and lists the differences from what its vector expects."""

import contextlib
import fcntl
import http.client
import json
import os
import re
import subprocess
import time

import compare
import steps
from outcome import Unplayable
from scratch_site import BASE, Site, SiteError, taken

# Vectors that switch TLS on name its port; two that name the same one take turns, whichever driver plays them.
FIXED_PORT = re.compile(r"(?<!\d)27[45]\d\d(?!\d)")
# A reloaded daemon has this long before anyone looks, and this much longer before a GET that differs counts.
RELOAD_SECONDS = 0.5
SETTLE_SECONDS = 5


@contextlib.contextmanager
def turns(text):
    os.makedirs(BASE, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for port in sorted(set(FIXED_PORT.findall(text))):
            lock = stack.enter_context(open(f"{BASE}/.port-{port}", "w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
            if taken(int(port)):
                raise Unplayable(f"port {port} is taken")
        yield


def play(vector, programs, keep=False):
    """The differences, one text each: none means that the vector passed. Raises Unplayable."""
    with turns(vector.text):
        try:
            site = Site(vector, programs, keep)
        except (OSError, SiteError) as error:
            return [f"cannot lay out the site: {error}"]
        try:
            return play_on(site, vector.data)
        except (OSError, SiteError, http.client.HTTPException, subprocess.TimeoutExpired) as error:
            log = site.daemon_log()
            return [f"{type(error).__name__}: {error}" + (f"\ndaemon log:\n{log}" if log else "")]
        finally:
            site.close()


def play_on(site, scenario):
    if scenario.get("daemon"):
        site.start_daemon()
    differences, reloaded = [], False
    for number, step in enumerate(scenario["steps"]):
        if "reload" in step:
            site.reload_daemon()
            time.sleep(RELOAD_SECONDS)
            reloaded = True
            continue
        different = settle(site, step) if reloaded else compare.difference(step, take(site, step))
        if different:
            differences.append(f"step {number}: {describe(step)}\n{different}")
    return differences


def take(site, step):
    for name, action in steps.STEPS.items():
        if name in step:
            return action(site, step)
    raise SiteError(f"unknown step {sorted(step)}")


def settle(site, step):
    """Takes a step after a reload: a GET is repeated until it gives what is expected or time is up."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        different = compare.difference(step, take(site, step))
        repeatable = "http" in step and step["http"].get("method", "GET") == "GET"
        if not different or not repeatable or time.monotonic() > deadline:
            return different
        time.sleep(0.05)


def describe(step):
    shown = {key: value for key, value in step.items() if key not in ("expect", "write")}
    text = json.dumps(shown, ensure_ascii=False)
    return text if len(text) < 300 else text[:300] + "..."
