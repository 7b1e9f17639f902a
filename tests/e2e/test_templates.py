# SPDX-License-Identifier: BSD-3-Clause
"""What an administrator reads when a template is wrong, and what wwctl says of a right one."""

import subprocess

import pytest
from daemon import BIN, PATIENCE

NODES = "nodes:\n  n1:\n    system overlay: [o]\n    network devices:\n      default: {device: eth0}\n"


def wwctl(site, *words):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def overlay(site, text):
    site.write("etc/warewulf/nodes.conf", NODES)
    site.write("var/lib/warewulf/overlays/o/rootfs/etc/t.ww", text)
    return f"{site.root}/var/lib/warewulf/overlays/o/rootfs/etc/t.ww"


@pytest.mark.parametrize(
    "text, message, frame, rest",
    [
        (
            "a\n\tb {{ .NetDevs.default.Devise }}\n",
            'template: t.ww:2:14: executing "t.ww" at <.NetDevs.default.Devise>: can\'t evaluate field Devise in type *node.NetDev',
            "rendering",
            ["   2 | \tb {{ .NetDevs.default.Devise }}", "     | \t             ^", '  did you mean "Device"?'],
        ),
        (
            "{{ basname .Id }}",
            'template: t.ww:1: function "basname" not defined',
            "parsing",
            ["   1 | {{ basname .Id }}", '  did you mean "basename"?'],
        ),
        (
            '{{ define "d" }}{{ template "d" }}{{ end }}{{ template "d" }}',
            'template: t.ww:1:28: executing "d" at <{{template "d"}}>: nested more than 2000 deep',
            "rendering",
            None,
        ),
    ],
)
def test_a_wrong_template(site, text, message, frame, rest):
    path = overlay(site, text)
    shown = wwctl(site, "overlay", "show", "--render", "n1", "o", "etc/t.ww")
    assert shown.returncode == 255
    assert shown.stdout == ""
    lines = shown.stderr.splitlines()
    assert lines[0] == f"ERROR: {message}"
    assert lines[1] == f"  while {frame} {path}"
    assert lines[2] == '  while showing etc/t.ww of overlay "o" for node n1'
    if rest:
        assert [line.removeprefix("  ") if "|" in line else line for line in lines[3:]] == rest

    built = wwctl(site, "overlay", "build", "n1")
    assert built.returncode == 255
    assert message in built.stderr
    assert 'while building overlay "o" for node n1' in built.stderr


def test_info(site):
    overlay(site, "{{/* wwdoc: about it */}}{{ .NetDevs.default.Device | upper }}{{ .ImageName }}")
    told = wwctl(site, "overlay", "info", "o", "etc/t.ww")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[:2] == ["about it", ""]
    rows = [line.split() for line in told.stdout.splitlines()[4:]]
    assert rows[0][:3] == [".ImageName", "--image", "string"]
    assert rows[1] == [".NetDevs.default.Device", "*node.NetDev"]
    called = wwctl(site, "overlay", "info", "--functions", "o", "etc/t.ww")
    assert called.stdout.splitlines()[2].split()[0] == "upper"
    refused = wwctl(site, "overlay", "info", "o", "etc/none.ww")
    assert refused.returncode == 255
