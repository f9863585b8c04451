"""Builders of whole, small, real things for tests: plans, rounds, ballots. Add to it; every maker takes what a test may vary."""

import dataclasses
import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from appraisal import collect, rounds
from appraisal.collect import Entry, IssuedCode
from appraisal.collect.log import close_log
from appraisal.model.ballot import Answers, Sheet
from appraisal.model.questionnaire import Item, Kind, Questionnaire
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Department, Group, Office, Policy, RoundPlan, Stratum
from appraisal.model.wording import Wording
from appraisal.secrecy.sealed import TallyKey, new_tally_key
from appraisal.secrecy.signing import public_half
from appraisal.settings import Secrets, city_now
from appraisal.store import Session
from appraisal.store.rounds import KeptRound

NOW = datetime(2026, 11, 2, 9, 30)
TODAY = NOW.date()
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
    """A round that takes ballots: its code, its tally key (both halves), the codes that were issued, a day when they are good."""

    code: str
    key: TallyKey
    issued: tuple[IssuedCode, ...]
    day: date = TODAY


def make_open_round(
    db: Session, secrets: Secrets, plan: RoundPlan | None = None, codes: int = 10, seed: int = 1, now: datetime = NOW
) -> OpenRound:
    """Create, issue and open. ``codes``: how many for each stratum; the same seed issues the same codes."""
    made, key, rng = _with_room(plan or make_plan(), codes), new_tally_key(), random.Random(seed)
    rounds.create(db, made, "zhuban", now)
    collect.make_papers(db, made.code, rng)
    issued = collect.issue_codes(db, made.code, {stratum.code: codes for stratum in made.strata}, secrets, rng)
    rounds.open_round(db, made.code, key.public, "zhuban", now)
    return OpenRound(made.code, key, issued, made.opens_on)


def _with_room(plan: RoundPlan, codes: int) -> RoundPlan:
    """The plan with as many people in every stratum as get a code."""
    strata = tuple(
        one if one.population is None else dataclasses.replace(one, population=max(one.population, codes))
        for one in plan.strata
    )
    return dataclasses.replace(plan, strata=strata)


def make_running_round(db: Session, secrets: Secrets, codes: int = 10, **changes: Any) -> OpenRound:
    """``make_open_round`` with days around today: for what is served, whose clock is the city's."""
    now = city_now()
    days = {"opens_on": now.date() - timedelta(days=5), "closes_on": now.date() + timedelta(days=20)}
    return make_open_round(db, secrets, make_plan(**days, **changes), codes, now=now)


def make_entry(db: Session, secrets: Secrets, opened: OpenRound, number: int = 0) -> Entry:
    """Let in the respondent with the code of that number, on the round's first day."""
    return collect.enter(db, opened.issued[number].code, secrets, opened.day)


def make_answers(questionnaire: Questionnaire, departments: Sequence[str], seed: int = 1, text: str = "") -> Answers:
    """Everything answered, by chance: one option of every rating, one mark where there are marks, ``text`` at every text item."""
    rng = random.Random(seed)
    sheets = {code: _make_sheet(questionnaire.department_items, rng, text) for code in departments}
    return Answers(sheets, _make_sheet(questionnaire.ballot_items, rng, text))


def make_cast(db: Session, secrets: Secrets, opened: OpenRound, number: int = 0, text: str = "") -> str:
    """Cast a full ballot with the code of that number; its receipt. Its nonce is ``make_nonce(number)``."""
    entry = make_entry(db, secrets, opened, number)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, number, text)
    day = entry.round.plan.opens_on
    return collect.cast(db, entry, answers, make_nonce(number), secrets, random.Random(number), day)


