"""The measurement runs and stops by itself; how fast the machine is, no test says."""

import json

import pytest
from click.testing import CliRunner

from appraisal.cli import main
from appraisal.cli.statistics import in_memory

FEW = ("bench", "stats", "--small", "150", "--large", "200", "--huge", "500")


def test_the_measurement_prints_what_is_asked_of_it_as_json() -> None:
    result = CliRunner().invoke(main, [*FEW, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {size: set(figures) for size, figures in found.items()} == {
        "150": {"scores_cpu_s", "page_cpu_s"},
        "200": {"scores_cpu_s", "covariance_cpu_s"},
        "500": {"ratio_to_numpy", "peak_mb"},
    }
    assert all(figure > 0 for figures in found.values() for figure in figures.values())


def test_the_estimate_that_is_timed_equals_the_lower_bound() -> None:
    arrays = in_memory.made(400)
    mean, se = in_memory.lower_bound(*arrays)
    found = in_memory.estimated(*arrays)
    assert found.value == pytest.approx(mean)
    assert found.se == pytest.approx(se)
    assert in_memory.measured(400)["peak_mb"] > 10
