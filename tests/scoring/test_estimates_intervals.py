"""Which interval a scored round publishes: the careful one for few ratings, what other software gives for many."""

from dataclasses import replace

import numpy as np
import pytest

from appraisal import scoring, stats
from appraisal.model.round import Stratum
from appraisal.model.wording import Wording
from appraisal.scoring.counted import count, rating_cells
from appraisal.scoring.estimates import FEW, design_scores, official_scores
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


def test_a_single_respondent_of_a_stratum_is_counted_with_its_relative(db: Session) -> None:
    """The same spread as in a design that says so, and the same in the matrix."""
    cast = [make_ballot("citizen", {"D1": OPTIONS[number % 6], "D2": "S2"}) for number in range(40)]
    cast.append(make_ballot("enterprise", {"D1": "S1", "D2": "S5"}))
    known = tuple(Stratum(code, Wording(code), 5000.0) for code in (*STRATA, "deputy"))
    kept = find_round(db, make_scored_round(db, cast, strata=known).code)
    assert kept is not None
    counted = count(db, kept)
    lone, relative = counted.strata.sampled.tolist().index(1), counted.strata.sampled.tolist().index(40)
    assert counted.strata.merged_into[lone] == relative
    found = design_scores(counted)
    covariance = stats.means_covariance(rating_cells(db, counted))
    assert np.diag(covariance)[:2] == pytest.approx(found.variance[:2])
    apart = stats.Strata.of(counted.strata.sampled, counted.strata.population)
    alone = stats.design_means(replace(counted, strata=apart).cells(counted.policy.values))
    assert found.se[0] != pytest.approx(alone.se[0])
