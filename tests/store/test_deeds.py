"""Every deed and every look in one list, newest first, page by page."""

from datetime import timedelta

import pytest

from appraisal import rounds
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, people
from appraisal.store.trails import Deed, Place, deeds
from tests.makers import NOW, make_ballot, make_scored_round, make_slip


@pytest.fixture
def record(db: Session) -> tuple[Deed, ...]:
    """A scored and published round, a closed slip, and a look; the whole record."""
    make_scored_round(db, [make_ballot("citizen", {"D1": "S1"})])
    make_slip(db, SlipState.CLOSED, "2026-1")
    rounds.publish(db, "2026-1", "zhuban", NOW)
    people.record(db, "zhuban", "comments.look", "2026-1/D1", NOW + timedelta(days=400))
    return deeds(db, None, 1000)


def test_every_step_of_rounds_problems_and_slips_is_there(record: tuple[Deed, ...]) -> None:
    done = {(deed.place.kind, deed.action) for deed in record}
    assert {("round", step) for step in ("create", "open", "close", "score", "publish")} <= done
    assert {("finding", step) for step in ("register", "judge", "bundle", "strike_off")} <= done
    assert {
        ("slip", step) for step in ("draft", "approve", "issue", "sign", "answer", "accept", "verify", "close")
    } <= done
    assert ("look", "comments.look") in done


def test_the_newest_comes_first_and_each_names_what_it_was_done_to(record: tuple[Deed, ...]) -> None:
    assert record[0].action == "comments.look"
    moments = [deed.place.at for deed in record]
    assert moments == sorted(moments, reverse=True)
    assert {deed.object for deed in record if deed.place.kind == "round"} == {"2026-1"}
    assert all(deed.object and deed.actor for deed in record)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_page_by_page_nothing_is_missed_or_told_twice(db: Session, record: tuple[Deed, ...], size: int) -> None:
    told: list[Deed] = []
    before = None
    while page := deeds(db, before, size):
        told += page
        before = Place.read(str(page[-1].place))
    assert tuple(told) == record


@pytest.mark.parametrize("said", ["", "7", "x_y_z", "2026-11-02_slip_x", "a_b_c_d"])
def test_a_place_that_is_none_is_read_as_none(said: str) -> None:
    assert Place.read(said) is None
