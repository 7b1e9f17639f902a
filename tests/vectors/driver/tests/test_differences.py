# SPDX-License-Identifier: BSD-3-Clause
"""Deliberate differences: skipped while they differ, failed when they do not, refused when they are too many."""

RIGHT = {"run": ["wwctl", "say", "x"], "expect": {"exit": 0, "stdout": "x\n"}}
WRONG = {"run": ["wwctl", "say", "x"], "expect": {"exit": 0, "stdout": "y\n"}}
TABLE = "text\n\n| Title | Why | Vectors |\n|---|---|---|\n| Another \\| way | it is safer | {} |\n"


def scenarios(wrong, right):
    made = [{"id": f"made/wrong-{i}", "steps": [WRONG]} for i in range(wrong)]
    return made + [{"id": f"made/right-{i}", "steps": [RIGHT]} for i in range(right)]


def test_a_vector_that_differs_on_purpose_is_skipped_with_its_title(driver):
    driver.vectors(*scenarios(1, 39))
    result = driver.run("--only", "wrong", differences=TABLE.format("`made/wrong-0`"))
    assert (result.exit, result.last) == (0, "0 passed, 0 failed, 1 skipped")
    assert "skipped 1: differs on purpose: Another | way" in result.output


def test_a_prefix_names_several(driver):
    driver.vectors(*scenarios(2, 98))
    result = driver.run("--only", "wrong", differences=TABLE.format("see `made/wrong-*`"))
    assert result.last == "0 passed, 0 failed, 2 skipped"


def test_one_that_does_not_differ_fails(driver):
    driver.vectors(*scenarios(0, 40))
    result = driver.run("--only", "right-0", differences=TABLE.format("`made/right-0`"))
    assert (result.exit, result.last) == (1, "0 passed, 1 failed, 0 skipped")


def test_others_are_not_excused(driver):
    driver.vectors(*scenarios(2, 40))
    result = driver.run("--only", "wrong", differences=TABLE.format("`made/wrong-0`"))
    assert result.last == "0 passed, 1 failed, 1 skipped"


def test_a_name_that_matches_nothing_is_an_error(driver):
    driver.vectors(*scenarios(1, 40))
    result = driver.run(differences=TABLE.format("`made/wrang-0`"))
    assert result.exit == 2 and "made/wrang-0 matches no vector" in result.error


def test_more_than_three_percent_of_a_family_is_an_error(driver):
    driver.vectors(*scenarios(4, 96), group="made/all")
    result = driver.run(differences=TABLE.format("`made/wrong-*`"))
    assert result.exit == 2 and "over 3 %" in result.error
    driver.vectors(*scenarios(3, 97), group="made/all")
    result = driver.run("--only", "wrong", differences=TABLE.format("`made/wrong-*`"))
    assert result.last == "0 passed, 0 failed, 3 skipped"


def test_tables_without_the_column_name_nothing(driver):
    driver.vectors(*scenarios(0, 1))
    result = driver.run(differences="| Title | Ids |\n|---|---|\n| x | `made/right-0` |\n")
    assert result.last == "1 passed, 0 failed, 0 skipped"
