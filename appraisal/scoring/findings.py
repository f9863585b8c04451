"""Flags and comments + a person's judgement → findings on the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.finding import FINDING_MOVES, JUDGED, Outcome
from appraisal.model.questionnaire import Role
from appraisal.scoring.reading import scored
from appraisal.store import Session
from appraisal.store.findings import (
    FindingRow,
    add_finding,
    find_finding,
    findings_of_flags,
    judge,
)
from appraisal.store.rounds import KeptRound
from appraisal.store.scores import find_flag
from appraisal.store.serials import next_number

NUMBER_KIND: Final = "finding"

NO_DEPARTMENT: Final = "本轮没有代码为 %(code)s 的被评议部门。"
NO_STATEMENT: Final = "请写明问题和整改要求。"
NO_MARK: Final = "本轮问卷没有这一项：%(item)s %(option)s。"
TOO_FEW: Final = "至少要有 %(least)s 张评议票指出，才能写成问题；现在是 %(ballots)s 张。"
WRONG_FLAG: Final = "这条预警不属于这个部门和这一项。"
WRITTEN_UP: Final = "这条预警已经写成问题 %(number)s。"
NO_FINDING: Final = "没有编号为 %(number)s 的问题。"
JUDGED_ALREADY: Final = "问题 %(number)s 已经查核过，不能再改。"
NO_NOTE: Final = "请写明查核经过和依据。"


@dataclass(frozen=True, slots=True)
class NewFinding:
    """A problem as the office puts it: ``statement`` in its own words, never a respondent's; ``basis``: rule or promise it breaks.

    ``item`` and ``option`` name the mark it comes from, both "" when it comes from comments alone; ``ballots``: how many it rests on.
    """

    department: str
    item: str
    option: str
    statement: str
    demand: str
    basis: str
    ballots: int
    flag_id: int | None = None


def register_finding(db: Session, round_code: str, new: NewFinding, actor: str, now: datetime) -> str:
    """Put a problem on the ledger; its number, WT-<year>-<four digits>.

    Raises ``Refused`` before the round is scored, for an unknown department or mark, too few ballots, an empty text, or a flag
    that is another's or written up already.
    """
    kept, _ = scored(db, round_code)
    _refuse_unfit(kept, new)
    if new.flag_id is not None:
        _refuse_flag(db, kept, new, new.flag_id)
    number = f"WT-{now.year}-{next_number(db, NUMBER_KIND, now.year):04d}"
    texts = (new.statement.strip(), new.demand.strip(), new.basis.strip())
    row = FindingRow(
        kept.id, kept.department_ids[new.department], new.flag_id, new.item, new.option, *texts, new.ballots
    )
    add_finding(db, number, row, actor, now)
    return number


def judge_finding(db: Session, number: str, outcome: Outcome, note: str, actor: str, now: datetime) -> None:
    """Say what the check found; once. Raises ``Refused`` for an unknown number, a second judgement or an empty note."""
    kept = find_finding(db, number)
    if kept is None:
        raise Refused(NO_FINDING, number=number)
    if not note.strip():
        raise Refused(NO_NOTE)
    if (kept.state, "judge") not in FINDING_MOVES:
        raise Refused(JUDGED_ALREADY, number=number)
    judge(db, kept, JUDGED[outcome], outcome, actor, note.strip(), now)


def _refuse_unfit(kept: KeptRound, new: NewFinding) -> None:
    if new.department not in kept.department_ids:
        raise Refused(NO_DEPARTMENT, code=new.department)
    if not new.statement.strip() or not new.demand.strip():
        raise Refused(NO_STATEMENT)
    if (new.item or new.option) and not _is_mark(kept, new.item, new.option):
        raise Refused(NO_MARK, item=new.item, option=new.option)
    if new.ballots < kept.plan.policy.minimum_ballots:
        raise Refused(TOO_FEW, least=kept.plan.policy.minimum_ballots, ballots=new.ballots)


def _is_mark(kept: KeptRound, item: str, option: str) -> bool:
    return any(
        each.code == item and choice.code == option and choice.role is Role.MARK
        for each in kept.plan.questionnaire.department_items
        for choice in each.options
    )


def _refuse_flag(db: Session, kept: KeptRound, new: NewFinding, flag_id: int) -> None:
    found = find_flag(db, flag_id)
    if found is None or found[1] != kept.id:
        raise Refused(WRONG_FLAG)
    flag = found[0]
    if (flag.department, flag.item, flag.option) != (new.department, new.item, new.option):
        raise Refused(WRONG_FLAG)
    written = findings_of_flags(db, [flag_id])
    if written:
        raise Refused(WRITTEN_UP, number=written[flag_id])
