"""The measurement runs and stops by itself; how fast the machine is, no test says."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from appraisal.cli import main
from appraisal.cli.statistics import in_memory, peers

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


def test_packages_that_are_not_installed_are_named_as_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = CliRunner().invoke(main, [*FEW, "--beside", "300"])
    assert result.exit_code == 0, result.output
    lines = {line[:15].strip(): line.split() for line in result.stdout.splitlines()}
    assert lines["R survey"][-2:] == ["not", "installed"]
    assert lines["appraisal.stats"][1] == "300"
    assert float(lines["appraisal.stats"][-1]) == 1.0


def test_packages_that_are_installed_give_our_figures_and_take_longer() -> None:
    timed = {one.who: one.cpu_s for one in peers.beside(2_000)}
    assert list(timed) == ["appraisal.stats", "numpy", "svy", "R survey"]
    assert timed["numpy"] > 0
    for who in ("svy", "R survey"):
        assert timed[who] is None or timed[who] > timed["appraisal.stats"], who


def test_a_package_with_other_figures_stops_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"cpu_s": 1.0, "mean": [0.0] * in_memory.DEPARTMENTS, "se": [0.0] * in_memory.DEPARTMENTS}
    monkeypatch.setattr(peers, "PEERS", {"another": lambda path: wrong})
    with pytest.raises(ArithmeticError, match="another gives another mean"):
        peers.beside(200)
