"""What a round waits for, told by its history."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.model import round_job
from appraisal.model.faults import Refused
from appraisal.model.round_job import ASKING, FAILED, RoundJob, Standing, failure_note, read_failure, standing

ACTIONS = ("create", "open", *ASKING, "open_ballots", "score", FAILED, "publish")


def test_the_examples_in_the_documentation_run() -> None:
    tried = doctest.testmod(round_job)
    assert (tried.attempted > 1, tried.failed) == (True, 0)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([], Standing()),
        (["close"], Standing(waiting=RoundJob.OPENING)),
        (["close", "open_ballots"], Standing()),
        (["close", "fail"], Standing(failed=RoundJob.OPENING)),
        (["close", "fail", "ask_opening"], Standing(waiting=RoundJob.OPENING)),
        (["close", "open_ballots", "ask_scoring", "fail"], Standing(failed=RoundJob.SCORING)),
        (["close", "open_ballots", "ask_scoring", "fail", "ask_scoring", "score"], Standing()),
        (["ask_scoring", "fail", "publish"], Standing()),
    ],
)
def test_the_history_says_what_is_waited_for(actions: list[str], expected: Standing) -> None:
    assert standing(actions) == expected


@given(st.lists(st.sampled_from(ACTIONS)))
def test_a_round_waits_exactly_while_its_last_word_is_a_request(actions: list[str]) -> None:
    found = standing(actions)
    assert (found.waiting is not None) == (bool(actions) and actions[-1] in ASKING)
    assert found.waiting is None or found.failed is None


@given(st.text(), st.integers())
def test_a_failure_is_read_back_with_its_parts(word: str, number: int) -> None:
    refusal = read_failure(failure_note(Refused("%(word)s：%(number)s", word=word, number=number)))
    assert str(refusal) == f"{word}：{number}"
