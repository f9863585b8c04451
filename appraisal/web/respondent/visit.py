"""A respondent who is in: the sealed cookie holds the access code and nothing else; the server keeps no session."""

import secrets as chance
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import current_app, request
from werkzeug.wrappers import Response

from appraisal import collect
from appraisal.model.ballot import Answers, DraftBallot, Sheet
from appraisal.model.faults import Refused
from appraisal.model.questionnaire import Item, Kind, Questionnaire
from appraisal.model.round import Department, Layout
from appraisal.secrecy.cookies import read_cookie, seal_cookie
from appraisal.settings import city_now
from appraisal.store import Database
from appraisal.web.place import here

COOKIE: Final = "ballot"
RENEWED_AFTER: Final = timedelta(hours=1)


class Outside(Exception):
    """Somebody asks for a page of a ballot without having brought a good code."""


class ShutOut(Outside):
    """The code that the browser carries opens no ballot any more: it was used elsewhere or revoked, or the round has closed."""


class OtherLayout(Exception):
    """Somebody asks for a page that ballots of this round do not have."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The ballot paper of the code and the draft under it. ``cookie_age``: of the cookie that brought the code, if one did."""

    entry: collect.Entry
    draft: DraftBallot
    cookie_age: timedelta = timedelta()

    @property
    def one_page(self) -> bool:
        """Whether all of the ballot stands on one page."""
        return self.entry.round.plan.layout is Layout.ONE_PAGE

    @property
    def questionnaire(self) -> Questionnaire:
        return self.entry.round.plan.questionnaire

    @property
    def departments(self) -> Mapping[str, Department]:
        """Every department of the round by its code."""
        return self.entry.round.departments

    def sheet(self, department: str) -> Sheet:
        """The answers about a department, or about the whole (``""``)."""
        answers = self.draft.answers
        return answers.departments.get(department, Sheet()) if department else answers.overall

    def items(self, department: str) -> tuple[Item, ...]:
        """What is asked there: a comment-only department is not rated."""
        if not department:
            return self.questionnaire.ballot_items
        asked = self.questionnaire.department_items
        if self.departments[department].ranked:
            return asked
        return tuple(item for item in asked if item.kind is not Kind.RATING)

    def chosen_answers(self) -> Answers:
        """What a submit hands in: the departments that are on the list now, and the whole."""
        kept = self.draft.answers
        return Answers(
            {code: kept.departments[code] for code in self.draft.chosen if code in kept.departments}, kept.overall
        )


def visit(db: Database, nonce: bytes = b"") -> Visit:
    """The ballot of whoever asks; ``nonce``: that of a form, for a ballot of which no draft is kept yet.

    Raises ``Outside`` without a cookie of ours, ``ShutOut`` when its code is of no use any more.
    """
    now, secrets = city_now(), here().secrets
    cookie = read_cookie(secrets.cookie_key, request.cookies.get(COOKIE, ""), now)
    if cookie is None:
        raise Outside
    try:
        entry = collect.resume(db, cookie.content.get("code", ""), secrets, now.date())
    except Refused:
        raise ShutOut from None
    return _visit(db, entry, nonce, cookie.age)


def paged_visit(db: Database) -> Visit:
    """As ``visit``, for a page of the paged layout. Raises ``OtherLayout`` where all of the ballot stands on one page."""
    visited = visit(db)
    if visited.one_page:
        raise OtherLayout
    return visited


def open_visit(db: Database, code: str) -> Visit:
    """The ballot under a code as it was typed. Raises ``Refused`` with one text for every code that does not open."""
    return _visit(db, collect.enter(db, code, here().secrets, city_now().date()))


def _visit(db: Database, entry: collect.Entry, nonce: bytes = b"", age: timedelta = timedelta()) -> Visit:
    draft = collect.read_draft(db, entry, here().secrets, lambda size: nonce or chance.token_bytes(size))
    return Visit(entry, draft, age)


def keep(db: Database, visited: Visit, answers: Answers, chosen: tuple[str, ...]) -> None:
    """Keep the draft with these answers and departments."""
    draft = DraftBallot(answers, chosen, visited.draft.nonce)
    collect.keep_draft(db, visited.entry, draft, here().secrets, city_now().date())


def let_in(response: Response, code: str) -> Response:
    """Give the browser the sealed code, for as long as it is open and twelve hours at most."""
    sealed = seal_cookie(here().secrets.cookie_key, {"code": code}, city_now())
    response.set_cookie(
        COOKIE, sealed, httponly=True, samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
    )
    return response


def let_on(response: Response, visited: Visit) -> Response:
    """Begin the cookie's hours anew, as ``let_in`` does, once it is an hour old: twelve pages in a row need no twelve cookies."""
    return let_in(response, visited.entry.code) if visited.cookie_age > RENEWED_AFTER else response


def let_out(response: Response) -> Response:
    response.delete_cookie(COOKIE)
    return response
