# SPDX-License-Identifier: BSD-3-Clause
"""Calls and words that we have something better for, each with the reason and the better thing.

A line that must keep one says why in a comment on it: `lint: NAME, REASON`.
"""

import re
from dataclasses import dataclass

import source
import tree
from tree import Finding


@dataclass(frozen=True)
class Rule:
    name: str
    pattern: str
    reason: str
    where: tuple = ("server/", "ctl/", "tests/", "overlays/")
    suffixes: tuple = tree.CPP
    in_comments: bool = False

    def applies(self, path):
        return path.startswith(self.where) and path.endswith(self.suffixes)


RULES = (
    Rule("remove_all", r"\bremove_all\b", "it races with symlinks; base/file.h has remove_tree"),
    Rule("create_directories", r"\bcreate_director(y|ies)\b", "modes and links are left to chance; see base/file.h"),
    Rule(
        "stoi",
        r"(::|[=(,?:]\s*|return )(sto(i|l|ul|ll|ull|f|d|ld)|ato(i|l|ll|f)|strto(l|ul|ll|ull|f|d|ld)|sscanf)\s*\(",
        "it throws, takes blanks and stops at rubbish; use std::from_chars and look at where it ended",
        where=("server/", "ctl/", "overlays/"),
    ),
    Rule("system", r"(?<![\w.>:])(std::|::)?(system|popen)\s*\(", "it runs a shell; start programs with an argument list"),
    Rule("localtime", r"\b(localtime|gmtime|ctime|asctime|strtok)\s*\(", "not thread-safe; take the _r form"),
    Rule("rand", r"(?<![\w.])(std::)?s?rand\s*\(\s*\)", "predictable; use getrandom"),
    Rule("tmpnam", r"\b(tmpnam|tempnam|mktemp)\s*\(", "the name can be taken in between; use mkstemp or mkdtemp"),
    Rule("sprintf", r"\b(sprintf|vsprintf|strcpy|strcat|gets)\s*\(", "no bound; use fmt"),
    Rule(
        "capture_all",
        r"\b(co_spawn|async_\w+|asio::(post|dispatch|defer))\s*\([^;]*\[&",
        "a task that outlives the function would hold dangling references; name what it captures",
        where=("server/",),
    ),
    Rule(
        "sleep",
        r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.:])sleep\s*\(",
        "wait for the event, with a deadline",
        where=("server/", "tests/"),
    ),
    Rule(
        "using_namespace",
        r"^\s*using namespace (?!std::(string_view_|chrono_)?literals)",
        "a whole library's names leak into every file that includes the header",
        suffixes=(".h",),
    ),
    Rule("catch2", r"#\s*include\s*<catch2/", 'the two versions differ; include "support/catch.h"', where=("tests/unit",)),
    Rule(
        "debug_format",
        r"\{\w*:\?\}",
        "bytes that are no UTF-8 abort in it, depending on which fmt was bound; base/quote.h has quote()",
        in_comments=True,
    ),
    Rule("cout", r"\bstd::(cout|cerr)\b", "the daemon has a log (base/log.h)", where=("server/",)),
    Rule(
        "co_await_condition",
        r"\b(if|while)\s*\((?:[^()]|\([^()]*\))*\bco_await\b",
        "g++ 12 may lay out the coroutine's frame wrongly; take the result into a variable first",
        where=("server/",),
    ),
    Rule("using_throw", r"(?<!_)\bthrow\b(?!\()", "errors are values here: Result<T>", where=("server/", "ctl/")),
    Rule(
        "todo",
        r"\b(TODO(?!\(when )|FIXME|XXX|HACK)\b",
        "a wish in the code is lost; open an issue, or TODO(when CONDITION)",
        suffixes=(*tree.CPP, ".py", ".cmake", ".txt", ".sh"),
        in_comments=True,
    ),
)
NAMES = re.compile(r"/manager\.|[/_](utils?|helpers?|common|misc)[_./]")


def check(files, read=tree.read):
    findings = []
    for path in files:
        if path.startswith(("server/", "ctl/")) and NAMES.search(path):
            findings.append(Finding(path, 1, "a name that says nothing: call the file after what is in it"))
        rules = [rule for rule in RULES if rule.applies(path)]
        if not rules or path.startswith("tests/lint/"):
            continue
        text = read(path)
        code = source.code(text) if path.endswith(tree.CPP) else text
        for rule in rules:
            findings += apply(rule, path, text, text if rule.in_comments else code)
    return findings


def apply(rule, path, text, searched):
    lines = text.splitlines()
    for match in re.finditer(rule.pattern, searched, re.MULTILINE):
        number = searched.count("\n", 0, match.start()) + 1
        if f"lint: {rule.name}, " not in lines[number - 1]:
            yield Finding(path, number, f"{rule.name}: {rule.reason}")
