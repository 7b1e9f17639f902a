# SPDX-License-Identifier: BSD-3-Clause
"""The commands of docs/install.md, as they stand there, on a machine without wwd: they end with a node that is served."""

import os
import shlex
import shutil
import stat

import page
import pytest
from sandbox import BUILD, PROJECT, Sandbox



def read(name):
    with open(f"{PROJECT}/docs/{name}", encoding="utf-8") as f:
        return f.read()


INSTALL = read("install.md")
NETWORK = read("network.md")


@pytest.fixture
def tree(tmp_path):
    """A source tree in which `./dev build` has been done."""
    tree = tmp_path / "tree"
    (tree / "build").mkdir(parents=True)
    (tree / "build/release").symlink_to(BUILD)
    (tree / "systemd").symlink_to(f"{PROJECT}/systemd")
    dev = tree / "dev"
    dev.write_text('#!/bin/sh\ntest "$*" = build\n')
    dev.chmod(dev.stat().st_mode | stat.S_IXUSR)
    return tree


@pytest.fixture
def programs(tmp_path):
    """Ahead in PATH: what does not work without systemd."""
    folder = tmp_path / "bin"
    folder.mkdir()
    shutil.copy(f"{PROJECT}/tests/install/systemctl.py", folder / "systemctl")
    (folder / "systemctl").chmod(0o755)
    return folder


def script(text, sections):
    """Each command behind a line with its number, so that what it printed is found again."""
    commands = [line for heading in sections for block in page.blocks(text, heading) for line in block]
    lines = [f"echo {shlex.quote(f'$ {command}')}\n{command}" for command in commands]
    return "\n".join(lines) + "\necho '$ end'\n", commands


def outputs(text):
    """What each command printed."""
    found = {}
    for part in text.split("$ ")[1:]:
        command, _, output = part.partition("\n")
        found[command] = output
    return found


def test_a_first_installation_serves_a_node(tmp_path, tree, programs):
    typed, commands = script(INSTALL, ["From source"])
    box = Sandbox(tmp_path)
    looks = "\nstat -c '%a %U:%G' /etc/warewulf/nodes.conf; cat /run/wwd-test.log >&2\n"
    done = box.run(typed + looks, tree, [programs])
    assert done.returncode == 0, done.stdout + done.stderr
    printed = outputs(done.stdout)
    assert set(commands) <= set(printed)

    def of(part):
        return next(output for command, output in printed.items() if part in command)

    assert of("/ipxe/").startswith("#!ipxe") and "10.0.0.1:9873" in of("/ipxe/")
    assert "etc/hostname" in of("/system/").splitlines() and "init" in of("/system/").splitlines()
    assert "etc/hosts" in of("/runtime/").splitlines()
    # Nothing is lacking but what the page says comes next.
    assert [line for line in of("server status").splitlines() if line.startswith("to do")] == [
        "to do          1 node (n1) without an image: wwctl profile set default --image IMAGE (wwctl image list)"
    ]
    assert printed["end"].split() == ["640", "root:warewulf"]


def test_uninstalling_leaves_the_site(tmp_path, tree, programs):
    box = Sandbox(tmp_path)
    done = box.run(script(INSTALL, ["From source", "Uninstalling"])[0], tree, [programs])
    assert done.returncode == 0, done.stdout + done.stderr
    left = [path for path in box.written() if "warewulf" in path or "ww" in path]
    assert [path for path in left if not path.startswith(("/etc/warewulf/", "/var/lib/warewulf/"))] == []
    assert "/etc/warewulf/nodes.conf" in left


def test_beside_the_files_of_warewulf(tmp_path, tree, programs):
    """The site's own files stay, mode and all."""
    before = """
mkdir -p /etc/warewulf/ipxe
echo 'warewulf: {port: 9873}' >/etc/warewulf/warewulf.conf
echo 'nodes: {n7: {}}  # mine' >/etc/warewulf/nodes.conf
echo '#!ipxe' >/etc/warewulf/ipxe/default.ipxe
chmod 604 /etc/warewulf/*.conf
"""
    install = "\n".join(page.blocks(INSTALL, "From source")[0][:-1]) + "\n"
    after = "wwctl node set --yes n7 --comment here\nstat -c %a /etc/warewulf/*.conf\ncat /etc/warewulf/nodes.conf /etc/warewulf/ipxe/default.ipxe\n"
    swap = "\n".join(page.blocks(INSTALL, "In the place of Warewulf 4")[0]) + "\n"
    done = Sandbox(tmp_path).run(before + install + swap + after, tree, [programs])
    assert done.returncode == 0, done.stdout + done.stderr
    end = done.stdout.splitlines()
    assert "n7" in done.stdout
    assert end[-1] == "#!ipxe" and end.count("604") == 2 and "# mine" in done.stdout and "here" in done.stdout


@pytest.fixture
def network(tmp_path, tree, programs):
    """Runs sections of docs/network.md after the installation, on the machine it speaks of; what each command printed."""

    def run(sections, more=""):
        start = "ip link add nodes type bridge && ip addr add 10.0.0.1/22 dev nodes && ip link set nodes up\n"
        typed, _ = script(NETWORK, ["The boot programs", *sections])
        done = Sandbox(tmp_path).run(start + script(INSTALL, ["From source"])[0] + typed + more, tree, [programs])
        assert done.returncode == 0, done.stdout + done.stderr
        return outputs(done.stdout)

    return run


def test_dnsmasq_serves_what_the_page_says(network):
    fetch = "curl --silent --output /run/got tftp://10.0.0.1/warewulf/undionly.kpxe; cmp /run/got /usr/lib/ipxe/undionly.kpxe"
    printed = network(["dnsmasq", "Whether it works"], f"cat /etc/dnsmasq.d/*\n{fetch}\n")
    made = printed["end"].splitlines()
    assert [line for line in page.shown(NETWORK, "dnsmasq") if line not in made] == []


def test_dhcpd_takes_what_the_page_makes(network):
    printed = network(["ISC dhcpd"], "cat /etc/dhcp/dhcpd.conf")
    assert "range 10.0.1.1 10.0.1.255;" in printed["end"] and "/warewulf/snponly.efi" in printed["end"]
