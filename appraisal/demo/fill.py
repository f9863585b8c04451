"""Fill an empty installation with the demo city: every round, every ballot and every slip goes through the deeds that real ones do."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import numpy as np

from appraisal import collect, rounds, scoring
from appraisal.collect.log import Batch, close_log, first_batch, full_batch, keep_batch
from appraisal.demo.behaviour import City, Respondents
from appraisal.demo.city import DemoRound, demo_rounds, short_round, write_folder
from appraisal.demo.truth import Truth, keep_truth, plant
from appraisal.model.ballot import Answers, answered
from appraisal.model.round import RoundPlan
from appraisal.secrecy.sealed import new_tally_key
from appraisal.secrecy.signing import public_half
from appraisal.settings import Secrets, Settings, write_private
from appraisal.store import Session
from appraisal.store.rounds import find_round

ORGANISER: Final = "zhuban"
SECOND: Final = "fuhe"
# Ballots stored in one transaction: the deed is the posted form's, only the flush to disk is shared.
BATCH: Final = 200
VISITORS_CODES: Final = 40

Writing = Callable[[], AbstractContextManager[Session]]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DemoCity:
    """What the demo left behind for a visitor: the rounds, unused codes of the open one, and what is true of the city now."""

    last: str
    this: str
    thematic: str
    visitor_codes: tuple[str, ...]
    short_code: str
    people: City


@dataclass(frozen=True, slots=True)
class Filling:
    """One run of the demo: where to, when, from which random streams."""

    settings: Settings
    secrets: Secrets
    writing: Writing
    now: datetime
    rng: np.random.Generator
    chance: random.Random
    progress: Progress


def fill(filling: Filling, ballots: int) -> DemoCity:
    """Run three rounds: last one (published), this one (scored) and an open one. ``ballots`` is the size of this round."""
    last, this, thematic = demo_rounds(filling.now.date(), ballots)
    truth = _set_up(filling, (last, this, thematic))
    _run_to_scores(filling, last, truth.last)
    with filling.writing() as db:
        rounds.publish(db, last.code, ORGANISER, _on(last, 20))
    _run_to_scores(filling, this, truth.this)
    keep_truth(truth, this.ballots, filling.settings.home / "demo" / "truth.json")
    codes = _collect(filling, thematic, truth.this)
    visitors = tuple(code.code for code in codes[:VISITORS_CODES])
    return DemoCity(last.code, this.code, thematic.code, visitors, _open_short(filling), truth.this)


def _open_short(filling: Filling) -> str:
    """Open the round with the short paper, for visitors alone; one of its codes."""
    short, key, rng = short_round(filling.now.date()), new_tally_key(), random.SystemRandom()
    plan, _ = rounds.read_folder(write_folder(short, _folder(filling.settings, short)))
    write_private(filling.settings.tally_key(short.code), key.private)
    with filling.writing() as db:
        rounds.create(db, plan, ORGANISER, _on(short, -5))
        counts = {stratum.code: VISITORS_CODES for stratum in plan.strata}
        issued = collect.issue_codes(db, short.code, counts, filling.secrets, rng)
        rounds.open_round(db, short.code, key.public, ORGANISER, _on(short, 0))
    return issued[0].code


def _set_up(filling: Filling, planned: tuple[DemoRound, ...]) -> Truth:
    plans = [rounds.read_folder(write_folder(one, _folder(filling.settings, one)))[0] for one in planned]
    with filling.writing() as db:
        for plan, one in zip(plans, planned, strict=True):
            rounds.create(db, plan, ORGANISER, _on(one, -20))
    return plant(plans[0].questionnaire, plans[0].departments, filling.rng)


def _run_to_scores(filling: Filling, round_: DemoRound, city: City) -> None:
    _collect(filling, round_, city)
    filling.progress(f"close and open {round_.code}", 0, 2)
    close_and_score(filling, round_.code, _on(round_, days_after_close=1), _on(round_, days_after_close=2))
    filling.progress(f"close and open {round_.code}", 2, 2)


def close_and_score(filling: Filling, code: str, closed: datetime, scored: datetime) -> None:
    """Close a round, open its ballots, and score it."""
    with filling.writing() as db:
        rounds.close(db, code, ORGANISER, closed)
        log_key, private = filling.settings.read_log_key(), filling.settings.tally_key(code).read_bytes()
        close_log(db, code, log_key, closed.date())
        collect.open_ballots(db, code, private, filling.chance, public_half(log_key))
    with filling.writing() as db:
        scoring.score_round(db, code, ORGANISER, scored)


def _collect(filling: Filling, round_: DemoRound, city: City) -> list[collect.IssuedCode]:
    """Open the round, issue its codes and cast its ballots; the codes of those who did not answer come back."""
    key = new_tally_key()
    write_private(filling.settings.tally_key(round_.code), key.private)
    with filling.writing() as db:
        collect.make_papers(db, round_.code, filling.chance)
        kept = find_round(db, round_.code)
        if kept is None:
            raise LookupError(round_.code)
        counts = {stratum.code: stratum.codes for stratum in kept.plan.strata}
        issued = list(collect.issue_codes(db, round_.code, counts, filling.secrets, filling.chance))
        rounds.open_round(db, round_.code, key.public, ORGANISER, _on(round_, 0))
        _log(db, first_batch(db, round_.code, filling.settings.read_log_key(), round_.opens_on))
    filling.chance.shuffle(issued)
    answering = min(round_.ballots, len(issued) - VISITORS_CODES)
    cast_all(filling, kept.plan, city, issued[:answering], _on(round_, 3).date())
    return issued[answering:]


def cast_all(filling: Filling, plan: RoundPlan, city: City, codes: list[collect.IssuedCode], day: date) -> None:
    """Let everybody with one of these codes answer, as the city is; the public log grows with them."""
    respondents = Respondents(plan.questionnaire, city, filling.rng)
    for number, batch in enumerate(_batches(codes)):
        with filling.writing() as db:
            for code in batch:
                entry = collect.enter(db, code.code, filling.secrets, day)
                answers = respondents.answer(entry.stratum, entry.paper)
                if answered(answers) == Answers():
                    # Who passed over all of a short paper has nothing to hand in.
                    continue
                collect.cast(db, entry, answers, filling.rng.bytes(16), filling.secrets, filling.chance, day)
            _log(db, full_batch(db, plan.code, filling.settings.read_log_key(), day))
        filling.progress(f"ballots of {plan.code}", min((number + 1) * BATCH, len(codes)), len(codes))


def _log(db: Session, batch: Batch | None) -> None:
    if batch is not None:
        keep_batch(db, batch)


def _batches(codes: list[collect.IssuedCode]) -> Iterator[list[collect.IssuedCode]]:
    for start in range(0, len(codes), BATCH):
        yield codes[start : start + BATCH]


def _on(round_: DemoRound, days_after_opening: int = 0, days_after_close: int | None = None) -> datetime:
    day = round_.opens_on + timedelta(days=days_after_opening)
    if days_after_close is not None:
        day = round_.closes_on + timedelta(days=days_after_close)
    return datetime.combine(day, time(9, 0))


def _folder(settings: Settings, round_: DemoRound) -> Path:
    return settings.home / "demo" / round_.code


def keep_visitor(settings: Settings, city: DemoCity, passwords: dict[str, str], departments: list[str]) -> None:
    """Keep what ``appraisal demo --where`` prints again, readable by the owner alone."""
    codes = {"code": city.visitor_codes[0], "short_code": city.short_code}
    kept = {**codes, "round": city.this, "passwords": passwords, "departments": departments}
    write_private(settings.home / "demo" / "visitor.json", json.dumps(kept, ensure_ascii=False).encode())
