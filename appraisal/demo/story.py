"""What the demo's office did with the flags: findings in every outcome, slips in every state and colour."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from appraisal import followup, scoring
from appraisal.demo.fill import ORGANISER, SECOND, Filling
from appraisal.demo.unflagged import OFFICE_WORDS, judge_unflagged
from appraisal.model.finding import Outcome, Sources
from appraisal.model.flags import FlagResult
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import Check
from appraisal.reports.slip import render as render_slip
from appraisal.store import Session

SIGNER: Final = "办公室"


@dataclass(frozen=True, slots=True)
class Chapter:
    """How far one slip came: ``issued`` days ago (None: still a draft), then the steps, each so many days after issue or drafting."""

    issued: int | None
    steps: tuple[tuple[str, int], ...] = ()


_DONE: Final = (("sign", 1), ("answer", 9), ("accept", 12), ("verify", 13))
# Issued 22 days ago is past 15 working days or close to it, 8 days ago is well within: every colour is on the ledger.
CHAPTERS: Final = (
    Chapter(26, (*_DONE, ("strike_off", 13), ("close", 13))),
    Chapter(26, (*_DONE, ("strike_off", 15), ("close", 15), ("come_back", 20))),
    Chapter(26, (*_DONE, ("watch", 15), ("close", 15))),
    Chapter(26, (("sign", 1), ("answer", 12), ("accept", 16))),
    Chapter(26, (("sign", 1), ("answer", 12), ("accept", 14), ("verify", 16))),
    Chapter(25, (("sign", 1), ("answer", 8), ("return", 10), ("answer", 17))),
    Chapter(25, (("sign", 2), ("answer", 9), ("return", 12))),
    Chapter(24, (("sign", 1), ("clear_on_appeal", 5))),
    Chapter(24, (("sign", 3), ("ask_extension", 12))),
    Chapter(19, (("sign", 1),)),
    Chapter(19, (("sign", 2), ("answer", 14))),
    Chapter(18, (("sign", 1), ("ask_extension", 9), ("extend", 10))),
    Chapter(12, (("sign", 2), ("answer", 6), ("return", 7))),
    Chapter(9, ()),
    Chapter(8, (("sign", 1), ("object", 2))),
    Chapter(3, (("contest", 1),)),
    Chapter(6, (("contest", 1), ("reassign", 3))),
    Chapter(7, (("recall", 2),)),
    Chapter(0, ()),
    Chapter(None),
    Chapter(None, (("discard", 1),)),
)
LAST_ROUND: Final = (Chapter(370, (*_DONE, ("strike_off", 14), ("close", 14))),) * 4
# The slip of this place is issued today and waits to be signed: its department is the one that a visitor logs in as.
TO_BE_SIGNED: Final = CHAPTERS.index(Chapter(0, ()))


def tell(filling: Filling, code: str) -> list[str]:
    """Write findings and slips for the most flagged departments of a scored round; return the departments that got a slip."""
    with filling.writing() as db:
        flags = scoring.results(db, code).flags
    chosen = _most_flagged(flags)
    for number, ((department, found), chapter) in enumerate(zip(chosen, CHAPTERS, strict=False)):
        filling.progress("slips", number + 1, min(len(chosen), len(CHAPTERS)))
        _live(filling, code, department, found[:3], chapter, _ago(filling.now, 29))
    with filling.writing() as db:
        # What the clock has pressed for by today.
        followup.chase_slips(db, filling.now)
    judge_unflagged(filling, code, {department for department, _ in chosen})
    return [department for department, _ in chosen[: len(CHAPTERS)]]


def remember(filling: Filling, code: str) -> None:
    """The slips of the round before, a year ago, in the form of a letter: all of them closed."""
    with filling.writing() as db:
        flags = scoring.results(db, code).flags
    for (department, found), chapter in zip(_most_flagged(flags), LAST_ROUND, strict=False):
        _live(filling, code, department, found[:2], chapter, _ago(filling.now, 375))


def _most_flagged(flags: Sequence[FlagResult]) -> list[tuple[str, list[FlagResult]]]:
    by_department: dict[str, list[FlagResult]] = {}
    for flag in sorted(flags, key=lambda flag: flag.p):
        by_department.setdefault(flag.department, []).append(flag)
    return list(by_department.items())


def _live(
    filling: Filling, code: str, department: str, flags: Sequence[FlagResult], chapter: Chapter, started: datetime
) -> None:
    with filling.writing() as db:
        numbers = [_write_up(db, code, flag, started) for flag in flags]
        for number in numbers:
            scoring.judge_finding(db, number, Outcome.TRUE, "调阅办件记录、现场查看后属实。", ORGANISER, started)
        slip_id = followup.bundle(db, code, department, numbers, ORGANISER, started)
    begun = started if chapter.issued is None else _ago(filling.now, chapter.issued)
    if chapter.issued is not None:
        _issue(filling, slip_id, begun)
    for step, after in chapter.steps:
        with filling.writing() as db:
            STEPS[step](db, slip_id, numbers, department, begun + timedelta(days=after, hours=2))


def _write_up(db: Session, code: str, flag: FlagResult, now: datetime) -> str:
    words = OFFICE_WORDS[flag.option]
    new = scoring.NewFinding(
        department=flag.department,
        statement=words["statement"],
        demand=words["demand"],
        basis=words["basis"],
        sources=Sources(flags=(flag.id,)),
    )
    return scoring.register_finding(db, code, new, ORGANISER, now)


def _issue(filling: Filling, slip_id: int, now: datetime) -> None:
    with filling.writing() as db:
        number = followup.approve(db, slip_id, SECOND, now)
        document = followup.slip_document(db, slip_id)
    rendered = render_slip(document)
    filling.settings.slips.mkdir(parents=True, exist_ok=True)
    (filling.settings.slips / f"{number}.pdf").write_bytes(rendered.pdf)
    with filling.writing() as db:
        followup.issue(db, slip_id, rendered.pdf, rendered.sha256, now)


def _ago(now: datetime, days: int) -> datetime:
    return datetime.combine(now.date() - timedelta(days=days), time(10, 0))


def _sign(db: Session, slip_id: int, _numbers: Sequence[str], department: str, now: datetime) -> None:
    followup.sign(db, slip_id, department, department.lower(), now, SIGNER)


def _answer(db: Session, slip_id: int, numbers: Sequence[str], department: str, now: datetime) -> None:
    said = [
        FindingAnswer(
            number, "流程衔接不够顺畅，内部时限没有落到人。", "已明确责任科室，公布时限，逐件回访。", now.date()
        )
        for number in numbers
    ]
    followup.answer(db, slip_id, department, department.lower(), now, said)


def _send_back(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.send_back(db, slip_id, ORGANISER, now, "措施缺少完成时间和佐证，请补充后再报。")


def _accept(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.accept(db, slip_id, ORGANISER, now, "材料齐全，措施具体。")


def _verify(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.verify(db, slip_id, ORGANISER, now, Check.VISIT, "随机回访3件，均已落实。")


def _watch(db: Session, _slip_id: int, numbers: Sequence[str], _department: str, now: datetime) -> None:
    for number in numbers:
        followup.watch(db, number, ORGANISER, now, "措施见效，需要长期抓。")


def _come_back(db: Session, _slip_id: int, numbers: Sequence[str], department: str, now: datetime) -> None:
    """Taken up again, and written up by a colleague as well: the two are merged."""
    number = followup.take_up_again(db, numbers[0], ORGANISER, now, "回头看时又有反映。")
    lines = followup.ledger(db, None, now.date(), department).lines
    (line,) = (each for each in lines if each.number == number)
    marks = Sources(marks=((line.item, line.option),))
    new = scoring.NewFinding(department, line.statement, line.demand, line.basis, marks)
    twin = scoring.register_finding(db, line.round_code, new, SECOND, now)
    scoring.merge_findings(db, twin, number, "与已重新挂号的问题是同一件事。", ORGANISER, now)


def _contest(db: Session, slip_id: int, _numbers: Sequence[str], department: str, now: datetime) -> None:
    followup.contest(db, slip_id, department, department.lower(), now, "该事项已划转。", "机构职能编制规定第5条")


def _reassign(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.reassign(db, slip_id, ORGANISER, now, "职责确已划转，另行转办。")


def _ask_extension(db: Session, slip_id: int, _numbers: Sequence[str], department: str, now: datetime) -> None:
    due = followup.slip(db, slip_id, now.date()).answer_by
    assert due is not None  # it is signed
    until = due + timedelta(days=10)
    followup.ask_extension(
        db, slip_id, department, department.lower(), now, until, "需要三个单位会签。", "已完成摸底。"
    )


def _extend(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    until = followup.slip(db, slip_id, now.date()).asked_until
    assert until is not None  # it was asked for
    followup.extend(db, slip_id, ORGANISER, now, until, "情况属实，同意。")


def _object(db: Session, slip_id: int, numbers: Sequence[str], department: str, now: datetime) -> None:
    about = (followup.slip(db, slip_id, now.date()).line.round_code, department, department.lower(), now)
    followup.reply(db, *about, "已于上月调整流程，现在当场受理。", numbers[0])
    followup.appeal(db, *about, "办件记录表明时限均未超过承诺，请复核。", numbers[0])


def _clear_on_appeal(db: Session, slip_id: int, numbers: Sequence[str], department: str, now: datetime) -> None:
    _object(db, slip_id, numbers, department, now)
    waiting = next(line for line in followup.appeals(db, now.date()) if line.finding == numbers[0])
    followup.grant_appeal(db, waiting.id, SECOND, now, "调阅办件记录，时限均未超过承诺，原结论不成立。")


def _discard(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.discard(db, slip_id, ORGANISER, now, "与另一份提示单重复。")


def _recall(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.recall(db, slip_id, SECOND, now, "依据条款写错，撤回更正。")
    followup.correct(db, slip_id, ORGANISER, now)


def _strike_off(db: Session, _slip_id: int, numbers: Sequence[str], _department: str, now: datetime) -> None:
    for number in numbers:
        followup.strike_off(db, number, ORGANISER, now, "对账一致，予以销号。")


def _close(db: Session, slip_id: int, _numbers: Sequence[str], _department: str, now: datetime) -> None:
    followup.close(db, slip_id, ORGANISER, now)


STEPS: Final[dict[str, Callable[[Session, int, Sequence[str], str, datetime], None]]] = {
    "sign": _sign,
    "answer": _answer,
    "return": _send_back,
    "accept": _accept,
    "verify": _verify,
    "watch": _watch,
    "come_back": _come_back,
    "contest": _contest,
    "reassign": _reassign,
    "ask_extension": _ask_extension,
    "extend": _extend,
    "object": _object,
    "clear_on_appeal": _clear_on_appeal,
    "discard": _discard,
    "recall": _recall,
    "strike_off": _strike_off,
    "close": _close,
}
