"""Whole respondent journeys, from the code to the receipt, as a browser without JavaScript makes them."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appraisal.cli.ballot_bench.browser import Answer, Browser, Unanswered

HIDDEN: Final = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM: Final = re.compile(rb'<form method="post"[^>]* action="([^"]+)"')
RADIO: Final = re.compile(rb'<input type="radio" name="([^"]+)" value="([^"]+)"')
RECEIPT: Final = re.compile(rb'class="receipt"[^>]*>([^<]+)<')
CARD: Final = re.compile(rb'class="card" href="(/ballot/d/[^"]+)"')
ANSWERS: Final = rb' id="answers"'
BARE: Final = "/bare"


@dataclass(slots=True)
class Walked:
    """What one load process saw: receipts, seconds of every POST, troubles in words, first and last moment of the clock."""

    receipts: list[str] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0
    page_bytes: int = 0


Journey = Callable[[Browser, str, Walked], str]


def one_page(browser: Browser, code: str, walked: Walked) -> str:
    """The link of the letter, one page with everything, submit; the receipt."""
    page = _entered(browser, code)
    walked.page_bytes = len(page.body)
    fields = [*_hidden(page.body), *_first_options(page.body), ("then", "submit")]
    done = _post(browser, walked, _action(page.body), fields)
    return _receipt(done)


def paged(browser: Browser, code: str, walked: Walked) -> str:
    """The link of the letter, the contents, every department (saved), review, submit; the receipt."""
    hub = _entered(browser, code)
    stops = [found.decode() for found in dict.fromkeys(CARD.findall(hub.body))]
    if not stops:
        raise Unanswered("a contents page without departments")
    # Every save leads on to the next page, the last one to the review.
    page = _ok(browser.get(stops[0]))
    while ANSWERS in page.body:
        walked.page_bytes = len(page.body)
        fields = [*_hidden(page.body), *_first_options(page.body), ("then", "next")]
        page = _ok(_follow(browser, _post(browser, walked, _action(page.body), fields)))
    return _receipt(_post(browser, walked, _action(page.body), _hidden(page.body)))


def bare(browser: Browser, code: str, walked: Walked) -> str:
    """The form and its answer of the bare view that all is compared with."""
    page = _ok(browser.get(BARE))
    walked.page_bytes = len(page.body)
    return _receipt(_post(browser, walked, BARE, [("code", code), *_first_options(page.body)]))


JOURNEYS: Final[dict[str, Journey]] = {"one_page": one_page, "paged": paged, "bare": bare}


def _entered(browser: Browser, code: str) -> Answer:
    return _ok(_follow(browser, browser.get(f"/q/{code}")))


def _follow(browser: Browser, answer: Answer) -> Answer:
    if answer.status != 303:
        return answer
    return browser.get(answer.header(b"location").decode())


def _ok(answer: Answer) -> Answer:
    if answer.status != 200:
        raise Unanswered(f"status {answer.status}")
    return answer


def _post(browser: Browser, walked: Walked, path: str, fields: list[tuple[str, str]]) -> Answer:
    start = time.perf_counter()
    answer = browser.post(path, fields)
    walked.posts.append(time.perf_counter() - start)
    return answer


def _receipt(answer: Answer) -> str:
    found = RECEIPT.search(_ok(answer).body)
    if found is None:
        raise Unanswered("no receipt on the page")
    return found[1].decode()


def _hidden(page: bytes) -> list[tuple[str, str]]:
    return [(name.decode(), value.decode()) for name, value in HIDDEN.findall(page)]


def _action(page: bytes) -> str:
    found = FORM.findall(page)
    if not found:
        raise Unanswered("no form on the page")
    return str(found[-1].decode())


def _first_options(page: bytes) -> list[tuple[str, str]]:
    """The first option of every rating, as somebody in a hurry ticks them."""
    first: dict[bytes, bytes] = {}
    for name, value in RADIO.findall(page):
        first.setdefault(name, value)
    return [(name.decode(), value.decode()) for name, value in first.items()]
