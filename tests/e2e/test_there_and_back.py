# SPDX-License-Identifier: BSD-3-Clause
"""A site of Warewulf's is served by wwd for a week, with every command that changes something, and goes back: after each
command Warewulf would load nodes.conf and lose nothing of it, and at the end it would find its folders as it knows them."""

import glob
import json
import os
import re
import shutil
import ssl
import stat
import subprocess

import pytest
from daemon import PROJECT, Site, wait_for
from head_node import Head
from store_site import conf, must
from upstream_store import Look

VECTORS = f"{PROJECT}/tests/vectors"

# Commands that leave the site as it is, or do what is told and nothing to its files.
CHANGE_NOTHING = """
blame diff help history job version
genconfig-completions genconfig-man genconfig-reference genconfig-defaults genconfig-warewulfconf-print
image-check image-diff image-history image-kernels image-list image-show job-cancel job-follow job-list job-show job-watch node-export node-list node-status
node-console node-identify node-sensors power-bootdev power-cycle power-off power-on power-reset power-soft power-status
overlay-changes overlay-check overlay-diff overlay-explain overlay-info overlay-list overlay-show overlay-status
plan profile-export profile-list redfish
server server-reload server-restart server-start server-status server-stop ssh
token token-create token-list token-revoke
""".split()
# A site of Warewulf 3 and its own trial: unit/upgrade/warewulf3_test.cc, and the same writer. Going into an image changes
# that alone: test_image_enter.py.
TRIED_ELSEWHERE = ["import", "image-exec", "image-shell"]


def vectors(pattern):
    for path in sorted(glob.glob(f"{VECTORS}/{pattern}.jsonl")):
        with open(path, encoding="utf-8") as f:
            yield from map(json.loads, f)


def text_of(spec):
    return spec.get("text") if isinstance(spec, dict) else spec


def written_by_warewulf():
    """Each nodes.conf that Warewulf wrote while it was recorded, by the vector's name."""
    for vector in vectors("*/*"):
        given = text_of(vector.get("site", {}).get("etc/warewulf/nodes.conf"))
        for step in vector.get("steps", []):
            for name, spec in (step.get("expect") or {}).items() if "files" in step else ():
                if name == "etc/warewulf/nodes.conf" and spec and text_of(spec) not in (None, given):
                    yield vector["id"], spec["text"]


# ---- the witness ----


def test_the_witness_refuses_what_warewulf_refused_and_nothing_else():
    seen = {True: 0, False: 0}
    for vector in vectors("store/load"):
        text = text_of(vector["site"].get("etc/warewulf/nodes.conf"))
        if text is None:
            continue
        refused = vector["steps"][0]["expect"]["exit"] != 0
        look = Look(text)
        assert bool(look.refusals) == refused, f"{vector['id']}: {look.refusals}"
        seen[refused] += 1
    assert seen[True] > 35 and seen[False] > 250


def test_the_witness_finds_nothing_in_what_warewulf_wrote():
    count = 0
    for name, text in written_by_warewulf():
        look = Look(text)
        assert (look.refusals, look.losses) == ([], []), name
        count += 1
    assert count > 500


# ---- the week ----


class Week:
    """A site as Warewulf left it, and what happens to it."""

    def __init__(self, root):
        self.site = Site(root, "stock")
        # The richest of those recorded: every kind of field.
        text = max((text for _, text in written_by_warewulf()), key=len)
        self.site.write("etc/warewulf/nodes.conf", text)
        os.chmod(self.file, 0o640)
        self.done = set()
        self.warewulf_conf = self.site.read("etc/warewulf/warewulf.conf")

    @property
    def file(self):
        return self.site.path("etc/warewulf/nodes.conf")

    def run(self, command, **options):
        """`command` as typed. Quotes are the shell's."""
        words = subprocess.run(
            ["sh", "-c", f'for word in {command}; do printf "%s\\0" "$word"; done'], capture_output=True, check=True
        ).stdout.decode()
        words = words.split("\0")[:-1]
        output = must(self.site, *words, **options)
        self.did(words)
        return output

    def did(self, words):
        path = [word for word in words[:2] if re.fullmatch("[a-z]+", word)]
        self.done |= {"-".join(path), path[0]}
        self.check(" ".join(words))

    def check(self, after):
        look = Look(conf(self.site))
        assert (look.refusals, look.losses) == ([], []), f"after {after}"
        assert stat.S_IMODE(os.stat(self.file).st_mode) == 0o640, f"after {after}"


@pytest.fixture(name="week")
def make_week(tmp_path):
    week = Week(str(tmp_path / "site"))
    yield week
    if week.site.wwd:
        week.site.wwd.stop()


