# SPDX-License-Identifier: BSD-3-Clause
"""The quick starts of Warewulf's user guide, as people have them in their notes and scripts: the words of wwctl and systemctl are
typed unchanged. dnf, zypper and firewall-cmd are not there and stand aside; images come from a folder in the place of a registry."""

import pytest
from test_first_cluster import NO_NFS

HWADDR = "52:54:00:77:00:01"
# The registries of the guide are far away.
IMAGES = {
    "docker://ghcr.io/warewulf/warewulf-rockylinux:9": "/srv/debian12",
    "docker://ghcr.io/warewulf/warewulf-debian:12.0": "/srv/debian12",
    "docker://registry.opensuse.org/science/warewulf/leap-15.4/containers/kernel:latest": "/srv/debian12",
}

EL = """
dnf install -y wwd
firewall-cmd --permanent --add-service=warewulf
firewall-cmd --permanent --add-service=dhcp
firewall-cmd --permanent --add-service=nfs
firewall-cmd --permanent --add-service=tftp
firewall-cmd --reload
systemctl enable --now warewulfd
wwctl configure --all
wwctl image import docker://ghcr.io/warewulf/warewulf-rockylinux:9 rockylinux-9 --build
wwctl profile set default --image rockylinux-9
wwctl profile set -y default --netmask=255.255.252.0 --gateway=10.0.0.1
wwctl profile list
wwctl node add n1 --ipaddr=10.0.2.1 --discoverable=true
wwctl node list -a n1
wwctl overlay build
"""

DEBIAN = """
systemctl enable --now warewulfd
wwctl configure --all
wwctl image import --build docker://ghcr.io/warewulf/warewulf-debian:12.0 debian-12.0
wwctl profile set default --image=debian-12.0
wwctl profile set --yes --image debian-12.0 "default"
wwctl profile set --yes --netdev eth0 --netmask 255.255.255.0 --gateway 192.168.200.1 "default"
wwctl profile list -a
wwctl node add n0000.cluster --ipaddr 192.168.200.100 --discoverable
wwctl node list -a n0000.cluster
wwctl overlay build
"""

SUSE = """
zypper install wwd
systemctl enable --now warewulfd
wwctl configure --all
wwctl image import docker://registry.opensuse.org/science/warewulf/leap-15.4/containers/kernel:latest leap15.4
wwctl profile set default --image leap15.4
wwctl profile set -y default --netname default --netmask 255.255.255.0 --gateway 192.168.200.1
wwctl profile list -a
wwctl node add n0000.cluster --netdev eth0 --ipaddr 192.168.200.100 --discoverable=true
wwctl node list -a n0000.cluster
wwctl overlay list -l
"""

STAND_ASIDE = """
for name in dnf zypper firewall-cmd; do printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/$name && chmod 755 /usr/local/bin/$name; done
sed -i 's|^#ipaddr: .*|ipaddr: {address}|' /etc/warewulf/warewulf.conf
systemctl disable --now wwd
"""


@pytest.mark.parametrize(
    ("words", "address", "node", "name"),
    [
        pytest.param(EL, "10.0.0.1/22", "n1", "rockylinux-9", id="EL"),
        pytest.param(DEBIAN, "192.168.200.1/24", "n0000.cluster", "debian-12.0", id="Debian"),
        pytest.param(SUSE, "192.168.200.1/24", "n0000.cluster", "leap15.4", id="SUSE"),
    ],
)
def test_the_quick_start_makes_a_site_that_serves(installed, head_node, words, address, node, name):
    with head_node(installed[0]) as head:
        for source, folder in IMAGES.items():
            words = words.replace(source, folder)
        before = STAND_ASIDE.format(address=address) + f"ip addr add {address} dev eth1 || true\n{NO_NFS}\n"
        assert head.run(before).returncode == 0
        # "yes" is what people answer where the guide has a question.
        done = head.run("\n".join(f"{line} <<<y" for line in words.strip().splitlines()))
        assert done.returncode == 0, done.stdout + done.stderr
        assert name in done.stdout and node in done.stdout
        script = head.run(f"curl --silent http://{address.split('/')[0]}:9873/ipxe/{HWADDR}?arch=x86_64").stdout
        assert script.startswith("#!ipxe") and node in script, script
        assert HWADDR in head.read("/etc/warewulf/nodes.conf")
