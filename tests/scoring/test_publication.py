"""What everybody may read of a published round: rules O1 to O9, and an attacker who has the publication alone."""

import random
from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest
import scipy.optimize

from appraisal import rounds, scoring
from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Refused
from appraisal.model.publication import Publication, PublicDepartment, PublicTable, Reach
from appraisal.model.publication_json import figures_json, read_publication, tables_json
from appraisal.model.results import RoundResults
from appraisal.model.round import Combine, Stratum
from appraisal.model.wording import Wording
from appraisal.scoring.publication import compute_publication
from appraisal.store import Session
from tests.makers import NOW, make_ballot, make_policy, make_scored_round

OPTIONS = ("S5", "S4", "S3", "S2", "S1", "S0")
STRATA = ("enterprise", "citizen", "deputy")
MIX = (50, 30, 12, 4, 2, 5)


def some_ballots(
    sizes: Mapping[str, int], seed: int = 5, mix: tuple[int, ...] = MIX, **given: str
) -> list[ImportedBallot]:
    """Ballots about D1 and D2 whose answers fall as ``mix`` says, a few marks among them; ``given``: department → one answer."""
    rng = random.Random(seed)
    made = []
    for stratum, number in sizes.items():
        for _ in range(number):
            answers = {code: given.get(code) or rng.choices(OPTIONS, mix)[0] for code in ("D1", "D2")}
            marks = {code: ("Z01",) for code in answers if rng.random() < 0.2}
            made.append(make_ballot(stratum, answers, marks))
    return made


def published(db: Session, ballots: list[ImportedBallot], **changes: Any) -> tuple[Publication, RoundResults]:
    sizes = tuple(Stratum(code, Wording(code), 5000.0) for code in STRATA)
    found = make_scored_round(db, ballots, **{"strata": sizes, **changes})
    rounds.publish(db, found.code, "zhuban", NOW)
    return compute_publication(db, found.code), found


def of(said: Publication, code: str = "D1") -> PublicDepartment:
    return next(one for one in said.departments if one.code == code)


def table_of(said: Publication, code: str = "D1") -> PublicTable:
    return next(one for one in said.tables if one.department == code)


MANY = {"enterprise": 90, "citizen": 60, "deputy": 25}


def test_nothing_is_said_before_the_round_is_published(db: Session) -> None:
    found = make_scored_round(db, some_ballots(MANY))
    for code in (found.code, "nowhere"):
        with pytest.raises(Refused):
            compute_publication(db, code)
    rounds.publish(db, found.code, "zhuban", NOW)
    with pytest.raises(Refused, match="正在整理"):
        scoring.publication(db, found.code)


def test_what_is_kept_is_read_again_as_it_was_and_never_replaced(db: Session) -> None:
    said, found = published(db, some_ballots(MANY))
    scoring.keep_publication(db, said, NOW)
    kept = scoring.publication(db, found.code)
    assert kept == said
    scoring.publish_figures(db, found.code, NOW.replace(year=2030))
    assert scoring.kept_figures(db, found.code).at == NOW
    assert read_publication(figures_json(kept), tables_json(kept)) == kept


def test_figures_are_those_of_the_results_rounded(db: Session) -> None:
    said, found = published(db, some_ballots({"enterprise": 400, "citizen": 300, "deputy": 200}))
    one, result = of(said), next(each for each in found.departments if each.code == "D1")
    assert one.reach is Reach.FULL
    assert one.score is not None
    assert one.score.value == round(result.score.value or 0, 1)
    assert one.satisfied == round(100 * (result.satisfied.value or 0))
    assert one.n is not None
    assert one.n % 5 == 0
    assert abs(one.n - result.score.n) <= 2
    assert one.places is not None


