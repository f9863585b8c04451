"""Comments after the close, as they were written. Read by the organiser alone."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from appraisal.model.results import CommentLine
from appraisal.store.tables import Comment, Department


def comments_of(db: Session, round_id: int, department_id: int | None) -> tuple[CommentLine, ...]:
    """The comments of a round, or those about one department; in the order of their random ids, which says nothing."""
    query = (
        select(Comment, Department.code)
        .outerjoin(Department, Department.id == Comment.department_id)
        .where(Comment.round_id == round_id)
        .order_by(Comment.id)
    )
    if department_id is not None:
        query = query.where(Comment.department_id == department_id)
    return tuple(
        CommentLine(row.id.hex(), code, row.item, row.text, row.state == "read") for row, code in db.execute(query)
    )


def set_read(db: Session, round_id: int, comment_id: bytes) -> bool:
    """Mark a comment of the round as read; False when there is none of that id."""
    mine = (Comment.id == comment_id, Comment.round_id == round_id)
    return bool(db.execute(update(Comment).where(*mine).values(state="read")).rowcount)  # type: ignore[attr-defined]
