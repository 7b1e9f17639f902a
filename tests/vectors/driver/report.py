# SPDX-License-Identifier: BSD-3-Clause
"""Prints outcomes as they come in, and at the end a line per group and the sum."""

import collections


class Report:
    def __init__(self, show_differences=True):
        self.show_differences = show_differences
        self.groups = {}
        self.reasons = collections.Counter()

    def add(self, outcome):
        self.groups.setdefault(outcome.group, collections.Counter())[outcome.state] += 1
        if outcome.state == "skipped":
            self.reasons[outcome.details[0]] += 1
        if outcome.state == "failed":
            print(f"FAIL {outcome.id}", flush=True)
            if self.show_differences:
                for text in outcome.details:
                    print("  " + text.replace("\n", "\n  "))

    def total(self, state):
        return sum(counts[state] for counts in self.groups.values())

    def finish(self, seconds):
        if self.groups:
            width = max(len(group) for group in self.groups)
            for group, counts in self.groups.items():
                print(f"{group:{width}}  {phrase(counts)}")
        for reason, count in sorted(self.reasons.items()):
            print(f"skipped {count}: {reason}")
        print(f"played in {seconds:.1f} s")
        print(phrase({state: self.total(state) for state in ("passed", "failed", "skipped")}), flush=True)


def phrase(counts):
    return ", ".join(f"{counts[state]} {state}" for state in ("passed", "failed", "skipped"))