def test_a_table_has_the_counts_that_it_does_not_hide_and_totals_over_its_columns(db: Session) -> None:
    said, found = published(db, some_ballots(MANY))
    table, result = table_of(said), next(each for each in found.departments if each.code == "D1")
    counts = {each.stratum: each.counts for each in result.by_stratum}
    seen = [cell for cell in table.cells if cell.count is not None]
    assert all(cell.count == counts[cell.column][cell.row] for cell in seen)
    assert all(cell.count == 0 or cell.count >= 5 for cell in seen if cell.count is not None)
    assert set(table.columns) == set(STRATA)
    assert table.column_totals == {code: sum(counts[code][row] for row in table.rows) for code in STRATA}


def test_fewer_than_ten_ratings_are_passed_over_in_silence(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 5, "citizen": 4}))
    one = of(said)
    assert one.reach is Reach.NONE
    assert (one.n, one.score, one.places, one.satisfied, one.dissatisfied, one.awareness) == (None,) * 6
    assert set(one.shares.values()) | set(one.marks.values()) == {None}
    assert said.tables == ()


def test_ten_to_twenty_nine_ratings_are_indicative_and_compared_with_nobody(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 14, "citizen": 12}))
    one = of(said)
    assert one.reach is Reach.INDICATIVE
    assert one.n in (15, 20, 25)
    assert one.places is None
    assert said.tables == ()


def test_a_stratum_of_few_is_left_out_of_the_table_and_of_its_totals(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 90, "citizen": 60, "deputy": 6}))
    table = table_of(said)
    assert table.columns == ("enterprise", "citizen")
    assert table.left_out == ("deputy",)
    assert "deputy" not in table.column_totals.keys() | table.unknown.keys()


def test_all_alike_of_fewer_than_twenty_is_not_said_and_of_more_it_is(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 9, "citizen": 8}, D1="S5"))
    assert of(said).reach is Reach.INDICATIVE
    assert (of(said).score, of(said).satisfied, of(said).dissatisfied) == (None, None, None)
    assert set(of(said).shares.values()) == {None}


def test_no_table_says_what_every_single_one_of_a_small_stratum_answered(db: Session) -> None:
    few = [make_ballot("deputy", {"D1": "S5", "D2": "S4"}, {}) for _ in range(12)]
    said, _ = published(db, [*some_ballots({"enterprise": 400, "citizen": 300}), *few])
    for code, answer in (("D1", "S5"), ("D2", "S4")):
        table = table_of(said, code)
        hidden = {cell.row for cell in table.cells if cell.column == "deputy" and cell.count is None}
        assert table.column_totals["deputy"] == 12
        assert answer in hidden
        assert len(hidden) > 1


def test_all_alike_of_many_is_said(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 30, "citizen": 30}, D1="S5"))
    assert of(said).satisfied == 100
    assert of(said).shares["S5"] == 100


def test_a_mark_of_few_ballots_is_hidden_with_the_next_smallest(db: Session) -> None:
    ballots = some_ballots(MANY) + [make_ballot("citizen", {"D1": "S4"}, {"D1": ("Z02",)}) for _ in range(3)]
    said, _ = published(db, ballots)
    one, table = of(said), table_of(said)
    assert one.marks["Z", "Z02"] is None
    assert table.marks["Z", "Z02"] is None
    assert one.marks["Z", "Z01"] is None
    assert one.marks["Z", "Z03"] == 0


def test_a_comment_only_department_has_marks_and_nothing_else(db: Session) -> None:
    sheets = {"D1": Sheet({"A3": "S5"}), "D4": Sheet(marks={"Z": ("Z01",)})}
    said, _ = published(db, [ImportedBallot("citizen", Answers(sheets)) for _ in range(40)])
    one = of(said, "D4")
    assert (one.ranked, one.score, one.satisfied) == (False, None, None)
    assert one.marks["Z", "Z01"] == 100
    assert all(share is None for share in one.shares.values())


def test_a_stratum_of_few_ballots_hides_its_response_and_another(db: Session) -> None:
    said, _ = published(db, some_ballots({"enterprise": 90, "citizen": 60, "deputy": 6}))
    assert {one.stratum: one.ballots for one in said.response} == {"enterprise": 90, "citizen": None, "deputy": None}


