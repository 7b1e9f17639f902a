# SPDX-License-Identifier: BSD-3-Clause
"""Changes by file and by editor: nothing the user typed is lost, nothing is saved that was only looked at."""

import os
import re
import subprocess

import pytest
from daemon import BIN, PATIENCE
from store_site import editor_environment

NODES = """\
nodeprofiles:
  default: {}
  p: {}
nodes:
  # the first
  n1:
    comment: one  # a note
  n2:
    comment: two
"""


def wwctl(site, *words, stdin="", editor=None):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", site.config, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, **editor_environment(site, editor)},
        check=False,
    )


@pytest.fixture(autouse=True)
def nodes(site):
    site.write("etc/warewulf/nodes.conf", NODES)


def now(site):
    return site.read("etc/warewulf/nodes.conf")


def kept(site, done):
    """The text a message says is kept."""
    path = re.search(r"your text is kept in (\S+)", done.stderr)
    assert path, done.stderr
    with open(path[1], encoding="utf-8") as f:
        return f.read()


@pytest.mark.parametrize("save", ['sed -i s/one/1st/ "$1"', 'sed s/one/1st/ "$1" > "$1.new" && mv "$1.new" "$1"'])
def test_editors_that_rename(site, save):
    done = wwctl(site, "node", "edit", stdin="y\n", editor=save)
    assert done.returncode == 0, done.stderr
    assert now(site) == NODES.replace("one", "1st")
    assert os.listdir(site.path("tmp")) == []


def test_a_text_that_does_not_parse_is_kept(site):
    done = wwctl(site, "node", "edit", stdin="n\n", editor='echo "n1: [" > "$1"')
    assert done.returncode == 0
    assert "edited text:" in done.stderr
    assert kept(site, done) == "n1: [\n"
    assert now(site) == NODES


def test_a_text_that_does_not_parse_can_be_edited_again(site):
    mend = 'if grep -q broken "$1"; then sed -i "s/.*broken.*//" "$1"; else echo "broken: [" >> "$1"; sed -i s/one/1st/ "$1"; fi'
    done = wwctl(site, "node", "edit", stdin="y\ny\n", editor=mend)
    assert done.returncode == 0, done.stderr
    assert now(site) == NODES.replace("one", "1st")


def test_a_declined_text_and_that_of_a_failing_editor_are_kept(site):
    done = wwctl(site, "node", "edit", stdin="n\n", editor='sed -i s/one/1st/ "$1"')
    assert "comment: 1st" in kept(site, done)
    done = wwctl(site, "profile", "edit", editor='echo "q: {}" >> "$1"; exit 3')
    assert done.returncode == 255
    assert kept(site, done).endswith("q: {}\n")
    assert now(site) == NODES
    assert wwctl(site, "node", "edit", editor="exit 3").returncode == 255


def test_what_others_change_meanwhile_stays(site):
    other = f'"{BIN}/wwctl" --warewulfconf "{site.config}" node set -y n2 --comment theirs >/dev/null\n'
    done = wwctl(site, "node", "edit", stdin="y\n", editor=other + 'sed -i s/one/1st/ "$1"')
    assert done.returncode == 0, done.stderr
    assert "comment: 1st" in now(site)
    assert "comment: theirs" in now(site)


def test_a_conflict_keeps_the_text(site):
    other = f'"{BIN}/wwctl" --warewulfconf "{site.config}" node set -y n1 --comment theirs >/dev/null\n'
    done = wwctl(site, "node", "edit", stdin="y\n", editor=other + 'sed -i s/one/mine/ "$1"')
    assert done.returncode == 255
    assert "somebody else changed the same entries meanwhile" in done.stderr
    assert "node set -y n1 --comment theirs" in done.stderr
    assert "comment: mine" in kept(site, done)
    assert "comment: theirs" in now(site)


DRY = [
    ("node", "add", "n[3-4]", "--comment", "x"),
    ("node", "set", "-y", "n1", "--comment", "x"),
    ("node", "unset", "-y", "n1", "--comment"),
    ("node", "delete", "-y", "n1"),
    ("node", "import", "-y", "FILE"),
    ("profile", "add", "q"),
    ("profile", "set", "-y", "p", "--comment", "x"),
    ("profile", "delete", "-y", "p"),
    ("profile", "import", "-y", "FILE"),
    ("apply", "-y", "PATCH"),
    ("apply", "-y", "-"),
    ("import", "--from-warewulf3", "DUMP", "-y"),
]


@pytest.mark.parametrize("words", DRY, ids=lambda words: "-".join(words[:2]))
def test_a_dry_run_shows_and_saves_nothing(site, words):
    site.write("file", "n1: {comment: x}\nn9: {}\n")
    site.write("patch", "nodes: {n1: {comment: x}}\n")
    site.write("dump", "   n7: CLUSTER = c\n")
    words = [{"FILE": site.path("file"), "PATCH": site.path("patch"), "DUMP": site.path("dump")}.get(w, w) for w in words]
    done = wwctl(site, *words, "--dry-run", stdin="nodes: {n1: {comment: x}}\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout
    assert now(site) == NODES
    done = wwctl(site, *words, stdin="nodes: {n1: {comment: x}}\n")
    assert done.returncode == 0, done.stderr
    assert now(site) != NODES


def test_an_edit_in_a_dry_run(site):
    done = wwctl(site, "node", "edit", "--dry-run", editor='sed -i s/one/1st/ "$1"')
    assert done.stdout.startswith("Would add 0, delete 0, and update 1 nodes\n")
    assert now(site) == NODES


def test_apply_asks_and_is_all_or_nothing(site):
    site.write("patch", "nodeprofiles: {p: {init: /i}}\nnodes: {n1: null, n3: {profiles: [p]}}\n")
    done = wwctl(site, "apply", site.path("patch"), stdin="n\n")
    assert "No changes made!" in done.stdout
    assert now(site) == NODES
    assert wwctl(site, "apply", site.path("patch"), stdin="y\n").returncode == 0
    assert "n1" not in now(site) and "  n3:\n" in now(site)
    before = now(site)
    site.write("patch", "nodes: {n2: {comment: x}, n3: {commment: y}}\n")
    done = wwctl(site, "apply", "-y", site.path("patch"))
    assert done.returncode == 255
    assert "patch:1:" in done.stderr and "commment" in done.stderr
    assert now(site) == before
    assert "--yes" in wwctl(site, "apply", "-", stdin="nodes: {}\n").stderr


@pytest.mark.parametrize(
    "words",
    [("node", "list"), ("node", "export"), ("node", "status"), ("node", "edit"), ("node", "delete", "-y"), ("overlay", "build")],
    ids=" ".join,
)
def test_a_pattern_of_nothing_is_an_error(site, words):
    done = wwctl(site, *words, "n[4-1]")
    assert done.returncode == 255
    assert "n[4-1] selects no nodes" in done.stderr or words == ("node", "status")
    assert now(site) == NODES


def test_profiles_go_out_and_come_back(site):
    exported = wwctl(site, "profile", "export", "p").stdout
    assert exported == "p: {}\n"
    assert wwctl(site, "profile", "import", "-y", "-", stdin="p: {comment: back}\n").returncode == 0
    assert wwctl(site, "profile", "export", "p").stdout == "p:\n  comment: back\n"
