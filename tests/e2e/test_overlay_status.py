# SPDX-License-Identifier: BSD-3-Clause
"""wwctl overlay status: how the archives of nodes stand, and what keeping rendered files saves."""

import json
import os

import pytest
from store_site import must, wwctl

OVERLAYS = "var/lib/warewulf/overlays"
COUNT = 4
HOSTS = "{{range $n := .AllNodes}}{{$n.Id}} {{range .NetDevs}}{{.Ipaddr}}{{end}}\n{{end}}"
HOSTS_TEXT = "".join(f"n{i} 10.0.0.{i}\n" for i in range(1, COUNT + 1))


def mac(number):
    return f"02:00:5e:00:01:{number:02x}"


@pytest.fixture(autouse=True)
def nodes(site):
    """n1 to n4, each with a runtime archive of two templates and a system archive of one."""
    lines = ["nodeprofiles:", "  default: {system overlay: [sys], runtime overlay: [run], tags: {rack: r0}}", "nodes:"]
    for number in range(1, COUNT + 1):
        lines += [f"  n{number}:", "    profiles: [default]", "    network devices:"]
        lines += [f"      default: {{hwaddr: '{mac(number)}', ipaddr: 10.0.0.{number}}}"]
    site.write("etc/warewulf/nodes.conf", "\n".join(lines) + "\n")
    site.write(f"{OVERLAYS}/sys/rootfs/id.ww", "{{.Id}}\n")
    site.write(f"{OVERLAYS}/run/rootfs/hosts.ww", HOSTS)
    site.write(f"{OVERLAYS}/run/rootfs/rack.ww", "{{.Tags.rack}}\n")


def ask(site, stage="runtime", numbers=range(1, COUNT + 1)):
    """The status of each answer, and its ETag."""
    replies = [site.get(f"/{stage}/{mac(number)}?compress=gz") for number in numbers]
    return [reply.status for reply in replies], [reply.headers.get("etag") for reply in replies]


def status(site):
    return json.loads(must(site, "overlay", "status", "--json"))


def states(site):
    """(state, archive) -> (nodes, why)."""
    return {(each["state"], each["context"]): (each["nodes"], each["why"]) for each in status(site)["archives"]}


def test_archives_are_told_by_how_they_stand(site):
    site.start()
    never = {("never requested", "system"): ("n[1-4]", ""), ("never requested", "runtime"): ("n[1-4]", "")}
    assert states(site) == never
    assert ask(site)[0] == [200] * COUNT
    system = ("never requested", "system"), ("n[1-4]", "")
    assert states(site) == dict([system, (("current", "runtime"), ("n[1-4]", ""))])

    must(site, "node", "set", "-y", "n2", "--tagadd", "rack=r2")
    assert states(site) == dict(
        [system, (("current", "runtime"), ("n[1,3-4]", "")), (("stale", "runtime"), ("n2", ""))]
    )
    assert ask(site, numbers=[2])[0] == [200]
    must(site, "node", "set", "-y", "n3", "--comment", "nobody reads it")
    assert states(site) == dict([system, (("current", "runtime"), ("n[1-4]", ""))])

    site.write(f"{OVERLAYS}/run/rootfs/rack.ww", '{{if eq .Id "n2"}}\n{{.Nope}}{{end}}{{if eq .Id "n3"}}{{env "HOME"}}{{end}}')
    assert states(site) == dict([system, (("stale", "runtime"), ("n[1-4]", ""))])
    assert ask(site)[0] == [200, 404, 200, 200]
    found = states(site)
    names, why = found.pop(("failing", "runtime"))
    assert names == "n2" and why.startswith("template: rack.ww:2:2:")
    assert found == dict(
        [system, (("unforeseeable", "runtime"), ("n3", "rack.ww: env")), (("current", "runtime"), ("n[1,4]", ""))]
    )
    text = must(site, "overlay", "status")
    assert [line.split()[0] for line in text.splitlines()[2:6]] == ["failing", "unforeseeable", "never", "current"], text

    for flags, keeps in ((["--keep-last-good"], True), ([], False)):
        assert wwctl(site, "overlay", "build", *flags, "n2").returncode != 0
        (failing,) = (each for each in status(site)["archives"] if each["state"] == "failing")
        assert failing["keeps_last_good"] == keeps
        assert ("(the last good one is sent)" in must(site, "overlay", "status")) == keeps

    # A restart forgets who asked.
    site.stop()
    site.start()
    assert states(site) == never


def test_what_is_saved_is_counted(site):
    site.start()
    assert (status(site)["renders"], status(site)["files"]) == (0, 0)
    assert ask(site)[0] == [200] * COUNT
    first = status(site)
    assert (first["renders"], first["as_before"], first["failed"]) == (2, 0, 0)
    assert first["renders_saved"] == 2 * COUNT - 2
    assert first["bytes_saved"] == (COUNT - 1) * len(HOSTS_TEXT + "r0\n")
    assert first["files"] == 2 and 0 < first["bytes"] < first["limit_bytes"]
    folder = site.path("var/lib/warewulf/wwd/renders")
    assert first["disk_bytes"] == sum(os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder))
    text = must(site, "overlay", "status")
    assert "2 templates run: 2 made something new, 0 came out as before, 0 failed\n" in text
    assert "6 answers from what was kept, which saved rendering " in text

    # One more is made for one node, and what it makes is new.
    must(site, "node", "set", "-y", "n2", "--tagadd", "rack=r2")
    ask(site)
    edited = status(site)
    assert (edited["renders"], edited["as_before"]) == (3, 0)
    # Who asks for what is as it was gets what it got.
    ask(site)
    assert (status(site)["renders"], status(site)["renders_saved"]) == (3, edited["renders_saved"])

    site.stop()
    site.start()
    assert ask(site)[0] == [200] * COUNT
    assert (status(site)["renders"], status(site)["renders_saved"]) == (0, 2 * COUNT)


def test_what_comes_out_as_before_is_not_sent_again(site):
    site.write("etc/warewulf/motd", "welcome\n")
    site.write(f"{OVERLAYS}/run/rootfs/motd.ww", '{{Include "motd"}}{{env "NOBODY_SETS_THIS_FOR_WWD"}}\n')
    site.start()
    tags = ask(site)[1]
    before = status(site)
    os.utime(site.path("etc/warewulf/motd"), (1, 1))
    os.utime(site.path(f"{OVERLAYS}/run/rootfs/hosts.ww"), (1, 1))
    assert ask(site)[1] == tags
    after = status(site)
    # Hosts for all, and for each what nobody can foresee.
    assert after["renders"] - before["renders"] == 1 + COUNT
    assert after["as_before"] - before["as_before"] == 1 + COUNT
    reply = site.get(f"/runtime/{mac(1)}?compress=gz", headers={"If-None-Match": tags[0]})
    assert (reply.status, reply.body) == (304, b"")
    site.write("etc/warewulf/motd", "goodbye\n")
    assert all(new != old for new, old in zip(ask(site)[1], tags, strict=True))


def test_what_is_frozen_is_told(site):
    site.configure("autobuild overlays: true", "autobuild overlays: false")
    site.start()
    ask(site, numbers=[1])
    assert states(site)["frozen", "runtime"] == ("n1", "")
    assert states(site)["never requested", "runtime"] == ("n[2-4]", "")


def test_without_a_daemon_it_says_so(site):
    done = wwctl(site, "overlay", "status")
    assert done.returncode == 0
    assert "no daemon runs" in done.stderr
    assert status(site)["running"] is False