def make_pointed_casts(
    db: Session, secrets: Secrets, opened: OpenRound, numbers: Sequence[int], text: str = ""
) -> None:
    """Cast full ballots with these codes. Three of four tick Z01 about D1 and half of them Z02 about D2, nobody much else: flags."""
    for number in numbers:
        entry, rng = make_entry(db, secrets, opened, number), random.Random(f"pointed {number}")
        answers = make_answers(entry.round.plan.questionnaire, entry.paper, number, text)
        sheets = {code: _make_pointed(code, sheet, rng) for code, sheet in answers.departments.items()}
        pointed = dataclasses.replace(answers, departments=sheets)
        collect.cast(db, entry, pointed, make_nonce(number), secrets, rng, entry.round.plan.opens_on)


def _make_pointed(department: str, sheet: Sheet, rng: random.Random) -> Sheet:
    often = {"D1": ("Z01", 0.75), "D2": ("Z02", 0.5)}
    mark, share = often.get(department, ("Z05", 0.05))
    ticked = mark if rng.random() < share else "Z00"
    return dataclasses.replace(sheet, marks={"Z": (ticked,), "B": ("B00",)})


def make_nonce(number: int) -> bytes:
    return random.Random(f"nonce {number}").randbytes(16)


def _make_sheet(items: Sequence[Item], rng: random.Random, text: str) -> Sheet:
    ratings = {item.code: rng.choice(item.options).code for item in items if item.kind is Kind.RATING}
    marks = {item.code: (rng.choice(item.options).code,) for item in items if item.kind is Kind.MARKS}
    return Sheet(ratings, marks, {item.code: text for item in items if item.kind is Kind.TEXT and text})


from argon2 import PasswordHasher  # noqa: E402

from appraisal.store import people  # noqa: E402

PASSWORD = "a password for tests"


def make_account(db: Session, login: str, role: str, department: str | None = None) -> int:
    """An account whose password is ``PASSWORD``, hashed cheaply: at log-in it is hashed anew, as an old one would be."""
    belongs_to = None if department is None else people.department_id(db, department)
    return people.add_account(db, login, f"{login}岗", role, belongs_to, _cheap_hash())


@cache
def _cheap_hash() -> str:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


from appraisal.model.places import Place  # noqa: E402
from appraisal.model.results import (  # noqa: E402
    DepartmentResult,
    Estimate,
    Funnel,
    MarkResult,
    Negatives,
    Response,
    RoundResults,
    Standing,
    StratumResult,
)

