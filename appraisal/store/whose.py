"""Whether something is there, and whose it is: what the guard before a page asks, one small query each."""

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from appraisal.model.round import RoundState
from appraisal.store import tables


def has_round(db: Session, code: str) -> bool:
    return _found(db, select(tables.Round.id).where(tables.Round.code == code))


def has_published_round(db: Session, code: str, department_id: int) -> bool:
    """Whether that department was in that round and its results are published."""
    wanted = _round_department(code).where(tables.RoundDepartment.department_id == department_id)
    return _found(db, wanted.where(tables.Round.state == RoundState.PUBLISHED))


def has_department(db: Session, code: str, department: str) -> bool:
    """Whether the department of that code was in that round."""
    wanted = _round_department(code).join(
        tables.Department, tables.Department.id == tables.RoundDepartment.department_id
    )
    return _found(db, wanted.where(tables.Department.code == department))


def has_flag(db: Session, code: str, flag_id: int) -> bool:
    """Whether a run of that round raised that flag."""
    joined = select(tables.FlagRow.id).join(tables.ScoreRun, tables.ScoreRun.id == tables.FlagRow.run_id)
    wanted = joined.join(tables.Round, tables.Round.id == tables.ScoreRun.round_id)
    return _found(db, wanted.where(tables.FlagRow.id == flag_id, tables.Round.code == code))


def has_comment(db: Session, code: str, comment_id: str) -> bool:
    """Whether that comment, by its id in hexadecimal, was written in that round."""
    try:
        key = bytes.fromhex(comment_id)
    except ValueError:
        return False
    joined = select(tables.Comment.round_id).join(tables.Round, tables.Round.id == tables.Comment.round_id)
    return _found(db, joined.where(tables.Comment.id == key, tables.Round.code == code))


def has_cohort(db: Session, code: str, cohort_id: int) -> bool:
    """Whether that cohort of ballots was proposed in that round."""
    wanted = select(tables.Quarantine.id).join(tables.Round, tables.Round.id == tables.Quarantine.round_id)
    return _found(db, wanted.where(tables.Quarantine.id == cohort_id, tables.Round.code == code))


def has_code_request(db: Session, code: str, request_id: int) -> bool:
    """Whether that request about codes was made in that round."""
    wanted = select(tables.CodeRequest.id).join(tables.Round, tables.Round.id == tables.CodeRequest.round_id)
    return _found(db, wanted.where(tables.CodeRequest.id == request_id, tables.Round.code == code))


def has_finding(db: Session, number: str) -> bool:
    return _found(db, select(tables.Finding.id).where(tables.Finding.number == number))


def has_own_finding(db: Session, number: str, department_id: int) -> bool:
    """Whether a problem of that department has gone out to it on a slip, was appealed against, or it was cleared of it."""
    finding, slip = tables.Finding, tables.Slip
    joined = select(finding.id).outerjoin(slip, slip.id == finding.slip_id)
    appealed = select(tables.Appeal.id).where(tables.Appeal.finding_id == finding.id).exists()
    known = or_(slip.pdf.is_not(None), finding.cleared_on.is_not(None), appealed)
    return _found(db, joined.where(finding.number == number, finding.department_id == department_id, known))


def has_appeal(db: Session, appeal_id: int, department_id: int | None = None) -> bool:
    """Whether there is that appeal, of that department if one is given."""
    wanted = select(tables.Appeal.id).where(tables.Appeal.id == appeal_id)
    return _found(db, wanted if department_id is None else wanted.where(tables.Appeal.department_id == department_id))


def has_reply(db: Session, reply_id: int) -> bool:
    return _found(db, select(tables.Reply.id).where(tables.Reply.id == reply_id))


def has_slip(db: Session, slip_id: int) -> bool:
    return _found(db, select(tables.Slip.id).where(tables.Slip.id == slip_id))


def has_issued_slip(db: Session, slip_id: int, department_id: int) -> bool:
    """Whether that slip has gone out to that department; before its issue a slip is the office's alone."""
    wanted = select(tables.Slip.id).where(tables.Slip.id == slip_id, tables.Slip.department_id == department_id)
    return _found(db, wanted.where(tables.Slip.pdf.is_not(None)))


def has_questionnaire(db: Session, code: str) -> bool:
    return _found(db, select(tables.QuestionnaireVersion.id).where(tables.QuestionnaireVersion.code == code))


def _round_department(code: str) -> Select[int]:
    joined = tables.Round.id == tables.RoundDepartment.round_id
    return select(tables.RoundDepartment.department_id).join(tables.Round, joined).where(tables.Round.code == code)


def _found(db: Session, wanted: Select[int]) -> bool:
    return db.scalar(wanted.limit(1)) is not None
