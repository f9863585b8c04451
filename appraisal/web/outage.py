"""The page for a database that cannot answer just now: made when the server starts, so that showing it needs neither disk nor database."""

import logging
import os
import signal
from collections.abc import Callable
from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

from appraisal.i18n import LANGUAGES
from appraisal.store import trouble
from appraisal.web.language import spoken

RETRY_AFTER: Final = 20

log = logging.getLogger("appraisal.web")
Pages = dict[str, str]


def end_this_process() -> None:
    """Let this process answer what it has begun and end; the server's first process starts a fresh one in its place."""
    os.kill(os.getpid(), signal.SIGTERM)


def outlast(app: Flask, end: Callable[[], None] | None) -> None:
    """Answer with 503 and ``Retry-After`` while the disk is full or read-only or the database locked, and go on when it is not.

    ``end`` is called where a flush failed: what this process believes of the disk cannot be trusted any more.
    """
    pages = _make_pages(app)

    def unavailable(error: Exception) -> Response:
        if isinstance(error, OSError) and error.errno not in trouble.OUT_OF:
            raise error
        rule = request.url_rule.rule if request.url_rule else "?"
        log.error("unavailable: %s at %s %s", trouble.reason(error), request.method, rule)
        if end is not None and trouble.distrusts_disk(error):
            log.error("a flush to the disk failed; this process ends, a fresh one takes its place")
            end()
        return _page(pages)

    for kind in (trouble.OperationalError, trouble.NoConnection, OSError):
        app.register_error_handler(kind, unavailable)


def _make_pages(app: Flask) -> Pages:
    made: Pages = {}
    for language in LANGUAGES:
        with app.app_context():
            g.language = language
            made[language] = app.jinja_env.get_template("errors/outage.html").render(language_tag=language)
    return made


def _page(pages: Pages) -> Response:
    return Response(pages[spoken()], 503, {"Retry-After": str(RETRY_AFTER)}, mimetype="text/html")
