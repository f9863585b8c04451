"""How an item worked: who skipped it, who could not say, and whether it goes with the others."""

import random

import pytest

from appraisal import scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.results import ItemResult
from appraisal.store import Session
from tests.makers import default_questionnaire, make_scored_round

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


def test_every_item_has_a_page_in_the_order_asked(db: Session) -> None:
    make_scored_round(db, ballots())
    pages = scoring.item_pages(db, "2026-1")
    assert [page.code for page in pages] == [item.code for item in default_questionnaire().items()]
    assert [page.n for page in pages[:3]] == [200, 100, 200]
    assert all(sum(page.shares.values()) == pytest.approx(1.0) for page in pages[:3])
    assert [scoring.item_page(db, "2026-1", page.code) for page in pages] == list(pages)


def test_skipping_and_not_knowing_are_told_apart_by_stratum(db: Session) -> None:
    make_scored_round(db, ballots())
    first, second, *_ = scoring.item_pages(db, "2026-1")
    found = {part.stratum: (part.asked, part.answered, part.unknown) for part in first.by_stratum}
    assert found == {"enterprise": (100, 100, 0), "citizen": (100, 100, 20), "deputy": (0, 0, 0)}
    assert first.unknown == pytest.approx(0.1)
    assert {part.stratum: part.answered for part in second.by_stratum} == {"enterprise": 0, "citizen": 100, "deputy": 0}


def test_an_item_that_follows_nothing_shows_a_low_correlation(db: Session) -> None:
    make_scored_round(db, ballots())
    first, _, chance, *_rest = scoring.item_pages(db, "2026-1")
    assert first.rest_correlation is not None
    assert chance.rest_correlation is not None
    assert first.rest_correlation > 0.5 > abs(chance.rest_correlation) * 2


def test_an_item_that_nobody_answered_says_so(db: Session) -> None:
    only = [ImportedBallot("citizen", Answers({"D1": Sheet({"A3": "S5"}, {}, {})}, Sheet()))]
    make_scored_round(db, only)
    unanswered, *_ = scoring.item_pages(db, "2026-1")
    assert (unanswered.n, unanswered.unknown, unanswered.floor, unanswered.rest_correlation) == (0, None, None, None)
    assert dict(unanswered.shares) == {}


def mixed_ballots() -> list[ImportedBallot]:
    """Of 20 enterprises 12 tick Z01 and Z02, 4 "nothing found", 4 only rate; of 10 citizens 5 answer O1 and 3 of those do not know."""
    made = []
    for turn in range(20):
        ticked = {"Z": ("Z01", "Z02")} if turn < 12 else {"Z": ("Z00",)} if turn < 16 else {}
        sheet = Sheet({"A3": "S1"}, ticked, {"T1": "排队久"} if turn < 7 else {})
        made.append(ImportedBallot("enterprise", Answers({"D1": sheet}, Sheet())))
    for turn in range(10):
        overall = Sheet({"O1": "S0" if turn < 3 else "S1"} if turn < 5 else {}, {}, {})
        made.append(ImportedBallot("citizen", Answers({}, overall)))
    return made


def strata(page: ItemResult) -> dict[str, tuple[int, int, int]]:
    return {part.stratum: (part.asked, part.answered, part.unknown) for part in page.by_stratum}


def test_marks_are_shares_of_those_asked_with_nothing_found_among_them(db: Session) -> None:
    make_scored_round(db, mixed_ballots())
    page = scoring.item_page(db, "2026-1", "Z")
    assert (page.n, page.counts["Z01"], page.counts["Z00"]) == (16, 12, 4)
    assert (page.shares["Z01"], page.shares["Z02"], page.shares["Z00"]) == pytest.approx((0.6, 0.6, 0.2))
    assert strata(page) == {"enterprise": (20, 16, 0), "citizen": (0, 0, 0), "deputy": (0, 0, 0)}
    assert (page.unknown, page.floor, page.ceiling, page.rest_correlation) == (None, None, None, None)


def test_the_rating_of_the_city_counts_ballots(db: Session) -> None:
    make_scored_round(db, mixed_ballots())
    page = scoring.item_page(db, "2026-1", "O1")
    assert (page.n, page.unknown, page.ceiling, page.floor) == (5, 0.6, 0.0, 1.0)
    assert strata(page) == {"enterprise": (20, 0, 0), "citizen": (10, 5, 3), "deputy": (0, 0, 0)}
    assert page.rest_correlation is None
    assert not page.each_department


def test_texts_are_counted_and_lead_to_no_stratum(db: Session) -> None:
    make_scored_round(db, mixed_ballots())
    page = scoring.item_page(db, "2026-1", "T1")
    assert (page.n, page.by_stratum, dict(page.shares)) == (7, (), {})


def test_an_item_that_was_not_asked_is_not_there(db: Session) -> None:
    make_scored_round(db, mixed_ballots())
    with pytest.raises(KeyError):
        scoring.item_page(db, "2026-1", "A9")
