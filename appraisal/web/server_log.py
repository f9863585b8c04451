"""What the web server writes down of itself: never who asked, nor for what."""

import logging
from typing import Any, Final

from gunicorn.glogging import Logger

# Where gunicorn's messages begin to speak of a request; its address, path or header would follow.
OF_A_REQUEST: Final = ("Invalid request", "Error handling request", "Ignored premature client", "Invalid HTTP")


class WithoutRequest(logging.Filter):
    """Cuts a message about a request down to its first words, and leaves every other message alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        for begin in OF_A_REQUEST:
            if said.startswith(begin):
                record.msg, record.args = begin, ()
        return True


class ServerLog(Logger):
    """gunicorn's own log with addresses, paths and headers left out."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.addFilter(WithoutRequest())
