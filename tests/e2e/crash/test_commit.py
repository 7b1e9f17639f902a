# SPDX-License-Identifier: BSD-3-Clause
"""A change of nodes.conf, as the real program makes it, on a disk that forgets: after a crash at any step the file is the
old or the new one, the history is the one that belongs to it, nothing is left over, and the next change works."""

import json
import os
import subprocess
from dataclasses import dataclass

import pytest
from crash.disk import Disk
from crash.protocol import Program, check, lay_out
from crash.recording import OPTIONS, Step, steps_of
from daemon import BIN, Site
from store_site import must
from traced import traced

OLD = "# ours\nnodes:\n  n1:\n    comment: old  # stays\n  n2: {}\n"
UPGRADE = ("upgrade", "nodes", "--add-defaults=false", "--replace-overlays=false")


@dataclass
class Recorded:
    """A command: what was on the disk before it, and its steps."""

    files: dict
    folders: list
    steps: list

    def disk(self, until=None):
        disk = Disk(self.files, self.folders)
        for step in self.steps[:until]:
            disk.take(step)
        return disk

    def ends(self, program):
        """What the program tells before the command and after it."""
        return [program.on(self.files), program.on(self.disk().now())]


def files_in(folders):
    files = {}
    for name, place in folders.items():
        if not name or not os.path.isdir(place):
            continue
        for file in os.listdir(place):
            if os.path.isfile(f"{place}/{file}") and not file.endswith("-shm") and file != "warewulf.conf":
                with open(f"{place}/{file}", "rb") as f:
                    files[f"{name}/{file}"] = f.read()
    return files


def record(site, words, prefix=()):
    folders = {
        "": site.path("var/lib/warewulf"),
        "etc": site.path("etc/warewulf"),
        "state": site.path("var/lib/warewulf/wwd"),
    }
    files, log = files_in(folders), site.path("strace.log")
    there = [name for name, place in folders.items() if name and os.path.isdir(place)]
    done = traced(site, log, *OPTIONS, words=words, prefix=prefix)
    assert done.returncode == 0, done.stdout + done.stderr
    return Recorded(files, there, steps_of(log, folders))


def in_place(site):
    """nodes.conf is a mount point, where nobody but this command sees it."""
    site.write("source.conf", site.read("etc/warewulf/nodes.conf"))
    script = f'mount --bind {site.path("source.conf")} {site.path("etc/warewulf/nodes.conf")}; exec "$@"'
    return ["unshare", "--mount", "--propagation", "private", "sh", "-euc", script, "sh"]


def set_n1(comment):
    return ("node", "set", "n1", f"--comment={comment}", "--yes")


def known(site):
    """A site with a history."""
    site.write("etc/warewulf/nodes.conf", OLD.replace("comment: old", "comment: older"))
    must(site, *set_n1("old"))
    return site


def by_rename(site):
    return record(known(site), set_n1("new"))


def in_place_longer(site):
    return record(known(site), set_n1("much longer than the old one"), in_place(site))


def in_place_shorter(site):
    return record(known(site), set_n1("o"), in_place(site))


def first_change(site):
    site.write("etc/warewulf/nodes.conf", OLD)
    return record(site, set_n1("new"))


def first_file(site):
    os.unlink(site.path("etc/warewulf/nodes.conf"))
    return record(site, ("node", "add", "n1"))


def after_an_edit_by_hand(site):
    known(site).write("etc/warewulf/nodes.conf", OLD.replace("n2: {}", "n2:\n    comment: by hand"))
    return record(site, set_n1("new"))


def undo(site):
    return record(known(site), ("undo", "--yes"))


def upgrade(site):
    known(site).write("etc/warewulf/nodes.conf", OLD.replace("comment: old", "container name: rocky"))
    return record(site, UPGRADE)


COMMANDS = [
    by_rename,
    in_place_longer,
    in_place_shorter,
    first_change,
    first_file,
    after_an_edit_by_hand,
    undo,
    upgrade,
]


