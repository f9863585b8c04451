"""What is found and what is hidden for nothing, on texts made without the rules; `python -m tests.masking.measure` prints it."""

import pytest

from appraisal.masking import Masked
from tests.masking.clean import by_hand
from tests.masking.measure import Measured, clean_texts, hidden_share, measured, planted_texts
from tests.masking.numerals import NUMBERS
from tests.masking.sentences import FIRM, NAME, NUMBER, Planted


@pytest.fixture(scope="module")
def result() -> Measured:
    return measured(planted_texts())


def test_the_measured_set_is_large_enough() -> None:
    texts = planted_texts()
    assert len(texts) >= 2_000
    assert len({one.text for one in texts}) > 0.95 * len(texts)


def test_numbers_are_found(result: Measured) -> None:
    assert result.planted[NUMBER] > 1_000
    assert result.recall(NUMBER) >= 0.99


def test_names_of_people_are_found(result: Measured) -> None:
    assert result.planted[NAME] > 1_000
    assert result.recall(NAME) >= 0.95


def test_names_of_firms_are_found(result: Measured) -> None:
    assert result.planted[FIRM] > 500
    assert result.recall(FIRM) >= 0.95


def test_texts_without_personal_data_stay_readable() -> None:
    assert sum(map(len, clean_texts())) > 10_000
    assert hidden_share(clean_texts()) <= 0.03
    assert hidden_share(by_hand()) <= 0.03


def test_a_text_that_is_left_as_it_is_counts_as_missed() -> None:
    left = measured([Planted("找王芳", ((NAME, 1, 3),))], lambda text: Masked(text, ()))
    assert left.recall(NAME) == 0
    assert left.missed == ((NAME, "王芳", "找王芳"),)


def test_every_kind_of_number_is_among_the_texts() -> None:
    assert {"mobile", "landline", "identity", "bank card", "credit code", "plate", "passport"} <= NUMBERS.keys()
