"""While the database cannot answer: one page in both languages that needs neither disk nor database, and another try later."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from jinja2 import Environment, FileSystemLoader
from werkzeug.wrappers import Response

from appraisal.i18n import LANGUAGES, TAGS, text
from appraisal.store import trouble

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TEMPLATES: Final = Path(__file__).parent / "templates" / "errors"
RETRY_AFTER: Final = 20
KINDS: Final = (trouble.OperationalError, trouble.NoConnection, OSError)

log = logging.getLogger("appraisal.web")


def end_this_process() -> None:
    """Let this process answer what it has begun and end; the server's first process starts a fresh one in its place."""
    os.kill(os.getpid(), signal.SIGTERM)


def outlast(app: Flask, end: Callable[[], None] | None) -> None:
    """Answer with 503 and ``Retry-After`` while the disk is full or read-only or the database locked, and go on when it is not.

    ``end`` is called where a write failed: what this process believes of the disk cannot be trusted any more.
    """
    page()

    def unavailable(error: Exception) -> Response:
        if isinstance(error, OSError) and error.errno not in trouble.OUT_OF:
            raise error
        rule = request.url_rule.rule if request.url_rule else "?"
        log.error("unavailable: %s at %s %s", trouble.reason(error), request.method, rule)
        if end is not None and trouble.distrusts_disk(error):
            log.error("a write to the disk failed; this process ends, a fresh one takes its place")
            end()
        return _unavailable()

    # A server that was restarted without flushing: nothing more is written there, and whoever runs it reads why.
    for kind in (*KINDS, trouble.UnsafeStore):
        app.register_error_handler(kind, unavailable)


class Waiting:
    """The application as the server calls it. One that cannot be made yet, because its disk is full or broken, is tried again.

    Else a process that starts on a disk that is read-only for a minute would end, and the whole server with it.
    """

    def __init__(self, make: Callable[[], Flask], clock: Callable[[], float] = time.monotonic) -> None:
        page()
        self._make, self._clock = make, clock
        self._lock = threading.Lock()
        self._tried_at = 0.0
        self._app: Flask | None = None
        self._try()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return (self._app or self._again() or _unavailable())(environ, start_response)

    def _again(self) -> Flask | None:
        """At most one try a second, whoever asks."""
        with self._lock:
            if self._app is None and self._clock() - self._tried_at >= 1:
                self._try()
        return self._app

    def _try(self) -> None:
        self._tried_at = self._clock()
        try:
            self._app = self._make()
        except KINDS as error:
            if isinstance(error, OSError) and error.errno not in trouble.OUT_OF:
                raise
            log.error("unavailable at the start: %s", trouble.reason(error))


@cache
def page() -> str:
    """Made once, while the disk can be read."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    said = [(TAGS[language], partial(text, language)) for language in LANGUAGES]
    return environment.get_template("outage.html").render(said=said)


def _unavailable() -> Response:
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return Response(page(), 503, headers, mimetype="text/html")
