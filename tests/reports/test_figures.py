"""A figure reads the same wherever it stands, and "no result" never reads as 0."""

import doctest
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.model.results import Change, Estimate
from appraisal.reports import figures

NONE = Estimate(None, None, None, None, None, 0)


def test_the_examples_in_the_documentation_run() -> None:
    tried = doctest.testmod(figures)
    assert tried.attempted > 10
    assert tried.failed == 0


@pytest.mark.parametrize("one", [figures.score, figures.share, figures.points, figures.whole, figures.correlation])
def test_no_result_is_a_dash(one: Callable[[None], str]) -> None:
    assert one(None) == "—"


@pytest.mark.parametrize("ends", [figures.score_interval, figures.share_interval])
def test_no_interval_is_a_dash(ends: Callable[[Estimate], str]) -> None:
    assert ends(NONE) == "—"


@given(st.floats(-100, 100))
def test_a_difference_keeps_its_sign_or_is_nothing(value: float) -> None:
    said = figures.points(value)
    assert said == "0.0" or (said[0] == "+" and value > 0) or (said[0] == "−" and value < 0)


@given(st.integers(0, 100_000))
def test_a_band_holds_its_count_and_hides_what_is_small(count: int) -> None:
    said = figures.band(count, "zh")
    if count < 5:
        assert said == "不足5人次"
    elif count >= 1000:
        assert said == "1000人次以上"
    else:
        low, high = said.removesuffix("人次").split("–")
        assert int(low) <= count <= int(high)


@pytest.mark.parametrize(
    ("count", "said"), [(4, "fewer than 5 people"), (12, "10–29 people"), (5000, "1000 people or more")]
)
def test_bands_are_said_in_english_too(count: int, said: str) -> None:
    assert figures.band(count, "en") == said


@pytest.mark.parametrize(("count", "said"), [(0, "0"), (1, "不足5"), (4, "不足5"), (5, "5"), (1234, "1,234")])
def test_a_small_count_is_withheld_but_nobody_is_nobody(count: int, said: str) -> None:
    assert figures.shown_count(count, "zh") == said


def test_an_interval_around_zero_shows_both_signs() -> None:
    assert figures.points_interval(Change(80, 0.5, -1.04, 2.04, 0.4, False)) == "−1.0 – +2.0"
