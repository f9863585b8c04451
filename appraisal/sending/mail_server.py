"""Which mail server takes our mail, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from appraisal.model.message import Channel, channel_of
from appraisal.settings import SettingsError

PORTS: Final[Mapping[str, int]] = {"starttls": 587, "tls": 465, "none": 25}
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, as whom. ``tls``: starttls, tls (from the first byte on), or none, for the same machine alone."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    seconds: float = 10.0

    @classmethod
    def from_env(cls) -> Self | None:
        """``APPRAISAL_SMTP_HOST``, ``_PORT``, ``_FROM``, ``_USER``, ``_PASSWORD``, ``_TLS``; ``None`` without a host: mail waits.

        Raises ``SettingsError`` for a port that is none, a sender that is no mail address, and a way of TLS that is unknown or unsafe.
        """
        host = _variable("HOST")
        if not host:
            return None
        tls = _variable("TLS") or "starttls"
        if tls not in PORTS:
            raise SettingsError(f"APPRAISAL_SMTP_TLS={tls!r}: one of {', '.join(PORTS)} is needed")
        if tls == "none" and host not in LOOPBACK:
            raise SettingsError("APPRAISAL_SMTP_TLS=none: only for a mail server on this machine (127.0.0.1)")
        port = _variable("PORT") or str(PORTS[tls])
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise SettingsError(f"APPRAISAL_SMTP_PORT={port!r}: a number from 1 to 65535 is needed")
        sender = _variable("FROM")
        if channel_of(sender) is not Channel.EMAIL:
            raise SettingsError(f"APPRAISAL_SMTP_FROM={sender!r}: the mail address that messages come from is needed")
        return cls(host, int(port), sender, _variable("USER"), _variable("PASSWORD"), tls)


def _variable(name: str) -> str:
    return os.environ.get(f"APPRAISAL_SMTP_{name}", "")
