"""A respondent over HTTP: from the code to the receipt, through the pages that everybody gets, and again after a fault."""

import http.client
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.faults.harness.history import History, Sent

SCALE = ("S5", "S4", "S3", "S2", "S1", "S0")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce" value="(\w+)"')
RECEIPT = re.compile(r'class="receipt"[^>]*>\s*([0-9A-Z-]+)\s*<')
DEPARTMENT = re.compile(r'href="/ballot/d/(\w+)"')


class Away(Exception):
    """No answer came: whether the request was carried out nobody knows."""


class Unexpected(Exception):
    """An answer, but not the page that should follow; ``status`` is what it said."""

    def __init__(self, where: str, status: int) -> None:
        super().__init__(f"{where}: {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


class Browser:
    """Keeps cookies and one connection. Raises ``Away`` when the server goes away before its answer is whole."""

    def __init__(self, port: int, timeout: float = 20.0) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {"language": "zh"}
        # Seconds of every request that was answered.
        self.took: list[float] = []
        self._connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        try:
            # A connection of its own for each request: one that was kept alive may be closed just as it is used again.
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            self.took.append(time.monotonic() - begun)
        except (TimeoutError, OSError, http.client.HTTPException) as gone:
            raise Away(repr(gone)) from gone
        finally:
            self.close()
        self._remember(answer.headers)
        return Answer(answer.status, answer.headers, text)

    def _remember(self, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)


@dataclass
class Respondent:
    """One code and the answer that its holder will give. Every step may be repeated; what was learnt is kept."""

    code: str
    rating: str
    port: int
    history: History
    timeout: float = 20.0
    comment: str = ""
    nonce: str = ""
    answer: str = ""
    receipt: str = ""
    latencies: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browser = Browser(self.port, self.timeout)
        self._token = ""

    def vote(self) -> str:
        """The whole journey, or what is left of it; the receipt. Raises ``Away`` or ``Unexpected``."""
        if not self.nonce:
            self.come_in()
            self.fill_in()
            self.read_over()
        return self.hand_in()

    def come_in(self) -> None:
        page = self.browser.get("/")
        self._token = _find(TOKEN, page, "front")
        entered = self.browser.post("/enter", csrf_token=self._token, code=self.code)
        if entered.status != 303:
            raise Unexpected("enter", entered.status)

    def fill_in(self) -> None:
        hub = self.browser.get("/ballot")
        departments = list(dict.fromkeys(DEPARTMENT.findall(hub.text)))
        if not departments:
            raise Unexpected("hub", hub.status)
        # The departments that are rated; one that is only commented on has no such item.
        rated = [code for code in departments if code != "D4"]
        texts = {"item-T1": self.comment} if self.comment else {}
        saved = self.browser.post(
            f"/ballot/d/{rated[0]}", csrf_token=self._token, then="hub", **{"item-A3": self.rating}, **texts
        )
        if saved.status != 303:
            raise Unexpected("sheet", saved.status)
        self.answer = f"{rated[0]}:{self.rating}"

    def read_over(self) -> None:
        self.nonce = _find(NONCE, self.browser.get("/ballot/review"), "review")

    def hand_in(self) -> str:
        """Send the form; the receipt. Raises ``Away`` or ``Unexpected``."""
        page = self.submit()
        if not self.receipt:
            raise Unexpected("submit", page.status)
        return self.receipt

    def submit(self) -> Answer:
        """Send the form; written down before and after, whatever becomes of it. Raises ``Away``."""
        begun = time.monotonic()
        self.history.sending.set()
        try:
            page = self.browser.post("/ballot/submit", csrf_token=self._token, nonce=self.nonce)
        except Away:
            self.history.note(Sent(self.code, self.nonce, self.answer, begun))
            raise
        found = RECEIPT.search(page.text) if page.status == 200 else None
        ended = time.monotonic()
        self.latencies.append(ended - begun)
        self.receipt = found[1] if found else ""
        self.history.note(Sent(self.code, self.nonce, self.answer, begun, ended, self.receipt))
        return page


def _find(pattern: re.Pattern[str], page: Answer, where: str) -> str:
    found = pattern.search(page.text) if page.status == 200 else None
    if found is None:
        raise Unexpected(where, page.status)
    return found[1]
