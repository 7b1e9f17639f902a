# SPDX-License-Identifier: BSD-3-Clause
"""docs/migrating.md, there and back: a site of Warewulf's on this machine, taken over, changed and given back by the page's own
commands. A week of changes: e2e/test_there_and_back.py."""

import json
import sys

import page
from sandbox import PROJECT, Sandbox
from test_page import INSTALL, programs, read, tree  # noqa: F401 (fixtures)

sys.path.insert(0, f"{PROJECT}/tests/e2e")
from upstream_store import Look  # noqa: E402

MIGRATING = read("migrating.md")


def nodes_of_warewulf():
    """As Warewulf wrote them when it was recorded, with overlays that are there."""
    with open(f"{PROJECT}/tests/vectors/cli/node.jsonl", encoding="utf-8") as f:
        (vector,) = (vector for vector in map(json.loads, f) if vector["id"] == "cli/node-set/change-new-partition")
    text = vector["steps"][-1]["expect"]["etc/warewulf/nodes.conf"]["text"]
    return text.replace("- r1\n      - r2", "- hosts").replace("- s1", "- hostname")


def lines(blocks):
    return "".join(f"{line}\n" for block in blocks for line in block)


def test_a_site_is_taken_over_and_given_back(tmp_path, tree, programs):  # noqa: F811
    nodes = tmp_path / "nodes.conf"
    nodes.write_text(nodes_of_warewulf())
    site = f"mkdir -p /etc/warewulf\necho 'warewulf: {{port: 9873}}' >/etc/warewulf/warewulf.conf\ncp {nodes} /etc/warewulf/\n"
    there = lines([page.blocks(INSTALL, "From source")[0][:-1], *page.blocks(INSTALL, "In the place of Warewulf 4")])
    # Those of Warewulf itself are left out: it is not here.
    leave, _, forget = page.blocks(MIGRATING, "Back to Warewulf 4.7")
    change = "wwctl node set --yes n1 --comment 'yes: # wwd was here'\nwwctl node add n2 --ipaddr 10.0.0.2\n"
    done = Sandbox(tmp_path).run(
        f"{site}{there}{change}{lines([leave])}ls /var/lib/warewulf/provision/overlays/n1\n{lines([forget])}"
        "ls /var/lib/warewulf\necho ==end==\ncat /etc/warewulf/nodes.conf\n",
        tree,
        [programs],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = done.stdout.split("==end==\n")
    assert "__SYSTEM__.img.gz" in before.splitlines()
    assert {"wwd", "etc-of-wwd"} & set(before.splitlines()) == set()
    look = Look(after)
    assert (look.refusals, look.losses) == ([], [])
    # Nothing but what was asked for.
    expected = nodes_of_warewulf().replace("comment: first", "comment: 'yes: # wwd was here'")
    assert after.startswith(expected.rstrip("\n").removesuffix("\n"))
