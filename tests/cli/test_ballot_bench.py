"""``appraisal bench collect`` as it is called, with few journeys: what it prints, and that every ballot is there afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
FEW = ["--journeys", "40", "--paged-journeys", "8", "--turns", "1", "--respondents", "4", "--json"]


@pytest.mark.timeout(180)
def test_the_benchmark_finds_every_acknowledged_ballot_and_prints_its_figures() -> None:
    command = [sys.executable, "-m", "appraisal.cli", "bench", "collect", *FEW]
    done = subprocess.run(
        command, check=False, cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True
    )
    found = json.loads(done.stdout)
    assert (done.returncode, found["errors"]) == (0, 0), done.stderr.decode()
    assert found["stored"] == found["accepted"] > 48
    assert set(found["one_page"]) == {"journeys_per_s", "cpu_ms", "ratio_to_bare", "post_p99_ms"}
    assert min(found["one_page"].values()) > 0
    assert min(found["paged"].values()) > 0
    assert found["workers_mb"] > 0