@pytest.fixture(scope="module")
def program():
    program = Program()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """What a command did, recorded once."""
    made = {}

    def get(command):
        if command not in made:
            made[command] = command(Site(str(tmp_path_factory.mktemp("recorded") / "site")))
        return made[command]

    return get


def allowed(done, program):
    """What may be told after a crash: that nothing happened, or that it did. A copy of the old text may be there first."""
    before, after = done.ends(program)
    assert before != after and "error" not in before and "error" not in after
    kept = [{**before, "files": after["files"]}] if "etc/nodes.conf-old" in after["files"] else []
    return [before, *kept, after]


def show(verdict):
    print(verdict.describe())
    for after, told in verdict.wrong[:20]:
        print(f"---- after {after}: {json.dumps(told, indent=1)}")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_a_crash_leaves_the_old_or_the_new(command, recorded, program):
    done = recorded(command)
    verdict = check(program, done.files, done.folders, done.steps, allowed(done, program))
    show(verdict)
    assert not verdict.wrong, verdict.describe()


def replaced_by_hand(text):
    """What an editor does that is careful."""
    draft = "etc/draft"
    return [
        Step("create", draft),
        Step("write", draft, data=text),
        Step("sync", draft),
        Step("rename", draft, to="etc/nodes.conf"),
        Step("sync", "etc"),
    ]


def found_at_last(done, steps, program):
    """What the program tells of each state that a power failure after these steps may leave."""
    disk = Disk(done.files, done.folders)
    for step in steps:
        disk.take(step)
    return program.on(disk.now()), [program.on(state) for state in disk.states()]


def test_a_copy_that_comes_back_takes_no_edit_by_hand(recorded, program):
    """A rewriting in place leaves nothing that a power failure could bring back, long after it."""
    done = recorded(in_place_longer)
    edited = OLD.replace("old", "mld").encode()  # each byte is as before or after the rewriting, as if it was interrupted
    steps = done.steps + replaced_by_hand(edited)
    told, found = found_at_last(done, steps, program)
    assert told["text"].encode() == edited and told["history"][0]["via"] == "hand edit"
    assert found and all(each == told for each in found)
    sync = index(steps, "unlink state/nodes.conf.recovery") + 1
    assert str(steps[sync]) == "sync state"
    assert any(each["text"].encode() != edited for each in found_at_last(done, without(steps, sync), program)[1])


# ---- protocols that are not the program's ----


def index(steps, text, after=0):
    return next(at for at, step in enumerate(steps) if at >= after and str(step) == text)


def without(steps, number):
    return steps[:number] + steps[number + 1 :]


def moved(steps, first, last, to):
    """With the steps from `first` to `last` before the step `to`."""
    rest = steps[:first] + steps[last + 1 :]
    at = to if to < first else to - (last + 1 - first)
    return rest[:at] + steps[first : last + 1] + rest[at:]


# Those of SQLite are its own: a log's first bytes need no sync, since each of its pages has a checksum, and the last is for
# pages that are on the disk already.
JOURNAL_BEGINS = [("sync state/journal.sqlite-wal", False), ("sync state", True), ("sync state/journal.sqlite-wal", False)]
INTENT = ("sync state/journal.sqlite-wal", True)
JOURNAL_ENDS = [("sync state/journal.sqlite-wal", False), ("sync state/journal.*", True)]


