"""The web server's worker: gunicorn's threaded one, in which a request is not handed from thread to thread.

There, the main thread waits for every kept connection, puts each request into a pool and is woken again by each answer: three
changes of thread a request. Here the threads themselves wait for the next request of any connection; the main thread only accepts,
and ends what lay idle too long.
"""

import select
import time
from threading import Thread
from typing import Any, Final

from gunicorn.workers.gthread import DEFAULT_WORKER_DATA_TIMEOUT, ThreadWorker

# So often a thread looks whether the process is about to end.
LOOK_SECONDS: Final = 1.0
# A connection wakes one thread, once, until it is waited for anew.
ONCE: Final = select.EPOLLIN | select.EPOLLONESHOT


class Worker(ThreadWorker):
    """``waiting``: connections on which the next request may come, by file number. Whoever takes one out of it has it alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[int, Any] = {}
        self.gate = select.epoll()

    def run(self) -> None:
        for _ in range(self.cfg.threads):
            Thread(target=self._serve, daemon=True).start()
        super().run()

    def enqueue_req(self, conn: Any) -> None:
        """A new connection, which may take its time with the first request: no thread waits for it."""
        conn.data_ready = True
        conn.timeout = time.monotonic() + DEFAULT_WORKER_DATA_TIMEOUT + self.cfg.keepalive
        self._await(conn, self.gate.register)

    def murder_keepalived(self, force: bool = False) -> None:
        """End the connections that lay idle for too long, or all that lie idle."""
        now = time.monotonic()
        for number, conn in list(self.waiting.items()):
            if (force or conn.timeout <= now) and self.waiting.pop(number, None) is conn:
                self._end(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        for conn in list(self.waiting.values()):
            conn.timeout = min(conn.timeout, deadline)

    def _serve(self) -> None:
        while self.alive or self.nr_conns:
            for number, _ in self.gate.poll(LOOK_SECONDS, 1):
                conn = self.waiting.pop(number, None)
                if conn is not None:
                    self._answer(conn)

    def _answer(self, conn: Any) -> None:
        try:
            kept = self.handle(conn)
            # What a client sent ahead was read together with the request before it, and wakes nobody.
            while kept and conn.parser.unreader.buf.getvalue():
                kept = self.handle(conn)
            if kept:
                conn.set_timeout()
                self._await(conn, self.gate.modify)
                return
        except Exception:
            self.log.exception("a connection was given up")
        # Counted and closed where connections are counted.
        self.method_queue.defer(self._end, conn)

    def _await(self, conn: Any, tell: Any) -> None:
        number = conn.sock.fileno()
        self.waiting[number] = conn
        tell(number, ONCE)

    def _end(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close(graceful=True)