def editor(script):
    return {"EDITOR": f"sed -i -e {script}"}


def edit_nodes(week):
    run = week.run
    run("node add n2 --profile p1 --hwaddr 02:00:00:00:00:02 --ipaddr 10.0.0.2 --netmask 255.255.0.0")
    run("node add n[3-6] --profile p1 --ipaddr 10.0.0.3 --discoverable=true")
    run("profile add net --netmask 255.255.0.0 --gateway 10.0.0.254 --nettagadd 'vlan=5,empty='")
    run("profile set --yes net --mtu 9000 --tagadd 'a=b' --kernelargs 'quiet,~nosmt'")
    run("node set --yes n[2-6] --profile p1,net --cluster west --root tmpfs")
    # Values that a careless writer would turn into numbers, dates, booleans, nothing, or a broken file.
    run("node set --yes n2 --comment 'yes' --tagadd 'octal=0755,number=1e3,date=2001-01,null=null,flag=on,empty='")
    run("node set --yes n3 --comment \"it's: # [odd] {and} *more &so %on @at\" --tagadd 'blank= ,dash=-,tilde=~,colon=a: b'")
    run("node set --yes n4 --comment 'Zeile ä ✓' --init '/sbin/init --x' --asset '007' --kernelversion 6.1")
    run("node set --yes n2 --ipmiaddr 10.8.0.2 --ipmiuser adm --ipmipass '12:34:56' --ipmiwrite=true --ipmitagadd hwaddr=02:00:00:00:09:02")
    run("node set --yes n2 --netname ib --netdev ib0 --type infiniband --ipaddr 10.9.0.2 --ipaddr6 fd00::2 --prefixlen6 64 --onboot=false")
    run("node set --yes n2 --primarynet ib --ipxe menu --system-overlays hosts,hostname --runtime-overlays hosts")
    run("node set --yes n2 --diskname /dev/vda --diskwipe --partname scratch --partnumber 1 --partsize 1024 --partcreate")
    run("node set --yes n2 --fsname /dev/disk/by-partlabel/scratch --fsformat xfs --fspath /scratch --fswipe=false")
    run("node unset --yes n[3-4] --cluster --comment")
    run("node set --yes n3 --tagdel blank --netdel default")
    run("node set --yes n1 --partdel data --diskname /dev/sdb")
    run("profile unset --yes net --mtu")
    run("node delete --yes n6")


def edit_files(week):
    run, site = week.run, week.site
    run("node edit n4", env=editor("s/tmpfs/initramfs/"), user_input="y\n")
    run("profile edit net", env=editor("s/10.0.0.254/10.0.0.253/"), user_input="y\n")
    assert "initramfs" in conf(site) and "10.0.0.253" in conf(site)
    site.write("more.yaml", "n7:\n  profiles: [p1]\n  network devices:\n    default: {ipaddr: 10.0.0.7}\n")
    run(f"node import --yes {site.path('more.yaml')}")
    site.write("profile.yaml", "gpu:\n  tags: {gpus: '4'}\n  resources:\n    fstab: [{spec: '10.0.0.1:/x', file: /x}]\n")
    run(f"profile import --yes {site.path('profile.yaml')}")
    site.write("apply.yaml", "nodes:\n  n7: {image name: small, comment: null, profiles: [p1, gpu]}\n  n8: {cluster name: east}\n")
    run(f"apply --yes {site.path('apply.yaml')}")
    run("node delete --yes n8")
    before = conf(site)
    run("node set --yes --all --comment everywhere")
    run("undo --yes")
    assert conf(site) == before
    run("profile add gone")
    run("profile delete --yes gone")
    run("upgrade nodes --add-defaults --replace-overlays")
    run("upgrade config")


def edit_overlays(week):
    run, site = week.run, week.site
    site.write("motd", "welcome to {{.Id}}\n")
    run("overlay create site")
    run(f"overlay import site {site.path('motd')} /etc/motd.ww --parents")
    run("overlay mkdir site /etc/site.d")
    run("overlay chmod site /etc/motd.ww 0600")
    run("overlay chown site /etc/motd.ww 0:0")
    run("overlay edit site /etc/motd.ww", env=editor("s/welcome/hello/"))
    run("overlay edit host /etc/exports.ww", env=editor("s/autogenerated/made/"))  # copies what the package brought
    run("overlay reset --yes host /etc/exports.ww")
    run("node set --yes n2 --system-overlays site")
    run("overlay build n2")
    run("overlay create gone")
    run("overlay delete --force gone")


