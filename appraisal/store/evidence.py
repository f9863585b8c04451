"""Files beside the answers, each kept once under its SHA-256."""

import hashlib

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.model.evidence import EvidenceFile
from appraisal.store.dialects import add_new
from appraisal.store.tables import Answer, AnswerEvidence, Evidence, Finding


def add_evidence(db: Session, finding_id: int, attempt: int, name: str, kind: str, content: bytes) -> None:
    """Lay a file beside the answer to a finding; one that is kept already is not kept twice."""
    sha256 = hashlib.sha256(content).digest()
    add_new(db, Evidence, sha256=sha256, kind=kind, size=len(content), content=content)
    answer = select(Answer.id).where(Answer.finding_id == finding_id, Answer.attempt == attempt).scalar_subquery()
    db.execute(insert(AnswerEvidence).values(answer_id=answer, sha256=sha256, name=name))


def evidence_of(db: Session, slip_id: int) -> dict[str, tuple[EvidenceFile, ...]]:
    """Files by finding number, those of the newest attempt last."""
    rows = db.execute(
        select(
            Finding.number, AnswerEvidence.id, AnswerEvidence.name, Evidence.kind, Evidence.size, AnswerEvidence.sha256
        )
        .join(Answer, Answer.id == AnswerEvidence.answer_id)
        .join(Finding, Finding.id == Answer.finding_id)
        .join(Evidence, Evidence.sha256 == AnswerEvidence.sha256)
        .where(Answer.slip_id == slip_id)
        .order_by(Answer.attempt, AnswerEvidence.id)
    )
    found: dict[str, tuple[EvidenceFile, ...]] = {}
    for row in rows:
        file = EvidenceFile(row.id, row.name, row.kind, row.size, row.sha256.hex())
        found[row.number] = (*found.get(row.number, ()), file)
    return found


def evidence_file(db: Session, slip_id: int, file_id: int) -> tuple[EvidenceFile, bytes] | None:
    """One file of a slip with its content, or ``None`` when the slip has no such file."""
    row = db.execute(
        select(AnswerEvidence.id, AnswerEvidence.name, Evidence.kind, Evidence.size, Evidence.sha256, Evidence.content)
        .join(Answer, Answer.id == AnswerEvidence.answer_id)
        .join(Evidence, Evidence.sha256 == AnswerEvidence.sha256)
        .where(Answer.slip_id == slip_id, AnswerEvidence.id == file_id)
    ).one_or_none()
    if row is None:
        return None
    return EvidenceFile(row.id, row.name, row.kind, row.size, row.sha256.hex()), row.content
