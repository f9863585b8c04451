"""The web server's own log: what it says of itself, and nothing of who asked."""

import logging

import pytest

from appraisal.web.server_log import WithoutRequest


def said(message: str, *args: object) -> str:
    record = logging.LogRecord("gunicorn.error", logging.WARNING, __file__, 1, message, args, None)
    assert WithoutRequest().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("Invalid request from ip=192.0.2.7: Invalid HTTP header: 'X-Code 7K2M'", ()),
        ("Error handling request %s", ("/q/7K2M9QDX4T0B",)),
    ],
)
def test_a_message_about_a_request_keeps_neither_address_nor_code(message: str, args: tuple[object, ...]) -> None:
    line = said(message, *args)
    assert "192.0.2.7" not in line
    assert "7K2M" not in line
    assert line


def test_every_other_message_is_kept_as_it_is() -> None:
    assert said("Worker (pid:%s) was sent SIGKILL!", 7) == "Worker (pid:7) was sent SIGKILL!"
