# SPDX-License-Identifier: BSD-3-Clause
"""wwctl power, node sensors, identify, console by Redfish: against emulated controllers, also such that misbehave."""

import json
import os
import signal
import subprocess
import sys

import pytest
import store_site
from daemon import PATIENCE, PROJECT, wait_for
from store_site import command

sys.path.insert(0, f"{PROJECT}/tests")

from lab.redfish import CHASSIS, SYSTEM, Bmc, Mute, certificate  # noqa: E402

PASSWORD = "se$c`r't\"ä"  # what a shell, or JSON, must not read


@pytest.fixture(scope="session")
def identity(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("bmc"))


@pytest.fixture
def bmc(identity):
    with Bmc(*identity[:2], password=PASSWORD) as emulated:
        yield emulated


@pytest.fixture(autouse=True)
def template(site):
    with open(f"{PROJECT}/templates/bmc/redfish.tmpl", encoding="utf-8") as f:
        site.write("usr/share/warewulf/bmc/redfish.tmpl", f.read())


@pytest.fixture
def n1(site, bmc, identity):
    """The node n1 has this controller, pinned."""
    nodes(site, n1=of(bmc, fingerprint=identity[2]))
    return bmc


def nodes(site, **ipmi):
    site.write("etc/warewulf/nodes.conf", json.dumps({"nodeprofiles": {}, "nodes": {k: {"ipmi": v} for k, v in ipmi.items()}}))


def of(bmc, password=PASSWORD, **tags):
    return {"template": "redfish.tmpl", "ipaddr": bmc.address, "port": str(bmc.port),
            "username": "admin", "password": password, "tags": tags}  # fmt: skip


def wwctl(site, *words, **options):
    done = store_site.wwctl(site, *words, **options)
    return done.returncode, done.stdout, done.stderr


def test_a_machine_is_switched(site, n1):
    assert wwctl(site, "power", "status", "n1") == (0, "127.0.0.1: Chassis Power is off\n", "")
    for word, said, power in (
        ("on", "Up/On", "On"),
        ("cycle", "Cycle", "On"),
        ("reset", "Reset", "On"),
        ("soft", "Soft", "Off"),
        ("on", "Up/On", "On"),
        ("off", "Down/Off", "Off"),
    ):
        assert wwctl(site, "power", word, "n1") == (0, f"127.0.0.1: Chassis Power Control: {said}\n", "")
        assert n1.power == power
    status, out, _ = wwctl(site, "power", "status", "n1", "--json")
    assert (status, json.loads(out)) == (
        0,
        {"nodes": [{"node": "n1", "address": "127.0.0.1", "done": True, "output": "Chassis Power is off", "problem": ""}]},
    )
    assert n1.sessions == set()


def test_the_kind_of_reset_is_one_that_is_offered(site, n1):
    n1.reset_types = ["On", "ForceOff", "ForceRestart"]
    n1.by_action_info = True
    n1.power = "On"
    assert wwctl(site, "power", "cycle", "n1")[0] == 0
    status, _, err = wwctl(site, "power", "soft", "n1")
    assert status == 255 and 'cannot do PowerSoft: it offers "On", "ForceOff", "ForceRestart"' in err
    assert n1.power == "On"
    # What is so already needs no doing.
    posts = len([line for line in n1.requests if "ComputerSystem.Reset" in line])
    assert wwctl(site, "power", "on", "n1")[0] == 0
    assert len([line for line in n1.requests if "ComputerSystem.Reset" in line]) == posts


def test_a_reset_may_be_a_task(site, n1):
    n1.as_task = 2
    assert wwctl(site, "power", "on", "n1")[0] == 0
    assert (n1.power, n1.as_task) == ("On", 0)
    n1.as_task, n1.task_state = 1, "Exception"
    status, _, err = wwctl(site, "power", "off", "n1")
    assert status == 255 and 'task ended as Exception: "The fan is stuck."' in err
    assert n1.power == "On" and n1.sessions == set()


def test_boot_devices(site, n1, identity):
    assert wwctl(site, "power", "bootdev", "pxe", "n1") == (0, "127.0.0.1: Set Boot Device to pxe\n", "")
    assert n1.boot == {"BootSourceOverrideEnabled": "Once", "BootSourceOverrideTarget": "Pxe"}
    assert 'W/"1"' in [headers.get("If-Match") for headers in n1.headers]
    n1.someone_else = 1  # between our look and our change
    nodes(site, n1=of(n1, fingerprint=identity[2], efiboot="true"))
    assert wwctl(site, "power", "bootdev", "disk", "--persistent", "n1")[0] == 0
    assert n1.boot == {
        "BootSourceOverrideEnabled": "Continuous", "BootSourceOverrideTarget": "Hdd", "BootSourceOverrideMode": "UEFI",
    }  # fmt: skip
    n1.someone_else = 10
    status, _, err = wwctl(site, "power", "bootdev", "bios", "n1")
    assert status == 255 and "The ETag supplied did not match." in err
    assert n1.boot["BootSourceOverrideTarget"] == "Hdd"


