"""What the outbox asks of a gateway: one method, and three ways to say no."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with its recipient in the open. ``mark`` is the same for every attempt: by it a repeat is recognised."""

    mark: str
    recipient: str = field(repr=False)
    subject: str
    body: str = field(repr=False)
    at: datetime


class Down(Exception):
    """The gateway cannot be reached, or lets us send nothing at all: no message is to blame."""


class TryLater(Exception):
    """Not this message, not now; the text is a reply code or a word, never an address."""


class Rejected(Exception):
    """Not this message, ever."""


class Gateway(Protocol):
    """Sends one message, or raises ``Down``, ``TryLater`` or ``Rejected``."""

    def send(self, outgoing: Outgoing) -> None: ...

    def close(self) -> None: ...


def mark_of(key: str) -> str:
    """What stands for a key outside: 32 hexadecimal digits that do not tell what it was."""
    return hashlib.sha256(b"outbox\0" + key.encode()).hexdigest()[:32]
