"""Who is asked about which departments: balance where everybody may rate everything, and what is left of it where not."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal import stats
from appraisal.stats import Unusable


def everybody(respondents: int, departments: int) -> np.ndarray:
    return np.ones((respondents, departments), dtype=bool)


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_hundred_departments_stand_on_the_lines_that_the_plane_of_order_11_leaves() -> None:
    blocks = stats.affine_blocks(100)
    assert Counter(block.size for block in blocks) == {9: 110, 10: 11, 11: 9}
    assert Counter(np.bincount(np.concatenate(blocks)).tolist()) == {12: 99, 11: 1}


@given(st.integers(1, 130))
def test_every_two_departments_share_exactly_one_block(departments: int) -> None:
    met = np.zeros((departments, departments), dtype=int)
    for block in stats.affine_blocks(departments):
        met[np.ix_(block, block)] += 1
    assert set(met[np.triu_indices(departments, 1)].tolist()) <= {1}
    assert (np.diag(met) > 0).all()


@pytest.fixture(scope="module")
def even() -> stats.Assignment:
    return stats.assign(everybody(1000, 100), stratum=np.arange(1000) % 3, rng=rng())


def test_each_stratum_has_every_department_equally_often(even: stats.Assignment) -> None:
    assert even.replication.sum() == 12_000
    assert np.ptp(even.replication, axis=1).max() <= 1


def test_every_two_departments_are_together_nearly_equally_often(even: stats.Assignment) -> None:
    chance = np.array([rng(i).permutation(100)[:12] for i in range(1000)])
    table = np.zeros((1000, 100))
    np.put_along_axis(table, chance, 1, axis=1)
    by_lot = (table.T @ table)[np.triu_indices(100, 1)]
    found = even.report()
    assert found.mean == pytest.approx(1000 * 66 / 4950)
    assert found.spread < by_lot.std() / 3
    assert by_lot.min() < found.concurrence[0] <= found.mean <= found.concurrence[1] < by_lot.max()


def test_nobody_is_asked_about_a_department_twice(even: stats.Assignment) -> None:
    assert (even.given.sum(axis=1) == 12).all()
    assert np.diag(even.concurrence).tolist() == even.given.sum(axis=0).tolist()


def test_the_place_in_the_order_is_drawn_by_lot(even: stats.Assignment) -> None:
    assert even.position.sum(axis=1).tolist() == [1000] * 12
    spread = ((even.position - 10) ** 2 / 10).sum()
    assert 900 < spread < 1300
    assert even.report().position == (even.position.min(), even.position.max())


def test_the_same_seed_gives_the_same_assignment() -> None:
    first, again, other = (stats.assign(everybody(40, 9), load=4, rng=rng(seed)).department for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


@given(st.integers(0, 10_000), st.integers(1, 60), st.integers(1, 14), st.integers(1, 14))
def test_only_eligible_departments_are_given_and_as_many_as_there_are(
    seed: int, respondents: int, departments: int, load: int
) -> None:
    eligible = rng(seed).random((respondents, departments)) < 0.6
    found = stats.assign(eligible, load=load, stratum=rng(seed).integers(0, 3, respondents), rng=rng(seed))
    assert not (found.given & ~eligible).any()
    assert found.given.sum(axis=1).tolist() == np.minimum(eligible.sum(axis=1), load).tolist()
    assert found.report().short == np.count_nonzero(eligible.sum(axis=1) < load)
    assert found.position.sum() == found.given.sum() == (found.department >= 0).sum()


def test_departments_that_few_may_rate_get_all_of_them_and_the_others_stay_level() -> None:
    eligible = everybody(300, 20)
    eligible[30:, 0] = False
    found = stats.assign(eligible, load=5, rng=rng()).replication[0]
    assert found[0] >= 28
    assert np.ptp(found[1:]) <= 1


def test_pairs_that_nobody_may_have_are_not_missed() -> None:
    eligible = np.repeat([[True, True, False, False], [False, False, True, True]], 5, axis=0)
    found = stats.assign(eligible, load=2, stratum=np.repeat([0, 1], 5), rng=rng()).report()
    assert (found.apart, found.concurrence, found.replication.tolist()) == (0, (5, 5), [[5, 5], [5, 5]])
    lonely = stats.assign(everybody(3, 3), load=1, rng=rng()).report()
    assert (lonely.apart, lonely.mean) == (3, 0)


def test_nobody_to_ask_and_a_single_department_have_no_pairs() -> None:
    for found in (stats.assign(everybody(0, 3), rng=rng()), stats.assign(everybody(2, 1), rng=rng())):
        report = found.report()
        assert np.isnan([report.mean, report.spread]).all()
        assert (report.concurrence, report.apart) == ((0, 0), 0)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: stats.assign([[1, 0]], rng=rng()), "table of yes and no"),
    (lambda: stats.assign([True], rng=rng()), "table of yes and no"),
    (lambda: stats.assign(everybody(2, 0), rng=rng()), "table of yes and no"),
    (lambda: stats.assign(everybody(2, 2), load=0, rng=rng()), "load is 0"),
    (lambda: stats.assign(everybody(2, 2), stratum=[0], rng=rng()), "1 strata for 2 respondents"),
    (lambda: stats.affine_blocks(0), "at least one department"),
]


@pytest.mark.parametrize("case", range(len(REFUSED)))
def test_assignments_that_make_no_sense_are_refused(case: int) -> None:
    call, message = REFUSED[case]
    with pytest.raises(Unusable, match=message):
        call()
