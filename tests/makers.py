"""Builders of whole, small, real things for tests: plans, rounds, ballots. Add to it; every maker takes what a test may vary."""

import dataclasses
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from appraisal import collect, rounds
from appraisal.collect import Entry, IssuedCode
from appraisal.model.ballot import Answers, Sheet
from appraisal.model.questionnaire import Item, Kind, Questionnaire
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Department, Group, Office, Policy, RoundPlan, Stratum
from appraisal.model.wording import Wording
from appraisal.secrecy.sealed import TallyKey, new_tally_key
from appraisal.settings import Secrets
from appraisal.store import Session
from appraisal.store.rounds import KeptRound

NOW = datetime(2026, 11, 2, 9, 30)
DEFAULT_QUESTIONNAIRE = Path(rounds.__file__).parents[1] / "demo" / "questionnaire.toml"


@cache
def default_source() -> str:
    """The text of the default questionnaire: ratings A1 to A3, marks Z and B, text T1; overall O1 and O2; scale S5 … S1, S0."""
    return DEFAULT_QUESTIONNAIRE.read_text("utf-8")


@cache
def default_questionnaire() -> Questionnaire:
    return read_questionnaire(default_source(), "questionnaire.toml")


def make_policy(**changes: Any) -> Policy:
    """Score item A3 at 100, 75, 50, 25, 0."""
    values = {
        option.code: option.value for option in default_questionnaire().item("A3").options if option.value is not None
    }
    policy = Policy(score_item="A3", values=values, satisfied=("S5", "S4"), dissatisfied=("S2", "S1"))
    return dataclasses.replace(policy, **changes)


def make_plan(**changes: Any) -> RoundPlan:
    """A small round: groups EC and PS, strata enterprise, citizen and deputy, departments D1 to D4 of which D4 is comment-only."""
    weights = {"enterprise": 0.5, "citizen": 0.3, "deputy": 0.2}
    plan = RoundPlan(
        code="2026-1",
        title=Wording("示范市2026年民主评议", "Appraisal of Shifan City 2026"),
        kind="综合",
        opens_on=date(2026, 11, 1),
        closes_on=date(2026, 11, 30),
        questionnaire=default_questionnaire(),
        questionnaire_source=default_source(),
        departments=(
            Department("D1", Wording("发展改革局", "Development Bureau"), "EC"),
            Department("D2", Wording("市场监管局", "Market Bureau"), "EC"),
            Department("D3", Wording("公共交通中心", "Transit Centre"), "PS"),
            Department("D4", Wording("档案馆", "Archive"), "PS", ranked=False),
        ),
        strata=(
            Stratum("enterprise", Wording("企业", "Enterprises"), 400, codes=40),
            Stratum("citizen", Wording("市民", "Citizens"), None, codes=60),
            Stratum("deputy", Wording("两代表一委员", "Deputies"), 30, codes=20),
        ),
        groups=(
            Group("EC", Wording("经济管理部门", "Economic departments"), weights),
            Group("PS", Wording("公共服务单位", "Public services"), {**weights, "enterprise": 0.2, "citizen": 0.6}),
        ),
        policy=make_policy(),
        office=Office(Wording("示范市民主评议办公室", "Appraisal Office"), "示评办提", "督办组", ("市政府办公室",)),
        per_ballot=3,
    )
    return dataclasses.replace(plan, **changes)


def make_round(db: Session, **changes: Any) -> KeptRound:
    """A draft round made from ``make_plan`` with these changes."""
    plan = make_plan(**changes)
    rounds.create(db, plan, "zhuban", NOW)
    return rounds.kept_round(db, plan.code)


@dataclass(frozen=True)
class OpenRound:
    """A round that takes ballots: its code, its tally key (both halves) and the codes that were issued."""

    code: str
    key: TallyKey
    issued: tuple[IssuedCode, ...]


def make_open_round(
    db: Session, secrets: Secrets, plan: RoundPlan | None = None, codes: int = 10, seed: int = 1, now: datetime = NOW
) -> OpenRound:
    """Create, issue and open. ``codes``: how many for each stratum; the same seed issues the same codes."""
    made, key, rng = plan or make_plan(), new_tally_key(), random.Random(seed)
    rounds.create(db, made, "zhuban", now)
    collect.make_papers(db, made.code, rng)
    issued = collect.issue_codes(db, made.code, {stratum.code: codes for stratum in made.strata}, secrets, rng)
    rounds.open_round(db, made.code, key.public, "zhuban", now)
    return OpenRound(made.code, key, issued)


def make_entry(db: Session, secrets: Secrets, opened: OpenRound, number: int = 0) -> Entry:
    """Let in the respondent with the code of that number."""
    return collect.enter(db, opened.issued[number].code, secrets)


def make_answers(questionnaire: Questionnaire, departments: Sequence[str], seed: int = 1, text: str = "") -> Answers:
    """Everything answered, by chance: one option of every rating, one mark where there are marks, ``text`` at every text item."""
    rng = random.Random(seed)
    sheets = {code: _make_sheet(questionnaire.department_items, rng, text) for code in departments}
    return Answers(sheets, _make_sheet(questionnaire.ballot_items, rng, text))


def make_cast(db: Session, secrets: Secrets, opened: OpenRound, number: int = 0, text: str = "") -> str:
    """Cast a full ballot with the code of that number; its receipt. Its nonce is ``make_nonce(number)``."""
    entry = make_entry(db, secrets, opened, number)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, number, text)
    return collect.cast(db, entry, answers, make_nonce(number), secrets, random.Random(number))


def make_nonce(number: int) -> bytes:
    return random.Random(f"nonce {number}").randbytes(16)


def _make_sheet(items: Sequence[Item], rng: random.Random, text: str) -> Sheet:
    ratings = {item.code: rng.choice(item.options).code for item in items if item.kind is Kind.RATING}
    marks = {item.code: (rng.choice(item.options).code,) for item in items if item.kind is Kind.MARKS}
    return Sheet(ratings, marks, {item.code: text for item in items if item.kind is Kind.TEXT and text})
