# SPDX-License-Identifier: BSD-3-Clause
"""Everything that must hold, in one run: `./dev test [PART...]`. Prints a line per part and one sum at the end.

A part is a program of its own that is asked for counts; this file knows how to start each and read its answer.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree
from dataclasses import dataclass

TESTS = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(TESTS)
SUM = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
# How Catch2 ends: all well, or a table of what was not.
CATCH_GOOD = re.compile(r"All tests passed \(.* in (\d+) test cases?\)")
CATCH_BAD = re.compile(r"^test cases:\s*\d+\s*\|(.*)$", re.MULTILINE)
CATCH_COUNT = re.compile(r"(\d+) (passed|failed)")


@dataclass(frozen=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def unit(build):
    """The unit test programs, by ctest; each counts the test cases inside it."""
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = ["ctest", "--test-dir", build, "--output-on-failure", "--parallel", str(os.cpu_count())]
        # Keep the end of a test's output in the report: the counts stand there.
        command += ["--output-junit", report.name, "--test-output-truncation", "head", "--timeout", "300"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout + done.stderr)
        cases = xml.etree.ElementTree.parse(report.name).getroot().iter("testcase")
        total = sum((catch_count(case) for case in cases), Count())
    return at_least_one_failed(total, done.returncode)


def catch_count(case):
    output = case.findtext("system-out") or ""
    failed = case.find("failure") is not None
    if good := CATCH_GOOD.search(output):
        return Count(passed=int(good.group(1)), failed=int(failed))
    if bad := CATCH_BAD.findall(output):
        counts = {word: int(number) for number, word in CATCH_COUNT.findall(bad[-1])}
        return Count(passed=counts.get("passed", 0), failed=max(counts.get("failed", 0), int(failed)))
    return Count(failed=1) if failed else Count(passed=1)


def at_least_one_failed(count, status):
    """A program that ended badly without counting a failure is a failure."""
    return count + Count(failed=1) if status and not count.failed else count


def vectors(build):
    command = [sys.executable, f"{TESTS}/vectors/driver", "--complete", "--bin", f"{build}/bin"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    last = done.stdout.splitlines()[-1:]
    found = SUM.match(last[0]) if last else None
    if done.returncode:
        print(done.stdout)
    return at_least_one_failed(Count(*map(int, found.groups())) if found else Count(), done.returncode)


def by_pytest(*places):
    def part(build):
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", report.name]
            environment = {**os.environ, "WW_BUILD": build}
            existing = [place for place in places if os.path.isdir(place)]
            if not existing:
                return Count()
            done = subprocess.run([*command, *existing], env=environment, capture_output=True, text=True, check=False)
            if done.returncode not in (0, 5):  # 5: there was no test
                print(done.stdout + done.stderr)
            return at_least_one_failed(pytest_count(report.name), done.returncode not in (0, 5))

    return part


def pytest_count(path):
    total = Count()
    if os.path.getsize(path):
        for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
            number = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
            failed = number["failures"] + number["errors"]
            total += Count(number["tests"] - failed - number["skipped"], failed, number["skipped"])
    return total


PARTS = {
    "unit": unit,
    "lint": by_pytest(f"{TESTS}/lint"),
    "driver": by_pytest(f"{TESTS}/vectors/driver/tests"),
    "install": by_pytest(f"{TESTS}/install"),
    "vectors": vectors,
    "e2e": by_pytest(f"{TESTS}/e2e"),
}


def main(argv):
    parser = argparse.ArgumentParser(prog="dev test")
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--build", required=True, help="build folder whose programs are tested")
    options = parser.parse_args(argv)
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {unknown[0]} (there are {' '.join(PARTS)})")
    total, started = Count(), time.monotonic()
    for name in options.parts or PARTS:
        begun = time.monotonic()
        count = PARTS[name](options.build)
        total += count
        print(f"{name:8} {count}  ({time.monotonic() - begun:.0f} s)", flush=True)
    print(f"tested in {time.monotonic() - started:.0f} s")
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
