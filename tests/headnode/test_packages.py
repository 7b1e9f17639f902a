# SPDX-License-Identifier: BSD-3-Clause
"""A package comes over another one while a node is at work, goes back, goes away: the site stays."""

import http.client
import threading

import pytest
from bare import NEW, OLD

HWADDR = "52:54:00:77:00:01"
PATIENCE = 60
SITE = f"""
sed -i 's|^#ipaddr: .*|ipaddr: 10.0.0.1/22|' /etc/warewulf/warewulf.conf
echo '# mine' >>/etc/warewulf/warewulf.conf
wwctl image import --build /srv/debian12 debian12
wwctl profile set --yes default --image debian12
wwctl node add n1 --ipaddr 10.0.2.1 --hwaddr {HWADDR}
wwctl overlay create mine
systemctl restart wwd
"""


@pytest.fixture(scope="module")
def head(installed, head_node):
    """A site in use. The tests of this file are one story."""
    with head_node(installed[0]) as head:
        done = head.run(SITE)
        assert done.returncode == 0, done.stderr
        yield head
        print(head.run("journalctl --no-pager -u wwd | tail -n 40").stdout)


def apt(head, words):
    done = head.run(f"cd /root/packages && apt-get -q --yes {words}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def version(head):
    return head.run("dpkg-query --show --showformat='${Version}' wwd").stdout


class Download:
    """An image on its way, read as slowly as we like."""

    def __init__(self, switch):
        def connect():
            connection = http.client.HTTPConnection("10.0.0.1", 9873, timeout=PATIENCE)
            connection.connect()
            return connection

        self._connection = switch.head.call(connect)
        self._connection.request("GET", f"/image/{HWADDR}")
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200
        self.got = self._answer.read(1 << 16)

    def finish(self):
        self.got += self._answer.read()
        self._connection.close()


def test_an_upgrade_lets_a_download_finish(head, switch):
    download = Download(switch)
    process = head.run("systemctl show --value -p MainPID wwd").stdout
    upgrade = threading.Thread(target=lambda: apt(head, f"install ./wwd_{NEW}_amd64.deb"))
    upgrade.start()
    # The old wwd has been told to stop, and waits for us.
    wait = "timeout 60 bash -c 'until [[ $(systemctl show --value -p ActiveState wwd) == deactivating ]]; do :; done'"
    stopping = head.run(wait).returncode
    download.finish()
    upgrade.join()
    assert stopping == 0
    with open(head.path("/var/lib/warewulf/provision/images/debian12.img"), "rb") as f:
        assert download.got == f.read()
    assert version(head) == NEW
    assert head.run("systemctl show --value -p MainPID wwd").stdout != process


def test_the_new_one_serves_the_same_site(head):
    assert head.run("systemctl is-active wwd").stdout == "active\n"
    assert head.run(f"curl --silent http://10.0.0.1:9873/ipxe/{HWADDR}").stdout.startswith("#!ipxe")
    assert head.read("/etc/warewulf/warewulf.conf").endswith("# mine\n")
    assert "n1:" in head.read("/etc/warewulf/nodes.conf")


def test_back_again(head):
    apt(head, f"install --allow-downgrades ./wwd_{OLD}_amd64.deb")
    assert version(head) == OLD
    test_the_new_one_serves_the_same_site(head)


def test_a_service_that_was_switched_off_stays_so(head):
    head.run("systemctl disable --now wwd.service wwd.socket")
    apt(head, f"install ./wwd_{NEW}_amd64.deb")
    assert head.run("systemctl is-enabled wwd").stdout == "disabled\n"
    head.run("systemctl enable --now wwd")


def test_removal_leaves_site_and_configuration(head):
    before = head.read("/etc/warewulf/nodes.conf")
    apt(head, "remove wwd")
    assert head.run("systemctl is-active wwd wwd.socket").returncode != 0
    assert head.run("command -v wwd wwctl").returncode != 0
    assert head.processes("wwd") + head.processes("wwd-front") == []
    assert head.read("/etc/warewulf/nodes.conf") == before
    assert head.read("/etc/warewulf/warewulf.conf").endswith("# mine\n")


SITE_DATA = (
    "/etc/warewulf/nodes.conf",
    "/var/lib/warewulf/chroots/debian12/rootfs/bin/busybox",
    "/var/lib/warewulf/provision/images/debian12.img",
    "/var/lib/warewulf/overlays/mine/rootfs",
    "/var/lib/warewulf/wwd/journal.sqlite",
)


def test_a_purge_leaves_the_site_and_says_where(head):
    said = apt(head, "purge wwd")
    assert "left in /etc/warewulf /var/lib/warewulf;" in said
    missing = head.run("for path in " + " ".join(SITE_DATA) + "; do [[ -e $path ]] || echo $path; done").stdout
    assert missing == ""
    # Configuration goes, as everywhere in Debian, and nothing of the package stays behind.
    left = head.run("find / -xdev -path /proc -prune -o '(' -name '*wwd*' -o -name '*warewulf*' ')' -print").stdout.split()
    ours = ("/etc/warewulf", "/var/lib/warewulf", "/etc/default/warewulfd", "/root/packages")
    assert [path for path in left if not path.startswith(ours)] == []
    assert not head.run("test -e /etc/warewulf/warewulf.conf").returncode == 0


def test_installed_again_it_finds_its_site(head):
    apt(head, f"install ./wwd_{NEW}_amd64.deb")
    assert head.run("wwctl node list").stdout.split("\n")[2].startswith("n1 ")
    assert "debian12" in head.run("wwctl image list").stdout
