"""What every answer tells the browser, and which requests are not even read."""

from typing import Final

from flask import Flask, abort, request
from werkzeug.wrappers import Response

from appraisal.web import access

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Files of one answer together, with what is typed beside them.
LARGEST_ANSWER: Final = 40 * 1024 * 1024


def guard(app: Flask) -> None:
    app.before_request(_refuse_encoded_bodies)
    app.before_request(_make_room_for_files)
    app.after_request(_add_headers)


def _refuse_encoded_bodies() -> None:
    # A compressed body could be small on the wire and huge when it is read; no browser sends one.
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        abort(415)


def _make_room_for_files() -> None:
    """An answer may bring evidence, from who is logged in; every other form is small. Asked before anything reads the body."""
    if request.endpoint == "desk.answer" and access.who_asks() is not None:
        request.max_content_length = LARGEST_ANSWER


def _add_headers(response: Response) -> Response:
    present = {name.lower() for name, _ in response.headers}
    for name, content in HEADERS.items():
        if name.lower() not in present:
            response.headers.add(name, content)
    # What says itself that it is for everybody may be kept by everybody.
    if request.endpoint != "static" and not response.cache_control.public:
        response.headers["Cache-Control"] = "no-store, private"
    return response
