"""Read it all over, hand it in, and get the receipt."""

import random

from flask import flash, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response

from appraisal import collect
from appraisal.model.ballot import Answers, answered
from appraisal.model.faults import Refused
from appraisal.settings import city_now
from appraisal.store.engine import looking
from appraisal.web.errors import EXPIRED, page
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent import sheets
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.entry import expired_front
from appraisal.web.respondent.receipts import posted_nonce, receipt_of, receipt_page
from appraisal.web.respondent.views import said, stops
from appraisal.web.respondent.visit import Outside, Visit, let_out, paged_visit

Page = str | Response | tuple[str, int]


@bp.get("/ballot/review")
def review() -> Page:
    return _review("")


@bp.post("/ballot/submit")
def submit() -> Page:
    """Hand the ballot in, once; posted again, the same form gets the same receipt, also when its cookie is gone."""
    nonce = posted_nonce()
    try:
        receipt = receipt_of(nonce) or _hand_in(nonce)
    except (Outside, Refused) as refusal:
        # Another device may have handed in this very ballot a moment ago.
        receipt = receipt_of(nonce)
        if receipt is None:
            return _not_handed_in(refusal)
    if receipt is None:
        flash(_("这一页不是最新的，没有提交。请再看一遍，然后提交。"), "warn")
        return redirect(url_for("respondent.review"), 303)
    return let_out(receipt_page(receipt, nonce))


def _hand_in(nonce: bytes) -> str | None:
    """The receipt, or ``None`` for a form that belongs to another ballot than the draft. Raises ``Outside`` and ``Refused``."""
    with looking(here().engine) as db:
        visited = paged_visit(db)
    # A ballot without an answer has no form to hand it in by; that it is empty is said, not that the page is old.
    empty = answered(visited.chosen_answers()) == Answers()
    return _cast(visited) if empty or visited.draft.nonce == nonce else None


def _not_handed_in(refusal: Outside | Refused) -> Page:
    if isinstance(refusal, Outside):
        raise refusal
    return _review(_(refusal.reason, **refusal.parts)), 409


def _cast(visited: Visit) -> str:
    """The ballot is sealed before anything is locked, and acknowledged after its transaction has ended."""
    place, answers = here(), visited.chosen_answers()
    ready = collect.seal_ballot(visited.entry, answers, visited.draft.nonce, place.secrets, random.SystemRandom())
    return place.box.drop(ready, city_now().date())


def _review(trouble: str) -> str:
    with looking(here().engine) as db:
        visited = paged_visit(db)
    walk = stops(visited, g.language, _("整体评价"))
    return render_template(
        "respondent/review.html",
        pages=[(stop, said(visited.items(stop.code), visited.sheet(stop.code), g.language)) for stop in walk],
        answered=any(stop.state != "blank" for stop in walk),
        nonce=visited.draft.nonce.hex(),
        trouble=trouble,
    )


@bp.errorhandler(CSRFError)
def expired(error: CSRFError) -> Page:
    """A form whose token is no longer good: nothing was done, and everything that was typed is on the page again."""
    said = _("页面打开太久，这一步没有保存。您填的内容还在下面，请再按一次保存。")
    try:
        if request.endpoint in ("respondent.keep_sheet", "respondent.keep_overall"):
            return sheets.posted_again((request.view_args or {}).get("department", ""), said)
        if request.endpoint == "respondent.submit":
            return _review(_("页面打开太久，还没有提交。请再按一次提交。")), 400
    except Outside:
        pass
    return expired_front(error) if request.endpoint == "respondent.enter" else page(EXPIRED, 400)
