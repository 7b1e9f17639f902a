# SPDX-License-Identifier: BSD-3-Clause
"""wwctl node at a terminal's edge: prompts through a pipe, editors, a machine without service manager."""

import os
import subprocess

import pytest
from daemon import BIN, PATIENCE

NODES = """\
nodeprofiles: {}
nodes:
  n1:
    comment: old  # a note
  n2: {}
"""


def wwctl(site, *words, stdin="", config=None, **env):
    return subprocess.run(
        [f"{BIN}/wwctl", "--warewulfconf", config or site.config, *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "TMPDIR": str(site.root), **env},
        check=False,
    )


@pytest.mark.parametrize(("answer", "saved"), [("y\n", True), ("yes", True), ("n\n", False), ("", False)])
def test_a_prompt_in_a_pipe_is_plain_text(site, answer, saved):
    site.write("etc/warewulf/nodes.conf", NODES)
    done = wwctl(site, "node", "set", "n1", "--comment=new", stdin=answer)
    assert done.returncode == 0, done.stderr
    assert "? Apply these changes to 1 node(s)? [y/N] " in done.stdout
    assert "\x1b" not in done.stdout
    assert ("No changes made!" in done.stdout) is not saved
    assert site.read("etc/warewulf/nodes.conf") == (NODES.replace("old ", "new ") if saved else NODES)


def test_an_editor_that_saves_by_rename_is_heard(site, tmp_path):
    site.write("etc/warewulf/nodes.conf", NODES)
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nexec sed -i s/old/edited/ \"$1\"\n")
    editor.chmod(0o755)
    done = wwctl(site, "node", "edit", "n1", stdin="y\n", EDITOR=str(editor))
    assert done.returncode == 0, done.stderr
    assert site.read("etc/warewulf/nodes.conf") == NODES.replace("old ", "edited ")


def test_help_needs_no_configuration(site):
    done = wwctl(site, "help", "node", config="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert done.stdout == wwctl(site, "node", "--help").stdout


def test_a_change_that_is_saved_succeeds_without_a_service_manager(site):
    site.write("etc/warewulf/nodes.conf", NODES)
    done = wwctl(site, "node", "set", "-y", "n2", "--comment=new", PATH="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert "comment: new" in site.read("etc/warewulf/nodes.conf")
