"""A scored round to follow up on, and a second one whose slips and findings must never be mixed in."""

import pytest

from appraisal.model.slip_moves import SlipState
from appraisal.store import Session
from tests.makers import make_ballot, make_scored_round, make_slip

BALLOTS = [make_ballot("citizen", {"D1": "S4", "D2": "S2"}) for _ in range(4)]


@pytest.fixture
def round_code(db: Session) -> str:
    other = make_scored_round(db, BALLOTS, code="noise")
    make_slip(db, SlipState.SIGNED, other.code, "D2", findings=1)
    return make_scored_round(db, BALLOTS).code
