"""What was said without a code, by department. Kept apart from every ballot: nothing that scores reads this table."""

from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.store.tables import Department, OpenComment


def add_open_comment(db: Session, key: bytes, round_id: int, department_id: int, said: str) -> None:
    """Keep a text under 16 random bytes."""
    db.execute(insert(OpenComment).values(id=key, round_id=round_id, department_id=department_id, said=said))


def open_comments(db: Session, round_id: int) -> Mapping[str, tuple[str, ...]]:
    """Department's code → what was said of it, in the order of the random keys."""
    joined = select(Department.code, OpenComment.said).join(Department, Department.id == OpenComment.department_id)
    found: dict[str, list[str]] = {}
    for code, said in db.execute(joined.where(OpenComment.round_id == round_id).order_by(OpenComment.id)):
        found.setdefault(code, []).append(said)
    return {code: tuple(texts) for code, texts in found.items()}
