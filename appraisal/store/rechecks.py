"""Mini-samples as they are kept, and which round follows which."""

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved
from appraisal.model.helped import Recheck, Verdict
from appraisal.model.round import RoundState
from appraisal.store import tables


def add_recheck(db: Session, round_id: int, finding_id: int, attempt: int, aim: float, answers: int) -> None:
    """Write down that a round is the mini-sample of a finding."""
    values = {"round_id": round_id, "finding_id": finding_id, "attempt": attempt, "aim": aim, "answers": answers}
    db.execute(insert(tables.Recheck).values(**values))


def rechecks_of(db: Session, number: str) -> tuple[Recheck, ...]:
    """Every mini-sample of the finding of that number, oldest first."""
    return _read(db, tables.Finding.number == number)


def find_recheck(db: Session, round_code: str) -> Recheck | None:
    """The mini-sample that a round is, or ``None`` for an ordinary round."""
    found = _read(db, tables.Round.code == round_code)
    return found[0] if found else None


def all_rechecks(db: Session) -> tuple[Recheck, ...]:
    """Every mini-sample, by finding."""
    return _read(db)


def keep_verdict(db: Session, round_id: int, verdict: Verdict) -> None:
    """Record what a mini-sample showed, once. Raises ``Moved`` when somebody has recorded it meanwhile."""
    row = tables.Recheck
    mine = (row.round_id == round_id, row.verdict.is_(None))
    changed = db.execute(update(row).where(*mine).values(verdict=verdict))
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved


def next_round(db: Session, round_code: str) -> str | None:
    """Code of the scored round that names this one as its last; a mini-sample is none. ``None`` where there is none yet."""
    before, after = tables.Round.__table__.alias("before"), tables.Round
    is_recheck = exists().where(tables.Recheck.round_id == after.id)
    done = after.state.in_((RoundState.SCORED, RoundState.PUBLISHED))
    query = select(after.code).join(before, before.c.id == after.previous_id)
    return db.scalar(query.where(before.c.code == round_code, done, ~is_recheck).order_by(after.opens_on).limit(1))


def _read(db: Session, *wanted: object) -> tuple[Recheck, ...]:
    row, of_round, finding = tables.Recheck, tables.Round, tables.Finding
    query = (
        select(row, of_round, finding.number)
        .join(of_round, of_round.id == row.round_id)
        .join(finding, finding.id == row.finding_id)
        .where(*wanted)  # type: ignore[arg-type]
    )
    return tuple(
        Recheck(
            round_code=at.code,
            finding=number,
            attempt=kept.attempt,
            aim=kept.aim,
            answers=kept.answers,
            state=RoundState(at.state),
            opens_on=at.opens_on,
            closes_on=at.closes_on,
            verdict=None if kept.verdict is None else Verdict(kept.verdict),
        )
        for kept, at, number in db.execute(query.order_by(finding.id, row.attempt))
    )
