# SPDX-License-Identifier: BSD-3-Clause
"""Plays vectors through the built programs: `./dev vectors [DIR...]`. ../README.md describes their formats."""

import argparse
import concurrent.futures
import os
import re
import sys
import time

import complete
import deliberate
import needs
import programs
import remains
import scenario
import scratch_root
import vectors
from outcome import Outcome, Unplayable
from report import Report

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.dirname(HERE)
COMPLETE = f"{DEFAULT}/complete.txt"
DIFFERENCES = f"{scratch_root.PROJECT}/docs/compatibility.md"
LINES_AT_ONCE = 200  # template and YAML vectors that one run of their program is given


def arguments(argv):
    parser = argparse.ArgumentParser(prog="dev vectors", description="Play vectors through the built programs.")
    add = parser.add_argument
    add("places", nargs="*", metavar="DIR", help="folders or files with vectors (default: tests/vectors)")
    add("-j", "--jobs", type=int, default=os.cpu_count(), help="how many at once (default: one per core)")
    add("--only", default="", metavar="RE", help="only vectors whose id matches this regular expression")
    add("--complete", action="store_true", help="the groups listed in tests/vectors/complete.txt")
    add("--keep", action="store_true", help="leave the scratch roots in /tmp/wwv")
    add("--quiet", action="store_true", help="name the failed vectors, without differences")
    add("--bin", default=f"{scratch_root.PROJECT}/build/bin", help="folder of the programs under test")
    add("--tree", default=scratch_root.PROJECT, help="source tree whose overlays and templates are `stock`")
    add("--differences", default=DIFFERENCES, metavar="FILE", help="the document that lists deliberate differences")
    return parser.parse_args(argv)


def chunks(found):
    """Splits vectors into jobs: a scenario is one, line vectors go in lots of one group."""
    lot = []
    for vector in found:
        if lot and (vector.kind == "steps" or lot[0].group != vector.group or len(lot) == LINES_AT_ONCE):
            yield lot
            lot = []
        if vector.kind == "steps":
            yield [vector]
        else:
            lot.append(vector)
    if lot:
        yield lot


def play(job, options, differs):
    """Runs in a worker process: the outcomes of one job."""
    under_test = programs.Programs(os.path.realpath(options.bin), os.path.realpath(options.tree))
    if missing := under_test.missing(job[0].kind):
        return [Outcome(v.id, v.group, "failed", (f"there is no {missing}: ./dev build makes it",)) for v in job]
    if job[0].kind != "steps":
        return [judge(v, found, differs) for v, found in programs.play(job, under_test)]
    vector = job[0]
    reason = needs.unmet(vector)
    if reason:
        return [Outcome(vector.id, vector.group, "skipped", (reason,))]
    try:
        return [judge(vector, scenario.play(vector, under_test, options.keep), differs)]
    except Unplayable as reason:
        return [Outcome(vector.id, vector.group, "skipped", (str(reason),))]


def judge(vector, found, differs):
    title = differs.get(vector.id)
    if title is None:
        return Outcome(vector.id, vector.group, "failed" if found else "passed", tuple(found))
    if found:
        return Outcome(vector.id, vector.group, "skipped", (f"differs on purpose: {title}",))
    why = f"does not differ: take it out of the row \"{title}\" of docs/compatibility.md"
    return Outcome(vector.id, vector.group, "failed", (why,))


def main(argv):
    options = arguments(argv)
    started = time.monotonic()
    try:
        places = options.places or (complete.places(COMPLETE) if options.complete else [DEFAULT])
        found = vectors.read_all(places)
        rows = deliberate.read(options.differences) if os.path.exists(options.differences) else []
        own = [v for v in vectors.read_all([DEFAULT]) if v.id not in {w.id for w in found}] if rows else []
        deliberate.check(rows, found + own)
    except (vectors.BadVectors, deliberate.BadRow) as error:
        print(f"dev vectors: {error}", file=sys.stderr)
        return 2
    wanted = [v for v in found if re.search(options.only, v.id)]
    if not wanted and not options.complete:
        print(f"dev vectors: no vector found in {' '.join(places)}", file=sys.stderr)
        return 2
    differs = deliberate.titles(rows, wanted)
    report = Report(show_differences=not options.quiet)
    jobs = list(chunks(wanted))
    with concurrent.futures.ProcessPoolExecutor(options.jobs, initializer=remains.isolate) as pool:
        for outcomes in pool.map(play, jobs, [options] * len(jobs), [differs] * len(jobs)):
            for outcome in outcomes:
                report.add(outcome)
    report.finish(time.monotonic() - started)
    return 1 if report.total("failed") else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
