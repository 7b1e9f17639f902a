# SPDX-License-Identifier: BSD-3-Clause
"""What wwctl says: before it drops something, when a name is misspelt, when a reference leads nowhere, to programs."""

import json
import os
import pty
import re
import subprocess

import pytest
import yaml
from daemon import BIN, PATIENCE, PROJECT, wait_for
from store_site import command

NODES = """\
nodeprofiles:
  default: {}
  gpu:
    tags:
      rack: a
nodes:
  n01:
    profiles: [gpu]
    network devices:
      default:
        hwaddr: 02:00:00:00:00:01
        ipaddr: 10.0.1.1
  n02: {}
"""


@pytest.fixture(autouse=True)
def nodes(site):
    site.write("etc/warewulf/nodes.conf", NODES)
    site.write("var/lib/warewulf/chroots/deb/rootfs/bin/sh", "")
    site.write("var/lib/warewulf/overlays/hosts/rootfs/etc/hosts.ww", "of {{.Id}}\n")


def wwctl(site, *words, stdin="", stdout=subprocess.PIPE, **env):
    return subprocess.run(
        command(site, *words),
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "TMPDIR": site.root, **env},
        check=False,
    )


def complete(site, *words):
    """Candidates for the last word, and the directive. The environment names the site."""
    done = subprocess.run(
        [f"{BIN}/wwctl", "__complete", *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "WAREWULFCONF": site.config},
        check=True,
    )
    *lines, directive = done.stdout.splitlines()
    return [line.split("\t")[0] for line in lines], directive


