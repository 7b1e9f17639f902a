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
