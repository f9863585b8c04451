"""A respondent's browser for measuring: one kept connection, cookies, and next to no work of its own."""

import socket
from typing import Final
from urllib.parse import urlencode

HOST: Final = "127.0.0.1"
BUFFER: Final = 65536
PATIENCE: Final = 60.0


class Unanswered(Exception):
    """The server did not answer as a browser needs it."""


class Answer:
    """Status, the head as it came, and the body."""

    __slots__ = ("body", "head", "status")

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self.status, self.head, self.body = status, head, body

    def header(self, name: bytes) -> bytes:
        """The first header of that name in lower case, ``b""`` where there is none."""
        start = self.head.lower().find(b"\r\n" + name + b":")
        if start < 0:
            return b""
        return self.head[start + len(name) + 3 : self.head.index(b"\r\n", start + 2)].strip()


class Browser:
    """Asks one server over one connection; a new respondent begins with ``forget``."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[bytes, bytes] = {}
        self._socket: socket.socket | None = None

    def forget(self) -> None:
        """Another respondent sits down: no cookie is left."""
        self.cookies.clear()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def get(self, path: str) -> Answer:
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n", b"")

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        body = urlencode(fields).encode()
        kind = "Content-Type: application/x-www-form-urlencoded\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{kind}Content-Length: {len(body)}\r\n", body)

    def _ask(self, head: str, body: bytes) -> Answer:
        carried = b"; ".join(name + b"=" + content for name, content in self.cookies.items())
        cookie = b"Cookie: " + carried + b"\r\n" if carried else b""
        request = head.encode() + cookie + b"\r\n" + body
        used = self._socket is not None
        try:
            answer = self._exchange(request)
        except (OSError, Unanswered):
            self.close()
            if not used:
                raise
            # A connection that was kept may have been closed by the server meanwhile; every browser asks again.
            answer = self._exchange(request)
        self._take_cookies(answer.head)
        return answer

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = self._receive(b"")
        while b"\r\n\r\n" not in received:
            received = self._receive(received)
        head, _, body = received.partition(b"\r\n\r\n")
        answer = Answer(int(head[9:12]), head + b"\r\n", body)
        length = int(answer.header(b"content-length") or 0)
        while len(body) < length:
            body = self._receive(body)
        answer.body = body
        if answer.header(b"connection").lower() == b"close":
            self.close()
        return answer

    def _receive(self, received: bytes) -> bytes:
        assert self._socket is not None
        more = self._socket.recv(BUFFER)
        if not more:
            raise Unanswered("the connection was closed")
        return received + more

    def _take_cookies(self, head: bytes) -> None:
        for line in head.split(b"\r\n"):
            if line[:11].lower() == b"set-cookie:":
                name, _, content = line[11:].split(b";", 1)[0].strip().partition(b"=")
                self.cookies[name] = content
                if not content:
                    del self.cookies[name]
