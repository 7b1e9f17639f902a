# SPDX-License-Identifier: BSD-3-Clause
"""The words of Warewulf 3: OpenHPC's recipe as docs/warewulf3.md has it, typed line by line on a head node of the test's own, with
recorded stand-ins for the tools that fetch packages; what it leaves behind, and what is said when a word fails."""

import json
import os
import re
import stat
import subprocess

import pytest
import yaml
from daemon import BIN, PATIENCE, PROJECT, Site, wait_for
from head_node import head_of
from lab.process import Process
from oci_maker import program

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount")

PROGRAMS = ("wwsh", "wwvnfs", "wwbootstrap", "wwinit", "wwmkchroot")
KERNEL = "5.14.0-427.el9"

# Lays down what a package manager would have: an init and a kernel of the right architecture.
STAND_IN = """\
#!/bin/sh
echo "$(basename "$0") $*" >> {log}
[ "$(basename "$0")" = yum ] && exit 0
machine=x86_64
for word; do
    case $word in
    --installroot=*) folder=${{word#*=}} ;;
    --forcearch=*) machine=${{word#*=}} ;;
    --architectures=arm64) machine=aarch64 ;;
    /*) folder=$word ;;
    esac
done
mkdir -p "$folder/boot" "$folder/sbin" "$folder/bin" "$folder/etc"
cp {programs}/$machine "$folder/sbin/init"
cp {programs}/$machine "$folder/bin/sh"
echo kernel > "$folder/boot/vmlinuz-{kernel}.$machine"
"""


def page(heading):
    """Lines of the code block of one section."""
    with open(f"{PROJECT}/docs/warewulf3.md", encoding="utf-8") as f:
        section = f.read().split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line.strip() for line in re.findall(r"^    .*$", section, re.MULTILINE)]


class Old:
    """A head node whose administrator knows Warewulf 3."""

    def __init__(self, site):
        self.site = site
        self.head = head_of(site)
        self.head.install("dnsmasq")
        self.bin = f"{self.head.folder}/bin"
        self.log = f"{self.head.folder}/asked"
        for name in PROGRAMS:
            os.symlink(f"{BIN}/wwctl", f"{self.bin}/{name}")
        stubs = f"{self.head.folder}/stubs"
        os.makedirs(stubs)
        for machine, go_name in (("x86_64", "amd64"), ("aarch64", "arm64")):
            with open(f"{stubs}/{machine}", "wb") as f:
                f.write(program(go_name))
            os.chmod(f"{stubs}/{machine}", 0o755)
        for name in ("dnf", "yum", "mmdebstrap"):
            self.write(f"bin/{name}", STAND_IN.format(log=self.log, programs=stubs, kernel=KERNEL), 0o755)
        self.write("etc/resolv.conf", "nameserver 10.1.255.254\n")
        self.write("etc/shadow", "root:*:1:0:::::\n", 0o600)
        self.write("srv/ohpc/pub/examples/network/centos/ifcfg-ib0.ww", "IPADDR=%{NETDEVS::IB0::IPADDR}\n")
        self.write("etc/slurm/slurm.conf", "ClusterName=old\n")
        self.write("etc/munge/munge.key", "\x00\xff\n", 0o400)
        os.chown(f"{self.head.folder}/etc/munge/munge.key", 990, 980)
        os.makedirs(f"{self.head.folder}/etc/warewulf")

    def write(self, name, text, mode=0o644):
        self.head.write(name, text)
        os.chmod(f"{self.head.folder}/{name}", mode)

    def type(self, *lines, kernel=KERNEL + ".x86_64", **env):
        """A script of these lines. /opt is /srv here, and the configuration that of the site."""
        text = "\n".join(lines).replace("/opt/ohpc", "/srv/ohpc").replace("/etc/warewulf/", self.site.path("etc/warewulf/"))
        path = f"{self.bin}:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "WAREWULFCONF": self.site.config, "KERNEL": kernel, **env}
        return subprocess.run(
            self.head.inside(["bash", "-euo", "pipefail", "-c", text]),
            capture_output=True,
            text=True,
            timeout=PATIENCE * 4,
            env=environment,
            check=False,
        )

    def start_wwd(self):
        """It sees the folders that its head node sees."""
        argv = self.head.inside([f"{BIN}/wwd", "--warewulfconf", self.site.config])
        self.site.wwd = Process(argv, log=self.site.path("wwd.log"))
        wait_for(lambda: self.site.listens() or not self.site.wwd.running(), "wwd")
        assert self.site.wwd.running(), self.site.log()

    def must(self, *lines, **options):
        done = self.type(*lines, **options)
        assert done.returncode == 0, done.stdout + done.stderr
        return done

    def asked(self):
        with open(self.log, encoding="utf-8") as f:
            return f.read().splitlines()

    def node(self, name):
        return yaml.safe_load(self.site.read("etc/warewulf/nodes.conf"))["nodes"][name]

    def overlay(self, path):
        return self.site.path(f"var/lib/warewulf/overlays/{path}")


