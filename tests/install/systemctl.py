#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""Stands in for systemctl where no systemd runs: starts and stops the wwd of the installed unit, as that unit says.

What it was asked for that it does not know fails, so that a page cannot ask for what nobody tries.
"""

import os
import re
import select
import signal
import socket
import subprocess
import sys

UNIT = "/usr/lib/systemd/system/wwd.service"
PID = "/run/wwd-test.pid"
LOG = "/run/wwd-test.log"
PATIENCE = 60


def unit():
    with open(UNIT, encoding="utf-8") as f:
        return f.read()


def names():
    folder = os.path.dirname(UNIT)
    return {"wwd", "wwd.service", *(name.removesuffix(".service") for name in os.listdir(folder) if leads_to_us(f"{folder}/{name}"))}


def leads_to_us(path):
    return os.path.islink(path) and os.readlink(path) == "wwd.service"


def start():
    """As Type=notify: back when wwd says that it is ready. Nobody listens at systemd's sockets here: front and jobs are children."""
    command = re.search(r"^ExecStart=(.*)$", unit(), re.MULTILINE)[1].replace("$OPTIONS", "")
    command = re.sub(r"--(front|job)-socket[= ]\S+", "", command).split()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready:
        ready.bind("/run/wwd-test.notify")
        ready.settimeout(PATIENCE)
        environment = {"PATH": os.environ["PATH"], "NOTIFY_SOCKET": "/run/wwd-test.notify"}
        with open(LOG, "ab") as log:
            wwd = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            while b"READY=1" not in ready.recv(4096):
                pass
        except TimeoutError:
            sys.exit("wwd does not get ready:\n" + open(LOG, encoding="utf-8").read())
        finally:
            os.unlink("/run/wwd-test.notify")
    with open(PID, "w", encoding="utf-8") as f:
        f.write(str(wwd.pid))


def stop():
    with open(PID, encoding="utf-8") as f:
        pid = int(f.read())
    pidfd = os.pidfd_open(pid)
    os.kill(pid, signal.SIGTERM)
    if not select.select([pidfd], [], [], PATIENCE)[0]:
        sys.exit("wwd does not end")
    os.unlink(PID)


def main(argv):
    match argv:
        case ["daemon-reload"] | ["disable", "--now", "warewulfd"]:
            pass
        case ["enable", "--now", name] if name in names():
            start()
        case ["restart", name] if name in names():
            stop()
            start()
        case ["restart", "dnsmasq"]:  # with Debian's settings; back when it has its ports
            subprocess.run(["dnsmasq", "--conf-file=/dev/null", "--conf-dir=/etc/dnsmasq.d", "--port=0"], check=True)
        case ["restart", "isc-dhcp-server"]:
            subprocess.run(["dhcpd", "-t", "-q", "-cf", "/etc/dhcp/dhcpd.conf"], check=True)
        case ["disable", "--now", *units] if "wwd.service" in units:
            stop()
        case _:
            sys.exit(f"systemctl {' '.join(argv)}: the test knows no such thing")


if __name__ == "__main__":
    main(sys.argv[1:])
