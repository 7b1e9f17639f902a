# SPDX-License-Identifier: BSD-3-Clause
"""`./dev bench [PART...]`: the figures we promise, beside nginx in the same run."""

import argparse
import os
import platform
import sys

from parts import PARTS


def main(argv):
    parser = argparse.ArgumentParser(prog="dev bench")
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    parser.add_argument("--bin", required=True, help="folder with the programs")
    parser.add_argument("--rounds", type=int, default=5, help="how often each measurement is repeated")
    options = parser.parse_args(argv)
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {unknown[0]} (there are {' '.join(PARTS)})")
    missed = 0
    print(machine())
    print(f"{'':52} {'wwd':>21} {'nginx':>12} {'ratio':>6}  goal")
    for name in options.parts or PARTS:
        for row in PARTS[name](options):
            missed += not row.met
            mark = "" if row.met else "  MISSED"
            print(f"{row.what:52} {row.ours:>21} {row.theirs:>12} {row.ratio:>6}  {row.goal}{mark}", flush=True)
    print("all goals met" if not missed else f"{missed} goals missed")
    return 1 if missed else 0


def machine():
    """What the figures were taken on, so that runs can be compared."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        models = {line.partition(":")[2].strip() for line in f if line.startswith("model name")}
    return f"{', '.join(sorted(models)) or platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
