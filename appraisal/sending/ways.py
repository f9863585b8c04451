"""The ways out of one installation."""

from collections.abc import Callable
from functools import cache

from appraisal.model.message import Channel
from appraisal.secrecy.contacts import open_contact
from appraisal.secrecy.keys import contact_key
from appraisal.sending.gateway import Gateway
from appraisal.sending.mail_server import MailServer
from appraisal.sending.smtp import SmtpGateway
from appraisal.sending.texts import FileTexts
from appraisal.settings import Settings


def ways_out(settings: Settings, mail: MailServer | None) -> dict[Channel, Gateway]:
    """Text messages go to a file always; mail waits where no server is named."""
    ways: dict[Channel, Gateway] = {Channel.SMS: FileTexts(settings.home / "outbox" / "sms.jsonl")}
    if mail is not None:
        ways[Channel.EMAIL] = SmtpGateway(mail)
    return ways


def opener(settings: Settings) -> Callable[[bytes], str]:
    """What opens sealed recipients here; the secrets are read with the first one. It raises ``SealBroken``."""

    @cache
    def key() -> bytes:
        return contact_key(settings.read_secrets().pepper)

    return lambda sealed: open_contact(key(), sealed)
