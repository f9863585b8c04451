"""Two rounds with people in common, and when a change or a gap is worth an alarm."""

import numpy as np
import pytest

from appraisal import stats
from appraisal.stats import (
    Change,
    ChangeRule,
    Design,
    GapRule,
    Means,
    RatingCells,
    Ratings,
    Unusable,
    fallen,
    panel_change,
    risen,
    stratum_gaps,
)
from tests.stats.figures import Case, read, vector

PEOPLE = np.arange(6)


def said(scores: list[float], stratum: list[int] | None = None, weight: list[float] | None = None) -> RatingCells:
    """One department, one respondent a score."""
    who = np.arange(len(scores))
    design = Design.of(stratum or [0] * len(scores), None, weight)
    return RatingCells.of(design, Ratings.of(who, np.zeros_like(who), scores, departments=1))


def test_the_same_people_give_the_paired_test() -> None:
    now, before = np.array([50.0, 70, 90, 60, 80, 75]), np.array([40.0, 60, 90, 50, 85, 60])
    found = panel_change(said(now.tolist()), said(before.tolist()), PEOPLE, PEOPLE)
    paired = now - before
    assert found.difference[0] == pytest.approx(paired.mean())
    assert found.se[0] == pytest.approx(paired.std(ddof=1) / np.sqrt(6))
    assert found.df[0] == 5


def test_people_are_matched_by_code_and_not_by_row() -> None:
    now, before = [50.0, 70, 90, 60, 80, 75], [40.0, 60, 90, 50, 85, 60]
    plain = panel_change(said(now), said(before), PEOPLE, PEOPLE)
    turned = panel_change(said(now), said(before[::-1]), PEOPLE + 10, PEOPLE[::-1] + 10)
    assert turned.se[0] == pytest.approx(plain.se[0])


def test_weights_of_each_round_are_kept() -> None:
    now = said([0, 100, 100], weight=[2, 1, 1])
    found = panel_change(now, said([50, 50, 80], weight=[1, 1, 2]), [1, 2, 3], [1, 2, 3])
    assert found.difference[0] == pytest.approx(50 - 65)


def test_everybody_moving_alike_leaves_no_spread_and_no_test() -> None:
    found = panel_change(said([50, 60, 70]), said([40, 50, 60]), [1, 2, 3], [1, 2, 3])
    assert found.difference.tolist() == [10]
    assert np.isnan([found.se[0], found.p[0]]).all()


def test_a_department_rated_in_one_round_only_shows_no_change() -> None:
    found = panel_change(said([50, 60]), said([np.nan, np.nan]), [1, 2], [1, 2])
    assert np.isnan(found.difference[0])


@pytest.mark.reference
def test_with_nobody_in_common_it_is_the_change_between_independent_rounds() -> None:
    wanted, now, before = read("r-survey", "yeardiff.json"), Case("small"), Case("lastyear")
    found = panel_change(now.cells, before.cells, np.arange(300), 300 + np.arange(300))
    assert found.difference == pytest.approx(vector(wanted["diff"]), rel=1e-9)
    assert found.se == pytest.approx(vector(wanted["se"]), rel=1e-9)


@pytest.mark.reference
@pytest.mark.parametrize("kind", ["design", "preset"])
def test_the_same_round_twice_shares_all_of_its_variance(kind: str) -> None:
    now = Case("small")
    weights = None if kind == "design" else np.tile(now.preset, (8, 1))
    turned = now.cells.valued(100 - now.ratings.value)
    found = panel_change(now.cells, turned, np.arange(300), np.arange(300), weights=weights)
    own = stats.design_means(now.cells) if weights is None else stats.preset_means(now.cells, weights, pool_below=0)
    assert found.difference == pytest.approx(2 * own.value - 100)
    assert found.se == pytest.approx(2 * own.se, rel=1e-9 if weights is None else 0.05)


@pytest.mark.parametrize("asked", [30, 60])
def test_intervals_of_a_rotating_panel_hold_what_they_promise(asked: int) -> None:
    """100 people, two random samples that share some of them by chance: the change is inside in 95 %."""
    rng, truth, held = np.random.default_rng(asked), np.linspace(20, 80, 100), 0
    second = truth + np.random.default_rng(1).normal(5, 5, 100)
    for _ in range(400):
        rounds = [np.sort(rng.choice(100, asked, replace=False)) for _ in range(2)]
        cells = [sampled(score[who]) for score, who in zip((second, truth), rounds, strict=True)]
        found = panel_change(*cells, *rounds)
        held += bool(found.low[0] <= (second - truth).mean() <= found.high[0])
    assert 0.92 <= held / 400 <= 0.98


