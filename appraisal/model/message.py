"""A message to a person: a mail or a text message that waits in the outbox, and what may stand in one."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from appraisal.model.faults import Refused

LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 4000
MOST_ATTEMPTS: Final = 8
# How long after which attempt the next one waits; a gateway that is down for three days costs no message.
_WAITS: Final = tuple(timedelta(minutes=m) for m in (5, 15, 60, 4 * 60, 12 * 60, 24 * 60, 24 * 60, 24 * 60))
_MAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)
_PHONE: Final = re.compile(r"1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class MessageKind(StrEnum):
    """To a department about a slip, to an organiser about what is late, to a respondent about an unused code."""

    NOTICE = "notice"
    DIGEST = "digest"
    REMINDER = "reminder"


class MessageState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """What is put into the outbox. ``recipient`` is empty where ``sealed_recipient`` holds it; after ``expires_on`` it is not sent.

    Raises ``Refused`` for a line break or another control character in subject or recipient, and for a body that holds one
    other than line breaks: nothing that a person typed can begin a header of its own (CWE-93).
    """

    kind: MessageKind
    channel: Channel
    recipient: str
    subject: str
    body: str
    expires_on: date
    sealed_recipient: bytes | None = None

    def __post_init__(self) -> None:
        if not is_one_line(self.subject) or not is_one_line(self.recipient):
            raise Refused("标题和地址只能是一行，不能含有换行等控制字符。")
        if not all(is_one_line(line) for line in self.body.split("\n")):
            raise Refused("正文不能含有控制字符。")
        if not self.subject.strip() or not self.body.strip():
            raise Refused("标题和正文都要填写。")
        if len(self.subject) > LONGEST_SUBJECT or len(self.body) > LONGEST_BODY:
            raise Refused("标题最多%(subject)s个字，正文最多%(body)s个字。", subject=LONGEST_SUBJECT, body=LONGEST_BODY)


def is_one_line(text: str) -> bool:
    """Whether there is no control character, line or paragraph separator, and no sign that turns the direction of writing.

    >>> is_one_line("提醒"), is_one_line("a\\r\\nBcc: b")
    (True, False)
    """
    return not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in text)


def channel_of(address: str) -> Channel | None:
    """Mail for a mail address, text message for a mobile number, ``None`` for anything else.

    >>> channel_of("a.b@example.cn").value, channel_of("13800000000").value, channel_of("a@b@c")
    ('email', 'sms', None)
    """
    if len(address) <= 254 and _MAIL.fullmatch(address):
        return Channel.EMAIL
    return Channel.SMS if _PHONE.fullmatch(address) else None


def masked(address: str) -> str:
    """As much of an address as tells its owner, and hardly anybody else, whose it is.

    >>> masked("zhuban@example.cn"), masked("13800001234"), masked("")
    ('z***@example.cn', '138****34', '***')
    """
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-2:]}" if address else "***"


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, from 1 on, before the next one.

    >>> wait_after(1), wait_after(8)
    (datetime.timedelta(seconds=300), datetime.timedelta(days=1))
    """
    return _WAITS[min(attempts, len(_WAITS)) - 1]
