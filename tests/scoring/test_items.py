"""How an item worked: who skipped it, who could not say, and whether it goes with the others."""

import random

import pytest

from appraisal import scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.store import Session
from tests.makers import make_scored_round

OPTIONS = ("S1", "S2", "S3", "S4", "S5")


def ballots() -> list[ImportedBallot]:
    """A1 and A2 follow each other, A3 is pure chance; enterprises skip A2, and every fifth citizen does not know."""
    rng = random.Random(7)
    made = []
    for turn in range(200):
        stratum = ("enterprise", "citizen")[turn % 2]
        level = rng.randrange(5)
        ratings = {"A1": OPTIONS[level], "A2": OPTIONS[level], "A3": rng.choice(OPTIONS)}
        if stratum == "enterprise":
            del ratings["A2"]
        elif turn % 5 == 0:
            ratings["A1"] = "S0"
        made.append(ImportedBallot(stratum, Answers({"D1": Sheet(ratings, {}, {})}, Sheet())))
    return made


def test_every_rated_item_has_a_page_in_the_order_asked(db: Session) -> None:
    make_scored_round(db, ballots())
    pages = scoring.item_pages(db, "2026-1")
    assert [page.code for page in pages] == ["A1", "A2", "A3"]
    assert [page.n for page in pages] == [200, 100, 200]
    assert all(sum(page.shares.values()) == pytest.approx(1.0) for page in pages)


def test_skipping_and_not_knowing_are_told_apart_by_stratum(db: Session) -> None:
    make_scored_round(db, ballots())
    first, second, _ = scoring.item_pages(db, "2026-1")
    found = {part.stratum: (part.asked, part.answered, part.unknown) for part in first.by_stratum}
    assert found == {"enterprise": (100, 100, 0), "citizen": (100, 100, 20), "deputy": (0, 0, 0)}
    assert first.unknown == pytest.approx(0.1)
    assert {part.stratum: part.answered for part in second.by_stratum} == {"enterprise": 0, "citizen": 100, "deputy": 0}


def test_an_item_that_follows_nothing_shows_a_low_correlation(db: Session) -> None:
    make_scored_round(db, ballots())
    first, _, chance = scoring.item_pages(db, "2026-1")
    assert first.rest_correlation is not None
    assert chance.rest_correlation is not None
    assert first.rest_correlation > 0.5 > abs(chance.rest_correlation) * 2


def test_an_item_that_nobody_answered_says_so(db: Session) -> None:
    only = [ImportedBallot("citizen", Answers({"D1": Sheet({"A3": "S5"}, {}, {})}, Sheet()))]
    make_scored_round(db, only)
    unanswered, *_ = scoring.item_pages(db, "2026-1")
    assert (unanswered.n, unanswered.unknown, unanswered.floor, unanswered.rest_correlation) == (0, None, None, None)
    assert dict(unanswered.shares) == {}
