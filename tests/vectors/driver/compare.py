# SPDX-License-Identifier: BSD-3-Clause
"""Says how what came out of a step differs from what its vector expects: nothing, or a short diff."""

import difflib
import json

DIFF_LINES = 40


def difference(step, got):
    if "expect" not in step:
        return None
    want = step["expect"]
    if step.get("same") == "value":
        want, got = as_values(want), as_values(got)
    if isinstance(want, dict) and "run" in step:
        counting = step.get("compare", ["exit", "stdout"])
        want, shown = {key: want[key] for key in counting}, got
        got = {key: got[key] for key in counting}
        if want != got:  # what the program said helps to understand, though it does not count
            want, got = {**want, "stderr": step["expect"].get("stderr", "")}, {**got, "stderr": shown["stderr"]}
            return diff(want, got)
    return None if want == got else diff(want, got)


def diff(want, got):
    lines = list(difflib.unified_diff(pretty(want), pretty(got), "expected", "got", lineterm="", n=2))
    if len(lines) > DIFF_LINES:
        lines[DIFF_LINES:] = [f"... {len(lines) - DIFF_LINES} more lines"]
    return "\n".join(lines)


def pretty(value):
    text = json.dumps(value, indent=1, ensure_ascii=False)
    return text.replace("\\n", "\n").split("\n")


def as_values(files):
    """The texts of a `files` step as YAML values; as they are where one is not YAML."""
    import yaml

    try:
        return {
            name: dict(spec, text=bare(yaml.load(spec["text"], yaml.BaseLoader))) if spec and "text" in spec else spec
            for name, spec in files.items()
        }
    except yaml.YAMLError:
        return files


def bare(value):
    """A YAML value without nulls and empties, scalars as text."""
    if isinstance(value, dict):
        kept = {str(key): bare(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, "", {}, [])}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    return None if value in (None, "~", "null", "Null", "NULL") else str(value)
