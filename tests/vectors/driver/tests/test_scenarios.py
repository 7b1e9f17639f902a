# SPDX-License-Identifier: BSD-3-Clause
"""Scenarios: what is right passes, what is wrong fails, and nothing is left behind."""

import os

import pytest

SAYS_HELLO = {"run": ["wwctl", "say", "hello"], "expect": {"exit": 0, "stdout": "hello\n", "stderr": "said it\n"}}


def expecting(step, **changes):
    return {**step, "expect": {**step["expect"], **changes}}


def test_a_right_expectation_passes(driver):
    result = driver.play(SAYS_HELLO)
    assert (result.exit, result.last) == (0, "1 passed, 0 failed, 0 skipped")


@pytest.mark.parametrize("changes", [{"exit": 1}, {"stdout": "hello"}, {"stdout": "hullo\n"}])
def test_a_wrong_expectation_fails(driver, changes):
    result = driver.play(expecting(SAYS_HELLO, **changes))
    assert (result.exit, result.last) == (1, "0 passed, 1 failed, 0 skipped")
    assert "FAIL made/one" in result.output
    assert "-" in result.output and "step 0" in result.output


def test_every_step_counts(driver):
    result = driver.play(expecting(SAYS_HELLO, exit=7), SAYS_HELLO, expecting(SAYS_HELLO, exit=8))
    assert result.last == "0 passed, 1 failed, 0 skipped"
    assert "step 0" in result.output and "step 2" in result.output and "step 1" not in result.output


def test_error_output_counts_only_when_named(driver):
    assert driver.play(expecting(SAYS_HELLO, stderr="?")).exit == 0
    assert driver.play({**expecting(SAYS_HELLO, stderr="?"), "compare": ["stderr"]}).exit == 1
    assert driver.play({**expecting(SAYS_HELLO, stdout="?"), "compare": []}).exit == 0


def test_placeholders_are_filled_in_and_put_back(driver):
    step = {"run": ["wwctl", "say", "{{ROOT}}/x", "{{PORT}}"], "expect": {"exit": 0, "stdout": "{{ROOT}}/x {{PORT}}\n"}}
    assert driver.play(step).exit == 0


def test_masks_apply_to_outputs(driver):
    step = expecting(SAYS_HELLO, stdout="h--lo\n")
    assert driver.play(step, mask=[["el", "--"]]).exit == 0


def test_scripts_and_environment(driver):
    step = {
        "run": ["greet", "you"],
        "env": {"WHAT": "hi"},
        "stdin": "in",
        "cwd": "srv",
        "expect": {"exit": 3, "stdout": "hi you in {{ROOT}}/srv UTC\n"},
    }
    script = '#!/bin/sh\necho "$WHAT $1 $(cat) $(pwd) $TZ"; exit 3\n'
    assert driver.play(step, bin={"greet": script}).exit == 0


FILE = {"type": "file", "mode": "0640", "text": "one\n"}


def test_files(driver):
    site = {"srv/a": {"text": "one\n", "mode": "0640"}}
    look = {"files": ["srv/a", "srv/none"]}
    assert driver.play({**look, "expect": {"srv/a": FILE, "srv/none": None}}, site=site).exit == 0
    for wrong in ({**FILE, "mode": "0644"}, {**FILE, "text": "two\n"}, None):
        assert driver.play({**look, "expect": {"srv/a": wrong, "srv/none": None}}, site=site).exit == 1


def test_files_as_yaml_values(driver):
    step = {"files": ["srv/a"], "same": "value", "expect": {"srv/a": {**FILE, "text": "b: '1'\na: x\nc:\n"}}}
    assert driver.play(step, site={"srv/a": {"text": "a: x # hm\nb: 1\n", "mode": "0640"}}).exit == 0
    assert driver.play(step, site={"srv/a": {"text": "a: x\nb: 2\n", "mode": "0640"}}).exit == 1


