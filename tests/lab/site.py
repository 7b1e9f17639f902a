# SPDX-License-Identifier: BSD-3-Clause
"""Site: a scratch Warewulf site with the stock overlays, the programs under test, and what tests do to it."""

import os
import re
import subprocess
import sys

from .lab import Lab

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, f"{TESTS}/vectors/driver")
import scratch_root  # noqa: E402


class SiteError(Exception):
    """wwctl failed; the text holds its command line and what it said."""


class Site:
    """`programs` is the folder with wwd, wwctl and wwclient; `settings` are further lines of the section
    `warewulf` of warewulf.conf, key to value."""

    port = 9873

    def __init__(self, root, programs, settings=None):
        self.root = root
        self.programs = programs
        self.conf = f"{root}/etc/warewulf/warewulf.conf"
        self._lab = None
        scratch_root.lay_out(root, self.port, "stock", programs=programs)
        self.rewrite(r"^ipaddr: .*$", f"ipaddr: {Lab.address}")
        self.rewrite(r"^netmask: .*$", f"netmask: {Lab.netmask}")
        self.rewrite(r"^network: .*$", f"network: {Lab.network}")
        for key, value in (settings or {}).items():
            self.rewrite(rf"^  {key}: .*\n", "")
            self.rewrite(r"^warewulf:$", f"warewulf:\n  {key}: {value}")

    def rewrite(self, pattern, text):
        """Edits warewulf.conf; `pattern` is a regular expression, ^ and $ match at lines."""
        with open(self.conf) as f:
            old = f.read()
        with open(self.conf, "w") as f:
            f.write(re.sub(pattern, text, old, flags=re.MULTILINE))

    def overlay_file(self, overlay, path, text, mode=0o644, owner=(0, 0)):
        """Puts a file into an overlay of the site; folders on the way are 0755."""
        target = f"{self.root}/var/lib/warewulf/overlays/{overlay}/rootfs/{path}"
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w") as f:
            f.write(text)
        os.chown(target, *owner)
        os.chmod(target, mode)
        return target

    def wwctl(self, *words):
        """What it prints. Raises SiteError if it fails."""
        argv = [f"{self.programs}/wwctl", "--warewulfconf", self.conf, *words]
        if self._lab:
            argv = self._lab.inside(argv)  # on the server, as an administrator would
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise SiteError(f"wwctl {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self, lab):
        """wwd in the lab's network, ready to answer."""
        wwd = lab.start("wwd", [f"{self.programs}/wwd", "--warewulfconf", self.conf])
        lab.wait_for_port(self.port, wwd)
        self._lab = lab
        return wwd

    def start(self, lab, aarch64_ipxe=None):
        """The same, and DHCP that sends nodes to it by iPXE."""
        wwd = self.serve(lab)
        url = f"http://{Lab.address}:{self.port}/ipxe/${{mac:hexhyp}}?assetkey=${{asset}}&uuid=${{uuid}}"
        lab.serve_boot(url, aarch64_ipxe)
        return wwd
