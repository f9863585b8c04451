"""Text messages: every city has another gateway, so by default they are lines of a file that its own program sends."""

import json
import os
from pathlib import Path
from typing import Final

from appraisal.sending.gateway import Down, Outgoing

PRIVATE: Final = 0o600


class FileTexts:
    """One JSON object a line: ``id`` (the same for a repeat), ``at``, ``to``, ``text``. A line is written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, outgoing: Outgoing) -> None:
        said = {"id": outgoing.mark, "at": outgoing.at.isoformat(), "to": outgoing.recipient, "text": outgoing.body}
        line = (json.dumps(said, ensure_ascii=False) + "\n").encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._append(line)
        except OSError as full:
            raise Down(type(full).__name__) from None

    def close(self) -> None:
        """Nothing is kept open."""

    def _append(self, line: bytes) -> None:
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE)
        try:
            before = os.fstat(file).st_size
            if os.write(file, line) != len(line):
                # Half a line, as on a full disk, is taken back: the reader never meets one.
                os.ftruncate(file, before)
                raise OSError("short write")
            os.fsync(file)
        finally:
            os.close(file)
