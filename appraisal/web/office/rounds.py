"""Rounds: the list, one round with how many took part, and its moves, each asked for once more before it is done."""

import random
import secrets as chance
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import collect, rounds, scoring
from appraisal.model.faults import Refused
from appraisal.model.round import ROUND_MOVES, RoundState
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import city_now, write_private
from appraisal.store.engine import forget_order
from appraisal.store.rounds import all_rounds
from appraisal.store.trails import round_steps
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.place import here
from appraisal.web.reads import snapshot, the_round, writing

N_: Final = str


@dataclass(frozen=True, slots=True)
class Step:
    """A move of a round as its page offers it: the button, what it means, and what is said when it is done."""

    button: str
    meaning: str
    done: str


STEPS: Final[Mapping[str, Step]] = {
    "open": Step(
        N_("开始评议"),
        N_("部门、主体类别、权重、问卷和计分规则从此固定，并留下校验值；评议人可以开始填写。"),
        N_("评议已开始。"),
    ),
    "close": Step(
        N_("截止评议"),
        N_("不再接收评议票；密封的评议票打乱顺序后开启。这一步不能撤回。"),
        N_("评议已截止，评议票已开启。"),
    ),
    "score": Step(
        N_("计分"),
        N_("按固定的规则计算得分、区间和预警。重新计分不会删去以前的结果。"),
        N_("计分完成。"),
    ),
    "publish": Step(
        N_("发布结果"),
        N_("每个部门从此可以看到自己的结果。发布后不再重新计分。"),
        N_("结果已发布。"),
    ),
}


@bp.get("/rounds", endpoint="rounds")
def list_rounds() -> str:
    with snapshot() as db:
        return render_template("staff/rounds.html", rounds=all_rounds(db))


@bp.get("/rounds/<round_code>", endpoint="round")
def one_round(round_code: str) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        taking_part = collect.participation(db, round_code) if kept.state != RoundState.DRAFT else ()
        events = round_steps(db, kept.id)
    offered = [(name, STEPS[name]) for name in steps_of(kept.state)]
    return render_template("staff/round.html", round=kept, response=taking_part, events=events, steps=offered)


@bp.get("/rounds/<round_code>/<any(open, close, score, publish):move>")
def confirm(round_code: str, move: str) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
    if move not in steps_of(kept.state):
        abort(404)
    return render_template("staff/confirm.html", round=kept, move=move, step=STEPS[move])


@bp.post("/rounds/<round_code>/<any(open, close, score, publish):move>")
def move(round_code: str, move: str) -> Response:
    DEEDS[move](round_code, staff().login)
    flash(_(STEPS[move].done), "good")
    return redirect(url_for("office.round", round_code=round_code), 303)


def steps_of(state: RoundState) -> list[str]:
    return [name for (origin, name) in ROUND_MOVES if origin == state]


def _open(code: str, actor: str) -> None:
    key = new_tally_key()
    with writing() as db:
        collect.make_papers(db, code, random.Random(chance.randbits(64)))
        rounds.open_round(db, code, key.public, actor, city_now())
        # Inside the transaction: a round is never open without the file that will open its ballots.
        write_private(here().settings.tally_key(code), key.private)


def _close(code: str, actor: str) -> None:
    path = here().settings.tally_key(code)
    if not path.exists():
        raise Refused(N_("开启评议票的密钥不在这台机器上。请先放回密钥文件，再截止评议。"))
    with writing() as db:
        rounds.close(db, code, actor, city_now())
    # A transaction of its own: what was acknowledged stays closed in even if opening has to be tried again.
    with writing() as db:
        collect.open_ballots(db, code, path.read_bytes(), chance.SystemRandom())
    forget_order(here().engine)


def _score(code: str, actor: str) -> None:
    with writing() as db:
        scoring.score_round(db, code, actor, city_now())


def _publish(code: str, actor: str) -> None:
    with writing() as db:
        rounds.publish(db, code, actor, city_now())


DEEDS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "open": _open,
    "close": _close,
    "score": _score,
    "publish": _publish,
}
