"""The receipt: shown when the ballot is on the disk, and again to whoever sends the same form again."""

from flask import g, render_template, request
from werkzeug.wrappers import Response

from appraisal import collect, i18n
from appraisal.store.engine import looking
from appraisal.web.language import remember_language
from appraisal.web.place import here
from appraisal.web.respondent.printing import printed
from appraisal.web.respondent.stencil import Places
from appraisal.web.tokens import token


def posted_nonce() -> bytes:
    """The nonce of the form that came in, ``b""`` for none."""
    try:
        return bytes.fromhex(request.form.get("nonce", ""))
    except ValueError:
        return b""


def receipt_of(nonce: bytes) -> str | None:
    """The receipt of the ballot that is kept under this nonce."""
    if not nonce:
        return None
    with looking(here().engine) as db:
        return collect.receipt_of(db, nonce, here().secrets)


def receipt_page(receipt: str, nonce: bytes) -> Response:
    """The page that says "received", in the language asked for with it."""
    language = request.form.get("language", "")
    if language in i18n.LANGUAGES:
        g.language = language
    page = printed("receipt", _render).fill(
        {"receipt": receipt, "nonce": nonce.hex(), "token": token()}, lambda item: range(len(item.options))
    )
    response = Response(page, mimetype="text/html")
    return remember_language(response, language) if language in i18n.LANGUAGES else response


def _render(places: Places) -> str:
    # What a session still has to say is shown on the next page that has room for it.
    return render_template(
        "respondent/receipt.html",
        receipt=places.put("receipt"),
        nonce=places.put("nonce"),
        csrf_token=lambda: places.put("token"),
        get_flashed_messages=lambda **_filter: [],
    )
