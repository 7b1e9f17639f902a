# SPDX-License-Identifier: BSD-3-Clause
"""wwctl power, node sensors, identify, console: against a simulated BMC, ones that hang, and templates of a site's own."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys

import pytest
import store_site
from daemon import PATIENCE, PROJECT, wait_for
from store_site import command

sys.path.insert(0, f"{PROJECT}/tests")

from lab.ipmi import SENSOR, Serial, Simulator  # noqa: E402

PASSWORD = "se$c`r't"  # what a shell must not see


@pytest.fixture
def bmc(tmp_path):
    simulator = Simulator(tmp_path / "bmc", PASSWORD)
    yield simulator.machines[0]
    simulator.stop()


def install_templates(site, *names):
    for name in names:
        with open(f"{PROJECT}/templates/bmc/{name}", encoding="utf-8") as f:
            site.write(f"usr/share/warewulf/bmc/{name}", f.read())


@pytest.fixture(autouse=True)
def templates(site):
    install_templates(site, "ipmitool.tmpl", "nobmc.tmpl")


def nodes(site, **ipmi):
    """nodes.conf: a section `ipmi` for each node, as JSON; None: without one."""
    body = [f"  {name}: {json.dumps({'ipmi': fields}) if fields is not None else '{}'}" for name, fields in ipmi.items()]
    site.write("etc/warewulf/nodes.conf", "\n".join(["nodeprofiles: {}", "nodes:", *body]) + "\n")


def of(bmc, **more):
    return {"template": "ipmitool.tmpl", "interface": "lan", "ipaddr": "127.0.0.1", "port": str(bmc.port),
            "username": "admin", "password": PASSWORD, **more}  # fmt: skip


def script(site, text, **more):
    """A BMC that is a script of the test's."""
    known = text if ".Cmd" in text else "# {{ .Cmd }}\n" + text  # one that takes no notice of it is refused
    site.write("usr/share/warewulf/bmc/script.tmpl", known)
    return {"template": "script.tmpl", "ipaddr": "10.9.0.1", **more}


def wwctl(site, *words, **options):
    done = store_site.wwctl(site, *words, **options)
    return done.returncode, done.stdout, done.stderr


def test_a_machine_is_switched_on_and_off(site, bmc):
    nodes(site, n1=of(bmc))
    assert wwctl(site, "power", "on", "n1") == (0, "127.0.0.1: Chassis Power Control: Up/On\n", "")
    assert bmc.state("power") == "1"
    assert wwctl(site, "power", "status", "n1") == (0, "127.0.0.1: Chassis Power is on\n", "")
    assert wwctl(site, "power", "off", "n1")[0] == 0
    assert bmc.state("power") == "0"
    assert wwctl(site, "power", "status", "n1") == (0, "127.0.0.1: Chassis Power is off\n", "")
    status, out, _ = wwctl(site, "power", "bootdev", "pxe", "n1")
    assert status == 0 and out.endswith("127.0.0.1: Set Boot Device to pxe\n")
    assert bmc.state("boot") == "pxe"
    assert wwctl(site, "node", "identify", "n1")[0] == 0
    status, out, _ = wwctl(site, "power", "status", "n1", "--json")
    assert (status, json.loads(out)) == (
        0,
        {"nodes": [{"node": "n1", "address": "127.0.0.1", "done": True, "output": "Chassis Power is off", "problem": ""}]},
    )


def test_a_wrong_password_fails_and_is_not_shown(site, bmc):
    nodes(site, n1=of(bmc, password="not-this"), n2=of(bmc))
    status, out, err = wwctl(site, "power", "status", "n[1-2]", "--timeout", "20")
    assert (status, out) == (255, "127.0.0.1: Chassis Power is off\n")
    assert "ERROR  : 127.0.0.1: " in err and "1 of 2 nodes failed: n1" in err
    assert "not-this" not in out + err


