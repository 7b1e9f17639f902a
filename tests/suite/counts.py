# SPDX-License-Identifier: BSD-3-Clause
"""How many tests passed, failed and were skipped, read from what test programs leave behind."""

import os
import re
import xml.etree.ElementTree
from dataclasses import dataclass

SUM = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
# How Catch2 ends: all well, or a table of what was not.
CATCH_GOOD = re.compile(r"All tests passed \(.* in (\d+) test cases?\)")
CATCH_BAD = re.compile(r"^test cases:\s*\d+\s*\|(.*)$", re.MULTILINE)
CATCH_COUNT = re.compile(r"(\d+) (passed|failed|skipped)")


@dataclass(frozen=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def with_status(self, status):
        """A program that ended badly without counting a failure is a failure."""
        return self + Count(failed=1) if status and not self.failed else self


def from_last_line(output):
    """A program of ours: its last line is the sum."""
    last = output.splitlines()[-1:]
    found = SUM.match(last[0]) if last else None
    return Count(*map(int, found.groups())) if found else Count()


def from_ctest(path):
    """ctest's report on Catch2 programs: each counts the test cases inside it."""
    if not os.path.getsize(path):
        return Count()
    cases = xml.etree.ElementTree.parse(path).getroot().iter("testcase")
    return sum((from_catch(case.findtext("system-out") or "", case.find("failure") is not None) for case in cases), Count())


def from_catch(output, failed):
    if good := CATCH_GOOD.search(output):
        return Count(passed=int(good.group(1))).with_status(failed)
    if bad := CATCH_BAD.findall(output):
        numbers = {word: int(number) for number, word in CATCH_COUNT.findall(bad[-1])}
        count = Count(numbers.get("passed", 0), numbers.get("failed", 0), numbers.get("skipped", 0))
        return count.with_status(failed)
    return Count(failed=1) if failed else Count(passed=1)


def from_pytest(path):
    total = Count()
    if os.path.getsize(path):
        for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
            number = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
            failed = number["failures"] + number["errors"]
            total += Count(number["tests"] - failed - number["skipped"], failed, number["skipped"])
    return total