def test_sensors_are_shown_as_those_of_ipmi(site, n1):
    status, out, _ = wwctl(site, "node", "sensors", "n1")
    assert (status, out) == (
        0,
        "127.0.0.1: Fan 1            | 5400 RPM          | ok\n127.0.0.1: CPU1 Temp        | 45.5 degrees C    | nc\n",
    )
    n1.sensors = "Thermal"
    status, out, _ = wwctl(site, "node", "sensors", "--full", "n1")
    na = "| na        "
    assert status == 0 and [line.removeprefix("127.0.0.1: ").rstrip() for line in out.splitlines()] == [
        ("Inlet            | 21.000     | degrees C  | ok    " + na * 4 + "| 40.000    " + na).rstrip(),
        ("Fan 2            | na         | RPM        | na    " + na * 6).rstrip(),
        ("P12V             | 12.100     | Volts      | ok    " + na * 6).rstrip(),
    ]


def test_the_light(site, n1):
    assert wwctl(site, "node", "identify", "n1")[0] == 0 and n1.light is True
    assert wwctl(site, "node", "identify", "--off", "n1")[0] == 0 and n1.light is False
    n1.led = "Off"
    assert wwctl(site, "node", "identify", "n1")[0] == 0 and n1.led == "Blinking"


def test_the_console_is_by_ssh_where_there_is_one(site, n1, tmp_path):
    status, _, err = wwctl(site, "node", "console", "n1")
    assert status == 255 and 'it offers "IPMI"' in err and "--ipmitemplate ipmitool.tmpl" in err
    n1.console = {"SSH": {"ServiceEnabled": True, "Port": 2200, "ConsoleEntryCommand": "console 1"}}
    ssh = tmp_path / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text('#!/bin/sh\nfor word; do echo "<$word>"; done; exit 3\n')
    ssh.chmod(0o755)
    status, out, err = wwctl(site, "node", "console", "n1", env={"PATH": f"{ssh.parent}:{os.environ['PATH']}"})
    assert out.split() == ["<-t>", "<-p>", "<2200>", "<-l>", "<admin>", "<-->", "<127.0.0.1>", "<console", "1>"]
    assert status == 255 and "n1: Console problem: exit status 3" in err
    assert n1.sessions == set()


def test_a_wrong_password_fails_and_is_not_shown(site, n1, identity):
    for has_sessions in (True, False):
        n1.has_sessions = has_sessions
        nodes(site, n1=of(n1, password="not-this", fingerprint=identity[2]))
        status, out, err = wwctl(site, "power", "status", "n1")
        assert (status, out) == (255, "")
        assert "refuses user or password" in err and "--ipmipass" in err
        assert "not-this" not in out + err
    assert PASSWORD not in wwctl(site, "power", "status", "--show", "n1")[1]


def test_the_certificate_decides_whether_anything_is_said(site, n1, identity, tmp_path):
    nodes(site, n1=of(n1))
    status, _, err = wwctl(site, "power", "status", "n1")
    assert status == 255 and "not trusted: self-signed certificate" in err and identity[2] in err
    other = certificate(tmp_path, "other")
    nodes(site, n1=of(n1, fingerprint=other[2]))  # it was another one once
    status, _, err = wwctl(site, "power", "status", "n1")
    assert status == 255 and "has another certificate than the one pinned" in err and identity[2] in err
    assert n1.requests == []
    nodes(site, n1=of(n1, ca=identity[1]))
    assert wwctl(site, "power", "status", "n1")[0] == 0
    nodes(site, n1=of(n1, ca=other[1]))
    assert wwctl(site, "power", "status", "n1")[0] == 255
    nodes(site, n1=of(n1, fingerprint="sha256:12"))
    assert "no fingerprint of a certificate" in wwctl(site, "power", "status", "n1")[2]


def test_a_certificate_that_changed_is_refused_until_it_is_pinned_anew(site, n1, tmp_path):
    assert wwctl(site, "power", "status", "n1")[0] == 0
    n1.stop()
    key, crt, renewed = certificate(tmp_path, "renewed")
    with Bmc(key, crt, password=PASSWORD, port=n1.port) as later:
        status, out, err = wwctl(site, "power", "on", "n1")
        assert (status, out) == (255, "") and "has another certificate than the one pinned" in err and renewed in err
        assert later.requests == [] and later.power == "Off"
        nodes(site, n1=of(later, fingerprint=renewed))
        assert wwctl(site, "power", "on", "n1")[0] == 0 and later.power == "On"


def test_without_a_session_to_have_the_password_goes_along(site, n1):
    n1.has_sessions = False
    assert wwctl(site, "power", "on", "n1")[0] == 0
    n1.has_sessions, n1.session_limit = True, 0
    assert wwctl(site, "power", "off", "n1")[0] == 0
    assert n1.power == "Off" and n1.sessions == set()


@pytest.mark.parametrize(
    "mode, why",
    [
        ("half", "closed too early"),
        ("huge", "the message is too large"),
        ("redirect", "elsewhere.example"),
    ],
)
def test_half_an_answer_is_none_and_a_huge_one_is_not_read(site, n1, mode, why):
    n1.mode = mode
    status, out, err = wwctl(site, "power", "status", "n1")
    assert (status, out) == (255, "") and why in err
    assert n1.sessions == set()


