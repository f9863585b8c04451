"""Words that stick to a department, and texts that are nearly the same."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from appraisal import stats
from appraisal.stats import Unusable
from appraisal.stats.texts import jaccard

TEXTS = st.lists(st.lists(st.sampled_from("甲乙丙丁"), max_size=9), max_size=12)


def test_spellings_of_a_word_are_one() -> None:
    found = stats.count_words([["ＷｉＦｉ", "差"], ["wifi"], [" WIFI "], ["", "　"]], [0, 1, 1, 1], departments=2)
    assert found.words == ("wifi",)
    assert found.counts.tolist() == [[1], [2]]


@given(TEXTS)
def test_normalising_twice_changes_nothing(texts: list[list[str]]) -> None:
    words = [*(word for text in texts for word in text), "ǅ", "ﬁ", "①", "Ａ"]
    assert [stats.normalised(stats.normalised(word)) for word in words] == [stats.normalised(word) for word in words]


def test_a_text_counts_a_word_once_and_rare_words_are_left_out() -> None:
    texts = [["推诿"] * 9, ["推诿", "快"], ["快", "推诿"], ["慢"]]
    found = stats.count_words(texts, [0, 0, 1, 1], departments=3)
    assert found.words == ("推诿",)
    assert found.counts.tolist() == [[2], [1], [0]]


def test_the_word_planted_at_one_department_stands_out() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(20, size=(8, 30))
    counts[3, 7] += 40
    found = stats.over_represented(counts)
    assert np.argwhere(found.q <= 0.05).tolist() == [[3, 7]]
    assert found.z[3, 7] == np.nanmax(found.z)


def test_log_odds_equal_the_formula_by_hand() -> None:
    found = stats.over_represented([[6, 4], [10, 80]], strength=10)
    wanted = np.log((6 + 1.6) / (4 + 8.4)) - np.log((10 + 1.6) / (80 + 8.4))
    error = np.sqrt(1 / 7.6 + 1 / 11.6)
    assert found.log_odds[0, 0] == pytest.approx(wanted)
    assert found.se[0, 0] == pytest.approx(error)
    assert found.z[0, 0] == pytest.approx(wanted / error)


def test_two_departments_mirror_each_other() -> None:
    found = stats.over_represented(np.random.default_rng(1).poisson(9, size=(2, 12)))
    assert found.z[0] == pytest.approx(-found.z[1])


@pytest.mark.parametrize("spoken", [30, 300])
def test_words_at_random_are_rarely_called_special(spoken: int) -> None:
    rng = np.random.default_rng(9)
    share = rng.dirichlet(np.full(200, 0.7))
    alarms = sum(
        (stats.over_represented(rng.multinomial(spoken, share, size=20)).q <= 0.05).any().item() for _ in range(200)
    )
    assert alarms <= 17  # 5 % of 200, and what chance adds to that once in forty times


def test_p_is_the_exact_chance_that_so_many_of_a_words_texts_are_the_departments() -> None:
    found = stats.over_represented([[6, 4], [10, 80]])
    assert found.p[0, 0] == pytest.approx(binom.sf(5, 16, 10 / 100))


def test_a_department_without_words_and_a_word_without_departments_say_nothing() -> None:
    found = stats.over_represented([[3, 4, 0], [0, 0, 0], [5, 1, 0]])
    assert np.isnan(found.z[1]).all()
    assert np.isnan(found.q[:, 2]).all()
    assert not np.isnan(found.p[0, :2]).any()
    for alone in ([[3, 4], [0, 0]], [[3], [5]], np.empty((2, 0), dtype=int)):
        assert np.isnan(stats.over_represented(alone).p).all()


@pytest.mark.parametrize("counts", [[1, 2], [[-1]], [[0.5]]])
def test_words_must_be_counted(counts: list[object]) -> None:
    with pytest.raises(Unusable, match="departments × words"):
        stats.over_represented(counts)


def test_a_prior_needs_strength_and_every_text_a_department() -> None:
    with pytest.raises(Unusable, match="strength is 0"):
        stats.over_represented([[1]], strength=0)
    with pytest.raises(Unusable, match="department has 1 entries for 2 texts"):
        stats.count_words([["甲"], ["乙"]], [0], departments=1)


def test_copies_are_grouped_and_short_texts_are_not() -> None:
    long = list("办事大厅的窗口人员态度恶劣反复推诿")
    texts = [long, ["没有", "意见"], [*long, "！"], ["没有", "意见"], list("道路坑洼积水严重希望尽快修好"), long]
    (group,) = stats.near_duplicates(texts)
    assert group.members == (0, 2, 5)
    assert group.likeness == pytest.approx(16 / 17)


def test_a_chain_tells_its_weakest_link() -> None:
    words = [str(number) for number in range(12)]
    chain = [words[:9], words[1:10], words[2:11], words[2:11]]
    (group,) = stats.near_duplicates(chain, 0.6, shingle=1)
    assert group.members == (0, 1, 2, 3)
    assert group.likeness == pytest.approx(0.8)


def test_only_equal_texts_are_grouped_at_a_likeness_of_one() -> None:
    texts = [list("甲乙丙丁戊己"), list("甲乙丙丁戊庚"), list("甲乙丙丁戊己")]
    (group,) = stats.near_duplicates(texts, 1.0)
    assert (group.members, group.likeness) == ((0, 2), 1.0)


@settings(deadline=None)
@given(TEXTS)
def test_groups_are_those_of_comparing_every_pair(texts: list[list[str]]) -> None:
    sets = {at: frozenset(pairwise(text)) for at, text in enumerate(texts) if len(text) >= 5}
    wanted = {(i, j) for i in sets for j in sets if i < j and jaccard(sets[i], sets[j]) >= 0.9}
    found = stats.near_duplicates(texts, 0.9)
    together = {(i, j) for one in found for i in one.members for j in one.members if i < j}
    assert wanted <= together
    assert all(any(member in pair for pair in wanted) for one in found for member in one.members)


def test_groups_share_no_text_and_the_largest_comes_first() -> None:
    first, second = list("甲乙丙丁戊己庚"), list("子丑寅卯辰巳午")
    found = stats.near_duplicates([first, second, second, first, second])
    assert [one.members for one in found] == [(1, 2, 4), (0, 3)]


@pytest.mark.parametrize(
    ("wrong", "why"), [({"at_least": 0.4}, "at_least is 0.4"), ({"shingle": 0}, "shingle is 0: at least 1 word")]
)
def test_texts_are_compared_within_limits_only(wrong: dict[str, float], why: str) -> None:
    with pytest.raises(Unusable, match=why):
        stats.near_duplicates([], **wrong)  # type: ignore[arg-type]
