# SPDX-License-Identifier: BSD-3-Clause
"""The checks that need no compiler, on the project itself."""

import documents
import forbidden
import layering
import messages
import once
import pytest
import sizes
import tree


@pytest.mark.parametrize("check", [layering, forbidden, once, documents, messages, sizes], ids=lambda module: module.__name__)
def test_the_project_is_clean(check):
    findings = [str(finding) for finding in check.check(tree.all_files())]
    assert not findings, "\n" + "\n".join(findings)


def test_every_layer_is_in_the_table():
    table = layering.read_table(tree.read(layering.TABLE))
    layers = {layering.layer_of(path) for path in tree.all_files()} - {None}
    assert layers <= set(table)
