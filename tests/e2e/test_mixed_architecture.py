# SPDX-License-Identifier: BSD-3-Clause
"""docs/mixed-architecture.md, its last two sections as they stand there: software on a share, and a head node without a network to the
outside. Package managers are stand-ins that write down what they are asked; images come from a layout made here."""

import os
import re
import shutil
import subprocess
import tarfile

import pytest
from daemon import BIN, PATIENCE, PROJECT
from head_node import head_of
from image_root import WORDS
from oci_maker import Layout, program, tar

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount and to enter images")

with open(f"{PROJECT}/docs/mixed-architecture.md", encoding="utf-8") as text:
    PAGE = text.read()

# In the image: a package with a file on the share, and the database that knows of it.
INSIDE_DNF = """\
#!/bin/sh
for repository in $(echo "$*" | busybox sed -n 's|.*file://\\([^ ]*\\).*|\\1|p'); do cat $repository/package > /etc/package; done
echo "$*" >> /etc/rpmdb
test -d /opt/ohpc/pub && echo "$*" > /opt/ohpc/pub/installed
exit 0
"""

# On the head node: a root file system of the right architecture, from the repository of files.
OUTSIDE_DNF = """\
#!/bin/sh
for word; do
    case $word in
    --installroot=*) folder=${word#*=} ;;
    --repofrompath=*) mirror=${word#*file://} ;;
    esac
done
mkdir -p $folder/bin $folder/sbin
cp $mirror/init $folder/sbin/init
cp $mirror/init $folder/bin/sh
"""


def blocks(heading):
    """Lines of the code blocks of one section that are commands."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [line.strip() for line in re.findall(r"^    (?:wwctl|wwvnfs|mkdir|YUM_MIRROR).*$", section, re.MULTILINE)]


def link(name, target):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = tarfile.SYMTYPE, target
    return (name, entry)


def root_of(architecture):
    """Entries of a layer. That for x86_64 has programs."""
    entries = [(f"{folder}/", None) for folder in ("bin", "dev", "proc", "sys", "run", "tmp", "etc", "opt", "sbin")]
    entries += [("sbin/init", program(architecture)), ("etc/arch", architecture.encode())]
    if architecture != "amd64":
        return [*entries, ("bin/sh", program(architecture))]
    with open(shutil.which("busybox"), "rb") as f:
        binary = f.read()
    links = [link(f"bin/{word}", "busybox") for word in ("test", *WORDS)]
    return [*entries, ("bin/busybox", binary), *links, ("bin/dnf", INSIDE_DNF.encode())]


@pytest.fixture(name="head")
def make_head(site):
    head = head_of(site)
    for name in ("wwctl", "wwvnfs", "wwmkchroot"):
        os.symlink(f"{BIN}/wwctl", f"{head.folder}/bin/{name}")
    head.write("bin/dnf", OUTSIDE_DNF)
    os.chmod(f"{head.folder}/bin/dnf", 0o755)
    head.write("etc/resolv.conf", "")
    for machine, architecture in (("x86_64", "amd64"), ("aarch64", "arm64")):
        head.write(f"srv/mirror/{machine}/package", f"{machine}\n")
        with open(f"{head.folder}/srv/mirror/{machine}/init", "wb") as f:
            f.write(program(architecture))
        os.chmod(f"{head.folder}/srv/mirror/{machine}/init", 0o755)
    layout = Layout(f"{head.folder}/srv/media")
    layout.index("9", [layout.image(architecture, [tar(root_of(architecture))]) for architecture in ("amd64", "arm64")])
    with open(f"{head.folder}/srv/debian-12-arm64.tar", "wb") as f:
        f.write(tar(root_of("arm64")))
    return head


def type_on(head, lines):
    """What the page says, from our sources. Programs for aarch64 run in test_image_enter.py; here the other tree does."""
    text = "\n".join(lines)
    for there, here in (("docker://HOST/rocky", "oci:/srv/media"), ("oci:/media/rocky", "oci:/srv/media"), ("/media/", "/srv/")):
        text = text.replace(there, here)
    text = re.sub(r"(image exec .*)@aarch64", r"\1", text)
    env = {**os.environ, "PATH": f"{head.folder}/bin:{os.environ['PATH']}", "WAREWULFCONF": head.config}
    done = subprocess.run(
        head.inside(["bash", "-euo", "pipefail", "-c", text]), capture_output=True, text=True, timeout=PATIENCE * 2, env=env, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def read(site, path):
    return site.read(f"var/lib/warewulf/chroots/{path}")


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the page's head node is x86_64")
def test_software_on_a_share(site, head):
    type_on(head, blocks("Compilers and other software on a share"))
    for machine in ("x86_64", "aarch64"):
        assert head.read(f"srv/software/{machine}/installed") == "-y install gnu12-compilers-ohpc lmod-ohpc\n"
    # The share is not in the image, the package database is.
    assert read(site, "tools/rootfs/etc/rpmdb").count("gnu12") == 2
    assert not os.path.exists(site.path("var/lib/warewulf/chroots/tools/rootfs/opt/ohpc"))
    assert read(site, "tools/rootfs.aarch64/etc/arch") == "arm64"

    # Nodes mount theirs.
    line = re.search(r"^    (.*/srv/software/.*nfs4.*)$", PAGE, re.MULTILINE)[1]
    site.write("var/lib/warewulf/overlays/software/rootfs/etc/fstab.ww", line + "\n")
    site.write("etc/warewulf/nodes.conf", "nodes: {a1: {tags: {arch: aarch64}}, c1: {tags: {arch: x86_64}}}\n")
    for node, machine in (("a1", "aarch64"), ("c1", "x86_64")):
        shown = type_on(head, [f"wwctl overlay show --quiet --render {node} software /etc/fstab.ww"]).stdout
        assert shown == f"127.0.0.1:/srv/software/{machine} /opt/ohpc/pub nfs4 ro,nodev 0 0\n"


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the page's head node is x86_64")
def test_without_a_network_to_the_outside(site, head):
    isolated = head.network
    head.network = lambda argv: ["unshare", "--net", *isolated(argv)]
    lines = blocks("Without a network to the outside")
    type_on(head, lines)
    assert read(site, "rocky-9/rootfs/etc/arch") == "amd64"
    assert read(site, "rocky-9/rootfs.aarch64/etc/arch") == "arm64"
    assert read(site, "debian-12/rootfs/etc/arch") == "arm64"
    assert read(site, "rocky-9/rootfs/etc/package") == "aarch64\n"  # the later of the two commands
    assert read(site, "rocky-9/rootfs/etc/rpmdb").count("--repo=local install slurm-slurmd") == 2
    table = type_on(head, ["wwctl image list --variants compute"]).stdout
    assert [row.split()[:2] for row in table.splitlines()[2:]] == [["compute", "aarch64"], ["compute@x86_64", "x86_64"]]
