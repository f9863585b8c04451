"""The league table under other fair choices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from appraisal import stats
from appraisal.stats import CountCells, Scenario, Strata, Unusable

NAN = float("nan")
COUNTS = [[[8, 1, 1], [5, 5, 2], [0, 0, 9]], [[1, 1, 8], [4, 4, 0], [0, 0, 1]]]
WEIGHTS = [[3, 1]] * 3


@pytest.fixture
def official() -> Scenario:
    return Scenario("official", CountCells.of(Strata.of([12, 12], [40, NAN]), COUNTS, [100, 50, NAN]), WEIGHTS)


def test_every_scenario_is_scored_as_the_official_one_is(official: Scenario) -> None:
    harder = official.cells.valued([100, 0, NAN])
    equal = stats.equal_weights(WEIGHTS)
    found = stats.sensitivity(official, [Scenario("equal", official.cells, equal), Scenario("map", harder, WEIGHTS)])
    assert found.names == ("official", "equal", "map")
    for row, means in enumerate(
        [
            stats.preset_means(official.cells, WEIGHTS),
            stats.preset_means(official.cells, equal),
            stats.preset_means(harder, WEIGHTS),
        ]
    ):
        assert found.value[row].tolist() == pytest.approx(means.value.tolist(), nan_ok=True)
        assert found.se[row].tolist() == pytest.approx(means.se.tolist(), nan_ok=True)
    assert found.difference[2, 0] == pytest.approx(found.value[2, 0] - found.value[0, 0])


def test_a_department_without_a_result_has_no_place(official: Scenario) -> None:
    found = stats.sensitivity(official, [])
    assert np.isnan(found.rank[0]).tolist() == [False, False, True]
    assert found.rank[0, :2].tolist() == [1, 2]
    assert (found.agreement[0], found.furthest[0]) == (1, 0)


def test_scores_without_some_ballots_are_those_of_the_others(official: Scenario) -> None:
    gone = np.array([[[2, 0, 1], [2, 1, 0], [0, 0, 2]], np.zeros((3, 3), dtype=int).tolist()])
    left = stats.without(official.cells, [3, 0], gone)
    alone = CountCells.of(Strata.of([9, 12], [40, NAN]), np.array(COUNTS) - gone, [100, 50, NAN])
    found = stats.sensitivity(official, [Scenario("left", left, WEIGHTS)])
    assert found.value[1].tolist() == pytest.approx(stats.preset_means(alone, WEIGHTS).value.tolist(), nan_ok=True)
    assert left.strata.weight.tolist() == alone.strata.weight.tolist()


def test_no_common_department_gives_no_agreement(official: Scenario) -> None:
    found = stats.sensitivity(official, [Scenario("none", official.cells.valued([NAN, NAN, NAN]), WEIGHTS)])
    assert np.isnan([found.agreement[1], found.furthest[1]]).all()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=9))
def test_agreement_is_kendalls(pairs: list[tuple[int, int]]) -> None:
    both = np.array(pairs)
    cells = [CountCells.of(Strata.of([4]), [[[v, 4 - v] for v in side]], [100, 0]) for side in both.T.tolist()]
    ones = [[1]] * len(pairs)
    found = stats.sensitivity(Scenario("a", cells[0], ones), [Scenario("b", cells[1], ones)])
    varied = [len(set(side)) > 1 for side in both.T.tolist()]
    wanted = kendalltau(*both.T).statistic if all(varied) else NAN
    assert found.agreement[1] == pytest.approx(wanted, nan_ok=True)


def test_scenarios_score_the_same_departments(official: Scenario) -> None:
    fewer = Scenario("fewer", CountCells.of(Strata.of([4]), [[[1, 1]]], [100, 0]), [[1]])
    with pytest.raises(Unusable, match="fewer: 1 departments, official has 3"):
        stats.sensitivity(official, [fewer])


def test_no_more_ballots_leave_than_there_are(official: Scenario) -> None:
    gone = np.zeros((2, 3, 3), dtype=int)
    gone[1, 2, 2] = 2
    with pytest.raises(Unusable, match="stratum 1, department 2, option 2: 2 ratings to take out of 1"):
        stats.without(official.cells, [0, 2], gone)
    with pytest.raises(Unusable, match="do not fit"):
        stats.without(official.cells, [0], gone)
    with pytest.raises(Unusable, match=r"sampled\[0\] is -1"):
        stats.without(official.cells, [13, 0], np.zeros((2, 3, 3), dtype=int))
