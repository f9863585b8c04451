"""Which interval a scored round publishes: the careful one for few ratings, what other software gives for many."""

import numpy as np
import pytest

from appraisal import scoring, stats
from appraisal.scoring.counted import count
from appraisal.scoring.estimates import FEW, official_scores
from appraisal.store import Session
from appraisal.store.rounds import find_round
from tests.makers import make_ballot, make_scored_round

STRATA = ("enterprise", "citizen")
OPTIONS = ("S5", "S5", "S5", "S5", "S4", "S3")


@pytest.mark.parametrize(("ballots", "method"), [(FEW - 1, stats.Means.careful_interval), (FEW, stats.Means.interval)])
def test_few_ratings_get_the_careful_interval_and_many_the_plain_one(db: Session, ballots: int, method: object) -> None:
    cast = [make_ballot(STRATA[number % 2], {"D1": OPTIONS[number % 6], "D2": "S2"}) for number in range(ballots)]
    code = make_scored_round(db, cast).code
    kept = find_round(db, code)
    assert kept is not None
    scores = official_scores(count(db, kept))
    low, high = method(scores)  # type: ignore[operator]
    shown = scoring.results(db, code).departments[0].score
    assert (shown.low, shown.high) == (pytest.approx(low[0]), pytest.approx(high[0]))
    assert not np.allclose(stats.Means.careful_interval(scores)[0][0], stats.Means.interval(scores)[0][0])
