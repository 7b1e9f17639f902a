# SPDX-License-Identifier: BSD-3-Clause
"""`./dev fuzz [SECONDS [NAME...]]`: runs the fuzz targets, one per core at a time; what they learn is kept below the build.

An input that breaks a target is left in build/fuzz/found; mend the cause and make the input a unit test.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys

import seeds


def run(name, build, seconds):
    """The text to print, and whether the target held."""
    work = f"{build}/corpus/{name}"
    found = f"{build}/found"
    os.makedirs(work, exist_ok=True)
    os.makedirs(found, exist_ok=True)
    seeds.write(name, f"{build}/seeds/{name}")
    command = [f"{build}/bin/fuzz_{name}", f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=4096"]
    command += [f"-artifact_prefix={found}/{name}-", "-print_final_stats=1", work, f"{build}/seeds/{name}"]
    environment = {**os.environ, "TZ": "UTC", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        return f"{name}: BROKEN\n{done.stderr[-6000:]}\nagain with: {command[0]} {found}/{name}-...", False
    executed = [line.split(":")[-1].strip() for line in done.stderr.splitlines() if "number_of_executed_units" in line]
    return f"{name}: held {' '.join(executed)} inputs in {seconds} s", True


def main(argv):
    parser = argparse.ArgumentParser(prog="dev fuzz")
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" ".join(seeds.SEEDS))
    parser.add_argument("--build", required=True)
    options = parser.parse_args(argv)
    names = options.names or list(seeds.SEEDS)
    if unknown := [name for name in names if name not in seeds.SEEDS]:
        parser.error(f"no such target: {unknown[0]} (there are {' '.join(seeds.SEEDS)})")
    held = True
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for text, good in pool.map(lambda name: run(name, options.build, options.seconds), names):
            print(text, flush=True)
            held = held and good
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
