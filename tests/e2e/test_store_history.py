# SPDX-License-Identifier: BSD-3-Clause
"""wwctl history, undo, blame, diff, and edits that others overtook."""

import os

import pytest
from store_site import conf, journal, must, wwctl

START = """# the site
nodeprofiles:
  default:
    comment: all  # of them
nodes:
  n1:
    # why
    comment: "one"  # note
    tags:
      rack: a
  # the second
  n2: {}
"""


@pytest.fixture(params=["with a daemon", "private"])
def stocked(request, site):
    site.write("etc/warewulf/nodes.conf", START)
    if request.param == "with a daemon":
        site.start()
    return site


def last(site):
    return journal(site, "SELECT max(number) FROM revision WHERE done")[0][0]


def test_undo_brings_back_text_and_comments(stocked):
    site = stocked
    must(site, "node", "delete", "n1", "--yes")
    assert "# why" not in conf(site)
    shown = must(site, "undo", "--dry-run")
    assert "n1: added" in shown and "node delete n1" in shown
    assert "# why" not in conf(site)
    must(site, "undo", "--yes")
    assert conf(site) == START
    # Again: what is taken back is not taken back twice, but by number.
    assert "nothing to undo" in wwctl(site, "undo", "--yes").stderr
    must(site, "undo", str(last(site)), "--yes")
    assert "n1" not in conf(site)


def test_undo_asks_and_takes_no_for_an_answer(stocked):
    site = stocked
    must(site, "node", "set", "n1", "--comment=two", "--yes")
    asked = must(site, "undo", user_input="n\n")
    assert '"two" → "one"' in asked and "No changes made!" in asked
    assert "comment: two" in conf(site)
    must(site, "undo", user_input="y\n")
    assert conf(site) == START


def test_undo_refuses_what_changed_since_and_says_what_to_do(stocked):
    site = stocked
    must(site, "node", "set", "n[1-2]", "--comment=two", "--yes")
    first = last(site)
    must(site, "node", "set", "n1", "--tagadd", "rack=b", "--yes")
    before = conf(site)
    refused = wwctl(site, "undo", str(first), "--yes")
    assert refused.returncode == 255
    assert f"cannot undo revision {first}: changed again since: n1" in refused.stderr
    assert f"by revision {first + 1}" in refused.stderr and "node set n1 --tagadd rack=b" in refused.stderr
    assert f"wwctl undo {first + 1}" in refused.stderr
    assert conf(site) == before
    must(site, "undo", str(first + 1), "--yes")
    must(site, "undo", str(first), "--yes")
    assert conf(site) == START
    assert "there is no revision 999" in wwctl(site, "undo", "999", "--yes").stderr
    assert "not a revision: x" in wwctl(site, "undo", "x").stderr


def test_history_blame_and_diff_tell_the_same_story(stocked):
    site = stocked
    must(site, "node", "set", "n1", "--comment=two", "--yes")
    a = last(site)
    must(site, "profile", "set", "default", "--image=i", "--yes")
    must(site, "node", "set", "n2", "--comment=x", "--yes")
    c = last(site)
    history = must(site, "history").splitlines()
    assert history[0].split()[:3] == ["REV", "WHEN", "WHO"]
    assert [line.split()[0] for line in history[2:5]] == [str(c), str(c - 1), str(a)]
    only = must(site, "history", "n1")
    assert "node set n1" in only and "n2" not in only
    assert "profile default" in must(site, "history", "default")
    assert len(must(site, "history", "--number", "1").splitlines()) == 3

    blame = {line.split()[0]: line.split() for line in must(site, "blame", "n1").splitlines()[2:]}
    assert blame["comment"][1:3] == ['"two"', str(a)]
    assert blame["tags[rack]"][2] == "--"
    assert must(site, "blame", "default", "image").splitlines()[2].split()[2] == str(c - 1)
    assert "never had a field ipaddr" in wwctl(site, "blame", "n1", "ipaddr").stderr
    assert "no node or profile: nope" in wwctl(site, "blame", "nope").stderr

    assert must(site, "diff", str(a - 1), str(a)) == 'n1:\n  comment: "one" → "two"\n'
    assert must(site, "diff", str(a), str(a - 1)) == 'n1:\n  comment: "two" → "one"\n'
    now = must(site, "diff", str(a))
    assert "n2" in now and "profile default" in now and "n1" not in now
    assert "there is no revision 99" in wwctl(site, "diff", "99").stderr


def test_an_editor_that_was_overtaken_saves_nothing_and_keeps_the_text(stocked):
    site = stocked
    editor = site.path("editor")
    site.write(
        "editor",
        f"""#!/bin/sh
"$WWCTL" --warewulfconf {site.config} node set n1 --comment=theirs --yes >/dev/null
sed -i 's/rack: a/rack: ours/' "$1"
""",
    )
    os.chmod(editor, 0o755)
    from daemon import BIN

    env = {"EDITOR": editor, "WWCTL": f"{BIN}/wwctl", "TMPDIR": site.root}
    refused = wwctl(site, "node", "edit", "n1", user_input="y\n", env=env)
    assert refused.returncode == 255
    assert "somebody else changed the same entries meanwhile" in refused.stderr
    assert "node set n1 --comment=theirs" in refused.stderr and '"one" → "theirs"' in refused.stderr
    assert "theirs" in conf(site) and "ours" not in conf(site)
    kept = refused.stderr.split("your text is kept in ")[1].split()[0]
    with open(kept, encoding="utf-8") as f:
        assert "rack: ours" in f.read()


