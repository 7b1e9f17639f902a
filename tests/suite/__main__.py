# SPDX-License-Identifier: BSD-3-Clause
"""Everything that must hold, in one run: `./dev test [PART...]`. Prints a line per part and one sum at the end.

A part is a program of its own that counts; this file knows how to start each, counts.py how to read it.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

import counts
from counts import Count

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NO_TESTS = 5  # pytest's exit status when it found none


def unit(build):
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = ["ctest", "--test-dir", build, "--output-on-failure", "--parallel", str(os.cpu_count())]
        # The counts stand at the end of a program's output: cut off its head, if anything.
        command += ["--output-junit", report.name, "--test-output-truncation", "head", "--timeout", "300"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            print(done.stdout + done.stderr)
        return counts.from_ctest(report.name).with_status(done.returncode)


def vectors(build):
    command = [sys.executable, f"{TESTS}/vectors/driver", "--complete", "--bin", f"{build}/bin"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        print(done.stdout)
    return counts.from_last_line(done.stdout).with_status(done.returncode)


def by_pytest(*places):
    def part(build):
        with tempfile.NamedTemporaryFile(suffix=".xml") as report:
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--junitxml", report.name, *places]
            environment = {**os.environ, "WW_BUILD": build}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
            failed = done.returncode not in (0, NO_TESTS)
            if failed:
                print(done.stdout + done.stderr)
            return counts.from_pytest(report.name).with_status(failed)

    return part


PARTS = {
    "unit": unit,
    "lint": by_pytest(f"{TESTS}/lint"),
    "tools": by_pytest(f"{TESTS}/suite", f"{TESTS}/vectors/driver/tests", f"{TESTS}/fuzz"),
    "install": by_pytest(f"{TESTS}/install"),
    "headnode": by_pytest(f"{TESTS}/headnode"),
    "vectors": vectors,
    "e2e": by_pytest(f"{TESTS}/e2e"),
    "chaos": by_pytest(f"{TESTS}/chaos"),
    "attack": by_pytest(f"{TESTS}/attack"),
}


def main(argv):
    # A shell that starts us in the background has these ignored, and so would have every program that is tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
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