def test_tree_and_only(driver):
    site = {"srv/d/f": "x", "srv/l": {"link": "d"}, "srv/d/c": "# no\n\nyes\n"}
    step = {
        "tree": "srv",
        "content": "nocomment",
        "only": "^(d|l)(/c)?$",
        "expect": [
            {"path": "d", "type": "dir", "mode": "0755", "uid": 0, "gid": 0},
            {"path": "d/c", "type": "file", "mode": "0644", "uid": 0, "gid": 0, "text": "yes\n"},
            {"path": "l", "type": "link", "uid": 0, "gid": 0, "target": "d"},
        ],
    }
    assert driver.play(step, site=site).exit == 0
    step["expect"][2]["target"] = "e"
    assert driver.play(step, site=site).exit == 1


@pytest.mark.parametrize("pack", ["cpio -o -H newc > ../a", "cpio -o -H newc | gzip > ../a"])
def test_cpio(driver, pack):
    made = {"run": ["sh", "-c", f"cd srv && find . -mindepth 1 | {pack}"], "compare": ["exit"], "expect": {"exit": 0}}
    twin = {"type": "file", "mode": "0600", "uid": 5, "gid": 6, "text": "t"}
    look = {"cpio": "a", "expect": [{"path": "f", **twin}, {"path": "g", **twin}]}
    site = {"srv/f": {"text": "t", "mode": "0600", "uid": 5, "gid": 6}, "srv/g": {"hard": "srv/f"}}
    assert driver.play(made, look, site=site).exit == 0
    assert driver.play(made, {"cpio": "a", "expect": []}, site=site).exit == 1
    assert driver.play(made, {"cpio": "none", "expect": []}, site=site).exit == 1


def test_a_broken_archive_is_a_difference(driver):
    result = driver.play({"cpio": "a", "expect": []}, site={"a": "070701"})
    assert result.last == "0 passed, 1 failed, 0 skipped"


def test_http(driver):
    asked = {"http": {"path": "/", "keep": ["content-type"]}}
    answer = {"status": 200, "text": "{{PORT}} at {{ROOT}}", "headers": {"content-type": "text/plain"}}
    site = {"message": "{{PORT}} at {{ROOT}}"}
    assert driver.play({**asked, "expect": answer}, site=site, daemon=True).exit == 0
    for change in ({"status": 404}, {"text": ""}, {"headers": {}}):
        assert driver.play({**asked, "expect": {**answer, **change}}, site=site, daemon=True).exit == 1


def test_json_compares_as_a_value(driver):
    step = {"http": {"path": "/", "content": "json", "keep": []}, "expect": {"status": 200, "headers": {}}}
    step["expect"]["json"] = {"a": [1], "b": None}
    assert driver.play(step, site={"message": '{"b":null, "a": [1]}'}, daemon=True).exit == 0
    assert driver.play(step, site={"message": '{"b":null, "a": [2]}'}, daemon=True).exit == 1


def test_the_source_of_a_request(driver):
    step = {"http": {"path": "/port", "source": ["127.0.0.9", 987], "keep": []}}
    step["expect"] = {"status": 200, "text": "987\n", "headers": {}}
    assert driver.play(step, step, site={"message": ""}, daemon=True).exit == 0


def test_reload(driver):
    def asks(text):
        return {"http": {"path": "/", "keep": []}, "expect": {"status": 200, "text": text, "headers": {}}}

    steps = [asks("old"), {"write": {"message": "new"}}, asks("old"), {"reload": True}, asks("new")]
    assert driver.play(*steps, site={"message": "old"}, daemon=True).exit == 0


def test_a_daemon_that_does_not_start_fails_with_its_log(driver):
    result = driver.play(SAYS_HELLO, daemon=True)  # no file `message`
    assert result.exit == 1 and "FileNotFoundError" in result.output


def test_an_unknown_step_fails(driver):
    assert driver.play({"dance": True, "expect": None}).exit == 1


def test_processes_end_with_their_scenario(driver, tmp_path):
    note = tmp_path / "pid"
    assert driver.play({"run": ["wwctl", "linger", str(note)], "expect": {"exit": 0, "stdout": ""}}).exit == 0
    assert not os.path.exists(f"/proc/{note.read_text().strip()}")


def test_mounts_go_and_what_was_mounted_stays(driver, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep me")
    result = driver.play({"run": ["wwctl", "cover", str(precious)], "expect": {"exit": 0, "stdout": "file\n"}})
    assert result.exit == 0, result.output
    assert (precious / "file").read_text() == "keep me"
