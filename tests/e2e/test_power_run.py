# SPDX-License-Identifier: BSD-3-Clause
"""Management controllers asked over the network: /api/wwd/v1/power/run, a job of the server's."""

import json
import os

import pytest
import test_redfish
from daemon import wait_for
from lab.ipmi import Simulator
from lab.redfish import Bmc, certificate
from rest_site import call, raw, with_api
from store_site import must, wwctl
from test_power import PASSWORD, install_templates, nodes, of, racks, script

SECRETS = (PASSWORD, test_redfish.PASSWORD, "not-this")


@pytest.fixture
def bmc(tmp_path):
    simulator = Simulator(tmp_path / "bmc", PASSWORD)
    yield simulator.machines[0]
    simulator.stop()


@pytest.fixture(autouse=True)
def templates(site):
    install_templates(site, "ipmitool.tmpl", "redfish.tmpl")
    with_api(site)


def ask(site, verb, *names, user="ian", **more):
    """Notes, and the reply or the problem at the end."""
    body = {"names": names, "verb": verb, **more}
    answer = call(site, "POST", "/api/wwd/v1/power/run", body, user=user)
    assert answer.status == 200, answer.body
    assert not [secret for secret in SECRETS if secret in answer.body.decode()]
    *lines, last = [json.loads(line) for line in answer.body.splitlines()]
    return [(line["note"]["level"], line["note"]["text"]) for line in lines if "note" in line], last


def done(site, verb, *names, **more):
    """What was said of each node, where nothing failed."""
    notes, last = ask(site, verb, *names, **more)
    assert "reply" in last and {level for level, _ in notes} == {"info"}, (notes, last)
    return sorted(text for _, text in notes)


def test_an_operator_switches_a_machine(site, bmc):
    nodes(site, n1=of(bmc))
    site.start()
    assert done(site, "on", "n1") == ["n1: Chassis Power Control: Up/On"]
    assert bmc.state("power") == "1"
    assert done(site, "status", "n1") == ["n1: Chassis Power is on"]
    assert done(site, "off", "n1") == ["n1: Chassis Power Control: Down/Off"]
    assert bmc.state("power") == "0"
    assert "n1: Set Boot Device to pxe" in done(site, "bootdev pxe", "n1")[0]
    assert bmc.state("boot") == "pxe"
    assert call(site, "POST", "/api/wwd/v1/power/run", {"names": ["n1"], "verb": "on"}, user="eve").status == 403
    assert bmc.state("power") == "0"
    listed = json.loads(must(site, "job", "list", "--json"))["jobs"]
    assert [(job["kind"], job["name"], job["user"], job["state"]) for job in listed][:2] == [
        ("power on", "n1", "ian", "done"),
        ("power status", "n1", "ian", "done"),
    ]
    assert not [secret for secret in SECRETS if secret in site.log()]


def test_a_machine_is_switched_by_redfish(site, tmp_path):
    key, crt, fingerprint = certificate(tmp_path)
    with Bmc(key, crt, password=test_redfish.PASSWORD) as controller:
        test_redfish.nodes(site, n1=test_redfish.of(controller, fingerprint=fingerprint), n2=test_redfish.of(controller))
        site.start()
        assert done(site, "on", "n1") == ["n1: Chassis Power Control: Up/On"]
        assert controller.power == "On"
        assert "n1: Fan 1" in done(site, "sensors", "n1")[0]
        # One whose certificate nobody has looked at is told nothing.
        notes, last = ask(site, "off", "n[1-2]")
        assert ("info", "n1: Chassis Power Control: Down/Off") in notes
        assert [text.split(": ")[0] for level, text in notes if level == "error"] == ["n2"]
        assert last["problem"]["detail"] == "1 of 2 nodes failed: n2"
        assert controller.sessions == set()


