# SPDX-License-Identifier: BSD-3-Clause
"""A minute of it; and the run itself sees what it is there to see."""

import json
import os
import subprocess
import sys
import types

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import bodies  # noqa: E402
import verdict  # noqa: E402
from book import Book, Edit, Outcome  # noqa: E402
from diary import Diary  # noqa: E402
from lab import newc  # noqa: E402
from scene import PAYLOAD_LINES, payload  # noqa: E402
from usage import Usage  # noqa: E402

SECONDS, LONGEST = "60", 900


def test_a_minute_of_everything():
    command = [sys.executable, HERE, SECONDS]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def book():
    book = Book()
    book.add("n0000", "old")
    book.add("overlay", "0")
    return book


def write(book, value, outcome):
    edit = Edit(f"rev={value}", [book["n0000"].begin(value)])
    if outcome is not Outcome.PENDING:
        book.close(edit, outcome)
    return edit.writes[0]


@pytest.mark.parametrize(
    ("outcome", "meanwhile", "afterwards"),
    [
        (Outcome.PENDING, {"old", "new"}, {"old", "new"}),
        (Outcome.DONE, {"old", "new"}, {"new"}),
        (Outcome.REFUSED, {"old"}, {"old"}),
        (Outcome.UNKNOWN, {"old", "new"}, {"old", "new"}),
    ],
)
def test_what_may_be_read_during_and_after_an_edit(book, outcome, meanwhile, afterwards):
    wrote = write(book, "new", outcome)
    register = book["n0000"]
    end = wrote.begin if outcome is Outcome.PENDING else wrote.end
    assert set(register.allowed(wrote.begin - 1, wrote.begin)) == {"old"}
    assert set(register.allowed(wrote.begin, end + 1)) == meanwhile
    assert set(register.allowed(end + 1, end + 2)) == afterwards


def test_an_edit_whose_end_nobody_knows_is_settled_by_the_next_one(book):
    write(book, "lost", Outcome.UNKNOWN)
    last = write(book, "new", Outcome.DONE)
    assert book["n0000"].allowed(last.end + 1, last.end + 2) == ["new"]


def test_half_and_stale_bodies_are_seen(book):
    text = "#!ipxe\nid=n0000\nrev=old\n" + "echo a line that makes it longer\n" * 40 + "end=old\n"
    assert bodies.script(book, 0, text.encode(), 1, 2) is None
    assert "half" in bodies.script(book, 0, text[:-2].encode(), 1, 2)
    assert "half" in bodies.script(book, 0, text.replace("end=old", "end=new").encode(), 1, 2)
    assert "foreign" in bodies.script(book, 1, text.encode(), 1, 2)
    assert "only old" in bodies.script(book, 0, text.replace("old", "new").encode(), 1, 2)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (payload(0, PAYLOAD_LINES), None),
        (payload(0, PAYLOAD_LINES)[:-9], "half a file"),
        (payload(0, PAYLOAD_LINES - 1) + payload(1, 1), "half a file"),
        (payload(1, PAYLOAD_LINES), "overlay is 1"),
    ],
)
def test_an_overlay_proves_its_content(book, content, complaint):
    files = [newc.Entry("etc/first", 0o100644, b"n0000 old\n"), newc.Entry("etc/payload", 0o100644, content.encode())]
    wrong = bodies.system_overlay(book, 0, newc.pack(files), 1, 2)
    assert wrong is None if complaint is None else complaint in wrong
    assert "no whole archive" in bodies.system_overlay(book, 0, newc.pack(files)[:-600], 1, 2)


def a_scene(tmp_path, log="", troubles=()):
    diary = Diary()
    for trouble in troubles:
        with diary.trouble(trouble):
            pass
    return types.SimpleNamespace(diary=diary, site=types.SimpleNamespace(root=str(tmp_path), logs=lambda: [(1, log)]))


CONF = "# written by hand\nnodes:\n{}# the end\n"
NODE = "  {}:  # stays\n    profiles: [default]\n    tags:\n      rev: {}\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (CONF.format(NODE.format("n0000", "new")), None),
        (CONF.format(NODE.format("n0000", "old")), "n0000 is old"),
        (CONF.format(""), "0 nodes"),
        (CONF.format(NODE.format("n0000", "new"))[:-5], "lost its comments"),
    ],
)
def test_a_lost_edit_is_seen(book, monkeypatch, text, complaint):
    write(book, "new", Outcome.DONE)
    monkeypatch.setattr(verdict, "NODES", 1)
    site = types.SimpleNamespace(read=lambda _: text)
    found = list(verdict.nodes_conf(types.SimpleNamespace(site=site, book=book)))
    assert found == [] if complaint is None else complaint in found[0]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([(1, ""), (2, "node set n0000 --tagadd rev=a --yes"), (3, "node set n0000 --tagadd rev=b --yes")], 0),
        ([(1, ""), (2, "node set n0000 --tagadd rev=b --yes")], 1),
        ([(7, "node set n0000 --tagadd rev=b --yes")], 0),  # older ones were dropped
        ([(1, ""), (2, "node set n0000 --tagadd rev=bb --yes")], 2),
        ([(1, ""), (3, "node set n0000 --tagadd rev=a --yes"), (3, "node set n0000 --tagadd rev=b --yes")], 1),
    ],
)
def test_a_gap_in_the_history_is_seen(book, monkeypatch, rows, faults):
    write(book, "a", Outcome.DONE)
    write(book, "b", Outcome.DONE)
    write(book, "c", Outcome.REFUSED)
    reply = json.dumps({"revisions": [{"revision": number, "command": command} for number, command in reversed(rows)]})
    monkeypatch.setattr(verdict, "wwctl", lambda *_: types.SimpleNamespace(returncode=0, stdout=reply))
    assert len(list(verdict.history(types.SimpleNamespace(book=book)))) == faults


def test_errors_that_nothing_explains_are_seen(tmp_path):
    died = "2026-01-01T00:00:00.000 error front.ended killed by signal 9\n"
    assert list(verdict.logs(a_scene(tmp_path, died, ["kill front"]))) == []
    assert len(list(verdict.logs(a_scene(tmp_path, died * 2, ["kill front"])))) == 1
    assert len(list(verdict.logs(a_scene(tmp_path, died)))) == 1
    assert len(list(verdict.logs(a_scene(tmp_path, "==1==ERROR: AddressSanitizer: heap-use-after-free\n")))) == 1


def test_what_is_left_over_is_seen(tmp_path):
    for path, seen in (("nodes.conf", 0), (".nodes.conf.1234", 1)):
        (tmp_path / "etc/warewulf").mkdir(parents=True, exist_ok=True)
        (tmp_path / "etc/warewulf" / path).write_text("")
        assert len(list(verdict.nothing_left_over(a_scene(tmp_path)))) == seen


def test_more_memory_or_descriptors_are_seen():
    before = Usage(memory=100 << 20, main=20, front=16)
    assert Usage(memory=120 << 20, main=22, front=18).no_more_than(before)
    for more in (Usage(300 << 20, 20, 16), Usage(100 << 20, 60, 16), Usage(100 << 20, 20, 60)):
        assert not more.no_more_than(before)


def test_only_what_went_on_explains():
    diary = Diary()
    with diary.trouble("kill front"):
        begin = diary._entries[0].begin
    assert diary.explains({"kill front"}, begin, begin)
    assert not diary.explains({"kill main"}, begin, begin)
    assert not diary.explains({"kill front"}, begin - 2, begin - 1)
    assert not diary.explains({"kill front"}, begin + 60, begin + 61)
