"""What the office may do with a slip in each state, and what it has to say for it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from appraisal import followup
from appraisal.forms.office import MoveForm
from appraisal.model.slip import SlipView
from appraisal.model.slip_moves import SLIP_MOVES, Actor, Check
from appraisal.store import Session

N_: Final = str
RARE: Final = "rare"

Run = Callable[[Session, int, str, datetime, MoveForm], object]


@dataclass(frozen=True, slots=True)
class Deed:
    """``words``: on the button; ``said``: when it is done; ``asks``: fields of ``MoveForm`` that have to be filled in;
    ``may_ask``: fields that may; ``rare``: kept out of the way, under a heading of its own."""

    action: str
    words: str
    said: str
    run: Run
    asks: frozenset[str] = frozenset({"note"})
    may_ask: frozenset[str] = frozenset()
    rare: bool = False


def _note(form: MoveForm) -> str:
    return form.note.data or ""


def _extend(db: Session, slip_id: int, actor: str, now: datetime, form: MoveForm) -> None:
    assert form.until.data is not None  # asked for
    followup.extend(db, slip_id, actor, now, form.until.data, _note(form))


_PLAIN: Final[frozenset[str]] = frozenset()

DEEDS: Final[Mapping[str, Deed]] = {
    deed.action: deed
    for deed in (
        Deed(
            "approve",
            N_("审签并发出"),
            N_("已审签并编号。正式文件正在生成。"),
            lambda db, slip_id, who, now, _form: followup.approve(db, slip_id, who, now),
            asks=_PLAIN,
        ),
        Deed(
            "accept",
            N_("通过"),
            N_("反馈已通过。请核验整改情况。"),
            lambda db, slip_id, who, now, form: followup.accept(db, slip_id, who, now, _note(form)),
        ),
        Deed(
            "verify",
            N_("核验属实"),
            N_("已核验。请逐个销号，或者长期坚持。"),
            lambda db, slip_id, who, now, form: followup.verify(
                db, slip_id, who, now, Check(form.how.data or ""), _note(form)
            ),
            asks=frozenset({"note", "how"}),
        ),
        Deed(
            "return",
            N_("退回重办"),
            N_("已退回，部门会看到退回的理由。"),
            lambda db, slip_id, who, now, form: followup.send_back(db, slip_id, who, now, _note(form)),
        ),
        Deed(
            "close",
            N_("办结"),
            N_("提示单已办结。"),
            lambda db, slip_id, who, now, _form: followup.close(db, slip_id, who, now),
            asks=_PLAIN,
        ),
        Deed("extend", N_("同意延期"), N_("已同意延期。"), _extend, asks=frozenset({"note", "until"})),
        Deed(
            "keep_term",
            N_("不同意延期"),
            N_("期限不变，部门会看到理由。"),
            lambda db, slip_id, who, now, form: followup.keep_term(db, slip_id, who, now, _note(form)),
        ),
        Deed(
            "reassign",
            N_("同意退回"),
            N_("提示单已退回，问题已转出。"),
            lambda db, slip_id, who, now, form: followup.reassign(
                db, slip_id, who, now, _note(form), form.department.data or ""
            ),
            may_ask=frozenset({"department"}),
        ),
        Deed(
            "uphold",
            N_("不同意退回"),
            N_("不同意退回，视同签收。"),
            lambda db, slip_id, who, now, form: followup.uphold(db, slip_id, who, now, _note(form)),
        ),
        Deed(
            "discard",
            N_("不用这份草稿"),
            N_("草稿已作废，问题可以重新拟单。"),
            lambda db, slip_id, who, now, form: followup.discard(db, slip_id, who, now, _note(form)),
            rare=True,
        ),
        Deed(
            "recall",
            N_("撤回提示单"),
            N_("提示单已撤回，编号和文件仍在登记簿上。"),
            lambda db, slip_id, who, now, form: followup.recall(db, slip_id, who, now, _note(form)),
            rare=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be done with a slip in its state by this person; ``left``: findings that are neither struck off nor watched."""

    plain: tuple[Deed, ...]
    noted: tuple[Deed, ...]
    rare: tuple[Deed, ...]
    waits_for_another: bool
    issue: bool
    correct: bool
    left: int

    @property
    def fields(self) -> frozenset[str]:
        """What the form for the noted deeds asks for."""
        return _all(deed.asks | deed.may_ask for deed in self.noted)


def offered(view: SlipView, who: str) -> Offered:
    """The deeds that the table has for the slip's state and this person; nobody has the second pair of eyes on an own draft."""
    own = view.line.drafted_by == who
    left = sum(finding.state == "on_slip" for finding in view.findings)
    open_to = [deed for deed in DEEDS.values() if _may(view, deed.action, own)]
    ready = [deed for deed in open_to if deed.action != "close" or left == 0]
    return Offered(
        plain=tuple(deed for deed in ready if not deed.asks),
        noted=tuple(deed for deed in ready if deed.asks and not deed.rare),
        rare=tuple(deed for deed in ready if deed.rare),
        waits_for_another=view.line.state == "drafted" and own,
        issue=view.line.state == "approved",
        correct=view.line.state == "recalled",
        left=left if view.line.state == "verified" else 0,
    )


def _may(view: SlipView, action: str, own: bool) -> bool:
    move = SLIP_MOVES.get((view.line.state, action))
    if move is None:
        return False
    return move.actor is Actor.OFFICE or (move.actor is Actor.SECOND and not own)


def _all(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets)
