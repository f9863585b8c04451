"""Messages on their way out of the house: the mail server, the text messages, and the worker's round through the outbox."""

from appraisal.sending.delivery import deliver
from appraisal.sending.gateway import Down, Gateway, Rejected, TryLater
from appraisal.sending.mail_server import MailServer
from appraisal.sending.smtp import SmtpGateway
from appraisal.sending.texts import FileTexts
from appraisal.sending.ways import opener, ways_out

__all__ = [
    "Down",
    "FileTexts",
    "Gateway",
    "MailServer",
    "Rejected",
    "SmtpGateway",
    "TryLater",
    "deliver",
    "opener",
    "ways_out",
]
