# SPDX-License-Identifier: BSD-3-Clause
"""Template and YAML vectors, through programs that answer line by line."""

import sys

import pytest

# Answers each vector with what its field `data` (or `yaml`) holds, and ends where that is "die".
ECHO = f"""#!{sys.executable}
import json, sys
for line in sys.stdin:
    vector = json.loads(line)
    answer = json.loads(vector.get("tmpl") or vector["yaml"])
    if answer == "die":
        sys.exit("out of paper")
    print(json.dumps(dict(answer, id=vector["id"])), flush=True)
"""


@pytest.fixture
def lines(driver):
    driver.program("tmpl_vectors", ECHO)
    driver.program("yaml_vectors", ECHO)
    return driver


def outcome(lines, group, *vectors):
    lines.vectors(*vectors, group=group)
    return lines.run().last


ERROR = 'template: t:1:4: executing \\"t\\" at <.x>: no x'


@pytest.mark.parametrize(
    ("tmpl", "expected", "passes"),
    [
        ('{"out": "a"}', {"out": "a"}, True),
        ('{"out": "a"}', {"out": "a\n"}, False),
        ('{"out": "a"}', {"err": "template: t:1: no"}, False),
        ('{"err": "template: t:1: no"}', {"out": ""}, False),
        ('{"err": "template: t:1: no"}', {"err": "template: t:1: other words"}, True),
        ('{"err": "template: t:1: no"}', {"err": "template: t:2: no"}, False),
        (f'{{"err": "{ERROR}"}}', {"err": 'template: t:1:4: executing "t" at <.x>: what'}, True),
        (f'{{"err": "{ERROR}"}}', {"err": 'template: t:1:4: executing "t" at <.y>: no x'}, False),
        (f'{{"err": "{ERROR}"}}', {"err": 'template: t:1:5: executing "t" at <.x>: no x'}, False),
        (f'{{"err": "{ERROR}"}}', {"err": "template: t:1:4: no x"}, False),
    ],
)
def test_templates(lines, tmpl, expected, passes):
    last = outcome(lines, "tmpl/made", {"id": "a", "tmpl": tmpl, "data": 1, **expected})
    assert last == f"{int(passes)} passed, {int(not passes)} failed, 0 skipped"


@pytest.mark.parametrize(
    ("yaml", "expected", "passes"),
    [
        ('{"tree": ["!!str", "a"]}', {"tree": ["!!str", "a"]}, True),
        ('{"tree": ["!!int", "1"]}', {"tree": ["!!str", "1"]}, False),
        ('{"tree": null}', {"tree": None}, True),
        ('{"tree": null}', {"err": "yaml: line 2: no"}, False),
        ('{"err": "line 2 is bad"}', {"err": "yaml: line 2: no"}, True),
        ('{"err": "line 3 is bad"}', {"err": "yaml: line 2: no"}, False),
        ('{"err": "bad"}', {"err": "yaml: line 2: no"}, True),
        ('{"err": "bad"}', {"tree": None}, False),
    ],
)
def test_yaml(lines, yaml, expected, passes):
    last = outcome(lines, "yaml/made", {"id": "a", "yaml": yaml, **expected})
    assert last == f"{int(passes)} passed, {int(not passes)} failed, 0 skipped"


def test_a_program_that_ends_fails_one_vector_only(lines):
    good = '{"out": "x"}'
    texts = [good, '"die"', good, good]
    lines.vectors(*({"id": f"v{i}", "tmpl": t, "out": "x"} for i, t in enumerate(texts)), group="tmpl/made")
    result = lines.run()
    assert result.last == "3 passed, 1 failed, 0 skipped"
    assert "FAIL v1" in result.output and "out of paper" in result.output


def test_a_program_that_is_not_built_fails(driver):
    driver.vectors({"id": "a", "tmpl": "", "out": ""}, group="tmpl/made")
    result = driver.run()
    assert result.last == "0 passed, 1 failed, 0 skipped" and "./dev build" in result.output
