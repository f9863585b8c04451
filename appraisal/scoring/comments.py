"""The respondents' own words, for the office alone: nothing here goes onto a slip or into a department's account."""

from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.results import CommentLine
from appraisal.model.round import RoundState
from appraisal.scoring.runs import NO_ROUND
from appraisal.store import Session
from appraisal.store.comments import comments_of, set_read
from appraisal.store.rounds import KeptRound, find_round

SEALED: Final = "本轮评议还没有结束，意见封存。"
NO_DEPARTMENT: Final = "本轮没有代码为 %(code)s 的被评议部门。"
NO_COMMENT: Final = "没有这条意见。"


def comments(db: Session, round_code: str, department: str | None) -> tuple[CommentLine, ...]:
    """Every comment of a closed round, or those about one department. Raises ``Refused`` while the round is open."""
    kept = closed_comments(db, round_code)
    if department is None:
        return comments_of(db, kept.id, None)
    if department not in kept.department_ids:
        raise Refused(NO_DEPARTMENT, code=department)
    return comments_of(db, kept.id, kept.department_ids[department])


def mark_read(db: Session, round_code: str, comment_id: str) -> None:
    """Note that the office has read a comment; reading it again changes nothing. Raises ``Refused`` for an unknown id."""
    kept = closed_comments(db, round_code)
    try:
        key = bytes.fromhex(comment_id)
    except ValueError:
        raise Refused(NO_COMMENT) from None
    if not set_read(db, kept.id, key):
        raise Refused(NO_COMMENT)


def closed_comments(db: Session, round_code: str) -> KeptRound:
    """The round, of which the comments may be read. Raises ``Refused`` while it is open."""
    kept = find_round(db, round_code)
    if kept is None:
        raise Refused(NO_ROUND, code=round_code)
    if kept.state in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused(SEALED)
    return kept