def lay_out(site):
    site.write("usr/share/warewulf/overlays/hosts/rootfs/etc/hosts.ww", "hosts of {{ .Id }}\n")
    site.write("usr/share/warewulf/overlays/syncuser/rootfs/etc/passwd.ww", "users\n")
    site.write("etc/warewulf/nodes.conf", "nodeprofiles:\n  default:\n    runtime overlay: [hosts]\nnodes: {}\n")
    return Old(site)


@pytest.fixture(name="old")
def make_old(site):
    return lay_out(site)


@pytest.fixture(name="unchanging", scope="module")
def make_unchanging(tmp_path_factory):
    """For lines that change nothing: with a node, an image, and a file of Warewulf 3."""
    old = lay_out(Site(str(tmp_path_factory.mktemp("unchanging") / "site")))
    old.must("wwmkchroot rocky-9 /srv/root", "wwvnfs --chroot /srv/root rocky", "wwsh node new n1")
    old.write("root/old.ww", "first\n%{FQDN}\n")
    return old


def type_recipe(old):
    done = old.must(*page("The recipe of OpenHPC"))
    aarch64 = old.must(*page("Nodes of another architecture"), kernel=KERNEL + ".aarch64")
    return done, aarch64


@pytest.mark.parametrize("daemon", [True, False], ids=["running", "private"])
def test_the_recipe_line_by_line(old, daemon):
    if daemon:
        old.start_wwd()
    done, aarch64 = type_recipe(old)
    said = [line for line in done.stderr.splitlines() if line.startswith("ww")]

    # Every line says what it stands for.
    folder = "/srv/ohpc/admin/images/rocky-9"
    assert f"wwvnfs: wwctl image import --force --build {folder} rocky-9" in said
    assert "wwsh: wwctl node add c1 --netname default --netdev eth0 --ipaddr 10.1.0.1 --hwaddr 02:00:00:00:01:01" in said
    assert "wwsh: wwctl node set --yes --ipmiaddr 10.3.0.1 --ipminetmask 255.255.0.0 --ipmiuser admin --ipmipass '********' --ipmitemplate ipmitool.tmpl c1" in said
    assert "wwsh: wwctl node set --yes --kernelargs '\"console=ttyS1,57600\"' c1 c2" in said
    assert "wwsh: wwctl configure dhcp" in said
    assert "wwsh: file passwd: overlay syncuser" in said
    assert "wwsh: --postnetdown: no counterpart: the image sets up the network itself" in said
    assert [line.split()[0] for line in old.asked()] == ["dnf", "yum", "dnf"]
    assert f"--installroot={folder}" in old.asked()[0] and "--forcearch" not in old.asked()[0]
    assert "--forcearch=aarch64" in old.asked()[2]

    # The images and what they are for.
    images = json.loads(old.must("wwctl() { " + BIN + "/wwctl \"$@\"; }; wwctl image list --variants --kernel --json").stdout)["images"]
    assert {image["name"]: [tree["architecture"] for tree in image["variants"]] for image in images} == {
        "rocky-9": ["x86_64"],
        "rocky-9-aarch64": ["aarch64"],
    }
    assert all(image["built"] for image in images)
    root = old.site.path("var/lib/warewulf/chroots/rocky-9/rootfs")
    with open(f"{root}/etc/fstab", encoding="utf-8") as f:
        assert f.read().startswith("10.1.255.254:/home")
    with open(f"{root}/etc/dracut.conf.d/wwbootstrap.conf", encoding="utf-8") as f:
        assert 'add_drivers+=" =kernel overlay "' in f.read()

    # The nodes, field by field.
    args = ["net.ifnames=1", "biosdevname=1", "console=ttyS1,57600"]
    files = ["syncuser", "wwsh-shadow", "wwsh-munge.key", "wwsh-network", "wwsh-slurm.conf", "wwsh-ifcfg-ib0.ww"]
    c1 = old.node("c1")
    assert c1["image name"] == "rocky-9"
    assert c1["kernel"] == {"version": "5.14.0-427", "args": args}
    assert c1["runtime overlay"] == files  # hosts comes with the profile
    assert c1["ipmi"] == {"username": "admin", "password": "secret", "ipaddr": "10.3.0.1", "netmask": "255.255.0.0", "template": "ipmitool.tmpl"}
    assert c1["network devices"] == {
        "default": {"device": "eth0", "hwaddr": "02:00:00:00:01:01", "ipaddr": "10.1.0.1"},
        "ib0": {"type": "infiniband", "device": "ib0", "ipaddr": "10.2.0.1", "netmask": "255.255.0.0"},
    }
    c2 = {**c1, "network devices": {"default": {"device": "eth0", "hwaddr": "02:00:00:00:01:02", "ipaddr": "10.1.0.2"}}}
    del c2["ipmi"]
    assert old.node("c2") == c2
    a1 = old.node("a1")
    assert (a1["image name"], a1["tags"]) == ("rocky-9-aarch64", {"arch": "aarch64"})
    assert a1["runtime overlay"] == ["syncuser", "wwsh-munge.key"]

    # The files.
    with open(old.overlay("wwsh-munge.key/rootfs/etc/munge/munge.key"), "rb") as f:
        assert f.read() == "\x00\xff\n".encode()
        status = os.fstat(f.fileno())
    assert (stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid) == (0o400, 990, 980)
    with open(old.overlay("wwsh-network/rootfs/etc/sysconfig/network"), encoding="utf-8") as f:
        assert f.read() == "GATEWAYDEV=eth0\n"
    assert not os.path.exists(old.overlay("wwsh-network/rootfs/root"))
    assert stat.S_IMODE(os.stat(old.overlay("wwsh-shadow/rootfs/etc/shadow")).st_mode) == 0o600

    # The lists at the end show both.
    assert re.search(r"^rocky-9-aarch64 +aarch64 ", aarch64.stdout, re.MULTILINE)
    assert re.search(rf"^rocky-9-aarch64 +/boot/vmlinuz-{KERNEL}.aarch64 ", aarch64.stdout, re.MULTILINE)


