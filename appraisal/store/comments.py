"""Comments after the close, as they were written, and what people decided about each. Read by the organiser alone."""

import json

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from appraisal.model.results import CommentLine
from appraisal.model.review import KeptComment, Mask, ReviewState
from appraisal.store.tables import Comment, Department


def comments_of(db: Session, round_id: int, department_id: int | None) -> tuple[CommentLine, ...]:
    """The comments of a round, or those about one department; in the order of their random ids, which says nothing."""
    kept = kept_comments(db, round_id, department_id)
    return tuple(CommentLine(one.id, one.department, one.item, one.text, one.state != ReviewState.RAW) for one in kept)


def kept_comments(db: Session, round_id: int, department_id: int | None) -> tuple[KeptComment, ...]:
    """The same comments with their state and their masks."""
    query = _comments(round_id)
    if department_id is not None:
        query = query.where(Comment.department_id == department_id)
    return tuple(_kept(row, code) for row, code in db.execute(query))


def find_comment(db: Session, round_id: int, comment_id: bytes) -> KeptComment | None:
    """One comment of the round."""
    found = db.execute(_comments(round_id).where(Comment.id == comment_id)).one_or_none()
    return None if found is None else _kept(found[0], found[1])


def move_comment(db: Session, round_id: int, old: KeptComment, new: KeptComment) -> bool:
    """Keep the new state, masks and people of a comment; False when somebody changed it meanwhile."""
    mine = (Comment.id == bytes.fromhex(old.id), Comment.round_id == round_id)
    unchanged = (*mine, Comment.state == old.state, Comment.masks.is_not_distinct_from(_written(old.masks)))
    values = {
        "state": new.state,
        "masks": _written(new.masks),
        "released_by": new.released_by,
        "confirmed_by": new.confirmed_by,
    }
    return bool(db.execute(update(Comment).where(*unchanged).values(values)).rowcount)  # type: ignore[attr-defined]


def set_read(db: Session, round_id: int, comment_id: bytes) -> bool:
    """Mark a comment that nobody has read yet as read; False when there is none of that id."""
    mine = (Comment.id == comment_id, Comment.round_id == round_id)
    db.execute(update(Comment).where(*mine, Comment.state == ReviewState.RAW).values(state=ReviewState.READ))
    return db.scalar(select(Comment.id).where(*mine)) is not None


def _written(masks: tuple[Mask, ...] | None) -> str | None:
    if masks is None:
        return None
    return json.dumps([[one.start, one.end, one.kind] for one in masks], ensure_ascii=False)


def _comments(round_id: int) -> Select[Comment, str]:
    return (
        select(Comment, Department.code)
        .outerjoin(Department, Department.id == Comment.department_id)
        .where(Comment.round_id == round_id)
        .order_by(Comment.id)
    )


def _kept(row: Comment, department: str | None) -> KeptComment:
    masks = None if row.masks is None else tuple(Mask(*one) for one in json.loads(row.masks))
    return KeptComment(
        row.id.hex(),
        department,
        row.item,
        row.text,
        ReviewState(row.state),
        masks,
        row.released_by,
        row.confirmed_by,
    )