GROUPS = {
    "DQ": Wording("党群部门", "Party and mass organisations"),
    "JJ": Wording("政府经济部门", "Economic departments"),
    "GG": Wording("公共服务单位", "Public services"),
}
LONG_NAMES = (
    Wording("人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    Wording("发展改革局", "Development Bureau"),
    Wording("城市管理综合行政执法局", "Urban Management and Administrative Law Enforcement Bureau"),
    Wording("档案馆", "Archive"),
)


def make_estimate(value: float | None, half: float = 2.0, top: float = 100.0, n: int = 120) -> Estimate:
    """A figure with an interval of this half-width; None: no result."""
    if value is None:
        return Estimate(None, None, None, None, None, n)
    return Estimate(value, half / 1.96, n - 3.0, max(0.0, value - half), min(top, value + half), n)


def make_department_result(number: int, rng: random.Random, **changes: Any) -> DepartmentResult:
    """A department with everything said about it by chance; strata enterprise, citizen and deputy."""
    score, group = make_estimate(rng.uniform(60, 90), rng.uniform(0.5, 6)), list(GROUPS)[number % 3]
    counts = {option: rng.randrange(2, 60) for option in ("S5", "S4", "S3", "S2", "S1", "S0")}
    strata = tuple(
        StratumResult(code, score, make_estimate(0.7, 0.1, 1.0), make_estimate(0.1, 0.05, 1.0), counts)
        for code in ("enterprise", "citizen", "deputy")
    )
    result = DepartmentResult(
        code=f"D{number:03}",
        name=LONG_NAMES[number % len(LONG_NAMES)],
        group=group,
        ranked=True,
        standing=Standing.RESULT,
        score=score,
        design_score=score,
        satisfied=make_estimate(0.7, 0.05, 1.0),
        dissatisfied=make_estimate(0.1, 0.03, 1.0),
        awareness=make_estimate(0.9, 0.02, 1.0),
        weight_covered=1.0,
        counts=counts,
        by_stratum=strata,
        marks=tuple(_make_mark(item, option, rng) for item, option in _marks_asked()),
        change=None,
        in_group=make_place(number % 4 + 1, 9),
        negatives=make_negatives(round(120 * rng.uniform(0.05, 0.6)), 90 + number * 7),
    )
    return dataclasses.replace(result, **changes)


def make_place(first: int, last: int, tier: int = 1, of: int = 12) -> Place:
    """Places that hold the truth for one alone, one wider on both sides for all at once."""
    return Place(first, last, max(1, first - 1), min(of, last + 1), tier, of)


def make_negatives(count: int, n: int = 120) -> Negatives:
    """A share of ballots with a problem, beside limits as of a funnel around 0.2."""
    return Negatives(make_estimate(count / n, 0.05, 1.0, n), count, (0.1, 0.3), (0.05, 0.4))


def make_results(departments: int = 12, seed: int = 1, **changes: Any) -> RoundResults:
    """A scored round of so many departments in three groups, as it would be read from the store."""
    rng = random.Random(seed)
    made = tuple(make_department_result(number, rng) for number in range(departments))
    zeros = tuple((0.0,) * departments for _ in range(departments))
    response = (Response("enterprise", Wording("企业", "Enterprises"), 400.0, 40, 30),)
    results = RoundResults(
        "2026-1",
        Wording("2026年评议", "Round 2026"),
        "p" * 64,
        "i" * 64,
        made,
        GROUPS,
        response,
        (),
        {},
        zeros,
        zeros,
        funnel=Funnel(0.2, 0.002),
    )
    return dataclasses.replace(results, **changes)


def _marks_asked() -> list[tuple[str, str]]:
    items = default_questionnaire().department_items
    return [(item.code, option.code) for item in items if item.kind is Kind.MARKS for option in item.options]


def _make_mark(item: str, option: str, rng: random.Random) -> MarkResult:
    share = rng.choice((0.0, 0.01, 0.07, 0.15, 0.25, 0.35, 0.5))
    return MarkResult(item, option, round(share * 120), make_estimate(share, 0.03, 1.0), 0.08, share > 0.4)


from appraisal import scoring  # noqa: E402
from appraisal.model.ballot import ImportedBallot  # noqa: E402


def make_ballot(
    stratum: str, ratings: dict[str, str], marks: dict[str, tuple[str, ...]] | None = None
) -> ImportedBallot:
    """One ballot: department → option of the score item A3, and department → marks of Z."""
    ticked = marks or {}
    sheets = {
        code: Sheet({"A3": option}, {"Z": ticked[code]} if code in ticked else {}, {})
        for code, option in ratings.items()
    }
    return ImportedBallot(stratum, Answers(sheets, Sheet()))


LOG_KEY = bytes(range(32))


def make_opened(db: Session, code: str, private_key: bytes, rng: random.Random, log_key: bytes = LOG_KEY) -> int:
    """Close the public log of a closed round and open its ballots; how many there are."""
    close_log(db, code, log_key, TODAY)
    return collect.open_ballots(db, code, private_key, rng, public_half(log_key))


def make_closed_round(db: Session, ballots: Sequence[ImportedBallot], seed: int = 1, **changes: Any) -> str:
    """A round whose ballots were collected elsewhere, closed and opened; its code. ``seed`` shuffles."""
    plan, key = make_plan(**changes), new_tally_key()
    rng = random.Random(f"{plan.code} {seed}")
    rounds.create(db, plan, "zhuban", NOW)
    collect.make_papers(db, plan.code, random.Random(1))
    rounds.open_round(db, plan.code, key.public, "zhuban", NOW)
    collect.take_imported(db, plan.code, ballots, rng)
    rounds.close(db, plan.code, "zhuban", NOW)
    make_opened(db, plan.code, key.private, rng)
    return plan.code


def make_scored_round(db: Session, ballots: Sequence[ImportedBallot], seed: int = 1, **changes: Any) -> RoundResults:
    """``make_closed_round``, scored; what it says."""
    code = make_closed_round(db, ballots, seed, **changes)
    scoring.score_round(db, code, "zhuban", NOW)
    return scoring.results(db, code)


from appraisal import followup  # noqa: E402
from appraisal.model.finding import Outcome, Sources  # noqa: E402
from appraisal.model.slip import FindingAnswer, SlipDocument, SlipFinding  # noqa: E402
from appraisal.model.slip_moves import Check, SlipState  # noqa: E402
from appraisal.store.findings import FindingRow, add_finding  # noqa: E402
from appraisal.store.serials import next_number  # noqa: E402

ISSUED = datetime(2026, 11, 3, 10, 0)


def lay_finding(
    db: Session, round_code: str, department: str, texts: tuple[str, str, str], mark: tuple[str, str] = ("Z", "Z01")
) -> str:
    """A registered finding with these texts (statement, demand, basis) and 12 ballots, whatever the round says; its number."""
    kept = rounds.kept_round(db, round_code)
    number = f"WT-{NOW.year}-{next_number(db, 'finding', NOW.year):04d}"
    row = FindingRow(kept.id, kept.department_ids[department], *mark, *texts, 12)
    add_finding(db, number, row, "zhuban", NOW, Sources(marks=(mark,) if any(mark) else ()))
    return number


def make_finding(db: Session, round_code: str, department: str = "D1", outcome: Outcome | None = Outcome.TRUE) -> str:
    """A finding on mark Z01, judged unless ``outcome`` is None; its number. Laid onto the ledger as if 12 ballots had ticked it."""
    number = lay_finding(db, round_code, department, ("职责交叉，答复不清。", "明确牵头科室。", "首问负责制度"))
    if outcome is not None:
        scoring.judge_finding(db, number, outcome, "已查核", "zhuban", NOW)
    return number


# By which deeds a slip comes into each state.
WAYS = {
    SlipState.DRAFTED: (),
    SlipState.DISCARDED: ("discard",),
    SlipState.APPROVED: ("approve",),
    SlipState.ISSUED: ("approve", "issue"),
    SlipState.SERVED: ("approve", "issue", "serve"),
    SlipState.SIGNED: ("approve", "issue", "sign"),
    SlipState.CONTESTED: ("approve", "issue", "contest"),
    SlipState.REASSIGNED: ("approve", "issue", "contest", "reassign"),
    SlipState.EXTENDING: ("approve", "issue", "sign", "ask_extension"),
    SlipState.ANSWERED: ("approve", "issue", "sign", "answer"),
    SlipState.ACCEPTED: ("approve", "issue", "sign", "answer", "accept"),
    SlipState.VERIFIED: ("approve", "issue", "sign", "answer", "accept", "verify"),
    SlipState.CLOSED: ("approve", "issue", "sign", "answer", "accept", "verify", "strike_off", "close"),
    SlipState.RECALLED: ("approve", "issue", "recall"),
}


def make_slip(db: Session, state: SlipState, round_code: str, department: str = "D1", findings: int = 2) -> int:
    """A slip brought to a state by the deeds that lead there; its id."""
    numbers = [make_finding(db, round_code, department) for _ in range(findings)]
    slip_id = followup.bundle(db, round_code, department, numbers, "zhuban", NOW)
    for action in WAYS[state]:
        act_on_slip(db, slip_id, action, department)
    return slip_id


def act_on_slip(db: Session, slip_id: int, action: str, department: str = "D1", now: datetime = ISSUED) -> None:
    """One deed, by whoever may do it."""
    numbers = [line.number for line in followup.slip(db, slip_id, NOW.date()).findings]
    answers = [FindingAnswer(number, "原因", "措施") for number in numbers]
    pdf, own = make_letter(1, slip_id), (db, slip_id, department, "d1", now)
    deeds: dict[str, Callable[[], object]] = {
        "approve": lambda: followup.approve(db, slip_id, "fuhe", now),
        "discard": lambda: followup.discard(db, slip_id, "zhuban", now, "写错了部门"),
        "issue": lambda: followup.issue(db, slip_id, pdf, hashlib.sha256(pdf).hexdigest(), now),
        "serve": lambda: followup.chase_slips(db, now + timedelta(days=3)),
        "sign": lambda: followup.sign(*own, "办公室"),
        "contest": lambda: followup.contest(*own, "不是本单位职责", "机构职能编制规定第3条", "D2"),
        "uphold": lambda: followup.uphold(db, slip_id, "zhuban", now, "职责清单写明由你单位负责"),
        "reassign": lambda: followup.reassign(db, slip_id, "zhuban", now, "确属另一部门", "D2"),
        "ask_extension": lambda: followup.ask_extension(*own, date(2026, 12, 4), "涉及三个单位", "已完成摸底"),
        "extend": lambda: followup.extend(db, slip_id, "zhuban", now, date(2026, 12, 4), "情况属实"),
        "keep_term": lambda: followup.keep_term(db, slip_id, "zhuban", now, "可以如期完成"),
        "answer": lambda: followup.answer(*own, answers),
        "return": lambda: followup.send_back(db, slip_id, "zhuban", now, "缺佐证"),
        "accept": lambda: followup.accept(db, slip_id, "zhuban", now, "看过"),
        "verify": lambda: followup.verify(db, slip_id, "zhuban", now, Check.VISIT, "措施已落实"),
        "strike_off": lambda: [followup.strike_off(db, number, "zhuban", now, "一致") for number in numbers],
        "close": lambda: followup.close(db, slip_id, "zhuban", now),
        "recall": lambda: followup.recall(db, slip_id, "fuhe", now, "内容有误"),
    }
    deeds[action]()


def make_letter(number: int = 1, slip_id: int = 0) -> bytes:
    """What stands for an issued letter where its content does not matter: a file with the mark of a copy, and nothing else."""
    figures = [f"{glyph:04x}" for glyph in range(0x11, 0x1B)]
    digits = "".join(figures[int(digit)] for digit in f"{number:06d}")
    return f"%PDF of a test, slip {slip_id}\n[<00010002{digits}>] TJ\n%{''.join(figures)}\n".encode()


def make_slip_document(count: int = 3, **changes: Any) -> SlipDocument:
    """What is printed on a slip, with ``count`` problems unless ``findings`` are given; every field may be changed."""
    document = SlipDocument(
        office="示范市民主评议机关工作办公室",
        number="示评办提〔2026〕12号",
        department="市交通运输局",
        department_code="D31",
        title="关于市交通运输局民主评议反映问题的工作提示单",
        round_title="2026年度万人民主评议机关",
        collected="2026年10月12日至11月10日",
        findings=tuple(make_slip_finding(number) for number in range(count)),
        issued_on=date(2026, 11, 23),
        sign_by=date(2026, 11, 25),
        answer_by=date(2026, 12, 14),
        contact="示范市民主评议机关工作办公室督办组",
        copy_to=("市委办公室", "市人大常委会办公室", "市政府办公室", "市政协办公室", "市纪委市监委机关"),
        check_code="7Q2KM9XDAB12",
    )
    return dataclasses.replace(document, **changes)


def make_slip_finding(number: int = 0, **changes: Any) -> SlipFinding:
    """One problem as it is printed; four differ, then they repeat under other numbers."""
    label, statement, basis, demand = (
        (
            "窗口推诿扯皮",
            "材料反复补正，一次性告知不到位，办事企业往返3次以上。",
            "首问负责制度第5条",
            "修订一次性告知单，设首问负责岗",
        ),
        (
            "超过承诺时限",
            "抽查的40件中有9件超过承诺时限，最长11个工作日。",
            "限时办结制度",
            "逐件说明原因，建立超时预警",
        ),
        ("政策解释不清", "对新能源货车通行政策，热线与窗口答复口径不同。", "窗口服务规范", "统一口径，更新知识库"),
        ("投诉缺少反馈", "投诉转办后缺少联系和结果反馈。", "接诉即办工作规定", "建立诉求台账，限时反馈结果"),
    )[number % 4]
    finding = SlipFinding(f"WT-2026-{number + 12:04d}", label, statement, "属实", 87 - number, basis, demand)
    return dataclasses.replace(finding, **changes)


from appraisal.model.signal import SignalKind, SignalRules  # noqa: E402

TWELVE = tuple(Department(f"D{n}", Wording(f"部门{n}", f"Department {n}"), "EC") for n in range(1, 13))
LIMITS = SignalRules()


def make_stuffed_ballots(forged: int) -> list[ImportedBallot]:
    """60 ballots with mixed answers about ``TWELVE`` departments, and so many that say the worst of D1 and nothing else."""
    numbers, places = range(60), range(len(TWELVE))
    mixed = [{f"D{at + 1}": f"S{(n * 7 + at * (n % 5 + 1)) % 5 + 1}" for at in places} for n in numbers]
    lone = make_ballot("enterprise", {"D1": "S1"})
    return [make_ballot("enterprise", ratings) for ratings in mixed] + [lone] * forged


def make_stuffed_round(db: Session, rules: SignalRules | None = LIMITS, forged: int = 40, **changes: Any) -> str:
    """A closed round with ``make_stuffed_ballots`` and these limits registered; its code."""
    policy = make_policy(signals=rules, missing_weight=1.0)
    return make_closed_round(db, make_stuffed_ballots(forged), departments=TWELVE, policy=policy, **changes)


def make_lone_key(db: Session, code: str) -> str:
    """The key of the signal that ``make_stuffed_round`` raises."""
    (key,) = [one.key for one in scoring.quality(db, code).signals if one.kind is SignalKind.LONE]
    return key


from appraisal.collect.contacts import RosterRow, keep_roster, read_roster  # noqa: E402


def make_contacts(db: Session, secrets: Secrets, opened: OpenRound) -> list[str]:
    """A mail address beside every code of the round, in the order of ``opened.issued``; the addresses."""
    rows = [RosterRow(line, one.code, f"r{line}@example.cn") for line, one in enumerate(opened.issued, start=2)]
    keep_roster(db, read_roster(db, opened.code, rows, "roster.csv", secrets))
    return [row.address for row in rows]


from appraisal.model.finding import FindingState  # noqa: E402
from appraisal.model.flags import FlagResult  # noqa: E402
from appraisal.model.round_report import CohortFact, RoundFacts, RoundProblems  # noqa: E402
from appraisal.model.sensitivity import (  # noqa: E402
    Choice,
    ChoiceColumn,
    SensitivityLine,
    SensitivityTable,
    Variant,
)
from appraisal.model.signal import QuarantineState, Signal  # noqa: E402


def make_round_facts(departments: int = 12, **changes: Any) -> RoundFacts:
    """A scored round with everything that its report can tell of: flags, a cohort set aside, a round before, problems."""
    results = make_results(departments, rank_draws=10000, rank_seed=7)
    plan = make_plan(
        previous="2025-1",
        departments=tuple(Department(each.code, each.name, each.group) for each in results.departments),
        groups=tuple(Group(code, name, {"enterprise": 0.5, "citizen": 0.5}) for code, name in GROUPS.items()),
    )
    flagged = results.departments[0]
    flag = FlagResult(1, flagged.code, "Z", "Z01", "excess", 120, 60, 0.5, 0.1, 5.0, 1e-9, 1e-7, 1e-6)
    hint = dataclasses.replace(flag, id=2, rule="eb05", bound=3.1)
    signal = Signal("k", SignalKind.LONE, "", flagged.code, "worst", 40, 60, 1.0, 1e-6, ())
    facts = RoundFacts(
        plan=plan,
        results=dataclasses.replace(results, flags=(flag,), hints=(hint,)),
        published=True,
        computed_on=date(2026, 11, 20),
        code_version="0.1.0",
        questionnaire_sha256="q" * 64,
        before=dataclasses.replace(make_results(departments, seed=2), code="2025-1"),
        cohorts=(CohortFact(signal, QuarantineState.HELD, 40, ("已核对发放记录。", "已另行核对。")),),
        problems=(
            RoundProblems("2025-1", Wording("2025年评议", "Round 2025"), (FindingState.CLOSED, FindingState.WATCHED)),
            RoundProblems("2026-1", Wording("2026年评议", "Round 2026"), (FindingState.ON_SLIP,)),
        ),
    )
    return dataclasses.replace(facts, **changes)


def make_choices(facts: RoundFacts) -> SensitivityTable:
    """Every choice moves every score by as many tenths of a point as it stands places behind the official one."""
    columns = tuple(
        ChoiceColumn(choice, 3000 + (40 if choice is Choice.ALL_BALLOTS else 0), 0.9, at)
        for at, choice in enumerate(Choice)
    )
    lines = tuple(
        SensitivityLine(
            one.code,
            one.name,
            tuple(Variant((one.score.value or 0.0) + at / 10, at / 10, 1 + at) for at in range(len(columns))),
        )
        for one in facts.results.departments
        if one.ranked
    )
    return SensitivityTable(columns, lines)


from appraisal.model.bulletin import BulletinFacts  # noqa: E402
from appraisal.model.publication import (  # noqa: E402
    Publication,
    PublicBalance,
    PublicDepartment,
    PublicResponse,
    PublicScore,
    Reach,
)
from appraisal.model.slip import Balance  # noqa: E402


def make_public_department(one: DepartmentResult, reach: Reach = Reach.FULL, **changes: Any) -> PublicDepartment:
    """What the public reads of a department as ``make_department_result`` makes it."""
    said = reach is not Reach.NONE
    score = one.score
    public = PublicDepartment(
        code=one.code,
        name=one.name,
        group=one.group,
        ranked=one.ranked,
        reach=reach,
        n=one.score.n if said else None,
        score=PublicScore(round(score.value, 1), round(score.low, 1), round(score.high, 1)) if said else None,  # type: ignore[arg-type]
        places=(one.in_group.first, one.in_group.last) if reach is Reach.FULL and one.in_group else None,
        satisfied=70 if said else None,
        dissatisfied=10 if said else None,
        awareness=90 if said else None,
        shares={},
        marks={(mark.item, mark.option): round(100 * (mark.share.value or 0)) if said else None for mark in one.marks},
    )
    return dataclasses.replace(public, **changes)


def make_bulletin_facts(departments: int = 12, **changes: Any) -> BulletinFacts:
    """A published round: the second department indicative, the third without a figure, the fourth asked for comments alone."""
    results = make_results(departments)
    reaches = {1: Reach.INDICATIVE, 2: Reach.NONE}
    made = [make_public_department(one, reaches.get(at, Reach.FULL)) for at, one in enumerate(results.departments)]
    if departments > 3:
        made[3] = dataclasses.replace(made[3], ranked=False, score=None, places=None)
    said = Publication(
        code="2026-1",
        title=Wording("示范市2026年民主评议", "Appraisal of Shifan City 2026"),
        opens_on="2026-11-01",
        closes_on="2026-11-30",
        policy_sha256="p" * 64,
        departments=tuple(made),
        groups=GROUPS,
        response=(
            PublicResponse("enterprise", Wording("企业", "Enterprises"), 400, 233, 58),
            PublicResponse("deputy", Wording("两代表一委员", "Deputies"), 30, None, None),
        ),
        tables=(),
        balance=PublicBalance(0, 0, 0, 0, 0),
    )
    facts = BulletinFacts(make_plan(), said, "f" * 64, date(2026, 12, 9), Balance(5, 2, 1, 1, 1))
    return dataclasses.replace(facts, **changes)
