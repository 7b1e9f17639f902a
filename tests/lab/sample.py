# SPDX-License-Identifier: BSD-3-Clause
"""The site of `./dev run`: three nodes, a profile with the stock overlays, and an image of one program. Made once, then
kept: what is tried on it is still there the next time."""

import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.dirname(TESTS)
sys.path[:0] = [TESTS, f"{TESTS}/vectors/driver"]

import scratch_root  # noqa: E402
from lab import small  # noqa: E402

# Left by tests and the demo; without one the nodes have an image, but no kernel.
KERNELS = f"{PROJECT}/build/cache/linux-image-*-amd64"
NODES = {"n1": "52:54:00:00:00:01", "n2": "52:54:00:00:00:02", "n3": "52:54:00:00:00:03"}


def wwctl(programs, conf, *words):
    done = subprocess.run([f"{programs}/wwctl", "--warewulfconf", conf, *words], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"wwctl {' '.join(words)}:\n{done.stdout}{done.stderr}")


def make(root, port, programs):
    """Its warewulf.conf. Blocking, a few seconds. Nothing of it is left if it fails or is interrupted."""
    try:
        scratch_root.lay_out(root, port, "stock", programs=programs)
        conf = f"{root}/etc/warewulf/warewulf.conf"
        shutil.copy(f"{PROJECT}/packaging/etc/nodes.conf", f"{root}/etc/warewulf/nodes.conf")
        with tempfile.TemporaryDirectory() as folder:
            small.build(f"{folder}/busybox", next(iter(glob.glob(KERNELS)), None))
            wwctl(programs, conf, "image", "import", "--build", f"{folder}/busybox", "busybox")
        wwctl(programs, conf, "profile", "set", "--yes", "default", "--image", "busybox", "--netmask", "255.255.255.0")
        for number, (name, hwaddr) in enumerate(NODES.items(), 1):
            wwctl(programs, conf, "node", "add", name, "--hwaddr", hwaddr, "--ipaddr", f"127.0.1.{number}")
        return conf
    except BaseException:
        shutil.rmtree(root, ignore_errors=True)
        raise


def hint(conf, port, programs):
    """What to try next, every line of it as it can be typed."""
    return f"""\
wwd serves {os.path.dirname(conf)} on port {port}. In another window:

  export WAREWULFCONF={conf} PATH={programs}:$PATH
  wwctl server status
  wwctl node list --all n1
  curl http://localhost:{port}/ipxe/{NODES["n1"]}
  curl http://localhost:{port}/system/{NODES["n1"]} | cpio --list
  wwctl node set n2 --tagadd rack=7
  wwctl history
  wwctl undo
  wwctl node status
"""


def main(argv):
    parser = argparse.ArgumentParser(prog="dev run")
    parser.add_argument("root")
    parser.add_argument("--port", type=int, default=9873)
    parser.add_argument("--programs", required=True)
    options = parser.parse_args(argv)
    root = os.path.abspath(options.root)
    if not os.path.exists(root):
        make(root, options.port, options.programs)
    print(hint(f"{root}/etc/warewulf/warewulf.conf", options.port, f"{PROJECT}/build/bin"))


if __name__ == "__main__":
    main(sys.argv[1:])
