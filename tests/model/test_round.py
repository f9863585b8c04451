"""A round's policy and frozen line: read back as written, and the same numbers always the same hash."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.model.faults import Refused
from appraisal.model.round import NOT_NOW, ROUND_MOVES, Combine, Group, Policy, RoundState, SlipForm, next_state
from tests.makers import make_plan, make_policy

WEIGHTS = st.dictionaries(st.sampled_from(["enterprise", "citizen", "deputy"]), st.integers(0, 1000), min_size=1)


def with_weights(weights: Mapping[str, float]) -> str:
    plan = make_plan()
    groups = tuple(Group(group.code, group.name, weights) for group in plan.groups)
    return replace(plan, groups=groups).frozen_json()


def test_a_policy_is_read_back_as_it_was_written() -> None:
    policy = make_policy(combine=Combine.POPULATION, minimum_n=7, flag_q=0.1)
    assert Policy.from_json(policy.to_json()) == policy


@given(WEIGHTS)
def test_a_whole_number_freezes_to_the_same_hash_as_its_float(weights: dict[str, int]) -> None:
    assert with_weights(weights) == with_weights({code: float(weight) for code, weight in weights.items()})


@given(WEIGHTS)
def test_the_order_of_the_weights_makes_no_difference_but_their_size_does(weights: dict[str, int]) -> None:
    assert with_weights(weights) == with_weights(dict(reversed(weights.items())))
    assert with_weights(weights) != with_weights({code: weight + 1 for code, weight in weights.items()})


def test_no_two_rounds_share_what_is_frozen() -> None:
    plan = make_plan()
    changed = [
        replace(plan, code="2026-2"),
        replace(plan, title=replace(plan.title, en="Another title")),
        replace(plan, kind="专项"),
        replace(plan, opens_on=plan.opens_on - timedelta(days=1)),
        replace(plan, closes_on=plan.closes_on + timedelta(days=1)),
        replace(plan, office=replace(plan.office, contact="另一组")),
        replace(plan, previous="2025-1"),
        replace(plan, per_ballot=plan.per_ballot + 1),
    ]
    assert len({one.frozen_json() for one in [plan, *changed]}) == len(changed) + 1


def test_how_slips_look_is_frozen_and_a_round_without_a_choice_keeps_its_hash() -> None:
    plan = make_plan()
    letter, online = replace(plan.office, slip_form=SlipForm.LETTER), replace(plan.office, website="https://a.example")
    frozen = {replace(plan, office=office).frozen_json() for office in (plan.office, letter, online)}
    assert len(frozen) == 3
    assert set(json.loads(plan.frozen_json())["office"]) == {"name", "number_mark", "contact", "copy_to"}


def test_what_is_frozen_changes_with_everything_that_makes_a_score() -> None:
    plan = make_plan()
    changed = [
        replace(plan, policy=make_policy(minimum_n=31)),
        replace(plan, departments=plan.departments[:-1]),
        replace(plan, strata=(replace(plan.strata[0], population=401), *plan.strata[1:])),
        replace(plan, groups=plan.groups[:-1]),
        replace(plan, questionnaire_source=plan.questionnaire_source + "# "),
    ]
    assert len({one.frozen_json() for one in [plan, *changed]}) == len(changed) + 1


@pytest.mark.parametrize("state", RoundState)
@pytest.mark.parametrize("action", ["open", "close", "score", "publish", "delete", ""])
def test_only_the_moves_of_the_table_are_legal(state: RoundState, action: str) -> None:
    if (state, action) in ROUND_MOVES:
        assert next_state(state, action) is ROUND_MOVES[state, action]
    else:
        with pytest.raises(Refused, match=NOT_NOW[state]):
            next_state(state, action)