def test_the_recipe_a_second_time(old):
    type_recipe(old)
    before = old.site.read("etc/warewulf/nodes.conf")
    old.write("etc/shadow", "root:!:2:0:::::\n", 0o600)
    lines = [line for line in page("The recipe of OpenHPC") if "node new" not in line and "file import" not in line]
    old.must(*lines)
    assert old.site.read("etc/warewulf/nodes.conf") == before
    with open(old.overlay("wwsh-shadow/rootfs/etc/shadow"), encoding="utf-8") as f:
        assert f.read() == "root:!:2:0:::::\n"


def test_a_link_of_the_chroot_leads_nowhere_else(old):
    old.site.write("etc/warewulf/bootstrap.conf", "drivers = nfs\n")
    old.must("wwmkchroot rocky-9 /srv/root", "ln -s /etc/victim /srv/root/etc/dracut.conf.d", "mkdir /etc/victim /srv/root/etc/victim")
    done = old.must("wwbootstrap --chroot=/srv/root $KERNEL", "wwbootstrap --chroot=/srv/root $KERNEL")
    assert "wwbootstrap: writes /srv/root/etc/dracut.conf.d/wwbootstrap.conf\n" in done.stderr
    assert 'add_drivers+=" nfs "' in old.head.read("srv/root/etc/victim/wwbootstrap.conf")
    assert os.listdir(f"{old.head.folder}/etc/victim") == []


def test_a_chroot_that_changed_and_its_vnfs_under_one_name(old):
    old.must("wwmkchroot rocky-9 /srv/root", "wwvnfs --chroot /srv/root both")
    old.must("wwmkchroot --arch=arm64 debian-12 /srv/arm", "wwvnfs --arch=aarch64 --chroot /srv/arm both")
    assert "--architectures=arm64 " in old.asked()[1] and "linux-image-arm64" in old.asked()[1]
    tree = old.site.path("var/lib/warewulf/chroots/both/rootfs")
    old.must("echo new > /srv/root/etc/motd", "echo arm > /srv/arm/etc/motd")
    done = old.must("wwvnfs both")
    assert "--platform x86_64 /srv/root both" in done.stderr and "--platform aarch64 /srv/arm both" in done.stderr
    for folder, text in ((tree, "new\n"), (f"{tree}.aarch64", "arm\n")):
        with open(f"{folder}/etc/motd", encoding="utf-8") as f:
            assert f.read() == text
    # The tree of the image itself is built as it is.
    assert "wwvnfs: wwctl image build both\n" in old.must(f"wwvnfs --chroot {tree} both").stderr


