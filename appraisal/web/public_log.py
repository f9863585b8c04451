"""The public log of a round and the check of a receipt: for everybody, without a log-in, telling no more than batches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from appraisal.collect.log import Found, look_up, published_log
from appraisal.model.faults import Refused
from appraisal.model.wording import Wording
from appraisal.rounds.audit_chain import published_audit
from appraisal.secrecy.chain import Link
from appraisal.secrecy.codes import CodeFault
from appraisal.secrecy.signing import public_half
from appraisal.store import Session, logs
from appraisal.store.engine import reading
from appraisal.store.rounds import all_rounds, find_round
from appraisal.web.language import _
from appraisal.web.place import here

N_: Final = str

Page = str | Response | tuple[str, int]

WAITING: Final = N_("这张评议票还在等下一批，证明要等它记入日志以后才有。")
MISTYPED: Final = N_("这不像回执号：请对照抄下或拍下的那一行，逐个核对四组字母和数字。")
UNKNOWN: Final = N_("没有查到这个回执号。请再核对一遍；如果确实无误，请带上抄下的回执号联系信函上的主办单位。")
UNPROVED: Final = N_(
    "这张评议票已存进票箱，但它与公开日志核对不上。请把回执号告诉主办单位以外您信任的人，并联系主办单位查明。"
)

bp = Blueprint("public_log", __name__)


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One header as the page shows it; hashes as hexadecimal digits."""

    n: int
    day: str
    size: int
    total: int
    codes: int
    root: str
    digest: str
    last: bool


@dataclass(frozen=True, slots=True)
class LogView:
    """A round's log as the page shows it, newest header first."""

    code: str
    title: Wording
    public_key: str
    lines: tuple[HeaderLine, ...]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a receipt led to. ``n`` is ``None`` while the ballot waits for a batch."""

    receipt: str
    code: str
    title: Wording
    n: int | None


@bp.get("/log")
def index() -> Page:
    """Every round that has a log."""
    with reading(here().engine) as db:
        shown = [line for line in all_rounds(db) if _links(db, line.code)]
        audited = published_audit(db, _public_key()) is not None
    return render_template("public/logs.html", rounds=shown, audited=audited)


@bp.get("/log/<round_code>")
def one_log(round_code: str) -> Page:
    """The roots of a round, and how to check them."""
    with reading(here().engine) as db:
        kept = find_round(db, round_code)
        links = _links(db, round_code)
    if kept is None or not links:
        abort(404)
    lines = tuple(_line(link, link.fields()) for link in reversed(links))
    view = LogView(round_code, kept.plan.title, _public_key().hex(), lines)
    return render_template("public/log.html", log=view)


@bp.get("/log/<round_code>.json")
def log_file(round_code: str) -> Response:
    """The headers as they were signed: the same bytes as the file in the folder ``public``."""
    with reading(here().engine) as db:
        try:
            content = published_log(db, round_code, _public_key())
        except Refused:
            content = None
    if content is None:
        abort(404)
    return Response(content, mimetype="application/json")


@bp.get("/audit-log.json")
def audit_file() -> Response:
    """The chain over the staff's events: roots and numbers, no event."""
    with reading(here().engine) as db:
        content = published_audit(db, _public_key())
    if content is None:
        abort(404)
    return Response(content, mimetype="application/json")


@bp.get("/check")
def check() -> Page:
    return _check_page("", None)


@bp.post("/check")
def look() -> Page:
    """Whether a receipt's ballot is recorded and in which batch. The receipt is in the body: no address bar and no log has it."""
    typed = request.form.get("receipt", "")
    found = _find(typed)
    if isinstance(found, str):
        return _check_page(found, None, typed)
    return _check_page("", ReceiptView(found.receipt, found.round.plan.code, found.round.plan.title, found.batch))


@bp.post("/check/proof")
def proof() -> Page:
    """The inclusion proof as a file."""
    found = _find(request.form.get("receipt", ""))
    if isinstance(found, str) or found.proof is None:
        return _check_page(found if isinstance(found, str) else _(WAITING), None)
    response = Response(found.proof.to_json(), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="proof.json"'
    return response


def _find(typed: str) -> Found | str:
    """What the receipt leads to, or what to tell somebody whose receipt leads nowhere."""
    try:
        with reading(here().engine) as db:
            found = look_up(db, typed)
    except CodeFault:
        return _(MISTYPED)
    if found is None:
        return _(UNKNOWN)
    return found if found.batch is None or found.proof is not None else _(UNPROVED)


def _check_page(trouble: str, found: ReceiptView | None, typed: str = "") -> str:
    return render_template("public/check.html", trouble=trouble, found=found, typed=typed[:64])


def has_log(db: Session, round_code: str) -> bool:
    """Whether a round has a public log to show."""
    return bool(_links(db, round_code))


def _links(db: Session, round_code: str) -> tuple[Link, ...]:
    kept = find_round(db, round_code)
    return () if kept is None else logs.links(db, kept.id)


def _line(link: Link, fields: Mapping[str, Any]) -> HeaderLine:
    return HeaderLine(
        n=fields["n"],
        day=fields["day"],
        size=fields["size"],
        total=fields["ballots_total"],
        codes=fields["codes_issued"],
        root=fields["root"],
        digest=link.digest,
        last=fields["last"],
    )


def _public_key() -> bytes:
    return public_half(here().settings.read_log_key())