def test_one_that_never_answers_fails_alone_and_is_logged_out_of(site, n1, bmc, identity):
    n1.mode = "silent"
    mute = Mute()
    with Bmc(*identity[:2], password=PASSWORD) as good:
        of_mute = {**of(n1, fingerprint=identity[2]), "port": str(mute.port)}
        nodes(site, n1=of(n1, fingerprint=identity[2]), n2=of_mute, n3=of(good, fingerprint=identity[2]))
        status, out, err = wwctl(site, "power", "status", "n[1-3]", "--timeout", "3")
    mute.stop()
    assert (status, out) == (255, "127.0.0.1: Chassis Power is off\n")
    assert err.count("127.0.0.1: no answer within 3 s") == 2 and "2 of 3 nodes failed" in err
    assert n1.sessions == set()


def test_ctrl_c_logs_out(site, n1):
    n1.mode = "silent"
    with subprocess.Popen(command(site, "power", "status", "n1"), stderr=subprocess.PIPE, text=True) as asking:
        assert n1.asked.wait(PATIENCE)
        assert len(n1.sessions) == 1
        asking.send_signal(signal.SIGINT)
        assert "interrupted: 1 of 1 nodes" in asking.stderr.read()
        assert asking.wait(PATIENCE) == 130
    wait_for(lambda: n1.sessions == set(), "the end of the session")


def test_sixty_four_at_once(site, identity):
    emulated = [Bmc(*identity[:2], password=PASSWORD, address=f"127.0.1.{i}") for i in range(1, 65)]
    try:
        nodes(site, **{f"n{i}": of(one, fingerprint=identity[2]) for i, one in enumerate(emulated, 1)})
        status, out, err = wwctl(site, "power", "on", "n[1-64]", "--fanout", "64", "--timeout", str(PATIENCE))
        assert (status, err) == (0, "")
        assert sorted(out.splitlines()) == sorted(f"127.0.1.{i}: Chassis Power Control: Up/On" for i in range(1, 65))
        assert {one.power for one in emulated} == {"On"}
        assert all(one.sessions == set() for one in emulated)
    finally:
        for one in emulated:
            one.stop()


def test_one_of_several_systems_is_named(site, n1, identity):
    n1.systems = ["/redfish/v1/Systems/0", SYSTEM]
    status, _, err = wwctl(site, "power", "on", "n1")
    assert status == 255 and "this BMC has 2 systems" in err and 'one of "0", "1"' in err
    nodes(site, n1=of(n1, fingerprint=identity[2], system="1"))
    assert wwctl(site, "power", "on", "n1")[0] == 0 and n1.power == "On"
    nodes(site, n1=of(n1, fingerprint=identity[2], system="7"))
    assert 'has no system "7"' in wwctl(site, "power", "on", "n1")[2]


def test_a_controller_has_so_many_systems(site, n1, identity):
    n1.systems = [*(f"/redfish/v1/Systems/x{number}" for number in range(63)), SYSTEM]
    nodes(site, n1=of(n1, fingerprint=identity[2], system="1"))
    assert wwctl(site, "power", "on", "n1")[0] == 0 and n1.power == "On"
    n1.systems.insert(0, "/redfish/v1/Systems/one-more")
    status, _, err = wwctl(site, "power", "off", "n1")
    assert status == 255 and n1.power == "On"
    assert 'has no system "1" among the first 64 of 65' in err, err


def test_a_machine_has_so_many_chassis(site, n1):
    n1.chassis = [*(f"/redfish/v1/Chassis/x{number}" for number in range(15)), CHASSIS]
    assert "Fan 1" in wwctl(site, "node", "sensors", "n1")[1]
    n1.chassis.insert(0, "/redfish/v1/Chassis/one-more")
    status, _, err = wwctl(site, "node", "sensors", "n1")
    assert status == 255 and "no sensors among the first 16 of 17" in err, err


def test_nobody_listens(site, bmc, identity):
    nodes(site, n1=of(bmc, fingerprint=identity[2]))
    bmc.stop()
    status, _, err = wwctl(site, "power", "status", "n1")
    assert status == 255 and f"127.0.0.1:{bmc.port}" in err


def test_the_program_for_one_controller(site, n1, identity):
    words = ["redfish", "--address", "127.0.0.1", "--port", str(n1.port), "--user", "admin", "--bmc-fingerprint", identity[2]]
    environment = {"IPMITOOL_PASSWORD": PASSWORD}
    assert wwctl(site, *words, "PowerStatus", env=environment) == (0, "Chassis Power is off\n", "")
    status, out, err = wwctl(site, *words, "Explode", env=environment)
    assert (status, out) == (1, "") and 'nothing to ask by Redfish is called "Explode"' in err
    assert "required flag(s)" in wwctl(site, "redfish", "PowerStatus")[2]
    assert "--port must be" in wwctl(site, *words, "--port", "0", "PowerStatus")[2]
    assert "--timeout must be" in wwctl(site, *words, "--timeout", "0", "PowerStatus")[2]
