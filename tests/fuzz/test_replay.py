# SPDX-License-Identifier: BSD-3-Clause
"""What fuzzing starts from, and what it once broke on, goes through every target in the build that is tested."""

import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import seeds  # noqa: E402

REPLAY = os.environ.get("WW_BUILD", f"{os.path.dirname(os.path.dirname(HERE))}/build") + "/bin/fuzz_replay"


@pytest.mark.parametrize("name", seeds.SEEDS)
def test_every_seed_holds(name, tmp_path):
    seeds.write(name, tmp_path)
    files = sorted(str(path) for path in tmp_path.iterdir())
    assert files
    environment = {**os.environ, "TZ": "UTC"}
    for begin in range(0, len(files), 500):
        command = [REPLAY, name, *files[begin : begin + 500]]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, check=False)
        assert done.returncode == 0, done.stderr[-4000:]


def test_every_target_has_seeds():
    with open(f"{HERE}/CMakeLists.txt", encoding="utf-8") as f:
        targets = [line.partition("(")[2].split()[0] for line in f if line.startswith("ww_fuzz_target(")]
    assert sorted(targets) == sorted(seeds.SEEDS)
