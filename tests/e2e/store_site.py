# SPDX-License-Identifier: BSD-3-Clause
"""wwctl on a scratch site, and what is left when it is killed: for the tests of the store."""

import os
import sqlite3
import subprocess
import time

from daemon import BIN, PATIENCE


def command(site, *words):
    return [f"{BIN}/wwctl", "--warewulfconf", site.config, *words]


def wwctl(site, *words, user_input="", env=None, prefix=()):
    """A finished wwctl command."""
    return subprocess.run(
        [*prefix, *command(site, *words)],
        input=user_input,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        env={**os.environ, **(env or {})},
        check=False,
    )


def editor_environment(site, editor=None):
    """What wwctl finds in its environment besides: a folder for what is edited, and an editor that is a shell script."""
    os.makedirs(site.path("tmp"), exist_ok=True)
    env = {"TMPDIR": site.path("tmp")}
    if editor is not None:
        site.write("editor", "#!/bin/sh\n" + editor)
        os.chmod(site.path("editor"), 0o755)
        env["EDITOR"] = site.path("editor")
    return env


def must(site, *words, **options):
    """The output of a command that has to succeed."""
    done = wwctl(site, *words, **options)
    assert done.returncode == 0, f"wwctl {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def conf(site):
    return site.read("etc/warewulf/nodes.conf")


def journal_path(site):
    return site.path("var/lib/warewulf/wwd/journal.sqlite")


def journal(site, query, *values):
    """Rows of the journal, read by another program than ours."""
    with sqlite3.connect(f"file:{journal_path(site)}?mode=ro", uri=True) as database:
        return database.execute(query, values).fetchall()


def age(site):
    """A file that nobody writes any more."""
    old = time.time() - 60
    os.utime(site.path("etc/warewulf/nodes.conf"), (old, old))