def test_who_fails_is_named_and_holds_up_nobody(site, bmc):
    mute = script(site, "sleep 1000")
    nodes(site, n1=of(bmc), n2=of(bmc, password="not-this"), n3=mute, n4=None)
    site.start()
    notes, last = ask(site, "status", "n[1-4]", timeout=3)
    assert ("info", "n1: Chassis Power is off") in notes
    assert ("error", "n3: no answer within 3 s") in notes
    assert [text for _, text in notes if text.startswith("n4: no address of its BMC (ipmi ipaddr)")]
    assert "3 of 4 nodes failed: " in last["problem"]["detail"] and {"n2", "n3", "n4"} <= set(
        last["problem"]["detail"].partition(": ")[2].split(", ")
    )


def test_cold_starts_come_in_waves(site):
    racks(site, "a", "a", "b")
    site.start()
    assert done(site, "on", "n[1-3]", group_by="rack", pause=1) == ["n1: PowerOn", "n2: PowerOn", "n3: PowerOn"]
    notes, _ = ask(site, "on", "n[1-3]", group_by="rack", pause=1)
    assert notes[-1] == ("info", "n2: PowerOn")  # n1 and n3 come first: another rack


def test_a_client_that_goes_away_ends_it(site, tmp_path):
    begun = tmp_path / "pid"
    one = script(site, f"echo $$ > {begun}.new; mv {begun}.new {begun}; sleep 1000")
    nodes(site, n1=one, n2=one)
    site.start()
    body = json.dumps({"names": ["n[1-2]"], "verb": "status", "fanout": 1, "timeout": 1000})
    request = raw("POST", "/api/wwd/v1/power/run", f"Content-Length: {len(body)}\r\n") + f"\r\n{body}"
    with site.connect() as client:
        client.sendall(request.encode())
        wait_for(begun.exists, "the first command")
    wait_for(lambda: not os.path.exists(f"/proc/{begun.read_text().strip()}"), "its end")
    number = wait_for(lambda: cancelled(site), "the end of the job")
    assert "not begun: n2" in wwctl(site, "job", "watch", str(number)).stderr


def cancelled(site):
    """The number of the one job, once it is cancelled."""
    (job,) = json.loads(must(site, "job", "list", "--json"))["jobs"]
    return job["job"] if job["state"] == "cancelled" else None


def test_a_template_from_elsewhere_is_not_run(site, tmp_path):
    own = tmp_path / "own.tmpl"
    own.write_text(f"touch {tmp_path}/run # {{{{ .Cmd }}}}")
    nodes(site, n1={**script(site, "echo {{ .Cmd }}"), "template": str(own)})
    site.start()
    notes, last = ask(site, "status", "n1")
    assert "1 of 1 nodes failed: n1" in last["problem"]["detail"]
    assert notes[0][0] == "error" and f'n1: its template "{own}" is not one of ' in notes[0][1]
    assert not (tmp_path / "run").exists()


def test_it_is_followed_by_its_number(site):
    nodes(site, n1=script(site, "echo {{ .Cmd }}"))
    site.start()
    _, last = ask(site, "soft", "n1", detach=True)
    assert last["reply"]["detached"]
    assert "n1: PowerSoft\n" in must(site, "job", "watch", str(last["reply"]["job"]))


@pytest.mark.parametrize(
    "wrong, why",
    [
        ({"verb": "console"}, "a console needs a terminal"),
        ({"verb": "explode"}, "nothing to ask of a BMC is called explode"),
        ({"fanout": 0}, "fanout must be between 1 and 500"),
        ({"fanout": 501}, "fanout must be between 1 and 500"),
        ({"timeout": 0}, "timeout must be between 1 and 3600"),
        ({"timeout": 3601}, "timeout must be between 1 and 3600"),
        ({"pause": 3601}, "pause must be between -1 and 3600"),
        ({"names": ["x7"]}, "no nodes found"),
    ],
)
def test_what_cannot_be_asked_is_no_job(site, wrong, why):
    nodes(site, n1=script(site, "echo {{ .Cmd }}"))
    site.start()
    answer = call(site, "POST", "/api/wwd/v1/power/run", {"names": ["n1"], "verb": "status", **wrong}, user="ian")
    assert why in answer.body.decode()
    assert json.loads(must(site, "job", "list", "--json"))["jobs"] == []
