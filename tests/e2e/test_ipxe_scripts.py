# SPDX-License-Identifier: BSD-3-Clause
"""What an iPXE script hands on is in the words of those who read it."""

import re

from daemon import PROJECT

MAC = "52:54:00:00:00:01"
NODES = f"""nodes:
  n1:
    image name: deb
    network devices:
      default: {{hwaddr: '{MAC}', device: eth0, ipaddr: 10.0.0.11, netmask: 255.255.255.0, gateway: 10.0.0.254}}
      second: {{hwaddr: '52:54:00:00:00:02', device: ib0, ipaddr: 10.1.0.11, netmask: 255.255.0.0}}
"""


def test_addresses_for_dracut(site):
    """dracut.cmdline(7): ip=CLIENT:[PEER]:GATEWAY:NETMASK:HOSTNAME:INTERFACE:{none|off|dhcp|...}; "on" is none of them."""
    with open(f"{PROJECT}/templates/ipxe/default.ipxe", encoding="utf-8") as f:
        site.write("etc/warewulf/ipxe/default.ipxe", f.read())
    site.write("etc/warewulf/nodes.conf", NODES)
    site.start()
    script = site.text(f"/ipxe/{MAC}")
    assert "ip=10.0.0.11::10.0.0.254:255.255.255.0::eth0:none" in script
    assert "ip=10.1.0.11:::255.255.0.0::ib0:none" in script
    words = re.findall(r"ip=\S*:([a-z0-9]+)(?=[\s])", script)
    assert sorted(set(words)) == ["dhcp", "none"]


def test_kernel_arguments_stand_as_they_are_written(site):
    """iPXE puts its own values into them, which sites make use of."""
    with open(f"{PROJECT}/templates/ipxe/default.ipxe", encoding="utf-8") as f:
        site.write("etc/warewulf/ipxe/default.ipxe", f.read())
    site.write("etc/warewulf/nodes.conf", NODES + "    kernel: {args: ['mac=${net0/mac}', 'x=\"a b\"']}\n")
    site.start()
    script = site.text(f"/ipxe/{MAC}")
    boots = [line for line in script.splitlines() if line.startswith("boot kernel")]
    assert boots and all(f'wwid={MAC} mac=${{net0/mac}} x="a b"' in line for line in boots)