@pytest.mark.parametrize(
    "command, syncs",
    [
        (by_rename, [("sync etc/.nodes.conf.*", True), ("sync etc", True)]),
        (
            in_place_longer,
            [
                ("sync etc/.nodes.conf.*", True),  # it cannot change places, but had a name that says it is whole
                ("sync etc", True),
                ("sync state/.nodes.conf.recovery.*", True),
                ("sync state", True),
                ("sync etc/nodes.conf", True),
                ("sync state", False),  # for what comes later: the test above
            ],
        ),
    ],
    ids=["by_rename", "in_place"],
)
def test_a_sync_that_is_left_out_is_noticed_if_it_is_needed(command, syncs, recorded, program):
    done = recorded(command)
    may, found = allowed(done, program), []
    for number, step in enumerate(done.steps):
        if step.call == "sync":
            verdict = check(program, done.files, done.folders, without(done.steps, number), may, thorough=False)
            found.append((str(step), bool(verdict.wrong)))
    assert found == [*JOURNAL_BEGINS, INTENT, *syncs, *JOURNAL_ENDS]


def renamed_before_it_is_synced(steps):
    sync = index(steps, "sync etc/.nodes.conf.*")
    assert [step.call for step in steps[sync : sync + 3]] == ["sync", "rename", "exchange"]
    return moved(steps, sync, sync, sync + 3)


def replaced_before_the_intent(steps):
    return moved(steps, index(steps, "create etc/.nodes.conf.*"), index(steps, "sync etc"), 0)


def marked_before_it_is_replaced(steps):
    first, last = index(steps, "create etc/.nodes.conf.*"), index(steps, "sync etc")
    return moved(steps, first, last, index(steps, "tell", last))


def written_before_the_copy_is_there(steps):
    first, last = index(steps, "write etc/nodes.conf"), index(steps, "sync etc/nodes.conf")
    return moved(steps, first, last, index(steps, "rename state/.nodes.conf.recovery.*"))


def copy_removed_before_it_is_written(steps):
    unlink = index(steps, "unlink state/nodes.conf.recovery")
    return moved(steps, unlink, unlink + 1, index(steps, "write etc/nodes.conf"))


def copy_removed_before_it_is_synced(steps):
    unlink = index(steps, "unlink state/nodes.conf.recovery")
    return moved(steps, unlink, unlink, index(steps, "sync etc/nodes.conf"))


@pytest.mark.parametrize(
    "command, swapped",
    [
        (by_rename, renamed_before_it_is_synced),
        (by_rename, replaced_before_the_intent),
        (by_rename, marked_before_it_is_replaced),
        (in_place_longer, written_before_the_copy_is_there),
        (in_place_longer, copy_removed_before_it_is_written),
        (in_place_longer, copy_removed_before_it_is_synced),
    ],
    ids=lambda function: function.__name__,
)
def test_steps_in_another_order_are_noticed(command, swapped, recorded, program):
    done = recorded(command)
    steps = swapped(done.steps)
    assert sorted(map(str, steps)) == sorted(map(str, done.steps)) and steps != done.steps
    assert check(program, done.files, done.folders, steps, allowed(done, program), thorough=False).wrong


# ---- an edit by hand in the moment before the exchange ----

BY_HAND = OLD.replace("n2: {}", "n2:\n    comment: by hand").encode()


def exchanged_by_hand(done):
    """The steps of a change to where it changes places with an edit by hand, and nobody has looked at that yet."""
    at = next(at for at, step in enumerate(done.steps) if step.call == "exchange")
    return done.steps[:at] + replaced_by_hand(BY_HAND) + [done.steps[at]]


def edited_only(done, program):
    """What the program tells if nobody but the editor did anything."""
    disk = Disk(done.files, done.folders)
    for step in replaced_by_hand(BY_HAND):
        disk.take(step)
    return program.on(disk.now())


def test_an_edit_by_hand_that_was_replaced_a_moment_later_is_not_lost(recorded, program):
    done = recorded(by_rename)
    steps, only = exchanged_by_hand(done), edited_only(done, program)
    assert only["text"].encode() == BY_HAND and only["history"][0]["via"] == "hand edit"
    exchange = steps[-1]
    back = [exchange, Step("unlink", exchange.name), Step("sync", "etc")]
    for number in range(len(back) + 1):
        told, found = found_at_last(done, steps + back[:number], program)
        assert told == only and all(each == only for each in found), number