def edit_images(week):
    run, site = week.run, week.site
    for name, text in {"bin/sh": "#!\n", "etc/os-release": "ID=small\n", "etc/passwd": "", "etc/group": ""}.items():
        site.write(f"source/{name}", text)
    os.makedirs(site.path("source/usr/bin"))
    os.chmod(site.path("source/bin/sh"), 0o755)
    run(f"image import {site.path('source')} small")
    run("image build small")
    run("image copy small second --build")
    run("image rename second third --build")
    run("image copy small fourth")
    run("image delete --yes fourth")
    run("profile set --yes p1 --image third")
    site.write("var/lib/warewulf/chroots/third/rootfs/etc/motd", "new\n")
    run("image build third")
    run("image rollback third")
    run("image gc")
    site.write("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    site.write("etc/group", "root:x:0:\n")
    run("image syncuser --write third")
    run("clean")


def discover(week):
    """A node that nobody knew takes the first that waits."""
    week.site.get("/ipxe/02:00:00:00:00:77")
    wait_for(lambda: "02:00:00:00:00:77" in conf(week.site), "the discovery")
    week.check("a discovery")


def configure(week):
    site = week.site
    head = Head(site.root, site.config)
    head.install("dnsmasq", "nfs-server", "wwd")
    before = site.read("etc/warewulf/warewulf.conf")
    site.configure("  secure: false\n", "  secure: false\n  tls: true\n")
    for part in ("tls", "warewulfd", "tftp", "dhcp", "nfs", "ssh", "hostfile"):
        done = head.wwctl("configure", part)
        assert done.returncode == 0, done.stderr
        week.did(["configure", part])
    site.write("etc/warewulf/warewulf.conf", before)
    shutil.rmtree(head.folder)


def all_commands(week):
    folder = week.site.path("reference")
    must(week.site, "genconfig", "reference", folder)
    names = {name.removeprefix("wwctl_").removesuffix(".rst").replace("_", "-") for name in os.listdir(folder)}
    return {name for name in names if not any(other.startswith(f"{name}-") for other in names)} - {"wwctl"}


# ---- what Warewulf looks for ----


def check_folders(site):
    """Names, kinds and modes as Warewulf's own commands leave them: what else is there, it does not see."""
    overlays = site.path("var/lib/warewulf/overlays")
    for name in os.listdir(overlays):
        assert re.fullmatch(r"[\w.-]+", name) and os.listdir(f"{overlays}/{name}") == ["rootfs"], name
    chroots = site.path("var/lib/warewulf/chroots")
    assert sorted(os.listdir(chroots)) == ["small", "third"]
    for name in os.listdir(chroots):
        assert os.path.isdir(f"{chroots}/{name}/rootfs")
    provision = site.path("var/lib/warewulf/provision")
    assert sorted(os.listdir(f"{provision}/images")) == ["small.img", "small.img.gz", "third.img", "third.img.gz"]
    for node in os.listdir(f"{provision}/overlays"):
        for name in os.listdir(f"{provision}/overlays/{node}"):
            assert re.fullmatch(r"(__SYSTEM__|__RUNTIME__)\.img(\.gz)?", name), name
    for path in glob.glob(f"{provision}/images/*.img"):
        listed = subprocess.run(["cpio", "--list", "--quiet", "-I", path], capture_output=True, text=True, check=True)
        assert "bin/sh\n" in listed.stdout
    tls = site.path("etc/warewulf/tls")
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(f"{tls}/warewulf.crt", f"{tls}/warewulf.key")
    for kind in ("ed25519", "ecdsa", "rsa"):
        key = site.path(f"etc/warewulf/keys/ssh_host_{kind}_key")
        assert stat.S_IMODE(os.stat(key).st_mode) == 0o600 and os.path.exists(f"{key}.pub")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as its owner does")
def test_a_site_of_warewulfs_goes_back_after_a_week(week):
    week.run("node set --yes n1 --comment 'before anything runs'")
    week.site.start()
    for day in (edit_nodes, edit_files, edit_overlays, edit_images, discover):
        day(week)
    week.site.stop()
    configure(week)
    missing = all_commands(week) - week.done - set(CHANGE_NOTHING) - set(TRIED_ELSEWHERE)
    assert not missing, f"commands that nobody tried: {sorted(missing)}"
    check_folders(week.site)
    assert week.site.read("etc/warewulf/warewulf.conf") == week.warewulf_conf
    # What was recorded of n1 and not edited is still there, value for value.
    for kept in ("asset key: A-1", "ipxe template: menu", "cluster name: blue", 'vlan: "5"', 'hwaddr: "02:00:00:00:00:01"'):
        assert kept in conf(week.site)
