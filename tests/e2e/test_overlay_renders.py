# SPDX-License-Identifier: BSD-3-Clause
"""What templates of overlays made is kept from start to start, and only what changed is made again."""

import os
import random
import signal

import pytest
from daemon import wait_for
from store_site import must, wwctl

NODES = 9
TEMPLATES = {
    "own": "{{.Id}} {{.Comment}} {{.Tags.rack}}\n",
    "hosts": "{{range $n := .AllNodes}}{{$n.Id}} {{range .NetDevs}}{{.Ipaddr}}{{end}}\n{{end}}",
    "motd": '{{Include "motd"}}\n',
    "files": '{{file "one"}}1 {{.ClusterName}}\n{{file "two"}}2 {{.Init}}\n',
}


def hwaddr(index):
    return f"02:00:5e:00:00:{index:02x}"


class Cluster:
    """Nodes whose fields change, and a client that knows what each must be sent."""

    def __init__(self, site, seed):
        self.site = site
        self.random = random.Random(seed)
        self.fields = {f"n{i}": {} for i in range(NODES)}
        self.templates = dict(TEMPLATES)
        self.motd = "one"
        self.write()

    def write(self):
        for name, text in self.templates.items():
            self.site.write(f"var/lib/warewulf/overlays/o/rootfs/{name}/f.ww", text)
        self.site.write("etc/warewulf/motd", self.motd)
        self.write_nodes()

    def write_nodes(self):
        lines = ["nodeprofiles:", "  default: {system overlay: [o], init: /sbin/init}", "nodes:"]
        for index, (name, fields) in enumerate(self.fields.items()):
            lines += [f"  {name}:", "    profiles: [default]"]
            address = fields.get("address", f"10.0.0.{index + 1}")
            lines += ["    network devices:", f"      default: {{hwaddr: '{hwaddr(index)}', ipaddr: {address}}}"]
            lines += [f"    {key}: {value}" for key, value in fields.items() if key != "address"]
        path = self.site.path("etc/warewulf/nodes.conf")
        with open(f"{path}.new", "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        os.rename(f"{path}.new", path)
        if self.site.wwd and self.site.wwd.running():
            before = self.site.log().count("store.reloaded")
            self.site.wwd.signal(signal.SIGHUP)
            wait_for(lambda: self.site.log().count("store.reloaded") > before, "the new nodes")

    def edit(self):
        choice = self.random.randrange(4)
        number = self.random.randrange(100)
        if choice == 0:
            self.motd = f"motd {number}"
            self.site.write("etc/warewulf/motd", self.motd)
        elif choice == 1:
            self.templates["own"] = f"{number} {TEMPLATES['own']}"
            self.site.write("var/lib/warewulf/overlays/o/rootfs/own/f.ww", self.templates["own"])
        else:
            fields = self.fields[f"n{self.random.randrange(NODES)}"]
            key, value = self.random.choice(
                [("comment", f"c{number}"), ("cluster name", f"k{number}"), ("tags", f"{{rack: r{number}}}"),
                 ("address", f"10.0.1.{number + 1}"), ("init", f"/i{number}")]
            )  # fmt: skip
            fields[key] = value
            self.write_nodes()

    def expected(self, name):
        fields = self.fields[name]
        rack = fields.get("tags", "{rack: <no value>}")[7:-1]
        # By cluster name, then by name, as templates see all nodes.
        order = sorted(self.fields, key=lambda each: (self.fields[each].get("cluster name", ""), each))
        addresses = {each: fields.get("address", f"10.0.0.{i + 1}") for i, (each, fields) in enumerate(self.fields.items())}
        prefix = self.templates["own"].removesuffix(TEMPLATES["own"])
        return [
            f"{prefix}{name} {fields.get('comment', '')} {rack}\n",
            "".join(f"{each} {addresses[each]}\n" for each in order),
            f"{self.motd}\n",
            f"1 {fields.get('cluster name', '')}\n",
            f"2 {fields.get('init', '/sbin/init')}\n",
        ]

    def check(self):
        for index, name in enumerate(self.fields):
            reply = self.site.get(f"/system/{hwaddr(index)}")
            assert reply.status == 200, self.site.log()
            for text in self.expected(name):
                assert text.encode() in reply.body, f"{name}: {text!r} is not in {reply.body!r}"


def segments(site):
    folder = site.path("var/lib/warewulf/wwd/renders")
    return {name: os.path.getsize(f"{folder}/{name}") for name in os.listdir(folder)} if os.path.isdir(folder) else {}


def spoil(site, how):
    folder = site.path("var/lib/warewulf/wwd/renders")
    for name in segments(site):
        with open(f"{folder}/{name}", "r+b") as f:
            size = os.path.getsize(f"{folder}/{name}")
            if how == "cut":
                f.truncate(size // 2)
            else:
                f.seek(size // 2)
                f.write(b"\xff" * 64)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_answers_are_right_after_every_edit_and_restart(site, seed):
    cluster = Cluster(site, seed)
    site.start()
    cluster.check()
    for turn in range(30):
        cluster.edit()
        cluster.check()
        if turn % 5 == 4:
            if cluster.random.randrange(2):
                site.stop()
            else:
                site.wwd.signal(signal.SIGKILL)
                site.wwd.exit_status(30)
            if turn % 15 == 14:
                spoil(site, cluster.random.choice(["cut", "overwrite"]))
            site.start()
            cluster.check()


def test_a_restart_renders_nothing(site):
    cluster = Cluster(site, 1)
    site.start()
    cluster.check()
    site.stop()
    before = segments(site)
    assert len(before) == 1
    site.start()
    cluster.check()
    site.stop()
    assert segments(site) == before  # who renders something writes it


def test_what_is_kept_may_be_deleted_at_any_moment(site):
    cluster = Cluster(site, 1)
    site.start()
    cluster.check()
    for name in segments(site):
        os.unlink(site.path(f"var/lib/warewulf/wwd/renders/{name}"))
    cluster.edit()
    cluster.check()
    site.wwd.signal(signal.SIGKILL)
    site.wwd.exit_status(30)
    for name in segments(site):
        os.unlink(site.path(f"var/lib/warewulf/wwd/renders/{name}"))
    site.start()
    cluster.check()


def test_a_failure_is_one_nodes_and_is_told(site):
    cluster = Cluster(site, 1)
    site.write("etc/warewulf/ipxe/default.ipxe", "#!ipxe\necho {{.Id}}\n")
    site.start()
    cluster.check()
    site.write(
        "var/lib/warewulf/overlays/o/rootfs/own/f.ww",
        '{{if eq .Id "n3"}}\n{{.Nope}}{{end}}' + TEMPLATES["own"],
    )
    for index in range(NODES):
        assert site.get(f"/system/{hwaddr(index)}").status == (404 if index == 3 else 200)
    status = must(site, "node", "status")
    assert "FAILED f.ww:2:2" in status
    assert status.count("FAILED") == 1
    assert "cannot be made: template: f.ww:2:2:" in site.text(f"/ipxe/{hwaddr(3)}")
    assert site.text(f"/ipxe/{hwaddr(4)}") == "#!ipxe\necho n4\n"
    failed = wwctl(site, "overlay", "build", "--keep-last-good", "n3")
    assert failed.returncode != 0
    assert site.get(f"/system/{hwaddr(3)}").status == 200
    assert "overlay.last_good node=n3" in site.log()
    assert wwctl(site, "overlay", "build", "n3").returncode != 0
    assert site.get(f"/system/{hwaddr(3)}").status == 404
