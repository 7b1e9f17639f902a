# SPDX-License-Identifier: BSD-3-Clause
"""Checks that need a compiler: format, headers that compile alone, clang-tidy. Several files at once."""

import concurrent.futures
import json
import os
import shlex
import subprocess
import tempfile

import tree
from tree import Finding

CLANG_FORMAT = "clang-format-19"
CLANG_TIDY = "clang-tidy-19"
CXX = "g++"
# include-cleaner wants every name's own header; a header of ours may stand for what it includes.
IMPLIED = "no header providing"
FLAGS_THAT_STAY = ("-I", "-D", "-isystem", "-std=", "-f")


def at_once(function, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for findings in pool.map(function, items):
            yield from findings


def run(command):
    return subprocess.run(command, cwd=tree.PROJECT, capture_output=True, text=True, check=False)


def format(files):
    """One finding per file that `./dev fmt` would change."""

    def one(path):
        done = run([CLANG_FORMAT, "--dry-run", "-Werror", path])
        if done.returncode:
            first = done.stderr.splitlines()[0].split(":")
            yield Finding(path, int(first[1]) if len(first) > 1 and first[1].isdecimal() else 1, "not formatted: ./dev fmt")

    return at_once(one, [path for path in files if path.endswith(tree.CPP)])


def compile_commands(build):
    path = f"{build}/compile_commands.json"
    if not os.path.exists(path):
        return {}
    with open(path) as f:
        return {os.path.relpath(entry["file"], tree.PROJECT): entry["command"] for entry in json.load(f)}


def flags_for(header, commands):
    """The flags of a source in the header's folder: they name the include paths a user of the header has."""
    folder = os.path.dirname(header)
    users = [path for path in commands if os.path.dirname(path) == folder] or list(commands)
    words, kept, index = shlex.split(commands[users[0]]), [], 0
    while index < len(words):
        if words[index] in ("-isystem", "-I", "-D"):
            kept += words[index : index + 2]
            index += 1
        elif words[index].startswith(FLAGS_THAT_STAY) and "sanitize" not in words[index]:
            kept.append(words[index])
        index += 1
    return kept


def headers(files, build):
    """One finding per header that does not compile on its own."""
    commands = compile_commands(build)

    def one(path):
        with tempfile.NamedTemporaryFile("w", suffix=".cc") as alone:
            alone.write(f'#include "{tree.PROJECT}/{path}"\n')
            alone.flush()
            done = run([CXX, *flags_for(path, commands), "-fsyntax-only", alone.name])
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error:" in line]
            yield Finding(path, 1, f"does not compile alone: {errors[0] if errors else done.stderr[:300]}")

    mine = [path for path in files if path.endswith(".h") and path.startswith(("server/", "ctl/"))]
    return at_once(one, mine) if commands else iter(())


def tidy(files, build):
    """clang-tidy's findings in the given sources (and the headers of ours they include)."""
    commands = compile_commands(build)

    def one(path):
        done = run([CLANG_TIDY, "--quiet", "-p", build, path])
        for line in dict.fromkeys(done.stdout.splitlines()):
            place, mark, text = line.partition(": error: ")
            place, mark, text = (place, mark, text) if mark else line.partition(": warning: ")
            parts = place.rsplit(":", 2)
            if mark and len(parts) == 3 and parts[1].isdecimal() and not text.startswith(IMPLIED):
                yield Finding(os.path.relpath(parts[0], tree.PROJECT), int(parts[1]), text)

    return at_once(one, [path for path in files if path in commands])
