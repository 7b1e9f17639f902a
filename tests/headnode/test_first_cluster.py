# SPDX-License-Identifier: BSD-3-Clause
"""docs/first-cluster.md, typed on a bare machine: it ends with a node that runs, and follows changes."""

import re

import page
import pytest
from typed import PROJECT, commands, typed

HWADDR = "52:54:00:77:00:01"
HEADINGS = ("Install it", "Tell it where it is", "An image", "A node", "Watch it boot", "It is running")
BOOT_SECONDS = 300  # of which about 20 are needed on an idle machine
POLL_SECONDS = 60
# The page's remedy for a kernel without an NFS server.
NO_NFS = "sed -i '/^nfs:/,/enabled:/s/enabled: true/enabled: false/' /etc/warewulf/warewulf.conf"
# A BIOS as network cards have it: asks by DHCP for a boot program, and gets it by TFTP. QEMU's own is iPXE, which would ask for
# a script at once; so is this one, but it says that it is none.
FIRMWARE = [
    "-kernel", "/usr/lib/ipxe/ipxe.lkrn",
    "-append", "set user-class PXEClient && dhcp && chain tftp://${next-server}/${filename}",
]  # fmt: skip
# undionly.kpxe, the usual boot program of a BIOS, moves data by the firmware's own driver: a minute of an emulated processor. This
# one has drivers of its own.
OWN_DRIVERS = "sed -i 's|undionly.kpxe|ipxe.pxe|; s|ipxesource: .*|ipxesource: /usr/lib/ipxe|' /etc/warewulf/warewulf.conf"
# Nobody waits a minute here.
OFTEN = "sed -i 's|^  update interval: .*|  update interval: 1|' /etc/warewulf/warewulf.conf"


@pytest.fixture(scope="module")
def cluster(installed, head_node, switch):
    """A head node on which the page was typed up to a node's first boot; that node; and all that was printed."""
    written, printed = installed
    with head_node(written) as head:
        where = commands("Tell it where it is")
        refused = head.run(where[0] + "\nwwctl configure --all")
        printed |= typed(head, [NO_NFS, OWN_DRIVERS, OFTEN, *where, *commands("An image"), *commands("A node")])
        node = switch.machine(HWADDR, memory=768, extra=FIRMWARE)
        try:
            node.wait_for("NODE report-end", BOOT_SECONDS)
            printed |= typed(head, commands("Watch it boot"))
            yield head, node, printed, refused
        finally:
            node.stop()
            print(head.run("journalctl --no-pager -u wwd -u dnsmasq | tail -n 60").stdout)


def of(printed, command):
    return next(output for typed, output in printed.items() if typed.startswith(command))


def test_the_service_runs_once_the_package_is_there(installed):
    status = of(installed[1], "systemctl --no-pager status wwd")
    assert "Active: active (running)" in status and "enabled;" in status
    assert "ready port=9873" in status
    assert not re.search(r" (error|fatal) ", status)


def test_configure_says_what_it_will_do_and_does_it(cluster):
    head, _, printed, _ = cluster
    assert "+++ /etc/dnsmasq.d/ww4-hosts.conf\n" in of(printed, "wwctl configure --all --dry-run")
    assert head.run("systemctl is-active dnsmasq").stdout == "active\n"
    head.run("wwctl configure --all")  # the node's address came since
    again = head.run("wwctl configure --all")
    assert again.stdout.endswith("Nothing to do: everything is as configured\n"), again.stdout + again.stderr


def test_a_kernel_without_nfs_is_named_before_anything_is_done(cluster):
    refused = cluster[3]
    assert refused.returncode != 0
    assert "this kernel has no NFS server" in refused.stderr and "`nfs: enabled: false`" in refused.stderr


def test_the_image_is_built_by_the_service(cluster):
    head, _, printed, _ = cluster
    assert "debian12" in of(printed, "wwctl image list --long")
    assert head.run("test -s /var/lib/warewulf/provision/images/debian12.img.gz").returncode == 0


def test_nothing_is_lacking_before_the_first_boot(cluster):
    status = of(cluster[2], "wwctl server status")
    assert "1 node" in status and "to do" not in status, status


def test_the_node_boots_by_dhcp_and_tftp_as_configured(cluster):
    head, node, _, _ = cluster
    log = head.run("journalctl --no-pager -u dnsmasq").stdout
    assert re.search(rf"DHCPACK\(eth1\) 10\.0\.1\.\d+ {HWADDR}", log), log[-3000:]
    assert "sent /var/lib/tftpboot/warewulf/ipxe.pxe to 10.0.1." in log, log[-3000:]
    assert "NODE address 10.0.2.1/22" in node.text()
    assert HWADDR in head.read("/etc/warewulf/nodes.conf")


def test_the_node_is_known(cluster):
    status = of(cluster[2], "wwctl node status")
    assert re.search(r"^n1 ", status, re.MULTILINE), status


def test_a_change_reaches_the_running_node(cluster):
    head, node, _, _ = cluster
    start = len(node.lines)
    typed(head, commands("It is running"))
    node.wait_for(r"NODE wwclient: .*updated /etc/hosts", POLL_SECONDS, start)


def test_the_readme_is_the_page_in_short():
    """What README.md has its reader type, the page has, in the same order."""
    with open(f"{PROJECT}/README.md", encoding="utf-8") as f:
        short = [line for block in page.blocks(f.read(), "Use it") for line in block]
    whole = [line for heading in HEADINGS for line in commands(heading)]
    assert len(short) > 5 and [line for line in whole if line in short] == short
