# SPDX-License-Identifier: BSD-3-Clause
"""nodes.conf while the daemon runs: changed, broken, mended."""

import os
import signal

from daemon import wait_for

MAC = "02:00:5e:00:00:01"


def answer(site, text):
    return wait_for(lambda: site.text(f"/ipxe/{MAC}") == text, f"the answer {text!r}")


def test_a_change_of_the_file_is_noticed(site):
    site.start()
    assert site.text(f"/ipxe/{MAC}") == f"nobody {MAC}\n"
    site.nodes(n1=MAC)
    assert answer(site, "id=n1\n")
    site.wait_for_log(r"store\.reloaded nodes=1 because the file changed")
    # An editor writes another file and renames it.
    os.rename(site.path("etc/warewulf/nodes.conf"), site.path("etc/warewulf/old"))
    site.write("etc/warewulf/new", site.read("etc/warewulf/old").replace("n1", "n2"))
    os.rename(site.path("etc/warewulf/new"), site.path("etc/warewulf/nodes.conf"))
    assert answer(site, "id=n2\n")


def test_a_sighup_reads_the_file(site):
    site.nodes(n1=MAC)
    site.start()
    assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
    site.nodes(n2=MAC)
    site.wwd.signal(signal.SIGHUP)
    assert answer(site, "id=n2\n")


def test_a_broken_file_changes_nothing_and_is_reported_with_its_place(site):
    site.nodes(n1=MAC)
    site.start()
    good = site.read("etc/warewulf/nodes.conf")
    for broken, place in (
        ("nodes:\n  n1: [\n", r"nodes\.conf:\d"),
        ("nodes:\n  n1:\n    network devices:\n      default: {ipaddr: 10.0.0.300}\n", r"nodes\.conf:4"),
    ):
        site.write("etc/warewulf/nodes.conf", broken)
        site.wwd.signal(signal.SIGHUP)
        site.wait_for_log(rf"store\.rejected .*{place}")
        assert site.text(f"/ipxe/{MAC}") == "id=n1\n"
        assert site.read("etc/warewulf/nodes.conf") == broken
    site.write("etc/warewulf/nodes.conf", good.replace("n1", "n3"))
    assert answer(site, "id=n3\n")


def test_a_daemon_that_starts_with_a_broken_file_serves_nobody_until_it_is_mended(site):
    site.write("etc/warewulf/nodes.conf", "nodes: [\n")
    site.start()
    assert site.text(f"/ipxe/{MAC}") == f"nobody {MAC}\n"
    site.wait_for_log(r"store\.rejected .*nodes\.conf:")
    site.nodes(n1=MAC)
    assert answer(site, "id=n1\n")
