# SPDX-License-Identifier: BSD-3-Clause
"""Management controllers that speak IPMI, for tests: OpenIPMI's ipmi_sim, in one process, with so many machines."""

import contextlib
import os
import select
import socket
import subprocess
import threading
import time

from lab.process import Process

SECONDS = 30  # for anything that is waited for

# Of one machine, whose controller has a port of its own.
LAN = """\
set_working_mc {address}
  startlan 1
    addr 127.0.0.1 {port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "{hook} {address}"
{serial}  user 1 true  "" "test" user 10 none md2 md5 straight
  user 2 true  "admin" "{password}" admin 10 none md2 md5 straight
"""
# One bad line, and the simulator serves nothing, without a word.
MACHINE = """\
mc_add {address} 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable {address} 1000 0x0a
sensor_add {address} 0 1 1 1
sensor_set_event_support {address} 0 1 enable scanning per-state {none} {none} {none} {none}
sensor_set_value {address} 0 1 {value} 0
main_sdr_add {address} {record}
mc_enable {address}
"""
# Called with the controller's address, get or set, and names (and values): keeps them in a file.
HOOK = """\
#!/bin/sh
state={folder}/state-$1; touch $state
op=$2; shift 2
while [ $# -gt 0 ]; do
    if [ $op = set ]; then echo "$1=$2" >> $state; shift; fi
    if [ $op = get ]; then value=$(sed -n "s/^$1=//p" $state | tail -1); echo "$1:${{value:-0}}"; fi
    shift
done
"""
SENSOR = ("CPU1 Temp", 42)  # the one of each machine, and what it reads


def udp_port():
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def sensor_record():
    """A full sensor record (IPMI 2.0, table 43-1): a temperature in whole degrees, without thresholds."""
    name = SENSOR[0].encode()
    owner, entity, kind = [0x20, 0, 1], [3, 1, 0x7F, 0x68], [1, 1]
    masks, units, linear = [0] * 6, [0, 1, 0], [0, 1, 0, 0, 0, 0, 0, 0]
    readings = [40, 90, 10, 127, 0] + [0] * 8 + [0] * 3
    body = [*owner, *entity, *kind, *masks, *units, *linear, *readings, 0xC0 | len(name), *name]
    return [1, 0, 0x51, 1, len(body), *body]


class Machine:
    def __init__(self, folder, address):
        self.address, self.port = address, udp_port()
        self._state = f"{folder}/state-{address}"

    def state(self, name):
        """What it was told last."""
        with open(self._state, encoding="ascii") as f:
            return [line.strip().partition("=")[2] for line in f if line.startswith(f"{name}=")][-1]


class Simulator:
    def __init__(self, folder, password, count=1, serial=None):
        os.makedirs(folder)
        self.password = password
        self.machines = [Machine(folder, hex(0x20 + 2 * i)) for i in range(count)]
        hook = f"{folder}/hook"
        with open(hook, "w", encoding="ascii") as f:
            f.write(HOOK.format(folder=folder))
        os.chmod(hook, 0o755)
        line = f'  sol "tcp:127.0.0.1:{serial.port}" 115200\n' if serial else ""
        common = {"hook": hook, "password": password, "serial": line, "none": "0" * 15, "value": SENSOR[1]}
        common["record"] = " ".join(map(hex, sensor_record()))
        with open(f"{folder}/lan.conf", "w", encoding="ascii") as lan, open(f"{folder}/machine.emu", "w", encoding="ascii") as emu:
            lan.write('name "sim"\n')
            emu.write("mc_setbmc 0x20\n")
            for machine in self.machines:
                lan.write(LAN.format(address=machine.address, port=machine.port, **common))
                emu.write(MACHINE.format(address=machine.address, **common))
        words = ["ipmi_sim", "-n", "-c", f"{folder}/lan.conf", "-f", f"{folder}/machine.emu", "-s", f"{folder}/kept"]
        self.process = Process(words, log=f"{folder}/log")
        end = time.monotonic() + SECONDS
        while not all(map(self._answers, self.machines)):
            if not self.process.running() or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"the simulated controllers do not answer: {self.process.output()}")

    def _answers(self, machine):
        ask = ["ipmitool", "-I", "lan", "-H", "127.0.0.1", "-p", str(machine.port), "-U", "admin", "-E", "-R", "1", "mc", "guid"]
        environment = {**os.environ, "IPMITOOL_PASSWORD": self.password}
        return subprocess.run(ask, capture_output=True, env=environment, timeout=SECONDS, check=False).returncode == 0

    def stop(self):
        self.process.stop()


class Serial:
    """The other end of a machine's serial line, to which the simulator connects."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._connected = threading.Event()
        self._line = None
        self._came = b""
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):  # it was closed
            while True:
                self._line, _ = self._listener.accept()
                self._connected.set()

    def write(self, data):
        assert self._connected.wait(SECONDS)
        self._line.sendall(data)

    def wait_for(self, data):
        assert self._connected.wait(SECONDS)
        while data not in self._came:
            ready, _, _ = select.select([self._line], [], [], SECONDS)
            assert ready, f"{data!r} did not come, but {self._came!r}"
            self._came += self._line.recv(4096)

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        if self._line:
            self._line.close()
