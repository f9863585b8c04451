"""Jobs of a round for the worker: asked for in its history, and answered there."""

from datetime import datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.round_job import ASKING, FAILED, RoundJob, Standing, failure_note
from appraisal.model.round_job import standing as standing_of
from appraisal.store import Session
from appraisal.store.rounds import KeptRound, note_round
from appraisal.store.trails import round_steps

BUSY: Final = "本轮评议还有一步正在计算，请等它完成。"


def standing(db: Session, kept: KeptRound) -> Standing:
    """Which job a round waits for, or which one failed."""
    return standing_of(step.action for step in round_steps(db, kept.id))


def asked_by(db: Session, kept: KeptRound) -> str:
    """Who asked last for a job of this round. Raises ``LookupError`` when nobody did."""
    askers = [step.actor for step in round_steps(db, kept.id) if step.action in ASKING]
    return askers[-1]


def refuse_busy(db: Session, kept: KeptRound) -> None:
    """Raises ``Refused`` while a job of the round is under way: one at a time, and nothing is decided meanwhile."""
    if standing(db, kept).waiting is not None:
        raise Refused(BUSY)


def ask_scoring(db: Session, kept: KeptRound, actor: str, now: datetime) -> None:
    """Ask the worker to score the round. Raises ``Refused`` while a job is under way."""
    refuse_busy(db, kept)
    note_round(db, kept.id, actor, "ask_scoring", now)


def ask_opening(db: Session, kept: KeptRound, actor: str, now: datetime) -> None:
    """Ask the worker to try once more to open the ballots. Raises ``Refused`` unless that is what failed last."""
    if standing(db, kept).failed is not RoundJob.OPENING:
        raise Refused("本轮没有需要再次开启的评议票。")
    note_round(db, kept.id, actor, "ask_opening", now)


def note_opened(db: Session, kept: KeptRound, actor: str, now: datetime) -> None:
    """Write down that the ballots of the round lie open, unless nobody waits to hear it any more."""
    now_at = standing(db, kept)
    if RoundJob.OPENING in (now_at.waiting, now_at.failed):
        note_round(db, kept.id, actor, "open_ballots", now)


def note_failure(db: Session, kept: KeptRound, actor: str, now: datetime, refusal: Refused) -> None:
    """Write down why a job of the round was not done; it is not tried again until somebody asks."""
    note_round(db, kept.id, actor, FAILED, now, failure_note(refusal))
