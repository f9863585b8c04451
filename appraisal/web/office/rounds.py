"""Rounds: the list, one round with how many took part, and its moves, each asked for once more before it is done.

What takes seconds (opening the ballots, scoring) is only asked for here; the worker does it, and the round's page tells how it went.
"""

import random
import secrets as chance
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import collect, rounds, scoring
from appraisal.model.faults import Refused
from appraisal.model.round import ROUND_MOVES, Custody, RoundState
from appraisal.model.round_job import RoundJob, Standing
from appraisal.secrecy.sealed import is_pair, new_tally_key
from appraisal.settings import city_now, write_private
from appraisal.store.rechecks import find_recheck
from appraisal.store.rounds import all_rounds
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.place import here
from appraisal.web.reads import round_trail, snapshot, the_round, writing

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
        N_("评议已截止，评议票正在开启。"),
    ),
    "reopen": Step(
        N_("再次开启评议票"),
        N_("上次没有开启成功。请先排除所说的原因，再试一次。"),
        N_("评议票正在开启。"),
    ),
    "score": Step(
        N_("计分"),
        N_("按固定的规则计算得分、区间和预警。重新计分不会删去以前的结果。"),
        N_("正在计分。"),
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
        events = round_trail(db, kept)
        jobs = rounds.standing(db, kept)
        recheck = find_recheck(db, round_code)
    offered = [(name, STEPS[name]) for name in steps_of(kept.state, jobs)]
    return render_template(
        "staff/round.html", round=kept, response=taking_part, events=events, steps=offered, jobs=jobs, recheck=recheck
    )


@bp.get("/rounds/<round_code>/<any(open, close, reopen, score, publish):move>")
def confirm(round_code: str, move: str) -> str:
    with snapshot() as db:
        kept = the_round(db, round_code)
        jobs = rounds.standing(db, kept)
    if move not in steps_of(kept.state, jobs):
        abort(404)
    return render_template("staff/confirm.html", round=kept, move=move, step=STEPS[move])


@bp.post("/rounds/<round_code>/<any(open, close, reopen, score, publish):move>")
def move(round_code: str, move: str) -> Response:
    DEEDS[move](round_code, staff().login)
    flash(_(STEPS[move].done), "good")
    return redirect(url_for("office.round", round_code=round_code), 303)


def steps_of(state: RoundState, jobs: Standing) -> list[str]:
    """The moves that a round's page offers: none while the worker is at it."""
    if jobs.waiting is not None:
        return []
    if jobs.failed is RoundJob.OPENING:
        return ["reopen"]
    return [name for (origin, name) in ROUND_MOVES if origin == state]


def _open(code: str, actor: str) -> None:
    with snapshot() as db:
        kept = rounds.kept_round(db, code)
    if kept.plan.tally_key is Custody.SHARES:
        with writing() as db:
            collect.make_papers(db, code, random.Random(chance.randbits(64)))
            rounds.open_round(db, code, kept.tally_public_key or b"", actor, city_now())
    else:
        _open_with_file(code, actor)


def _open_with_file(code: str, actor: str) -> None:
    path, key = here().settings.tally_key(code), new_tally_key()
    if path.exists():
        raise Refused(N_("本轮的密钥文件已经存在，可能有评议票要靠它开启。请管理员先把它移开，再开始评议。"))
    with writing() as db:
        collect.make_papers(db, code, random.Random(chance.randbits(64)))
        rounds.open_round(db, code, key.public, actor, city_now())
        # Inside the transaction: a round is never open without the file that will open its ballots.
        write_private(path, key.private)
        collect.rehearse(db, code, path.read_bytes(), (), actor, city_now())


def _close(code: str, actor: str) -> None:
    path = here().settings.tally_key(code)
    with snapshot() as db:
        kept = rounds.kept_round(db, code)
    if kept.plan.tally_key is Custody.SHARES:
        raise Refused(
            N_("本轮的开票密钥由三位保管人分开保管。请两位保管人带着份额到服务器旁，由管理员用命令截止并开票。")
        )
    if not path.exists():
        raise Refused(N_("开启评议票的密钥不在这台机器上。请先放回密钥文件，再截止评议。"))
    # A close cannot be taken back: better to find out before it that the ballots would stay shut.
    if kept.tally_public_key is not None and not is_pair(kept.tally_public_key, path.read_bytes()):
        raise Refused(N_("密钥文件不是本轮的，打不开本轮的评议票。请先放回本轮的密钥文件，再截止评议。"))
    with writing() as db:
        rounds.close(db, code, actor, city_now())
    here().queue.tend_round(code)


def _reopen(code: str, actor: str) -> None:
    with writing() as db:
        rounds.ask_opening(db, rounds.kept_round(db, code), actor, city_now())
    here().queue.tend_round(code)


def _score(code: str, actor: str) -> None:
    with writing() as db:
        rounds.ask_scoring(db, scoring.round_to_score(db, code), actor, city_now())
    here().queue.tend_round(code)


def _publish(code: str, actor: str) -> None:
    with writing() as db:
        rounds.publish(db, code, actor, city_now())


DEEDS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "open": _open,
    "close": _close,
    "reopen": _reopen,
    "score": _score,
    "publish": _publish,
}
