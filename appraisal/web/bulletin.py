"""The public bulletin of a published round, as a page and as PDF: for everybody, without a log-in, and cheap to serve."""

from collections import OrderedDict
from threading import Lock
from typing import Final

from flask import Blueprint, abort, g, make_response, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.model.bulletin import BulletinFacts
from appraisal.model.faults import Refused
from appraisal.model.round import RoundState
from appraisal.reports import bulletin as bulletins
from appraisal.scoring.publication import published_round
from appraisal.scoring.report_file import bulletin_key, bulletin_path
from appraisal.store import Session
from appraisal.store.engine import reading
from appraisal.store.rounds import all_rounds
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.public_log import has_log
from appraisal.web.report_pages import LOOK_AGAIN, Asked

# Seconds that a cache may show it without asking: the ledger goes on, the figures never change.
FRESH: Final = 300
# Seconds after which it is worth looking again while what may be said is being decided.
WAIT: Final = 60
# Bodies kept by a process, about a hundred kilobytes each.
MOST_KEPT: Final = 64

_KEPT: Final[OrderedDict[tuple[str, str, bool], str]] = OrderedDict()
_LOCK: Final = Lock()

bp = Blueprint("bulletin", __name__)


@bp.get("/bulletin")
def index() -> Response:
    """Every published round."""
    with reading(here().engine) as db:
        published = [line for line in all_rounds(db) if line.state is RoundState.PUBLISHED]
    return _for_everybody(make_response(render_template("public/bulletins.html", rounds=published)))


@bp.get("/bulletin/<round_code>")
def one(round_code: str) -> Response:
    """The bulletin; its body is rendered once for what it says."""
    with reading(here().engine) as db:
        facts = _facts(db, round_code)
        logged = has_log(db, round_code)
    if facts is None:
        return _wait(_("公开数据正在整理，一般几分钟。这一页会自己刷新。"), WAIT)
    body = Markup(_body(facts, logged))
    return _for_everybody(make_response(render_template("public/bulletin.html", said=facts.said, body=body)))


@bp.get("/bulletin/<round_code>.zip")
def bundle(round_code: str) -> Response:
    """The open tabulation bundle, as the worker laid it out."""
    place = here()
    with reading(place.engine) as db:
        _facts(db, round_code)
    path = place.settings.bundle_file(round_code)
    if not path.exists():
        return _wait(_("公开数据正在整理，一般几分钟。这一页会自己刷新。"), WAIT)
    answer = make_response(path.read_bytes())
    answer.mimetype = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return _for_everybody(answer)


@bp.get("/bulletin/<round_code>.pdf")
def pdf(round_code: str) -> Response:
    """The bulletin on paper, printed by the worker."""
    place = here()
    with reading(place.engine) as db:
        facts = _facts(db, round_code)
    if facts is None:
        return _wait(_("公开数据正在整理，一般几分钟。这一页会自己刷新。"), WAIT)
    path = bulletin_path(place.settings, facts, g.language)
    asked = Asked(path, lambda: place.queue.print_bulletin(round_code, g.language))
    failed = asked.failure()
    if not path.exists() and failed is None:
        asked.ask()
        failed = asked.failure()
    if failed is not None:
        return _wait(_("公告没有排成，请告诉主办单位。"), None)
    # An installation that does its jobs at once has it by now.
    if not path.exists():
        return _wait(_("公告正在排版，一般几秒钟。这一页会自己刷新；排好以后开始下载。"), LOOK_AGAIN)
    answer = make_response(path.read_bytes())
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{facts.said.code}.pdf"'
    return _for_everybody(answer)


def _facts(db: Session, round_code: str) -> BulletinFacts | None:
    """None while what may be said is being decided. A round that is not published is as unknown as one that is not there."""
    try:
        published_round(db, round_code)
    except Refused:
        abort(404)
    try:
        return scoring.bulletin_facts(db, round_code)
    except Refused:
        return None


def _body(facts: BulletinFacts, logged: bool) -> str:
    key = (bulletin_key(facts), g.language, logged)
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    links = {"pdf": url_for("bulletin.pdf", round_code=facts.said.code)}
    if logged:
        # The bundle proves itself by the log: a round without one has no bundle.
        links["log"] = url_for("public_log.one_log", round_code=facts.said.code)
        links["bundle"] = url_for("bulletin.bundle", round_code=facts.said.code)
    made = bulletins.body(facts, links, g.language)
    with _LOCK:
        _KEPT[key] = made
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return made


def _for_everybody(answer: Response) -> Response:
    """May be kept by caches, for those who bring no cookie: what a page says to somebody whom we know is for nobody else."""
    answer.headers["Vary"] = "Accept-Language, Cookie"
    if not request.cookies:
        answer.cache_control.public = True
        answer.cache_control.max_age = FRESH
    answer.add_etag()
    return answer.make_conditional(request)


def _wait(words: str, seconds: int | None) -> Response:
    answer = make_response(render_template("public/bulletin_waiting.html", words=words), 503)
    if seconds is not None:
        answer.headers["Retry-After"] = answer.headers["Refresh"] = str(seconds)
    return answer