def test_an_edit_by_hand_that_was_replaced_is_kept_beside_a_later_one(recorded, program):
    done = recorded(by_rename)
    later = OLD.replace("n2: {}", "n3: {}").encode()
    told, found = found_at_last(done, exchanged_by_hand(done) + replaced_by_hand(later), program)
    for each in [told, *found]:
        assert each["text"].encode() == later and each["history"][0]["via"] == "hand edit"
    assert "etc/nodes.conf-old" in told["files"]


def test_a_name_that_does_not_tell_what_was_exchanged_is_noticed(recorded, program):
    done = recorded(by_rename)
    *before, exchange = exchanged_by_hand(done)
    naming = next(step for step in before if step.to == exchange.name)
    steps = [step for step in before if step is not naming] + [Step("exchange", naming.name, to=exchange.to)]
    assert found_at_last(done, steps, program)[0]["text"].encode() != BY_HAND


# ---- a crash of what mends a crash ----


def test_a_crash_while_an_edit_by_hand_gets_its_place_back_loses_nothing(recorded, program, tmp_path):
    done = recorded(by_rename)
    disk = Disk(done.files, done.folders)
    for step in exchanged_by_hand(done):
        disk.take(step)
    files = disk.now()
    steps = restart_traced(files, str(tmp_path / "site"))
    mended = index(steps, "sync etc")
    assert [step.call for step in steps[: mended + 1]][-3:] == ["exchange", "unlink", "sync"]
    verdict = check(program, files, done.folders, steps[: mended + 1], [edited_only(done, program)])
    show(verdict)
    assert not verdict.wrong


def interrupted(done, number):
    """A disk on which a power failure in the middle of a rewriting left half of it."""
    files = done.disk(number).now()
    half = len(files["etc/nodes.conf"]) // 2
    old = done.files["etc/nodes.conf"]
    files["etc/nodes.conf"] = files["etc/nodes.conf"][:half] + old[half:].ljust(len(files["etc/nodes.conf"]) - half, b"\0")
    return files


def restart_traced(files, folder):
    """The steps of a start, a change, and two that take changes back, in one process."""
    lay_out(files, folder)
    log = f"{folder}/strace.log"
    command = ["strace", "-f", "-qq", "-o", log, *" ".join(OPTIONS).split(), f"{BIN}/store_restart"]
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # it cannot be traced itself
    subprocess.run(command, input=folder + "\n", env=environment, capture_output=True, text=True, timeout=120, check=True)
    return steps_of(log, {name: f"{folder}/{name}" for name in ("etc", "state")})


def test_a_crash_while_a_crash_is_mended_is_mended(recorded, program, tmp_path):
    done = recorded(in_place_longer)
    files = interrupted(done, index(done.steps, "sync etc/nodes.conf"))
    steps = restart_traced(files, str(tmp_path / "site"))
    mended = index(steps, "unlink state/nodes.conf.recovery")
    settled = index(steps, "create etc/.nodes.conf.*", mended)
    after = allowed(done, program)[-1]
    verdict = check(program, files, done.folders, steps[:settled], [after])
    show(verdict)
    assert str(steps[index(steps, "write etc/nodes.conf")]) and not verdict.wrong


def test_several_changes_of_one_process(recorded, program, tmp_path):
    """The mark of a change is safe only with the next one: whatever of it is lost, the history is whole."""
    done = recorded(by_rename)
    steps = restart_traced(done.files, str(tmp_path / "site"))
    replaced = [at for at, step in enumerate(steps) if str(step) == "sync etc"]
    assert len(replaced) == 3
    disk, told = Disk(done.files, done.folders), [program.on(done.files)]
    for number, step in enumerate(steps):
        disk.take(step)
        if number in replaced:
            told.append(program.on(disk.now()))
    verdict = check(program, done.files, done.folders, steps, told)
    show(verdict)
    assert not verdict.wrong
