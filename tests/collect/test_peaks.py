"""What is kept of the batches of the public log: large sums, and no ballot's batch."""

from appraisal import rounds, scoring
from appraisal.collect.peaks import FEWEST, SMALLEST_BATCH, peaks
from appraisal.model.ballot import Answers, Sheet
from appraisal.model.signal import SignalKind
from appraisal.store import Session, tables
from appraisal.store.peaks import Peak, add_peaks, peaks_of
from appraisal.store.rounds import KeptRound
from tests.makers import make_round, make_stuffed_round


def said(kept: KeptRound, option: str, department: str = "D1") -> Answers:
    return Answers({department: Sheet({kept.plan.policy.score_item: option}, {}, {})})


def spread(kept: KeptRound, batches: int = 10) -> tuple[list[int | None], list[Answers]]:
    """Batches of 50 ballots in which one in ten says the best of D1."""
    numbers = [number for batch in range(1, batches + 1) for number in [batch] * SMALLEST_BATCH]
    return list(numbers), [said(kept, "S5" if at % 10 == 0 else "S3") for at in range(len(numbers))]


def test_batches_like_the_whole_round_leave_nothing(db: Session) -> None:
    kept = make_round(db)
    assert peaks(kept, *spread(kept)) == ()


def test_a_batch_that_heaps_the_worst_on_one_department_leaves_its_sum(db: Session) -> None:
    kept = make_round(db)
    batches, answers = spread(kept)
    (found,) = peaks(kept, [*batches, *[11] * 60], [*answers, *[said(kept, "S1")] * 60])
    assert found == Peak(11, kept.department_ids["D1"], "S1", 60, 60, 60 / 560 * 60)


def test_fewer_than_ten_ballots_are_never_told(db: Session) -> None:
    kept = make_round(db)
    batches, answers = spread(kept)
    few = [said(kept, "S1")] * (FEWEST - 1) + [said(kept, "S3")] * SMALLEST_BATCH
    assert peaks(kept, [*batches, *[11] * len(few)], [*answers, *few]) == ()


def test_ballots_without_a_batch_are_left_out(db: Session) -> None:
    kept = make_round(db)
    assert peaks(kept, [None] * 60, [said(kept, "S1")] * 60) == ()


def test_no_column_of_what_is_kept_leads_to_a_ballot() -> None:
    columns = {column.name for column in tables.BatchPeak.__table__.columns}
    assert columns == {"round_id", "batch", "department_id", "option", "count", "ballots", "expected"}
    assert "batch" not in {column.name for column in tables.OpenedBallot.__table__.columns}


def test_a_large_sum_is_a_signal_whose_cohort_is_described_by_answers(db: Session) -> None:
    code = make_stuffed_round(db)
    kept = rounds.kept_round(db, code)
    add_peaks(db, kept.id, [Peak(3, kept.department_ids["D1"], "S1", 40, 55, 6.0)])
    (found,) = [one for one in scoring.quality(db, code).signals if one.kind is SignalKind.BURST]
    assert (found.department, found.end, found.seen, found.among) == ("D1", "worst", 40, 55)
    assert len(found.numbers) >= 40
    assert peaks_of(db, kept.id)[0].batch == 3
