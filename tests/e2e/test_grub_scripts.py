# SPDX-License-Identifier: BSD-3-Clause
"""What GRUB is sent is a script that GRUB reads: its shell knows no ||, and ends a command at an & without quotes."""

import os
import subprocess

import pytest
import scratch_root
from daemon import BIN, PATIENCE, PROJECT

MAC = "52:54:00:00:00:01"
TEMPLATE = f"{PROJECT}/templates/grub/grub.cfg.ww"
DEVICE = f"network devices: {{default: {{hwaddr: '{MAC}', device: eth0}}}}"
SHAPES = {
    "bare": [],
    "image": ["image name: deb"],
    "arguments": ["image name: deb", 'kernel: {args: [quiet, "console=ttyS0,115200n8", "rd.break=\\"x y\\""]}'],
    "odd": ["image name: deb", 'kernel: {args: ["a=b;c", "d=$e|f&g<h>{i}", "j=\\"k; $l\\"", "m=\\"n"]}'],
    "root": ["image name: deb", "root: /dev/disk/by-partlabel/rootfs"],
    "menu": ["image name: deb", "tags: {GrubMenuEntry: dracut}"],
    "override": ["image name: deb", "kernel: {version: 6.1.0-1}"],
}


def check(script):
    """What grub-script-check says of a script; nothing if it is one."""
    done = subprocess.run(
        ["grub-script-check", "--verbose"], input=script, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return "" if done.returncode == 0 else done.stderr or "refused"


def make_certificate(folder):
    os.makedirs(folder)
    argv = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=wwd", "-days", "2"]
    argv += ["-keyout", f"{folder}/warewulf.key", "-out", f"{folder}/warewulf.crt"]
    subprocess.run(argv, check=True, capture_output=True, timeout=PATIENCE)


@pytest.mark.parametrize("tls", ["false", "true"])
def test_the_script_of_a_node(site, tls):
    with open(TEMPLATE, encoding="utf-8") as f:
        site.write("etc/warewulf/grub/grub.cfg.ww", f.read())
    if tls == "true":
        site.configure("warewulf:\n", "warewulf:\n  tls: true\n")
        make_certificate(site.path("etc/warewulf/tls"))
    lines = ["nodes:"]
    for number, (name, fields) in enumerate(SHAPES.items(), 1):
        lines += [f"  {name}:", *(f"    {field}" for field in [DEVICE.replace("00:01", f"00:0{number}"), *fields])]
    site.write("etc/warewulf/nodes.conf", "\n".join(lines) + "\n")
    site.start()
    for number, name in enumerate(SHAPES, 1):
        reply = site.get(f"/grub/{MAC.replace('00:01', f'00:0{number}')}")
        assert reply.status == 200, name
        script = reply.body.decode()
        assert f"Generated for {name} " in script
        assert check(script) == "", f"{name}:\n{script}"


def test_the_first_script_by_tftp(tmp_path):
    root = str(tmp_path / "site")
    scratch_root.lay_out(root, 9873, "stock", programs=BIN)
    shown = subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", f"{root}/etc/warewulf/warewulf.conf"]
        + ["overlay", "show", "--quiet", "--render", "host", "host", "grub.cfg.ww"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    ).stdout
    assert "chainloader" in shown
    assert check(shown) == "", shown


def test_the_check_itself():
    assert check("echo ok\n") == ""
    assert check("linux $kernel || fail x\n") != ""
    assert check("chainloader (http,a)/b?c=d&e=f\n") != ""
