"""A line between browser and server that loses answers, repeats requests, or is slow: a proxy on the loopback address."""

import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

BLOCK = 65536


@dataclass
class Line:
    """Listens on ``port`` and hands each connection on to ``server``; one request a connection, as our browser sends them.

    ``lose``: share of answers that never arrive, although the request did. ``repeat``: how often each POST is sent in all, the copies
    shuffled among those of others by their delays. ``delay``: seconds each way. ``rate``: bytes a second, None for no limit.
    """

    server: int
    lose: float = 0.0
    repeat: int = 1
    delay: float = 0.0
    rate: float | None = None
    seed: int = 1
    lost: int = 0
    repeated: int = 0
    sent: int = 0
    copies: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._rng, self._lock = random.Random(self.seed), threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for copy in self.copies:
            copy.join()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._guarded, args=(client,), daemon=True).start()

    def _guarded(self, client: socket.socket) -> None:
        with client:
            try:
                self._serve(client)
            except OSError:
                pass

    def _serve(self, client: socket.socket) -> None:
        request = read_request(client)
        if not request:
            return
        is_post = request.startswith(b"POST")
        with self._lock:
            lose, first = self._rng.random() < self.lose, self._rng.randrange(self.repeat)
            delays = [self._rng.uniform(0, 0.1) for _ in range(self.repeat - 1)] if is_post else []
        # The browser's own request is one of the copies, neither always the first nor always the last to arrive.
        for number, delay in enumerate(delays):
            self._copy(request, delay if number >= first else 0.0)
        time.sleep(self.delay + (0.05 if delays and first else 0.0))
        answer = self._ask(request)
        time.sleep(self.delay)
        if lose:
            self.lost += 1
            return
        self._give(client, answer)

    def _copy(self, request: bytes, delay: float) -> None:
        def send() -> None:
            time.sleep(delay)
            try:
                self._ask(request)
            except OSError:
                return
            self.repeated += 1

        self.copies.append(threading.Thread(target=send))
        self.copies[-1].start()

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.server), timeout=30) as upstream:
            # The answer ends when the connection does.
            upstream.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            return b"".join(iter(lambda: upstream.recv(BLOCK), b""))

    def _give(self, client: socket.socket, answer: bytes) -> None:
        self.sent += len(answer)
        if self.rate is None:
            client.sendall(answer)
            return
        step = max(1, int(self.rate / 20))
        for begin in range(0, len(answer), step):
            client.sendall(answer[begin : begin + step])
            time.sleep(step / self.rate)


def read_request(client: socket.socket) -> bytes:
    """One request with its body; nothing when the browser went away."""
    client.settimeout(30)
    head = _until(client, lambda got: b"\r\n\r\n" in got, b"")
    top, _, body = head.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in top.split(b"\r\n") if line.lower().startswith(b"content-length")]
    length = lengths[0] if lengths else 0
    return head if len(body) >= length else _until(client, lambda got: len(got) - len(top) - 4 >= length, head)


def _until(client: socket.socket, whole: Callable[[bytes], bool], got: bytes) -> bytes:
    while not whole(got):
        more = client.recv(BLOCK)
        if not more:
            return b""
        got += more
    return got