def test_a_change_of_other_nodes_is_no_conflict(stocked):
    site = stocked
    editor = site.path("editor")
    from daemon import BIN

    site.write(
        "editor",
        f"""#!/bin/sh
"$WWCTL" --warewulfconf {site.config} node set n2 --comment=theirs --yes >/dev/null
sed -i 's/rack: a/rack: ours/' "$1"
""",
    )
    os.chmod(editor, 0o755)
    env = {"EDITOR": editor, "WWCTL": f"{BIN}/wwctl", "TMPDIR": site.root}
    must(site, "node", "edit", "n1", user_input="y\n", env=env)
    assert "theirs" in conf(site) and "rack: ours" in conf(site)


# ---- overlays

MOTD = "etc/motd.ww"


def overlay_path(site, path=""):
    return site.path(f"var/lib/warewulf/overlays/o/rootfs/{path}")


@pytest.fixture
def with_overlay(stocked, tmp_path):
    """Overlay `o` with a template of two lines."""
    must(stocked, "overlay", "create", "o")
    template = tmp_path / "motd"
    template.write_text("one\ntwo\n", encoding="utf-8")
    must(stocked, "overlay", "import", "--parents", "o", str(template), f"/{MOTD}")
    return stocked


def write(site, tmp_path, text):
    template = tmp_path / "motd"
    template.write_text(text, encoding="utf-8")
    must(site, "overlay", "import", "--overwrite", "o", str(template), f"/{MOTD}")


def test_an_overlays_template_has_a_history(with_overlay, tmp_path):
    site = with_overlay
    write(site, tmp_path, "one\n2\n")
    must(site, "overlay", "chmod", "o", f"/{MOTD}", "0600")
    shown = must(site, "history", "--long", f"o:/{MOTD}")
    assert "8 bytes → 6 bytes" in shown and "mode 0644 → 0600" in shown and "overlay import" in shown
    assert must(site, "history", "n1") == must(site, "history", "n1", "-n", "5")
    assert "overlay o" not in must(site, "history", "n1")
    number = journal(site, "SELECT number FROM revision WHERE command LIKE '%--overwrite%'")[0][0]
    assert "@@ -1,2 +1,2 @@\n one\n-two\n+2\n" in must(site, "diff", str(number - 1), str(number))


def test_undo_brings_back_an_overlays_template(with_overlay, tmp_path):
    site = with_overlay
    write(site, tmp_path, "one\n2\n")
    must(site, "overlay", "chmod", "o", f"/{MOTD}", "0600")
    assert "mode 0600 → 0644" in must(site, "undo", "--dry-run")
    must(site, "undo", "--yes")
    must(site, "undo", "--yes")
    with open(overlay_path(site, MOTD), encoding="utf-8") as f:
        assert f.read() == "one\ntwo\n"
    assert os.stat(overlay_path(site, MOTD)).st_mode & 0o777 == 0o644
    must(site, "undo", "--yes")
    assert not os.path.exists(overlay_path(site, MOTD))


def test_a_deleted_overlay_comes_back(with_overlay):
    site = with_overlay
    must(site, "overlay", "mkdir", "o", "/etc/empty")
    os.chown(overlay_path(site, MOTD), 7, 8)
    os.symlink("motd", overlay_path(site, "etc/link"))
    must(site, "overlay", "delete", "--force", "o")
    assert not os.path.exists(overlay_path(site))
    must(site, "undo", "--yes")
    found = os.stat(overlay_path(site, MOTD))
    assert (found.st_uid, found.st_gid) == (7, 8)
    assert os.path.isdir(overlay_path(site, "etc/empty"))
    assert os.readlink(overlay_path(site, "etc/link")) == "motd"


def test_undo_refuses_what_changed_since(with_overlay, tmp_path):
    site = with_overlay
    write(site, tmp_path, "one\n2\n")
    number = last(site)
    with open(overlay_path(site, MOTD), "a", encoding="utf-8") as f:
        f.write("by hand\n")
    refused = wwctl(site, "undo", str(number), "--yes")
    assert refused.returncode != 0 and f"changed again since: o:/{MOTD}" in refused.stderr
    with open(overlay_path(site, MOTD), encoding="utf-8") as f:
        assert f.read() == "one\n2\nby hand\n"


def test_a_large_file_is_known_by_its_digest(with_overlay, tmp_path):
    site = with_overlay
    write(site, tmp_path, "x" * 70_000)
    write(site, tmp_path, "small\n")
    refused = wwctl(site, "undo", "--yes")
    assert refused.returncode != 0 and f"too large for the history to keep: o:/{MOTD}" in refused.stderr
    assert "8 bytes → 70000 bytes" in must(site, "history", "--long", "o")
    with open(overlay_path(site, MOTD), encoding="utf-8") as f:
        assert f.read() == "small\n"
