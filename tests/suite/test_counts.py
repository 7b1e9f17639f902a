# SPDX-License-Identifier: BSD-3-Clause
"""Nothing that failed is counted as passed, whichever way it failed."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import counts  # noqa: E402
from counts import Count  # noqa: E402

GOOD = "====\nAll tests passed (80 assertions in 8 test cases)\n"
ONE = "All tests passed (1 assertion in 1 test case)\n"
BAD = "x\ntest cases:  5 |  3 passed | 2 failed\nassertions: 10 | 8 passed | 2 failed\n"


@pytest.mark.parametrize(
    ("output", "failed", "count"),
    [
        (GOOD, False, Count(8)),
        (ONE, False, Count(1)),
        (BAD, True, Count(3, 2)),
        ("Segmentation fault", True, Count(0, 1)),
        (GOOD + "LeakSanitizer: detected memory leaks", True, Count(8, 1)),
        ("", False, Count(1)),
    ],
)
def test_catch(output, failed, count):
    assert counts.from_catch(output, failed) == count


def test_ctest(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(
        f"<testsuite><testcase name='a'><system-out>{GOOD}</system-out></testcase>"
        f"<testcase name='b'><failure message=''/><system-out>{BAD}</system-out></testcase></testsuite>"
    )
    assert counts.from_ctest(path) == Count(11, 2)
    path.write_text("")
    assert counts.from_ctest(path) == Count()


def test_pytest(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text("<testsuites><testsuite tests='9' failures='1' errors='2' skipped='3'/></testsuites>")
    assert counts.from_pytest(path) == Count(3, 3, 3)


def test_the_last_line():
    assert counts.from_last_line("a\n5 passed, 1 failed, 2 skipped\n") == Count(5, 1, 2)
    assert counts.from_last_line("5 passed, 1 failed, 2 skipped\nTraceback\n") == Count()
    assert counts.from_last_line("") == Count()


def test_a_bad_end_is_a_failure():
    assert Count(4).with_status(1) == Count(4, 1)
    assert Count(4, 2).with_status(1) == Count(4, 2)
    assert Count(4).with_status(0) == Count(4)