def on_terminal(site, *words, answer=b"n\n", **env):
    """What a terminal of 24 lines shows."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(env)
        os.execv(f"{BIN}/wwctl", command(site, *words))
    os.write(terminal, answer)
    shown = b""
    while True:
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.waitpid(pid, 0)
    os.close(terminal)
    return shown.decode()


# ---- import


def test_an_import_shows_what_changes_and_what_goes(site):
    site.write("in", "n01: {network devices: {default: {hwaddr: '02:00:00:00:00:09'}}}\n")
    done = wwctl(site, "node", "import", site.path("in"), stdin="n\n")
    assert done.returncode == 0
    assert "n01:\n  netdevs[default].hwaddr:" in done.stdout
    assert "netdevs[default].ipaddr: 10.0.1.1 → <unset>" in done.stdout
    assert "of n01 this goes: netdevs[default].ipaddr" in done.stderr and "--merge" in done.stderr
    assert site.read("etc/warewulf/nodes.conf") == NODES
    done = wwctl(site, "node", "import", "-y", site.path("in"))
    assert (done.returncode, done.stdout) == (0, "")
    assert "of n01 this goes: netdevs[default].ipaddr" in done.stderr
    assert "ipaddr" not in site.read("etc/warewulf/nodes.conf")


def test_a_merging_import_keeps_the_rest(site):
    site.write("in", "n01: {network devices: {default: {hwaddr: '02:00:00:00:00:09'}}}\n")
    done = wwctl(site, "node", "import", "-y", "--merge", site.path("in"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "ipaddr: 10.0.1.1" in site.read("etc/warewulf/nodes.conf")
    assert "No changes to apply." in wwctl(site, "node", "import", "--merge", site.path("in")).stdout


def test_a_long_preview_is_bounded_on_a_terminal_only(site):
    site.write("in", "".join(f"m{i}: {{comment: of {i}}}\n" for i in range(500)))
    shown = on_terminal(site, "node", "import", site.path("in"))
    assert "more lines; a pipe or a file gets them all" in shown
    assert len(shown.splitlines()) < 120
    assert "m499:" in wwctl(site, "node", "import", "--dry-run", site.path("in")).stdout


# ---- did you mean


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("node", "lst"), 0, 'unknown command "lst" for "wwctl node"; did you mean "list"?'),
        (("nod",), 0, 'unknown command "nod" for "wwctl"; did you mean "node"?'),
        (("server", "statsu"), 255, 'did you mean "status"?'),
        (("node", "list", "--profle", "x"), 255, 'did you mean "profile"?'),
        (("node", "set", "-y", "no1", "--comment", "x"), 255, 'did you mean "n01"?'),
        (("node", "set", "-y", "n01,no1", "--comment", "x"), 0, 'invalid node: no1; did you mean "n01"?'),
        (("node", "set", "-y", "n03", "--comment", "x"), 255, "wwctl node add n03 makes it"),
        (("node", "unset", "-y", "no1", "--comment"), 255, 'did you mean "n01"?'),
        (("node", "list", "no1"), 0, 'no such node: no1; did you mean "n01"?'),
        (("node", "delete", "-y", "no1"), 0, 'No match for node: no1; did you mean "n01"?'),
        (("profile", "set", "-y", "gpv", "--comment", "x"), 255, 'did you mean "gpu"?'),
        (("profile", "list", "gpv"), 0, 'no such profile: gpv; did you mean "gpu"?'),
        (("image", "list", "dbe"), 0, 'no such image: dbe; did you mean "deb"?'),
        (("image", "build", "dbe"), 255, 'did you mean "deb"?'),
        (("overlay", "list", "hots"), 0, 'did you mean "hosts"?'),
        (("overlay", "show", "hots", "etc/hosts.ww"), 255, 'did you mean "hosts"?'),
        (("blame", "gpv"), 255, 'did you mean "gpu"?'),
        (("blame", "n01", "coment"), 255, 'did you mean "comment"?'),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_did_you_mean(site, words, status, said):
    done = wwctl(site, *words)
    assert done.returncode == status, done.stderr
    assert said in done.stderr


def test_a_misspelt_key_is_told(site):
    done = wwctl(site, "apply", "-y", "-", stdin="nodes: {n01: {imge name: x}}\n")
    assert done.returncode == 255
    assert 'unknown key "imge name" (did you mean "image name"?)' in done.stderr


def test_an_unknown_word_of_a_group_still_shows_its_help(site):
    assert wwctl(site, "node", "lst").stdout == wwctl(site, "node").stdout


# ---- references


def test_a_reference_is_told_when_it_is_made_logged_and_in_the_status(site):
    site.start()
    done = wwctl(site, "node", "set", "n01", "--image", "dbe", stdin="y\n")
    line = 'node n01: no image "dbe"; did you mean "deb"?'
    assert done.stderr.count(f"WARN   : {line}") == 1
    site.wait_for_log(r'store.warning node n01: no image "dbe"')
    assert line in wwctl(site, "server", "status").stdout
    site.write("etc/warewulf/nodes.conf", site.read("etc/warewulf/nodes.conf").replace("n02: {}", "n02: {ipxe template: nowhere}"))
    site.wait_for_log(r'store.warning node n02: no iPXE template "nowhere"')
    assert wwctl(site, "node", "set", "-y", "n01", "--image", "deb").stderr == ""
    assert line not in wwctl(site, "server", "status").stdout


def test_a_name_that_is_no_folder_is_refused(site):
    for name in ("a/b", "..", "a b", ""):
        done = wwctl(site, "node", "add", name)
        assert done.returncode == 255, name
        assert "cannot be the name of a node" in done.stderr
    assert site.read("etc/warewulf/nodes.conf") == NODES


# ---- smaller words


def test_no_colour_at_prompts_where_it_is_not_wanted(site):
    words = ("node", "set", "n02", "--comment", "x")
    assert "\x1b[" in on_terminal(site, *words, TERM="xterm")
    assert "\x1b[" not in on_terminal(site, *words, TERM="xterm", NO_COLOR="1")
    assert "\x1b[" not in on_terminal(site, *words, TERM="dumb")


def test_debug_says_what_is_done(site):
    done = wwctl(site, "-d", "node", "set", "-y", "n02", "--comment", "x")
    assert done.returncode == 0
    assert "DEBUG  : asked a wwd of our own for /wwd/v1/node/set: answered after " in done.stderr
    assert "DEBUG  : saved as revision 2" in done.stderr


@pytest.mark.parametrize("variable", ["EDITOR", "VISUAL"])
def test_editors_take_arguments(site, tmp_path, variable):
    env = {"EDITOR": "", "VISUAL": "", variable: "sed -i -e 's/n02: {}/n02: {comment: edited}/'"}
    done = wwctl(site, "node", "edit", "n02", stdin="y\n", **env)
    assert done.returncode == 0, done.stderr
    assert "comment: edited" in site.read("etc/warewulf/nodes.conf")
    # A path with a blank is a path.
    editor = tmp_path / "an editor"
    editor.write_text("#!/bin/sh\nexec sed -i s/edited/twice/ \"$1\"\n")
    editor.chmod(0o755)
    assert wwctl(site, "node", "edit", "n02", stdin="y\n", **{**env, variable: str(editor)}).returncode == 0
    assert "comment: twice" in site.read("etc/warewulf/nodes.conf")


@pytest.mark.parametrize("words", [("node", "export"), ("node", "list"), ("--help",), ("completion", "bash"), ("version",)], ids=" ".join)
def test_output_that_is_lost_is_a_failure(site, words):
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = wwctl(site, *words, stdout=full)
    assert done.returncode == 255
    assert "No space left on device" in done.stderr


def test_undo_names_what_it_took_back(site):
    wwctl(site, "node", "set", "-y", "n02", "--comment", "x")
    assert "Revision 2 is taken back; this is revision 3." in wwctl(site, "undo", stdin="y\n").stdout


def test_a_mended_file_is_logged_as_mended(site):
    site.start()
    site.write("etc/warewulf/nodes.conf", "nodes: [\n")
    site.wait_for_log("store.rejected")
    # The very text from before: nothing else changes.
    site.write("etc/warewulf/nodes.conf", NODES)
    site.wait_for_log("store.mended")


def test_rendering_for_nobody_says_so(site):
    done = wwctl(site, "overlay", "show", "hosts", "/etc/hosts.ww", "-q", "-r", "no1")
    assert done.returncode == 0
    assert 'no node no1: rendered for this server itself; did you mean "n01"?' in done.stderr
    assert wwctl(site, "overlay", "show", "hosts", "/etc/hosts.ww", "-q", "-r", "host").stderr == ""
    assert wwctl(site, "overlay", "show", "hosts", "/etc/hosts.ww", "-q", "-r", "n01").stderr == ""


def test_a_wrong_boolean_in_plain_words(site):
    done = wwctl(site, "node", "set", "-y", "n01", "--onboot=maybe")
    assert done.returncode == 255
    assert "yes or no" in done.stderr and "strconv" not in done.stderr


def test_full_version(site):
    lines = wwctl(site, "version", "--full").stdout.splitlines()
    assert lines[0] == wwctl(site, "version").stdout.rstrip("\n")
    assert any(line.startswith("wwd version:") for line in lines)
    assert any(line.endswith(site.config) for line in lines)


def test_no_word_about_a_certificate_without_tls(site):
    site.write(
        "var/lib/warewulf/overlays/cert/rootfs/crt.ww",
        '{{- $c := Include (printf "%s/warewulf/tls/warewulf.crt" .Paths.Sysconfdir) -}}\n'
        "{{- if not $c }}{{ abort }}{{ end -}}\n{{ $c }}\n",
    )
    site.write("var/lib/warewulf/overlays/other/rootfs/x.ww", '{{ Include "/nowhere/else" }}\n')
    wwctl(site, "node", "set", "-y", "n01", "--system-overlays", "cert,other")
    site.start()
    assert wwctl(site, "overlay", "build", "n01").returncode == 0
    site.wait_for_log("overlay.include_missing .*/nowhere/else")
    assert "warewulf.crt" not in site.log()


# ---- for programs


def test_json_of_every_list(site):
    site.start()
    wwctl(site, "node", "set", "-y", "n02", "--image", "deb", "--ipmipass", "secret")

    def document(*words, status=0):
        done = wwctl(site, *words, "--json")
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    assert set(document("node", "list")) == {"n01", "n02"}
    assert set(document("profile", "list")) == {"default", "gpu"}
    [image] = document("image", "list")["images"]
    assert image["name"] == "deb" and image["nodes"] == ["n02"] and image["built"] == 0
    assert document("image", "kernels") == []
    [overlay] = [o for o in document("overlay", "list")["overlays"] if o["name"] == "hosts"]
    assert overlay["is_site"] and [e["path"] for e in overlay["entries"]] == ["etc/", "etc/hosts.ww"]
    assert [n["name"] for n in document("node", "status")["nodes"]] == ["n01", "n02"]
    wwctl(site, "overlay", "build", "n02")
    [job] = document("job", "list")["jobs"]
    assert (job["kind"], job["name"], job["state"]) == ("overlay build", "n02", "done")
    status = document("server", "status")
    assert status["nodes"] == 2 and status["running"] and status["revisions"] == 2
    revisions = document("history", "--long")["revisions"]
    assert [r["revision"] for r in revisions] == [2, 1]
    assert "--image deb" in revisions[0]["command"] and "image: <unset>" in revisions[0]["summary"]
    assert {row["field"]: row["revision"]["revision"] for row in document("blame", "n02")["fields"]}["image"] == 2
    changes = document("diff", "1")["changes"]
    assert {"kind": "node", "name": "n02", "field": "image", "before": "<unset>", "after": '"deb"'} in changes


def test_nodes_and_revisions_are_picked(site):
    wwctl(site, "node", "set", "-y", "n02", "--image", "deb", "--tagadd", "rack=b")

    def ids(*words):
        return sorted(json.loads(wwctl(site, "node", "list", "--json", *words).stdout))

    assert ids("--profile", "gpu") == ["n01"]
    assert ids("--image", "deb,alma") == ["n02"]
    assert ids("--tag", "rack") == ["n01", "n02"]
    assert ids("--tag", "rack=b", "n[01-02]") == ["n02"]

    def numbers(*words):
        done = wwctl(site, "history", "--json", *words)
        assert done.returncode == 0, done.stderr
        return [row["revision"] for row in json.loads(done.stdout)["revisions"]]

    assert numbers() == [2, 1]
    assert numbers("--user", "nobody-at-all") == []
    assert numbers("--since", "1h") == [2, 1]
    assert numbers("--image", "deb") == numbers("--tag", "rack=b") == [2]
    assert numbers("--profile", "gpu") == numbers("--image", "none") == []
    assert numbers("--until", "2001-01-01") == []
    assert wwctl(site, "history", "--since", "soon").returncode == 255


def test_completion(site):
    wwctl(site, "node", "set", "-y", "n02", "--comment", "x", "--ipmitagadd", "k=v")
    site.write("etc/warewulf/ipxe/localdisk.ipxe", "")

    def offered(*words):
        return complete(site, *words)[0]

    assert offered("node", "set", "--ipxe", "l") == ["localdisk"]
    assert offered("node", "set", "--netname=") == ["default"]
    assert complete(site, "node", "set", "--tagadd", "r") == (["rack="], ":6")
    assert offered("node", "set", "--tagdel", "") == ["rack"]
    assert offered("node", "unset", "--ipmitag", "x,") == ["x,k"]
    assert offered("blame", "n02", "c") == ["comment"]
    assert offered("diff", "") == ["2", "1"]
    assert offered("undo", "2") == ["2"]
    assert offered("node", "list", "n01,n") == ["n01,n01", "n01,n02"]
    assert offered("node", "list", "n[1,") == []
    assert offered("node", "list", "--profile", "g") == ["gpu"]
    assert offered("overlay", "show", "hosts", "/e") == ["/etc/hosts.ww"]
    assert offered("overlay", "show", "hosts", "e") == ["etc/hosts.ww"]
    assert offered("overlay", "show", "hosts", "") == ["/etc/hosts.ww"]
    assert offered("power", "o") == ["off", "on"]
    assert offered("power", "bootdev", "p") == ["pxe"]
    assert offered("node", "set", "--root", "") == ["initramfs", "tmpfs"]
    assert offered("node", "set", "--type=eth") == ["ethernet"]
    assert offered("profile", "set", "--ipmiinterface", "lanp") == ["lanplus"]
    assert offered("node", "set", "--onboot=") == ["false", "true"]
    assert offered("image", "syncuser", "--write=f") == ["false"]
    assert offered("image", "import", "--platform", "a") == ["aarch64"]
    assert offered("configure", "ssh", "-t", "e") == ["ecdsa", "ed25519"]
    assert offered("power", "bootdev", "pxe", "") == ["n01", "n02"]


def test_offered_words_are_those_that_are_taken(site):
    site.write("var/lib/warewulf/chroots/small/rootfs/bin/sh", "")
    compressions = complete(site, "image", "build", "--compression", "")[0]
    for word in compressions:
        done = wwctl(site, "image", "build", "--compression", word, "small")
        # There is no kernel, which zstd needs.
        assert done.returncode == 0 or "cannot be packed by zstd" in done.stderr, done.stderr
    refused = wwctl(site, "image", "build", "--compression", "none-of-them", "small").stderr
    assert sorted(compressions) == sorted(re.findall(r"\b(default|gzip|best|zstd|none)\b", refused.split("none-of-them")[1]))
    shells = complete(site, "completion", "")[0]
    assert len(shells) == 4
    for shell in shells:
        assert wwctl(site, "completion", shell).returncode == 0
    for device in complete(site, "power", "bootdev", "")[0]:
        assert "nodes do not boot from" not in wwctl(site, "power", "bootdev", "--show", device, "n01").stderr
    assert "nodes do not boot from" in wwctl(site, "power", "bootdev", "--show", "tape", "n01").stderr


def test_the_daemon_ends_though_a_long_list_of_odd_things_is_told(site):
    site.write("etc/warewulf/nodes.conf", "nodes:\n" + "".join(f"  m{i}: {{image name: i{i}}}\n" for i in range(1000)))
    site.start()
    wait_for(lambda: "and 980 more of this kind" in site.log(), "the last line")
    assert site.log().count("store.warning") == 21
    assert site.stop() == 0


def test_genconfig_defaults_are_what_an_empty_file_means(site, tmp_path):
    """Printed without reading anything; as configuration it is what is in effect when nothing is said."""
    nowhere = [f"{BIN}/wwctl", "--warewulfconf", str(tmp_path / "none"), "genconfig", "defaults"]
    printed = subprocess.run(nowhere, capture_output=True, text=True, check=True).stdout
    with open(f"{PROJECT}/packaging/etc/warewulf.conf", encoding="utf-8") as f:
        assert printed == f.read()
    empty = subprocess.run([f"{BIN}/wwctl", "--emptyconf", *"genconfig warewulfconf print".split()], capture_output=True, text=True)
    assert (empty.returncode, empty.stdout) == (0, printed)
    paths = site.read("etc/warewulf/warewulf.conf").partition("\npaths:\n")[2]
    site.write("etc/warewulf/warewulf.conf", f"ipaddr: 127.0.0.1\nwarewulf: {{port: {site.port}}}\npaths:\n{paths}")
    done = wwctl(site, "genconfig", "warewulfconf", "print")
    assert done.returncode == 0, done.stderr
    effective = yaml.safe_load(done.stdout)
    said = yaml.safe_load(printed)
    for section in ("dhcp", "tftp", "nfs", "ssh", "api"):
        assert effective[section] == said[section], section
    del effective["warewulf"]["port"], said["warewulf"]["port"]
    assert effective["warewulf"] == said["warewulf"]


def test_genconfig_writes_a_page_for_each_command(site, tmp_path):
    for word, separator, suffix in (("man", "-", ".1"), ("reference", "_", ".rst")):
        assert wwctl(site, "genconfig", word, str(tmp_path / word)).returncode == 0
        names = {name.removesuffix(suffix).replace(separator, "-") for name in os.listdir(tmp_path / word)}
        assert {"wwctl", "wwctl-node-add", "wwctl-configure-tls", "wwctl-genconfig-warewulfconf-print"} <= names
        assert all(os.path.getsize(tmp_path / word / name) > 100 for name in os.listdir(tmp_path / word))
        help_of = {name: wwctl(site, *name.split("-")[1:], "--help") for name in names if name.startswith("wwctl-genconfig")}
        assert all(done.returncode == 0 and done.stdout for done in help_of.values())