def test_a_node_of_the_other_architecture_is_left_out(old):
    old.must("wwmkchroot rocky-9 /srv/root", "wwvnfs --chroot /srv/root rocky")
    old.must("wwsh node new n1", "wwsh node new n2 --arch aarch64")
    done = old.must("wwsh -y provision set 'n*' --vnfs=rocky")
    assert "WARN   : node n2 is aarch64, vnfs rocky is x86_64: left out" in done.stderr
    assert old.node("n1")["image name"] == "rocky" and "image name" not in old.node("n2")
    done = old.type("wwsh -y provision set n2 --vnfs=rocky")
    assert done.returncode == 255
    assert "ERROR: no node is left: node n2 is aarch64, vnfs rocky is x86_64" in done.stderr
    assert "wwctl image import --platform" in done.stderr


def test_lists_are_edited_not_replaced(old):
    old.must("echo x > /root/x", "wwsh file import /root/x --path /etc/x", "wwsh file import /root/x --name y --path /etc/y")
    old.must("wwsh node new n1 --groups a,b", "wwsh -y node set n1 --groupadd c --groupdel a")
    assert old.node("n1")["tags"] == {"groups": "b,c"}
    old.must("wwsh -y provision set n1 --files=x,dynamic_hosts", "wwsh -y provision set n1 --fileadd=y --filedel=x,dynamic_hosts")
    assert old.node("n1")["runtime overlay"] == ["wwsh-y", "~hosts"]
    assert "wwsh: nothing to change\n" in old.must("wwsh -y provision set n1 --fileadd=y --filedel=dynamic_hosts").stderr
    old.must("wwsh -y provision set n1 --console=ttyS0,115200 --kargs='quiet splash'", "wwsh -y provision set n1 --kargs=debug")
    assert old.node("n1")["kernel"]["args"] == ["debug", "console=ttyS0,115200"]
    old.must("wwsh -y provision set n1 --console=UNDEF --kargs=UNDEF", "wwsh -y provision set n1 --bootlocal=EXIT --files=UNDEF")
    node = old.node("n1")
    assert "kernel" not in node and "runtime overlay" not in node and node["ipxe template"] == "localdisk"
    old.must("wwsh -y file delete x")
    assert not os.path.exists(old.overlay("wwsh-x"))
    assert "wwsh-y" in old.must("wwsh file list").stdout and old.must("wwsh file show y").stdout == "x\n"


