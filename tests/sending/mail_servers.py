"""Real mail servers on the loopback address, each with a fault of its own."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from appraisal.sending import MailServer


@dataclass
class Postbox:
    """What the server took, and how it answers: to a recipient, to a mail, and after how many seconds."""

    to_recipient: str = "250 OK"
    to_mail: str = "250 OK"
    seconds: float = 0.0
    mails: list[Message] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.seconds)
        if self.to_mail.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(message_from_bytes(envelope.content))
            self.recipients += envelope.rcpt_tos
        return self.to_mail


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(postbox: Postbox, seconds: float = 5.0) -> Iterator[MailServer]:
    """The postbox on a free port."""
    port = free_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailServer("127.0.0.1", port, "pingyi@example.cn", tls="none", seconds=seconds)
    finally:
        controller.stop()


def wait_for(postbox: Postbox, count: int) -> None:
    """Until so many mails were taken; fails after a minute."""
    until = time.monotonic() + 60
    while len(postbox.mails) < count:
        assert time.monotonic() < until, f"{len(postbox.mails)} of {count} mails came"
        time.sleep(0.02)