def sampled(scores: np.ndarray) -> RatingCells:
    """One department rated by a random part of a stratum of 100 people."""
    who = np.arange(scores.size)
    design = Design.of(np.zeros_like(who), [100])
    return RatingCells.of(design, Ratings.of(who, np.zeros_like(who), np.clip(scores, 0, 100), departments=1))


def test_a_single_person_in_common_tells_nothing() -> None:
    found = panel_change(said([50, 60, 80]), said([50, 40, 60]), [1, 2, 3], [3, 4, 5])
    assert found.se[0] == pytest.approx(
        stats.change(*(stats.design_means(said(s)) for s in ([50, 60, 80], [50, 40, 60]))).se[0]
    )


REFUSED = [
    (lambda: panel_change(said([1]), said([1], [0]), [1], [1, 2]), "person_before has shape"),
    (lambda: panel_change(said([1, 2]), said([1, 2]), [1, 1], [1, 2]), r"person_now\[1\]: person 1 a second time"),
    (
        lambda: panel_change(said([1, 2], [0, 1]), said([1, 2], [1, 0]), [4, 5], [4, 5]),
        "person 4 is in another stratum",
    ),
    (lambda: panel_change(said([1, 2], [0, 1]), said([1, 2], [0, 0]), [4, 5], [4, 5]), "same departments and strata"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_rounds_that_do_not_match_are_refused(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Unusable, match=message):
        call()


def moved(difference: float, q: float) -> Change:
    return Change(*(np.array([each]) for each in (difference, 1.0, 99.0, difference - 2, difference + 2, q, q)))


@pytest.mark.parametrize(
    ("difference", "q", "n", "alarm"),
    [(-6, 0.01, 30, True), (6, 0.01, 30, False), (-4, 0.01, 30, False), (-6, 0.06, 30, False), (-6, 0.01, 29, False)],
)
def test_a_drop_needs_size_and_certainty_and_ratings(difference: float, q: float, n: int, alarm: bool) -> None:
    assert fallen(moved(difference, q), [n]).tolist() == [alarm]
    assert risen(moved(-difference, q), [n], ChangeRule()).tolist() == [alarm]


def test_a_rising_share_of_a_mark_counts_from_five_points_and_an_unknown_q_never() -> None:
    assert risen(moved(0.06, 0.01), [99]).tolist() == [True]
    assert risen(moved(0.04, 0.01), [99]).tolist() == [False]
    assert fallen(moved(-50, np.nan), [99]).tolist() == [False]


def test_a_number_of_ratings_is_needed_for_every_change() -> None:
    with pytest.raises(Unusable, match="one number of ratings each"):
        fallen(moved(-9, 0.01), [99, 99])


def strata(value: list[list[float]], n: int = 100, se: float = 2.0) -> Means:
    table = np.array(value)
    return Means(np.full(table.shape, n), table, np.full(table.shape, se), np.full(table.shape, n - 1.0), table * 0 + 1)


def test_the_usual_mildness_of_a_stratum_is_no_gap() -> None:
    """Citizens give 15 points less everywhere; one department where they give the same stands out."""
    firms = [80.0] * 12
    found = stratum_gaps(strata([firms, [65.0] * 11 + [80.0]]))
    assert found.pairs.tolist() == [[0, 1]]
    assert found.usual.tolist() == [15]
    assert found.flagged[0].tolist() == [False] * 11 + [True]


def test_with_few_departments_the_gap_itself_is_tested_for_every_pair() -> None:
    found = stratum_gaps(strata([[80.0], [65.0], [79.0]]))
    assert found.pairs.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert found.usual.tolist() == [0, 0, 0]
    assert found.flagged.ravel().tolist() == [True, False, True]
    assert found.se[0, 0] == pytest.approx(np.sqrt(8))
    assert found.df[0, 0] == pytest.approx(198)


@pytest.mark.parametrize("means", [strata([[80.0], [50.0]], n=29), strata([[80.0], [50.0]], se=0.0)])
def test_a_handful_of_ratings_or_no_spread_show_no_gap(means: Means) -> None:
    found = stratum_gaps(means)
    assert np.isnan([found.difference[0, 0], found.p[0, 0]]).all()
    assert not found.flagged.any()


def test_a_gap_must_matter_and_one_stratum_has_none() -> None:
    assert not stratum_gaps(strata([[80.0], [65.0]]), GapRule(points=16)).flagged.any()
    assert stratum_gaps(strata([[80.0]])).p.shape == (0, 1)


def test_gaps_need_a_table_of_strata() -> None:
    with pytest.raises(Unusable, match="strata × departments"):
        stratum_gaps(stats.Means(*(np.zeros(2),) * 5))
