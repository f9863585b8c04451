"""The register of issued slips: the copies of each letter, found by hash, by check code or by the slip."""

from collections.abc import Sequence

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from appraisal.model.slip_check import IssuedSlip, SlipCopy
from appraisal.model.slip_moves import SlipState
from appraisal.store.tables import RoundDepartment, Slip
from appraisal.store.tables import SlipCopy as Row


def add_copies(db: Session, slip_id: int, copies: Sequence[SlipCopy]) -> None:
    """Enter the copies of a letter that is being issued."""
    rows = [{"slip_id": slip_id, "number": c.number, "recipient": c.recipient, "sha256": c.sha256} for c in copies]
    db.execute(insert(Row), rows)


def copies_of(db: Session, slip_id: int) -> tuple[SlipCopy, ...]:
    """The copies of a slip by their numbers; none of a slip that was issued before letters were numbered."""
    rows = db.execute(select(Row).where(Row.slip_id == slip_id).order_by(Row.number)).scalars()
    return tuple(SlipCopy(row.number, row.recipient, row.sha256) for row in rows)


def issued_with_code(db: Session, check_code: str) -> IssuedSlip | None:
    """The issued slip with that check code, if there is one."""
    found = db.scalar(select(Slip.id).where(Slip.check_code == check_code, Slip.sha256.is_not(None)))
    return None if found is None else _issued(db, found)


def issued_with_hash(db: Session, beginning: str) -> IssuedSlip | None:
    """The issued slip one of whose copies has a SHA-256 that begins so, in lower-case hexadecimal; None where several slips fit."""
    end = beginning + "g"
    copy = select(Row.slip_id).where(Row.sha256 >= beginning, Row.sha256 < end)
    wanted = or_((Slip.sha256 >= beginning) & (Slip.sha256 < end), Slip.id.in_(copy))
    found = db.scalars(select(Slip.id).where(wanted).limit(2)).all()
    return _issued(db, found[0]) if len(found) == 1 else None


def _issued(db: Session, slip_id: int) -> IssuedSlip:
    slip, name = db.execute(
        select(Slip, RoundDepartment.name_zh)
        .join(
            RoundDepartment,
            (RoundDepartment.round_id == Slip.round_id) & (RoundDepartment.department_id == Slip.department_id),
        )
        .where(Slip.id == slip_id)
    ).one()
    newer = select(Slip.number).where(Slip.replaces_id == slip_id, Slip.sha256.is_not(None)).order_by(Slip.id.desc())
    # Before letters were numbered every recipient got the same bytes.
    copies = copies_of(db, slip_id) or (SlipCopy(1, name, slip.sha256 or ""),)
    return IssuedSlip(
        id=slip.id,
        number=slip.number or "",
        department=name,
        recalled=slip.state == SlipState.RECALLED,
        replaced_by=db.scalar(newer.limit(1)) or "",
        copies=copies,
    )
