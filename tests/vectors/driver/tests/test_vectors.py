# SPDX-License-Identifier: BSD-3-Clause
"""Finding and reading vectors, what they need of the machine, and the list of complete groups."""

import json

import complete
import needs
import pytest
import vectors


def made(data, text=None):
    return vectors.Vector(data.get("id", "a"), "cli/made", "steps", data, text or json.dumps(data))


def test_two_vectors_of_one_name_are_refused(driver):
    driver.vectors({"id": "a", "steps": []}, {"id": "a", "steps": []})
    result = driver.run()
    assert result.exit == 2 and "id a is also in" in result.error


def test_a_line_that_is_no_vector_is_refused_with_its_place(driver):
    path = driver.vectors({"id": "a", "steps": []})
    with path.open("a") as f:
        f.write('{"id": "b"}\n')
    result = driver.run()
    assert result.exit == 2 and "made.jsonl:2: not a vector" in result.error


def test_a_folder_without_vectors_is_refused(driver):
    (driver.folder / "vectors").mkdir()
    assert driver.run().exit == 2


def test_folders_are_searched_to_the_bottom(driver):
    driver.vectors({"id": "a", "steps": []}, group="deep/down/here")
    driver.vectors({"id": "b", "steps": []}, group="up")
    assert driver.run().last == "2 passed, 0 failed, 0 skipped"


@pytest.mark.parametrize(
    ("step", "tool"),
    [
        ({"run": ["mkfifo", "x"]}, "mkfifo"),
        ({"run": ["sh", "-c", "cat x | cpio -t"]}, "cpio"),
    ],
)
def test_a_missing_tool_is_a_reason(monkeypatch, step, tool):
    assert needs.unmet(made({"steps": [step]})) is None
    monkeypatch.setattr(needs.shutil, "which", lambda name: None if name == tool else name)
    assert needs.unmet(made({"steps": [step]})) == f"needs {tool}"


def test_a_word_in_passing_is_no_need(monkeypatch):
    monkeypatch.setattr(needs.shutil, "which", lambda name: None)
    assert needs.unmet(made({"steps": [{"run": ["wwctl", "say", "curl"]}, {"cpio": "a.img"}]})) is None


@pytest.mark.parametrize(
    ("lacking", "step", "reason"),
    [
        ("is_root", {"run": ["true"]}, "needs root"),
        ("can_mount", {"run": ["wwctl", "image", "exec", "os", "true"]}, "needs the right to mount"),
        ("has_ipv6", {"http": {"path": "/", "host": "::1"}}, "needs IPv6 on the loopback interface"),
    ],
)
def test_a_machine_that_lacks_something(monkeypatch, lacking, step, reason):
    monkeypatch.setattr(needs, lacking, lambda: False)
    assert needs.unmet(made({"steps": [step]})) == reason


def test_complete_groups_exist(tmp_path):
    (tmp_path / "http").mkdir()
    (tmp_path / "http" / "boot.jsonl").write_text("")
    names = tmp_path / "complete.txt"
    names.write_text("# these\nhttp\nhttp/boot  # twice is once\n")
    assert complete.places(str(names)) == [f"{tmp_path}/http", f"{tmp_path}/http/boot.jsonl"]
    names.write_text("http/boat\n")
    with pytest.raises(vectors.BadVectors):
        complete.places(str(names))