def test_a_file_with_variables_is_filled_in_for_each_node(old):
    old.write("srv/ifcfg-ib0.ww", "DEVICE=ib0\nIPADDR=%{NETDEVS::IB0::IPADDR}\n# of %{NAME}\n", 0o640)
    old.must(
        "wwsh file import /srv/ifcfg-ib0.ww",
        "wwsh -y file set ifcfg-ib0.ww --path=/etc/sysconfig/network-scripts/ifcfg-ib0",
        "wwsh node new n1 -D eth0",
        "wwsh -y node set n1 -D ib0 --ipaddr=10.2.0.1",
        "wwsh -y provision set n1 --fileadd=ifcfg-ib0.ww",
    )
    path = "etc/sysconfig/network-scripts/ifcfg-ib0.ww"
    shown = old.must(f"{BIN}/wwctl overlay show --quiet --render n1 wwsh-ifcfg-ib0.ww /{path}").stdout
    assert shown == "DEVICE=ib0\nIPADDR=10.2.0.1\n# of n1\n"
    assert stat.S_IMODE(os.stat(old.overlay(f"wwsh-ifcfg-ib0.ww/rootfs/{path}")).st_mode) == 0o640
    assert os.listdir(old.overlay("wwsh-ifcfg-ib0.ww/rootfs")) == ["etc"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("wwsh nod list", 'unknown word "nod" for "wwsh"'),
        ("wwsh node lits", 'unknown word "lits" for "wwsh node"'),
        ("wwsh node list --nonsense", "unknown flag: --nonsense"),
        ("wwsh --nonsense node list", "unknown flag: --nonsense"),
        ("wwsh node set", "requires at least 1 arg(s), only received 0"),
        ("wwsh -y node set n9 --cluster=c", "no such node: n9"),
        ("wwsh -y node set 'x*' --cluster=c", "no node matches x*"),
        ("wwsh node clone a b", "wwsh node clone has no counterpart in wwd"),
        ("wwsh node new a --fqdn=a.b", "--fqdn: no counterpart; see the overlay hosts"),
        ("wwsh node new a --arch=vax", "vax is no architecture"),
        ("wwsh -y provision set n1 --vnfs=rokcy", 'no such vnfs: rokcy'),
        ("wwsh -y provision set n1 --files=nothing", "no such file: nothing"),
        ("wwsh -y provision set n1 --bootstrap=9.9", "node n1 has no vnfs"),
        ("wwsh -y provision set n1 --vnfs=rocky --bootstrap=9.9", f"no bootstrap 9.9: vnfs rocky has /boot/vmlinuz-{KERNEL}.x86_64"),
        ("wwsh -y provision set n1 --selinux=ENFORCED", "--selinux: set it up in the image"),
        ("wwsh -y provision set --lookup=groups g --vnfs=rocky", "--lookup: targets are names"),
        ("wwsh file show nothing", "no such file: nothing"),
        ("wwsh file import /root/nothing", "/root/nothing"),
        ("wwsh file import /root/old.ww", "/root/old.ww:2: %{FQDN} is filled in by Warewulf 3 only"),
        ("wwsh vnfs set rocky --arch aarch64", "vnfs rocky is x86_64, not aarch64"),
        ("wwsh vnfs delete -y nothing", "no such vnfs: nothing"),
        ("wwsh ipmi clearsel n1", "wwsh ipmi clearsel has no counterpart in wwd"),
        ("wwsh ipmi poweron n1", "no address of its BMC"),
        ("wwsh <<<'node list'", "wwsh takes no lines from standard input"),
        ("wwvnfs", "which vnfs?"),
        ("wwvnfs --chroot /root/nothing", "no such chroot: /root/nothing"),
        ("wwvnfs --hybridpath=/x --chroot /srv/root", "--hybridpath: move it to the server"),
        ("wwbootstrap 9.9", "no kernel 9.9 in this machine"),
        ("wwbootstrap --chroot /srv/root 9.9", "no kernel 9.9 in /srv/root"),
        ("wwmkchroot rocky-99 /srv/x", "no such template: rocky-99"),
        ("wwmkchroot golden-system /srv/x", "wwctl image import docker://"),
    ],
    ids=lambda value: value if value.startswith("ww") else "",
)
def test_what_fails_says_why_and_what_to_do(unchanging, line, said):
    before = unchanging.site.read("etc/warewulf/nodes.conf")
    done = unchanging.type(line)
    assert done.returncode == 255 and done.stdout == "", done.stderr
    assert said in done.stderr
    assert unchanging.site.read("etc/warewulf/nodes.conf") == before


def complete(old, program_name, *words):
    done = old.must(f"{program_name} __completeNoDesc " + " ".join(f"'{word}'" for word in words))
    return done.stdout.splitlines()[:-1]


def test_completion(old):
    old.must("wwsh node new n1", "wwsh node new m1", "wwmkchroot rocky-9 /srv/root", "wwvnfs --chroot /srv/root rocky")
    assert complete(old, "wwsh", "") == ["node", "provision", "file", "vnfs", "bootstrap", "pxe", "dhcp", "ipmi"]
    assert complete(old, "wwsh", "-y", "node", "s") == ["set"]
    assert complete(old, "wwsh", "node", "set", "n") == ["n1"]
    assert complete(old, "wwsh", "provision", "set", "n1", "--vnfs=") == ["rocky"]
    assert complete(old, "wwsh", "provision", "set", "-V", "r") == ["rocky"]
    assert complete(old, "wwsh", "provision", "set", "--post") == ["--postnetdown", "--postreboot", "--postshell"]
    assert complete(old, "wwvnfs", "") == ["rocky"]


def test_help_names_the_words_of_wwctl(old):
    assert "  provision " in old.must("wwsh").stdout
    assert "wwctl node add" in old.must("wwsh node").stdout
    shown = old.must("wwsh node new --help").stdout
    assert "wwsh node new [OPTIONS] NODE [NODE ...]" in shown and "--netdev" in shown
    assert "wwctl image import" in old.must("wwvnfs --help").stdout
    assert "not here; " in old.must("wwsh node clone --help").stdout


def test_a_tool_that_is_not_installed(old):
    os.unlink(f"{old.bin}/mmdebstrap")
    done = old.type(f"exec env PATH={old.bin} {old.bin}/wwmkchroot debian-12 /srv/x")
    assert done.returncode == 255
    assert "ERROR: mmdebstrap is not installed\n" in done.stderr and "install the package mmdebstrap" in done.stderr
