"""The one-page layout: every department of the paper as a card, one form, one submit. For short papers; never a grid.

Nothing is kept before somebody saves or submits: the form brings its nonce along, bound by a seal to the code and the round.
"""

import random
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from appraisal import collect
from appraisal.forms.ballot import read_sheet
from appraisal.i18n import LANGUAGES
from appraisal.model.ballot import Answers, faults_of
from appraisal.model.faults import Faulty, Refused
from appraisal.settings import city_now
from appraisal.store.engine import looking, writing
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.respondent import card_view
from appraisal.web.respondent.blueprint import bp
from appraisal.web.respondent.receipts import posted_nonce, receipt_of, receipt_page
from appraisal.web.respondent.visit import Outside, Visit, keep, let_on, let_out, visit
from appraisal.web.tokens import good_seal

Page = str | Response | tuple[str, int]
SUBMIT: Final = "submit"
OLD_FORM: Final = "这一页不是最新的，没有保存，也没有提交。您填的内容还在下面，请看一遍，再按一次。"
WRONG: Final = "下面有几处需要改正，还没有保存，也没有提交。"


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came in: the answers, and the nonce that it brought."""

    answers: Answers
    nonce: bytes


@bp.post("/ballot/cards")
def cards() -> Page:
    """Submit, save, or save and change the language: whichever button was pressed; Enter saves."""
    nonce = posted_nonce()
    try:
        with looking(here().engine) as db:
            visited = visit(db)
        return _take(visited, Posted(_answers(visited), nonce))
    except Outside:
        # The ballot may have come in a moment ago, by a first press of the same button.
        receipt = receipt_of(nonce)
        if receipt is None:
            raise
        return let_out(receipt_page(receipt, nonce))


def _take(visited: Visit, posted: Posted) -> Page:
    if not visited.one_page:
        return redirect(url_for("respondent.hub"), 303)
    entry = visited.entry
    if not good_seal(request.form.get("seal", ""), entry.code, entry.round.frozen_sha256, posted.nonce):
        return card_view.show_wrong(visited, posted.answers, visited.draft.nonce, {}, _(OLD_FORM)), 400
    then = request.form.get("then", "save")
    try:
        return _submit(visited, posted) if then == SUBMIT else _save(visited, posted, then)
    except Faulty as faulty:
        faults = _said(faulty)
    return card_view.show_wrong(visited, posted.answers, posted.nonce, faults, _(WRONG)), 422


def _submit(visited: Visit, posted: Posted) -> Page:
    """The ballot is sealed before anything is locked, and acknowledged after its transaction has ended."""
    place = here()
    try:
        chance = random.SystemRandom()
        ready = collect.seal_ballot(visited.entry, posted.answers, posted.nonce, place.secrets, chance)
        receipt: str | None = place.box.drop(ready, city_now().date())
    except Refused as refusal:
        receipt = receipt_of(posted.nonce)
        if receipt is None:
            said = _(refusal.reason, **refusal.parts)
            return card_view.show_wrong(visited, posted.answers, posted.nonce, {}, said), 409
    return let_out(receipt_page(receipt or "", posted.nonce))


def _save(visited: Visit, posted: Posted, then: str) -> Page:
    """Keep the draft, with the form's nonce, or with its own where one is kept: two devices that saved meet in one ballot.

    Raises ``Faulty`` as sealing does.
    """
    faults = faults_of(visited.questionnaire, frozenset(visited.departments), posted.answers)
    if faults:
        raise Faulty(faults)
    with writing(here().engine) as db:
        again = visit(db, posted.nonce)
        keep(db, again, posted.answers, again.entry.paper)
    back = url_for("respondent.hub")
    if then in LANGUAGES:
        return let_on(redirect(url_for("language.speak", language=then, back=back), 303), visited)
    flash(_("已保存，还没有提交。可以离开，以后凭同一个评议码接着答。"), "good")
    return let_on(redirect(back, 303), visited)


def _answers(visited: Visit) -> Answers:
    if not visited.one_page:
        return Answers()
    sheets = {code: read_sheet(visited.items(code), request.form, code) for code in visited.entry.paper}
    given = {code: sheet for code, sheet in sheets.items() if not sheet.empty}
    return Answers(given, read_sheet(visited.items(""), request.form))


def _said(faulty: Faulty) -> dict[tuple[str, str], list[str]]:
    """(Department, item) → what is wrong with the answer, in the language of the page."""
    found: dict[tuple[str, str], list[str]] = {}
    for fault in faulty.faults:
        found.setdefault((fault.file, fault.field), []).append(fault.said(_))
    return found