def test_a_simulated_one_that_never_answers_fails_alone(site, bmc):
    with socket.socket(type=socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        nodes(site, n1={**of(bmc), "port": str(silent.getsockname()[1])}, n2=of(bmc))
        status, out, err = wwctl(site, "power", "status", "n[1-2]", "--timeout", "3")
    assert (status, out) == (255, "127.0.0.1: Chassis Power is off\n")
    assert "127.0.0.1: no answer within 3 s" in err and "1 of 2 nodes failed: n1" in err


def test_sixty_four_at_once(site, tmp_path):
    simulator = Simulator(tmp_path / "many", PASSWORD, count=64)
    try:
        nodes(site, **{f"n{i}": of(machine) for i, machine in enumerate(simulator.machines, 1)})
        words = ("n[1-64]", "--fanout", "64", "--timeout", str(PATIENCE))
        status, out, err = wwctl(site, "power", "on", *words)
        assert (status, err) == (0, "")
        assert out == "127.0.0.1: Chassis Power Control: Up/On\n" * 64
        assert {machine.state("power") for machine in simulator.machines} == {"1"}
        assert wwctl(site, "power", "status", *words)[1] == "127.0.0.1: Chassis Power is on\n" * 64
    finally:
        simulator.stop()


def test_sensors_of_a_simulated_machine(site, bmc):
    nodes(site, n1=of(bmc))
    name, value = SENSOR
    status, out, _ = wwctl(site, "node", "sensors", "n1")
    assert (status, [word.strip() for word in out.split("|")]) == (0, [f"127.0.0.1: {name}", f"{value} degrees C", "ok"])
    status, out, _ = wwctl(site, "node", "sensors", "--full", "n1")
    assert status == 0 and [word.strip() for word in out.split("|")][:4] == [f"127.0.0.1: {name}", f"{value}.000", "degrees C", "ok"]


def test_the_console_of_a_simulated_machine(site, tmp_path):
    """Serial over LAN: what the machine writes is shown, what is typed reaches it, and ~. takes leave."""
    serial = Serial()
    simulator = Simulator(tmp_path / "console", PASSWORD, serial=serial)
    nodes(site, n1=of(simulator.machines[0], interface="lanplus", tags={"cipher": "3"}))
    ours, theirs = pty.openpty()
    try:
        looking = subprocess.Popen(command(site, "node", "console", "n1"), stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        shown = b""

        def until(text):
            nonlocal shown
            while text not in shown:
                shown += os.read(ours, 4096)

        until(b"SOL Session operational")
        serial.write(b"login: ")
        until(b"login: ")
        os.write(ours, b"root\r")
        serial.wait_for(b"root\r")
        os.write(ours, b"~.")
        until(b"terminated ipmitool")
        assert looking.wait(PATIENCE) == 0
    finally:
        os.close(ours)
        simulator.stop()
        serial.stop()


def test_a_controller_that_never_answers_holds_up_nobody(site):
    sleeps = script(site, '{{ if eq .Port "1" }}sleep 1000 & echo {{ .Cmd }}; sleep 1000{{ else }}echo {{ .Cmd }}{{ end }}')
    nodes(site, n1={**sleeps, "port": "1"}, **{f"n{i}": {**sleeps, "ipaddr": f"10.9.0.{i}"} for i in range(2, 66)})
    status, out, err = wwctl(site, "power", "status", "n[1-65]", "--timeout", "2")
    assert status == 255
    assert sorted(out.splitlines()) == sorted(f"10.9.0.{i}: PowerStatus" for i in range(2, 66))
    assert "10.9.0.1: no answer within 2 s" in err and "1 of 65 nodes failed: n1" in err


def test_a_line_comes_as_soon_as_it_is_known(site, tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    waits = script(site, f'{{{{ if eq .Port "1" }}}}cat {fifo} # {{{{ .Cmd }}}}{{{{ else }}}}echo done # {{{{ .Cmd }}}}{{{{ end }}}}')
    nodes(site, n1={**waits, "port": "1"}, n2={**waits, "ipaddr": "10.9.0.2"})
    with subprocess.Popen(command(site, "power", "status", "n[1-2]"), stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout.readline() == "10.9.0.2: done\n"
        fifo.write_text("late\n")
        assert asking.stdout.readline() == "10.9.0.1: late\n"
        assert asking.wait(PATIENCE) == 0


def test_ctrl_c_ends_what_runs(site, tmp_path):
    pid = tmp_path / "pid"
    both = script(site, f"echo $$ > {pid}.new; mv {pid}.new {pid}; sleep 1000")
    nodes(site, n1=both, n2=both)
    with subprocess.Popen(
        command(site, "power", "status", "--fanout", "1", "n[1-2]"), stderr=subprocess.PIPE, text=True
    ) as asking:
        wait_for(pid.exists, "the first command")
        asking.send_signal(signal.SIGINT)
        assert "interrupted: 2 of 2 nodes were not asked or did not answer; not begun: n2" in asking.stderr.read()
        assert asking.wait(PATIENCE) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_the_password_is_in_no_command_line(site):
    nodes(
        site,
        n1=script(site, 'tr "\\0" " " < /proc/$$/cmdline; echo; echo "$IPMITOOL_PASSWORD"', password=PASSWORD),
        n2={"template": "ipmitool.tmpl", "ipaddr": "10.9.0.2", "username": "admin", "password": PASSWORD},
    )
    _, out, _ = wwctl(site, "power", "status", "n1")
    *words, variable = out.splitlines()
    assert PASSWORD not in "".join(words) and variable == f"10.9.0.1: {PASSWORD}"
    assert wwctl(site, "power", "status", "--show", "n2") == (
        0, '10.9.0.2: ipmitool -H 10.9.0.2 -U "admin" -E chassis power status\n', "",
    )  # fmt: skip
    # A template like upstream's, which writes it into the command, is shown without it.
    nodes(site, n1=script(site, 'ipmitool -H {{ .Ipaddr }} -P "{{ .Password }}" {{ .Cmd }}', password=PASSWORD))
    assert wwctl(site, "power", "on", "-s", "n1")[1] == '10.9.0.1: ipmitool -H 10.9.0.1 -P "********" PowerOn\n'


@pytest.mark.parametrize(
    "ipmi, why",
    [
        (None, "no address of its BMC"),
        ({"template": "ipmitool.tmpl", "username": "admin"}, "no address of its BMC"),
        ({"ipaddr": "10.9.0.1"}, "no template for its BMC"),
        ({"ipaddr": "10.9.0.1", "template": "nope.tmpl"}, "nope.tmpl"),
        ({"ipaddr": "10.9.0.1", "template": "../../etc/passwd"}, "no template"),
    ],
)
def test_a_node_that_cannot_be_asked_is_named_and_nothing_is_run(site, ipmi, why):
    nodes(site, n1=ipmi)
    status, out, err = wwctl(site, "power", "off", "n1")
    assert (status, out) == (255, "")
    assert "n1" in err or "10.9.0.1: " in err
    assert why in err


def test_what_a_template_does_not_know_is_not_run(site):
    upstreams = 'ipmitool -H {{ .Ipaddr }}{{ if eq .Cmd "PowerOn" }} chassis power on{{ end }}'
    nodes(site, n1=script(site, upstreams))
    status, out, err = wwctl(site, "power", "bootdev", "disk", "n1")
    assert (status, out) == (255, "") and "script.tmpl has no command for BootDisk" in err


def test_names_that_are_none(site):
    nodes(site, n1=script(site, "echo {{ .Cmd }}"))
    status, out, err = wwctl(site, "power", "off", "n[4-1]")
    assert (status, out) == (255, "") and "n[4-1] selects no nodes" in err
    assert wwctl(site, "power", "off", "x7")[0] == 255
    status, out, err = wwctl(site, "power", "status", "n1,n11")
    assert (status, out) == (0, "10.9.0.1: PowerStatus\n")
    assert "no node is called n11" in err
    assert wwctl(site, "power", "off")[0] == 255
    for words in (("--fanout", "0"), ("--timeout", "0"), ("--pause", "-1"), ("--batch", "-1"), ("--per-group", "-1")):
        status, out, err = wwctl(site, "power", "on", "n1", *words)
        assert (status, out) == (255, "") and "must" in err
    assert "nodes do not boot from" in wwctl(site, "power", "bootdev", "floppy", "n1")[2]


def on_a_terminal(site, answer, *words):
    """Exit status, and all that was shown."""
    ours, theirs = pty.openpty()
    asking = subprocess.Popen(command(site, *words), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    os.write(ours, answer.encode())
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        shown += piece
    os.close(ours)
    return asking.wait(PATIENCE), shown.decode()


def test_who_would_touch_many_nodes_is_asked_on_a_terminal(site):
    one = script(site, "echo {{ .Cmd }}")
    nodes(site, **{f"n{i}": {**one, "ipaddr": f"10.9.0.{i}"} for i in range(1, 11)})
    status, shown = on_a_terminal(site, "n\n", "power", "off", "n[1-4]")
    assert status == 0 and "Power off 4 of 10 nodes" in shown and "PowerOff" not in shown
    status, shown = on_a_terminal(site, "y\n", "power", "off", "n[1-4]")
    assert status == 0 and shown.count("PowerOff") == 4
    for words in (("off", "n1"), ("on", "n[1-10]"), ("off", "--yes", "n[1-4]"), ("off", "--ask-above", "50", "n[1-4]")):
        status, shown = on_a_terminal(site, "", "power", *words)
        assert status == 0 and " of 10 nodes" not in shown and "Power" in shown, words
    assert wwctl(site, "power", "off", "n[1-4]")[1].count("PowerOff") == 4


def test_nodes_that_run_are_counted(site):
    one = script(site, "echo {{ .Cmd }}")
    nodes(site, **{f"n{i}": {**one, "ipaddr": f"10.9.0.{i}"} for i in range(1, 41)})
    text = site.read("etc/warewulf/nodes.conf").replace("n1: {", 'n1: {"network devices": {"d": {"hwaddr": "02:00:00:00:00:01"}}, ', 1)
    site.write("etc/warewulf/nodes.conf", text)
    site.start()
    assert site.get("/ipxe/02-00-00-00-00-01").status == 200
    status, shown = on_a_terminal(site, "n\n", "power", "reset", "n[1-2]")
    assert status == 0 and "Power reset 2 of 40 nodes, 1 of them here in the last 5 minutes" in shown


def racks(site, *tags):
    """Nodes n1, n2, … with these values of the tag rack; None: without."""
    one = script(site, "echo {{ .Cmd }}")
    whole = {
        f"n{i}": {"ipmi": {**one, "ipaddr": f"10.9.0.{i}"}, **({"tags": {"rack": tag}} if tag else {})}
        for i, tag in enumerate(tags, 1)
    }
    site.write("etc/warewulf/nodes.conf", json.dumps({"nodeprofiles": {}, "nodes": whole}))


def waves(shown):
    """What was said to be begun before each pause."""
    return [int(line.split()[1]) for line in shown.splitlines() if line.startswith("begun ")]


def test_cold_starts_come_in_waves(site):
    racks(site, "a", "a", "a", "b", "b", None)
    status, out, err = wwctl(site, "power", "on", "n[1-6]", "--group-by", "rack", "--pause", "1")
    assert (status, waves(err)) == (0, [3, 5])  # n1 n4 n6, n2 n5, n3
    assert sorted(out.splitlines()) == [f"10.9.0.{i}: PowerOn" for i in range(1, 7)]
    status, _, err = wwctl(site, "power", "on", "n[1-6]", "--group-by", "rack", "--per-group", "2", "--batch", "4")
    assert (status, waves(err)) == (0, [4])  # n1 n2 n4 n5, n3 n6
    assert waves(wwctl(site, "power", "reset", "n[1-6]", "--batch", "2")[2]) == [2, 4]
    # What only ends what runs, or asks, draws no power.
    for words in (("off",), ("status",), ("on", "--pause", "0")):
        status, out, err = wwctl(site, "power", *words, "n[1-6]")
        assert (status, len(out.splitlines()), waves(err)) == (0, 6, [])


def test_waves_and_the_guard_may_stand_in_warewulf_conf(site):
    racks(site, "a", "a", "b", "b")
    conf = site.read("etc/warewulf/warewulf.conf")
    site.write("etc/warewulf/warewulf.conf", conf + "power:\n  group by: rack\n  pause: 1\n  ask above: 60\n")
    assert waves(wwctl(site, "power", "on", "n[1-4]")[2]) == [2]
    assert waves(wwctl(site, "power", "on", "n[1-4]", "--per-group", "2")[2]) == []
    assert " of 4 nodes" not in on_a_terminal(site, "", "power", "off", "n[1-2]")[1]
    status, shown = on_a_terminal(site, "n\n", "power", "off", "n[1-3]")
    assert status == 0 and "Power off 3 of 4 nodes" in shown and "PowerOff" not in shown
    site.write("etc/warewulf/warewulf.conf", conf + "power:\n  batch: many\n")
    assert '"batch"' in wwctl(site, "power", "on", "n1")[2]


def test_ctrl_c_between_waves_names_who_was_not_begun(site):
    racks(site, "a", "a", "b", "b", "a")
    words = command(site, "power", "on", "n[1-5]", "--group-by", "rack", "--pause", "1000")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
        assert asking.stderr.readline() == "begun 2 of 5 nodes, more in 1000 s\n"
        assert {asking.stdout.readline(), asking.stdout.readline()} == {"10.9.0.1: PowerOn\n", "10.9.0.3: PowerOn\n"}
        asking.send_signal(signal.SIGINT)
        assert "interrupted: 3 of 5 nodes were not asked or did not answer; not begun: n2,n4,n5" in asking.stderr.read()
        assert asking.wait(PATIENCE) == 130


def test_sensors_and_consoles(site):
    nodes(site, n1=script(site, 'printf "{{ .Cmd }}\\nfan 1\\n"'), n2=script(site, 'printf "{{ .Cmd }}\\nfan 1\\n"', ipaddr="10.9.0.2"))
    assert wwctl(site, "node", "sensors", "n1") == (0, "10.9.0.1: SDRList\n10.9.0.1: fan 1\n", "")
    assert wwctl(site, "node", "sensors", "-F", "n1")[1].startswith("10.9.0.1: SensorList\n")
    site.write("usr/share/warewulf/bmc/script.tmpl", 'if [ -t 0 ]; then read line; echo "{{ .Cmd }} $line"; fi; [ "$line" = ok ]')
    status, shown = on_a_terminal(site, "ok\n", "node", "console", "n1")
    assert status == 0 and "Console ok" in shown
    status, _, err = wwctl(site, "node", "console", "n1")
    assert status == 255 and "n1: Console problem: exit status 1" in err


def test_only_administrators_get_passwords(site):
    nodes(site, n1=script(site, "echo {{ .Cmd }}", password=PASSWORD))
    site.start()
    os.chmod(site.root, 0o755)
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    status, out, err = wwctl(site, "power", "status", "n1", prefix=nobody)
    assert (status, out) == (255, "")
    assert PASSWORD not in err
