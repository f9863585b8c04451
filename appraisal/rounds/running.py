"""The life of a round: set up, opened with its rules frozen, closed, published."""

from datetime import datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.round import RoundPlan, RoundState, next_state, sha256_of
from appraisal.rounds.asking import refuse_busy
from appraisal.rounds.end_day import refuse_early
from appraisal.rounds.key_gate import refuse_unrehearsed
from appraisal.rounds.questionnaires import keep_questionnaire
from appraisal.store import Session
from appraisal.store import new_rounds as new_rows
from appraisal.store import rounds as rows
from appraisal.store.quarantine import decided_since_scoring
from appraisal.store.rounds import KeptRound, RoundLine, verify_frozen

KEY_LENGTH: Final = 32
OUTDATED: Final = "上次计分以后，有评议票被隔离或放回，不能发布。请先重新计分。"
NO_PREVIOUS: Final = (
    "round.toml的previous写的是“%(code)s”，但没有这一轮评议。请先导入那一轮，或者改正previous；没有上一轮就删去这一行。"
)
TOO_LATE: Final = (
    "截止日期%(closes_on)s已经过去，不能开始评议。请改正round.toml的closes_on，换一个轮次代码（code）重新导入。"
)


def create(db: Session, plan: RoundPlan, actor: str, now: datetime) -> int:
    """Store a planned round as a draft and return its id.

    Its questionnaire is published when it is new, or the version with the same text is used again. Raises ``Refused`` for
    a round code that is taken or a previous round that is not there, ``Faulty`` for a questionnaire that reuses codes.
    """
    if rows.find_round(db, plan.code) is not None:
        raise Refused("评议轮次代码“%(code)s”已经用过，请换一个。", code=plan.code)
    if plan.previous and rows.find_round(db, plan.previous) is None:
        raise Refused(NO_PREVIOUS, code=plan.previous)
    version = keep_questionnaire(db, plan.questionnaire_source, actor, now)
    return new_rows.add_round(db, plan, version.id, actor, now)


def open_round(db: Session, code: str, tally_public_key: bytes, actor: str, now: datetime) -> None:
    """Open a draft round: its whole plan, from the dates to the questionnaire, is frozen and hashed.

    A round may be opened before its first day; ballots are taken from that day on. ``tally_public_key``: the 32 bytes that
    ballots are sealed to. Raises ``Refused`` without it, from another state, and after the round's last day.
    """
    kept = kept_round(db, code)
    if kept.state is RoundState.DRAFT and kept.plan.closes_on < now.date():
        raise Refused(TOO_LATE, closes_on=kept.plan.closes_on.isoformat())
    _open(db, kept, tally_public_key, actor, now)


def open_for_import(db: Session, code: str, tally_public_key: bytes, actor: str, now: datetime) -> None:
    """As ``open_round``, for a round whose ballots were collected elsewhere: its days may be long past.

    No code lets anybody in after them; the round's history says when it was really opened.
    """
    _open(db, kept_round(db, code), tally_public_key, actor, now)


def _open(db: Session, kept: KeptRound, tally_public_key: bytes, actor: str, now: datetime) -> None:
    to = next_state(kept.state, "open")
    refuse_unrehearsed(db, kept, tally_public_key)
    if len(tally_public_key) != KEY_LENGTH:
        raise Refused("还没有开票密钥，不能开始评议。请先生成开票密钥。")
    frozen = sha256_of(kept.plan.frozen_json())
    rows.freeze_round(db, kept, frozen, tally_public_key)
    rows.move_round(db, kept, to, actor, "open", now, note=frozen)


def close(db: Session, code: str, actor: str, now: datetime) -> None:
    """Close an open round: no ballot is taken in any more.

    Raises ``Refused`` from another state, and for a mini-sample before its last day is over while codes are unused.
    """
    refuse_early(db, kept_round(db, code), now.date())
    _move(db, code, "close", actor, now)


def publish(db: Session, code: str, actor: str, now: datetime) -> None:
    """Publish a scored round: its results are final.

    Raises ``Refused`` from another state, while it is being scored, and where ballots were set aside or released since.
    """
    kept = kept_round(db, code)
    refuse_busy(db, kept)
    if decided_since_scoring(db, kept.id):
        raise Refused(OUTDATED)
    _move(db, code, "publish", actor, now)


def _move(db: Session, code: str, action: str, actor: str, now: datetime) -> None:
    kept = kept_round(db, code)
    to = next_state(kept.state, action)
    verify_frozen(kept)
    rows.move_round(db, kept, to, actor, action, now)


def kept_round(db: Session, code: str) -> KeptRound:
    """The round of that code. Raises ``Refused`` when there is none."""
    kept = rows.find_round(db, code)
    if kept is None:
        raise Refused("没有代码为“%(code)s”的评议轮次。", code=code)
    return kept


def all_rounds(db: Session) -> tuple[RoundLine, ...]:
    """Every round, newest first."""
    return rows.all_rounds(db)