def test_hidden_cells_of_a_stratum_asked_in_full_stay_hidden_in_the_next_round(db: Session) -> None:
    changes: dict[str, Any] = {"strata": tuple(Stratum(code, Wording(code), 400.0) for code in STRATA)}
    before, _ = published(db, some_ballots({"enterprise": 90, "citizen": 60}), code="last", **changes)
    scoring.keep_publication(db, before, NOW)
    many = some_ballots({"enterprise": 390, "citizen": 380}, seed=9)
    free, _ = published(db, many, code="free", **changes)
    bound, _ = published(db, many, code="next", previous="last", **changes)
    was = hidden(table_of(before))
    assert was - hidden(table_of(free))
    assert not was - hidden(table_of(bound))


def hidden(table: PublicTable) -> set[tuple[str, str]]:
    return {(cell.row, cell.column) for cell in table.cells if cell.count is None}


@pytest.mark.parametrize("combine", list(Combine))
@pytest.mark.parametrize("seed", range(2))
def test_the_publication_alone_places_no_small_count_within_three(db: Session, combine: Combine, seed: int) -> None:
    rng = random.Random(seed)
    sizes = {code: rng.randint(10, 90) for code in STRATA}
    said, found = published(db, some_ballots(sizes, seed), policy=make_policy(combine=combine))
    for table in said.tables:
        result = next(each for each in found.departments if each.code == table.department)
        truth = {each.stratum: each.counts for each in result.by_stratum}
        for (row, column), width in attacked(said, table, combine).items():
            assert width >= 3 - 1e-6 or not 0 < truth[column][row] < 5


WEIGHTS = {"enterprise": 0.5, "citizen": 0.3, "deputy": 0.2}
VALUES = {"S5": 100, "S4": 75, "S3": 50, "S2": 25, "S1": 0}


def attacked(said: Publication, table: PublicTable, combine: Combine) -> dict[tuple[str, str], float]:
    """How far apart each hidden cell may be: all cells as unknowns, everything that the page and the table say as limits."""
    one = of(said, table.department)
    cells = list(product(table.rows, table.columns))
    ballots = {each.stratum: each.ballots or 0 for each in said.response}
    weight = {
        c: WEIGHTS[c] / table.column_totals[c] if combine is Combine.WEIGHTS else 5000 / ballots[c]
        for c in table.columns
    }
    whole = sum(weight[c] * table.column_totals[c] for c in table.columns)
    rows: list[tuple[list[float], float, float]] = []

    def say(values: Mapping[str, float], value: float | None, half: float) -> None:
        if value is not None:
            rows.append(([values.get(r, 0) * weight[c] / whole for r, c in cells], value - half, value + half))

    say(VALUES, one.score and one.score.value, 0.05)
    say({"S5": 100, "S4": 100}, one.satisfied, 0.5)
    say({"S2": 100, "S1": 100}, one.dissatisfied, 0.5)
    for option, share in one.shares.items():
        say({option: 100}, share, 0.5)
    rows += [([float(r == row) for r, _ in cells], t, t) for row, t in table.row_totals.items() if t is not None]
    rows += [([float(c == column) for _, c in cells], t, t) for column, t in table.column_totals.items()]
    seen = {(cell.row, cell.column): cell.count for cell in table.cells}
    bounds = [(0, None) if seen[cell] is None else (seen[cell], seen[cell]) for cell in cells]
    matrix = np.array([row for row, _, _ in rows])
    limits = np.array([[low - 1e-9, high + 1e-9] for _, low, high in rows])
    upper = np.concatenate([matrix, -matrix]), np.concatenate([limits[:, 1], -limits[:, 0]])
    widths = {}
    for place, cell in enumerate(cells):
        if seen[cell] is None:
            aim = np.eye(len(cells))[place]
            ends = [scipy.optimize.linprog(sign * aim, *upper, bounds=bounds).fun for sign in (1, -1)]
            widths[cell] = -ends[1] - ends[0]
    return widths
