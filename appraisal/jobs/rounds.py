"""What a closed round waits for: its ballots opened, its scores computed."""

import secrets as chance
from datetime import datetime
from typing import Final

from appraisal import collect, rounds, scoring, store
from appraisal.collect.log import last_batch
from appraisal.jobs.logs import tend_log
from appraisal.model.faults import Refused
from appraisal.model.round import Custody
from appraisal.model.round_job import RoundJob
from appraisal.secrecy.signing import public_half
from appraisal.settings import Settings, city_now
from appraisal.store import Engine
from appraisal.store.engine import forget_order
from appraisal.store.rounds import KeptRound

NO_KEY: Final = "开启评议票的密钥不在这台机器上。请先放回密钥文件，再开启评议票。"
BROKEN: Final = "程序出错，没有算成。请管理员查看服务日志后再试。"


def tend_round(settings: Settings, engine: Engine, round_code: str) -> None:
    """Do what a round waits for, if it waits; a failure is written into its history, where the round's page shows it.

    The work is done on a snapshot, and the write lock is held for the keeping alone: ballots of other rounds come in meanwhile.
    """
    with store.reading(engine) as db:
        kept = rounds.kept_round(db, round_code)
        job = rounds.standing(db, kept).waiting
        # Two trustees have to come for a key that is split: `round close` opens these ballots, and nobody else can.
        if job is None or (job is RoundJob.OPENING and kept.plan.tally_key is Custody.SHARES):
            return
        actor = rounds.asked_by(db, kept)
    try:
        if job is RoundJob.OPENING:
            _open_ballots(settings, engine, kept, actor)
        else:
            _score(engine, round_code, actor, city_now())
    except Refused as refusal:
        _note_failure(engine, kept, actor, refusal)
    except Exception:
        _note_failure(engine, kept, actor, Refused(BROKEN))
        raise


def tend_rounds(settings: Settings, engine: Engine) -> None:
    """Do what any round waits for."""
    with store.reading(engine) as db:
        codes = [line.code for line in rounds.all_rounds(db)]
    for code in codes:
        tend_round(settings, engine, code)


def _open_ballots(settings: Settings, engine: Engine, kept: KeptRound, actor: str) -> None:
    path, code = settings.tally_key(kept.plan.code), kept.plan.code
    if not path.exists():
        raise Refused(NO_KEY)
    tend_log(settings, engine, code, last_batch)
    with store.reading(engine) as db:
        log_key = public_half(settings.read_log_key())
        found = collect.unseal_ballots(db, code, path.read_bytes(), chance.SystemRandom(), log_key)
    with store.transaction(engine) as db:
        collect.keep_opened(db, found)
    forget_order(engine)
    with store.transaction(engine) as db:
        rounds.note_opened(db, kept, actor, city_now())


def _score(engine: Engine, round_code: str, actor: str, now: datetime) -> None:
    with store.reading(engine) as db:
        computed = scoring.compute_round(db, round_code, actor, now)
    with store.transaction(engine) as db:
        scoring.keep_run(db, computed)


def _note_failure(engine: Engine, kept: KeptRound, actor: str, refusal: Refused) -> None:
    with store.transaction(engine) as db:
        rounds.note_failure(db, kept, actor, city_now(), refusal)
