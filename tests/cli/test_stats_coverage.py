"""The simulation itself: its truth is the truth, and what it measures keeps what it promises, within wide bounds."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from appraisal import stats
from appraisal.cli import main
from appraisal.cli.statistics import coverage, coverage_city, coverage_families, coverage_intervals
from appraisal.cli.statistics.coverage_city import CEILING, LOT, MODERATE, PRESET
from appraisal.cli.statistics.coverage_line import AROUND, COVERED, FALSE, Aim, Line, table

ROUNDS = 40


def chance(seed: int = 20260101) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def at_thirty() -> dict[tuple[str, str], Line]:
    lines = coverage_intervals.interval_lines(CEILING, 30, ROUNDS, chance())
    return {(one.figure, one.method): one for one in lines}


@pytest.mark.parametrize("case", [MODERATE, CEILING, LOT])
def test_a_drawn_round_has_about_the_ratings_that_were_asked_for(case: coverage_city.Case) -> None:
    place = coverage_city.city(case, 100, coverage_city.spread_out(20), chance())
    n = place.drawn(chance()).scores.n.sum(axis=0)
    assert 70 < n.min() <= n.max() < 130
    assert n.mean() == pytest.approx(100, abs=5)


def test_nobody_is_drawn_twice_and_each_stratum_gives_its_number() -> None:
    place = coverage_city.city(MODERATE, 30, [0.0, 0.1], chance())
    place = coverage_city.City(place.sampled, place.stratum, np.arange(place.stratum.size)[:, None], place.mark)
    drawn = place.drawn(chance())
    assert np.unique(drawn.option).size == drawn.option.size == place.sampled.sum()
    assert (drawn.design.strata.sampled == place.sampled).all()


def test_about_ninety_four_in_a_hundred_are_satisfied_under_the_ceiling() -> None:
    counts = coverage_city.city(CEILING, 300, coverage_city.spread_out(20), chance()).everybody().scores.counts
    shares = counts.sum(axis=(0, 1)) / counts.sum()
    assert shares[:2].sum() == pytest.approx(0.93, abs=0.02)
    assert shares[4] == pytest.approx(0.01, abs=0.006)


def test_departments_of_equal_quality_have_exactly_equal_true_scores() -> None:
    place = coverage_city.city(MODERATE, 30, [0.3, 0.0, 0.3, 0.3], chance()).everybody()
    value = stats.preset_means(place.scores, np.tile(PRESET, (4, 1))).value
    assert value[[2, 3]] == pytest.approx(value[[0, 0]], abs=1e-12)
    assert coverage_families.true_ranks(value).tolist() == [[1, 3], [4, 4], [1, 3], [1, 3]]


def test_the_answers_of_a_person_move_together() -> None:
    option = coverage_city.city(LOT, 300, [0.0, 0.5], chance()).everybody().option
    assert np.corrcoef(option.T)[0, 1] > 0.15


def test_the_lot_gives_every_respondent_a_paper_of_the_same_size() -> None:
    drawn = coverage_city.city(LOT, 30, coverage_city.spread_out(20), chance()).drawn(chance())
    assert set((drawn.option >= 0).sum(axis=1)) == {6}
    assert drawn.design.strata.asked == pytest.approx(0.3)


def test_careful_intervals_hold_the_truth_where_plain_ones_are_too_short(
    at_thirty: dict[tuple[str, str], Line],
) -> None:
    plain, careful = (at_thirty["population score", method] for method in ("t", "careful"))
    assert plain.rate < 0.92 < 0.925 < careful.rate < 0.975
    assert 0.92 < at_thirty["preset score", "careful"].rate < 0.985


def test_careful_intervals_of_rare_shares_cover_what_they_say(at_thirty: dict[tuple[str, str], Line]) -> None:
    careful = [one for one in at_thirty.values() if one.method == "careful" and ", " in one.figure]
    exact = [one for one in at_thirty.values() if one.method == "Korn-Graubard"]
    assert len(careful) == len(exact) == 4
    assert all(0.92 < one.rate < 0.985 for one in careful)
    assert all(one.rate > 0.97 for one in exact)


def test_changes_and_contrasts_cover_what_they_say(at_thirty: dict[tuple[str, str], Line]) -> None:
    found = [one for one in at_thirty.values() if one.method == "t, df over strata"]
    assert len(found) == 4
    assert all(0.90 < one.rate < 0.98 for one in found)


def test_ignoring_the_lot_makes_intervals_too_short() -> None:
    lines = coverage_intervals.interval_lines(LOT, 100, ROUNDS, chance())
    rate = {one.method: one.rate for one in lines if one.figure == "preset score"}
    assert rate["t, lot ignored"] < 0.92 < rate["t"] <= rate["careful"] + 0.03
    assert rate["careful"] > 0.925


def test_rank_sets_hold_all_true_ranks_even_where_all_are_equal() -> None:
    lines = coverage_families.rank_lines(CEILING, 30, 12, ROUNDS, chance())
    rate = {(one.figure, one.method): one.rate for one in lines}
    assert len(rate) == 7
    assert all(rate[f"12 departments, {truth}", "table"] >= 0.925 for truth in coverage_families.TRUTHS)
    hardest = "12 departments, all equal"
    assert rate[hardest, "table, variances as known"] < rate[hardest, "table"]


def test_flags_are_rarely_false_and_find_what_was_planted() -> None:
    rate = {(one.figure, one.method): one.rate for one in coverage_families.flag_lines(300, 12, chance())}
    assert all(found <= 0.05 for (figure, _), found in rate.items() if figure.startswith("false"))
    found = [rate["found, a tenth planted", method] for method in ("BH alone", "BY alone", "flags (BH and effect)")]
    assert 0.4 < found[1] < found[0]
    assert 0.7 < found[2] <= found[0]


def test_an_unranked_department_has_no_rank_to_hold() -> None:
    sets = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 3.0]])
    assert coverage_families.holding(sets, np.array([[1, 1], [2, 2], [2, 2]])).tolist() == [1.0, 1.0, 0.0]


def test_the_error_is_that_of_independent_rounds_and_missing_intervals_are_told_apart() -> None:
    held = np.array([[1.0, 1.0], [0.0, np.nan], [1.0, 0.0], [np.nan, np.nan]])
    line = Line.of("a", "b", "c", 30, held, AROUND)
    assert line.rate == pytest.approx(3 / 5)
    assert line.error == pytest.approx(np.std([1, 0, 0.5], ddof=1) / np.sqrt(3))
    assert (line.least, line.none, line.rounds) == (0.5, 3 / 8, 4)


@pytest.mark.parametrize(
    ("rate", "aim", "shown"), [(0.99, AROUND, "↑"), (0.5, COVERED, "↓"), (0.9, FALSE, "↑"), (0.96, AROUND, "0.0 |")]
)
def test_what_misses_its_aim_is_marked_in_the_table(rate: float, aim: Aim, shown: str) -> None:
    line = Line.of("a", "b", "c", 30, np.full((100, 1), rate), aim)
    assert f"{100 * rate:.1f} ± 0.0" in table(("x", "y", "z"), [line], markdown=True)
    assert shown in table(("x", "y", "z"), [line], markdown=True)


def test_sizes_that_were_not_tried_stay_empty() -> None:
    lines = [Line.of(name, "b", "c", n, np.ones((9, 1)), COVERED) for name, n in (("a", 30), ("d", 100))]
    assert table(("x", "y", "z"), lines, markdown=False).splitlines() == [
        "x  y  z  n = 30       n = 100",
        "a  b  c  100.0 ± 0.0",
        "d  b  c               100.0 ± 0.0",
    ]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "SIZES", (30,))
    monkeypatch.setattr(coverage, "LOT_SIZES", (30,))
    monkeypatch.setattr(coverage, "TABLES", ((6, 30),))
    monkeypatch.setattr(coverage, "FLAGGED", (30,))


@pytest.mark.usefixtures("few")
def test_the_command_prints_three_tables_and_repeats_itself_with_the_same_seed() -> None:
    words = ["bench", "coverage", "--replicates", "4", "--seed", "3"]
    plain, again = (CliRunner().invoke(main, words) for _ in range(2))
    assert plain.exit_code == 0, plain.output
    assert plain.stdout == again.stdout
    assert plain.stdout.count("n = 30") == 3
    assert CliRunner().invoke(main, [*words, "--markdown"]).stdout.count("\n| ---") == 3


@pytest.mark.usefixtures("few")
def test_the_command_gives_every_figure_with_its_error_as_json() -> None:
    result = CliRunner().invoke(main, ["bench", "coverage", "--replicates", "4", "--json"])
    found = json.loads(result.stdout)
    assert set(found) == {"intervals", "ranks", "flags"}
    every = [one for lines in found.values() for one in lines]
    assert all(0 <= one["rate"] <= 1 and one["error"] >= 0 and one["rounds"] >= 4 for one in every)
