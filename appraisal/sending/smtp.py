"""Mail over SMTP (RFC 5321) with the standard library, one connection for a round through the outbox."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from appraisal.sending.gateway import Down, Outgoing, Rejected, TryLater
from appraisal.sending.mail_server import MailServer
from appraisal.settings import CITY_TIME

PERMANENT: Final = 500
CLOSING: Final = 421


class SmtpGateway:
    """Connects with the first message. Raises ``Down`` while the server cannot be reached or does not let us in."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._line: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> None:
        try:
            mail = self._mail(outgoing)
        except ValueError:
            # The standard library's own guard against a line break in a header, behind the model's.
            raise Rejected("header") from None
        line = self._line or self.connect()
        try:
            line.send_message(mail, self._server.sender, [outgoing.recipient])
        except smtplib.SMTPSenderRefused as refused:
            # Who we are is refused, not who shall get it.
            self.close()
            raise Down(str(refused.smtp_code)) from None
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, _),) = refused.recipients.values()
            raise self._no(code) from None
        except smtplib.SMTPResponseException as refused:
            raise self._no(refused.smtp_code) from None
        except (OSError, smtplib.SMTPException) as broken:
            # Whether the message was taken is not known: it is sent again under the same Message-ID.
            self.close()
            raise TryLater(type(broken).__name__) from None

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def connect(self) -> smtplib.SMTP:
        """Reach the server and be let in; nothing is sent yet. Raises ``Down``."""
        server, context = self._server, ssl.create_default_context()
        try:
            if server.tls == "tls":
                line: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=context)
            else:
                line = smtplib.SMTP(server.host, server.port, timeout=server.seconds)
        except (OSError, smtplib.SMTPException) as closed:
            raise Down(type(closed).__name__) from None
        try:
            if server.tls == "starttls":
                line.starttls(context=context)
            if server.user:
                line.login(server.user, server.password)
        except (OSError, smtplib.SMTPException) as refused:
            line.close()
            raise Down(type(refused).__name__) from None
        self._line = line
        return line

    def _mail(self, outgoing: Outgoing) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._server.sender
        mail["To"] = outgoing.recipient
        mail["Subject"] = outgoing.subject
        mail["Date"] = format_datetime(outgoing.at.replace(tzinfo=CITY_TIME))
        mail["Message-ID"] = f"<{outgoing.mark}@{self._server.sender.partition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(outgoing.body, cte="base64")
        return mail

    def _no(self, code: int) -> TryLater | Rejected:
        if code == CLOSING or code < 0:
            self.close()
        return Rejected(str(code)) if code >= PERMANENT else TryLater(str(code))
