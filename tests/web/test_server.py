"""The production server's worker, with its real threads, in front of an application that only says what it was asked."""

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appraisal.cli.ballot_bench.served import free_port
from appraisal.cli.serving import THREADS, web_command

PROJECT = Path(__file__).parents[2]
HOST = "127.0.0.1"


class Server:
    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port, self.process = port, process

    def call(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.port), 20)
        connection.settimeout(20)
        return connection


@pytest.fixture
def server() -> Iterator[Server]:
    port = free_port()
    process = subprocess.Popen(web_command(f"{HOST}:{port}", 1, "tests.web.echo:app"), cwd=PROJECT)
    one = Server(port, process)
    for _ in range(200):
        try:
            one.call().close()
            break
        except OSError:
            time.sleep(0.1)
    yield one
    process.terminate()
    process.wait(30)


def ask(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def hear(connection: socket.socket, last: bytes) -> bytes:
    """What comes until ``last`` has come, or the other side has closed."""
    heard = b""
    while not heard.endswith(last) or not heard:
        more = connection.recv(4096)
        if not more:
            break
        heard += more
    return heard


def test_one_connection_takes_request_after_request(server: Server) -> None:
    with server.call() as connection:
        for path in ("/first", "/second", "/third"):
            connection.sendall(ask(path))
            assert hear(connection, path.encode()).startswith(b"HTTP/1.1 200 OK")


def test_what_is_sent_ahead_is_answered_in_its_order(server: Server) -> None:
    with server.call() as connection:
        connection.sendall(ask("/first") + ask("/second"))
        heard = hear(connection, b"/second")
    assert heard.count(b"200 OK") == 2
    assert heard.index(b"/first") < heard.index(b"/second")


def test_nobody_waits_for_those_who_connect_and_say_nothing(server: Server) -> None:
    silent = [server.call() for _ in range(4 * int(THREADS))]
    with server.call() as connection:
        connection.sendall(ask("/heard"))
        assert hear(connection, b"/heard").endswith(b"/heard")
    for one in silent:
        one.close()


def test_a_connection_that_lies_idle_is_ended_and_one_that_is_answered_late_is_not(server: Server) -> None:
    with server.call() as idle, server.call() as busy:
        idle.sendall(ask("/once"))
        busy.sendall(ask("/wait/5"))
        assert hear(idle, b"/once").endswith(b"/once")
        began = time.monotonic()
        assert idle.recv(1) == b""
        assert time.monotonic() - began < 10
        assert hear(busy, b"/wait/5").endswith(b"/wait/5")


def test_a_hundred_kept_connections_are_served_by_a_dozen_threads(server: Server) -> None:
    kept = [server.call() for _ in range(100)]
    for _ in range(3):
        for number, one in enumerate(kept):
            one.sendall(ask(f"/{number:03}"))
        assert all(hear(one, f"/{number:03}".encode()).endswith(b"%03d" % number) for number, one in enumerate(kept))
    for one in kept:
        one.close()


def test_a_server_that_is_asked_to_stop_answers_what_it_has_begun(server: Server) -> None:
    with server.call() as connection:
        connection.sendall(ask("/wait/1"))
        time.sleep(0.3)
        server.process.send_signal(signal.SIGTERM)
        assert hear(connection, b"/wait/1").endswith(b"/wait/1")
    assert server.process.wait(30) == 0
