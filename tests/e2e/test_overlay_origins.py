# SPDX-License-Identifier: BSD-3-Clause
"""Overlays that explain themselves: what wwctl says of files of nodes, of changes before they are made, and of mistakes."""

import json
import os
import pty
import re
import subprocess
import threading

import pytest
from daemon import BIN, PATIENCE
from store_site import editor_environment

NODES = """\
nodeprofiles:
  default:
    system overlay: [base, site]
    runtime overlay: [poll]
    tags: {rack: r0}
nodes:
  n1:
    profiles: [default]
    ipmi: {password: hush-hush}
  n2:
    profiles: [default]
  n3:
    profiles: [default]
"""


def wwctl(site, *words, editor=None, user=None):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **editor_environment(site, editor)},
        check=False,
        **(user or {}),
    )


def must(site, *words, **options):
    done = wwctl(site, *words, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(autouse=True)
def overlays(site):
    site.write("etc/warewulf/nodes.conf", NODES)
    files = "var/lib/warewulf/overlays"
    site.write(f"{files}/base/rootfs/etc/motd", "plain\n")
    site.write(f"{files}/base/rootfs/etc/bmc.ww", "{{.Ipmi.Password}}\n")
    site.write(f"{files}/site/rootfs/etc/motd.ww", "welcome to {{.Id}}\nin rack {{.Tags.rack}}\n")
    site.write(f"{files}/poll/rootfs/etc/polled.ww", "{{range .AllNodes}}{{.Id}} {{.Tags.rack}}\n{{end}}")
    site.write("usr/share/warewulf/overlays/dist/rootfs/etc/issue.ww", "{{.Id}}\n")


def test_a_file_is_explained(site):
    must(site, "node", "set", "-y", "n1", "--tagadd", "rack=r1")
    text = must(site, "overlay", "explain", "n1", "/etc/motd")
    overlay = site.path("var/lib/warewulf/overlays")
    assert text.startswith("/etc/motd in the system archive\n  overlay   site\n")
    assert f"template  {overlay}/site/rootfs/etc/motd.ww, line 1\n" in text
    assert f"hides     {overlay}/base/rootfs/etc/motd, of overlay base\n" in text
    assert re.search(r'\.Tags\["rack"\] +r1 +node n1 +\d+ +\d{4}-', text), text
    reply = json.loads(must(site, "overlay", "explain", "--json", "n2", "etc/motd"))
    rack = [each for each in reply["files"][0]["inputs"] if each["read"] == '.Tags["rack"]']
    assert [(each["value"], each["entry"]) for each in rack] == [("r0", "profile default")]


def test_what_is_not_there_is_an_error_that_leads_on(site):
    done = wwctl(site, "overlay", "explain", "n1", "/etc/issue")
    assert done.returncode == 255
    assert "no overlay of node n1 brings /etc/issue" in done.stderr
    assert "overlay dist would bring it, and n1 does not have it" in done.stderr


def test_secrets_are_masked_for_others(site):
    for folder, names, _ in os.walk(site.root):
        for name in names:
            os.chmod(f"{folder}/{name}", 0o755)
    folder = site.root
    while len(folder) > 1:
        os.chmod(folder, os.stat(folder).st_mode | 0o011)
        folder = os.path.dirname(folder)
    site.start()
    assert "hush-hush" in must(site, "overlay", "explain", "n1", "/etc/bmc")
    others = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"}
    text = must(site, "overlay", "explain", "n1", "/etc/bmc", user=others)
    assert "hush" not in text and "********" in text
    must(site, "node", "set", "-y", "n1", "--ipmipass", "other-hush")
    text = must(site, "overlay", "diff", "n1", user=others)
    assert "system /etc/bmc of overlay base: changed" in text and "hush" not in text
    done = wwctl(site, "plan", "node", "set", "n1", "--comment", "x", user=others)
    assert done.returncode == 255 and "only root and the group warewulf" in done.stderr


def test_a_node_is_compared_with_its_past(site):
    must(site, "node", "set", "-y", "n1", "--comment", "the history begins")
    revision = json.loads(must(site, "history", "--json"))["revisions"][0]["revision"]
    must(site, "node", "set", "-y", "n1", "--tagadd", "rack=r1")
    must(site, "node", "set", "-y", "n2", "--tagadd", "rack=r2")
    text = must(site, "overlay", "diff", "n1", "--since", str(revision))
    assert text == (
        "system /etc/motd of overlay site: changed, n1\n"
        "@@ -1,2 +1,2 @@\n welcome to n1\n-in rack r0\n+in rack r1\n\n"
        "runtime /etc/polled of overlay poll: changed, n1\n"
        "@@ -1,3 +1,3 @@\n-n1 r0\n-n2 r0\n+n1 r1\n+n2 r2\n n3 r0\n\n"
    )
    done = wwctl(site, "overlay", "diff", "n1", "--since", "999")
    assert done.returncode == 255 and "there is no revision 999" in done.stderr


def test_a_check_is_for_scripts(site):
    text = must(site, "overlay", "check")
    assert "secret of overlay base" in text and "hush" not in text
    site.write("var/lib/warewulf/overlays/site/rootfs/etc/bad.ww", '{{if ne .Id "n2"}}{{.Nonsense}}{{end}}\n')
    done = wwctl(site, "overlay", "check")
    assert done.returncode == 1
    assert "bad.ww: n[1,3] (2 nodes)\n" in done.stdout
    report = json.loads(wwctl(site, "overlay", "check", "--json").stdout)
    assert report["errors"] == 1 and report["findings"][0]["nodes"] == "n[1,3]"
    assert wwctl(site, "overlay", "check", "none").returncode == 255


PLANNED = [
    (("node", "set", "n1", "--tagadd", "rack=r7"), ["system /etc/motd", "+in rack r7", "n[1-3] (3 nodes)", "a reboot"]),
    (("node", "set", "--yes", "n1", "--tagadd", "rack=r7"), ["+in rack r7"]),
    (("profile", "set", "default", "--kernelargs", "quiet"), ["kernel.kernelargs", "a reboot"]),
    (("node", "delete", "n3"), ["-n3 r0", "their next poll"]),
    (("overlay", "delete", "site", "/etc/motd.ww"), ["+plain", "removed, n[1-3] (3 nodes)"]),
    (("overlay", "chmod", "site", "/etc/motd.ww", "0600"), ["mode 0644 → 0600"]),
    (("overlay", "create", "new"), ["0 of 3 nodes would change"]),
]


@pytest.mark.parametrize(("words", "told"), PLANNED, ids=lambda value: "-".join(value[:3]) if isinstance(value, tuple) else "")
def test_a_plan_tells_and_changes_nothing(site, words, told):
    files = sorted(os.walk(site.path("var/lib/warewulf/overlays")))
    text = must(site, "plan", *words)
    for part in told:
        assert part in text, text
    assert text.endswith("nothing was changed.\n")
    assert site.read("etc/warewulf/nodes.conf") == NODES
    assert sorted(os.walk(site.path("var/lib/warewulf/overlays"))) == files
    assert os.listdir(site.path("tmp")) == []


def test_what_a_plan_leaves_out(site):
    words = ("node", "set", "n1", "--tagadd", "rack=r7")
    assert "+in rack" not in must(site, "plan", "--files-only", *words)
    assert "/etc/motd" not in must(site, "plan", "--nodes", *words)
    report = json.loads(must(site, "plan", "--json", *words))
    assert report["changed"] == 3 and report["files"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("node", "list"), "would change nothing"),
        (("node",), "is no command that can be planned"),
        (("configure", "dhcp"), "is no command that can be planned"),
        (("clean",), "only changes of nodes, profiles, overlays and images can be planned"),
        (("node", "set", "n1"), "0 of 3 nodes would change"),
        (("overlay", "chmod", "site", "/none", "0600"), "file does not exist within overlay"),
        (("node", "set", "n1", "--nonsense"), "unknown flag: --nonsense"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_planned_says_so(site, words, said):
    done = wwctl(site, "plan", *words)
    assert said in done.stdout + done.stderr


def test_an_edit_that_nodes_could_not_use_is_not_saved(site):
    before = site.read("var/lib/warewulf/overlays/site/rootfs/etc/motd.ww")
    done = wwctl(site, "overlay", "edit", "site", "/etc/motd.ww", editor='echo "{{.Nonsense}}" >> "$1"')
    assert done.returncode == 255
    assert "can't evaluate field Nonsense" in done.stderr and "n[1-3] (3 nodes)" in done.stderr
    kept = re.search(r"your text is kept in (\S+)", done.stderr)
    with open(kept[1], encoding="utf-8") as f:
        assert f.read() == before + "{{.Nonsense}}\n"
    assert site.read("var/lib/warewulf/overlays/site/rootfs/etc/motd.ww") == before
    done = wwctl(site, "overlay", "edit", "--yes", "site", "/etc/motd.ww", editor='echo "{{.Nonsense}}" >> "$1"')
    assert done.returncode == 0 and "Nonsense" in done.stderr
    assert "Nonsense" in site.read("var/lib/warewulf/overlays/site/rootfs/etc/motd.ww")


def test_an_edit_for_an_overlay_that_no_node_uses_is_checked(site):
    done = wwctl(site, "overlay", "edit", "dist", "/etc/issue.ww", editor='echo "{{if}}" >> "$1"')
    assert done.returncode == 255 and "missing value for if" in done.stderr
    assert not os.path.exists(site.path("var/lib/warewulf/overlays/dist"))


def at_terminal(site, words, answers, editor):
    """Runs wwctl at a terminal; answers each question in turn. What it says, and its exit status."""
    main, side = pty.openpty()
    env = {**os.environ, **editor_environment(site, editor), "TERM": "dumb"}
    with subprocess.Popen(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, *words], stdin=side, stdout=side, stderr=side, env=env
    ) as process:
        os.close(side)
        said = ""
        answers = list(answers)
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        asked = 0
        while True:
            try:
                piece = os.read(main, 4096).decode(errors="replace")
            except OSError:
                break
            if not piece:
                break
            said += piece
            while said.count("[y/N]") > asked and answers:
                asked += 1
                os.write(main, f"{answers.pop(0)}\n".encode())
        timer.cancel()
    os.close(main)
    return said.replace("\r\n", "\n"), process.returncode


def test_an_edit_at_a_terminal_shows_its_differences_and_asks(site):
    words = ("overlay", "edit", "site", "/etc/motd.ww")
    file = "var/lib/warewulf/overlays/site/rootfs/etc/motd.ww"
    before = site.read(file)
    said, status = at_terminal(site, words, ["n"], 'sed -i s/welcome/hello/ "$1"')
    assert status == 0 and "+hello to n1" in said and "your text is kept in" in said
    assert site.read(file) == before
    said, status = at_terminal(site, words, ["y"], 'sed -i s/welcome/hello/ "$1"')
    assert status == 0
    assert site.read(file) == before.replace("welcome", "hello")


def test_an_edit_that_fails_can_be_mended(site):
    mend = 'if grep -q Nonsense "$1"; then sed -i /Nonsense/d "$1"; echo mended >> "$1"; else echo "{{.Nonsense}}" >> "$1"; fi'
    said, status = at_terminal(site, ("overlay", "edit", "site", "/etc/motd.ww"), ["y", "y"], mend)
    assert status == 0, said
    assert "Edit it again" in said
    assert site.read("var/lib/warewulf/overlays/site/rootfs/etc/motd.ww").endswith("\nmended\n")


def test_an_overlay_of_the_distribution_comes_back(site):
    must(site, "overlay", "edit", "dist", "/etc/issue.ww", editor='echo mine >> "$1"')
    assert "+mine\n" in must(site, "overlay", "changes", "dist")
    plan = must(site, "plan", "overlay", "reset", "dist")
    assert "0 of 3 nodes would change" in plan
    dry = must(site, "overlay", "reset", "--dry-run", "dist")
    assert "+mine\n" in dry and os.path.exists(site.path("var/lib/warewulf/overlays/dist"))
    must(site, "overlay", "reset", "--yes", "dist")
    assert not os.path.exists(site.path("var/lib/warewulf/overlays/dist"))
    assert must(site, "overlay", "changes", "dist") == "Overlay dist is as in the distribution.\n"
    done = wwctl(site, "overlay", "changes", "site")
    assert done.returncode == 255 and "the distribution has no overlay site" in done.stderr


def test_completion(site):
    def complete(*words):
        env = {**os.environ, "WAREWULFCONF": site.config}
        done = subprocess.run(
            [f"{BIN}/wwctl", "__completeNoDesc", *words], capture_output=True, text=True, timeout=PATIENCE, env=env, check=True
        )
        return done.stdout.splitlines()[:-1]

    assert complete("overlay", "explain", "n") == ["n1", "n2", "n3"]
    assert complete("overlay", "explain", "n1", "/etc/m") == ["/etc/motd", "/etc/motd.wwbackup"]
    assert complete("plan", "node", "set", "n") == ["n1", "n2", "n3"]
    assert "--files-only" in complete("plan", "--f")
    assert complete("plan", "overlay", "chm") == ["chmod"]
