"""Files that anybody may have, in a folder of their own: a published log is replaced by a longer one, never by another."""

import os
from pathlib import Path
from typing import Final

from appraisal.model.faults import Refused
from appraisal.secrecy.chain import NotALog, forks_at, read_published

FORKED: Final = "%(path)s 里已经公布的日志与数据库不同（从第%(number)s批起），没有覆盖。数据库被改过，或退回了备份；请查明后再移走它。"


def grow_log_file(path: Path, content: bytes) -> bool:
    """Lay a log out whole or not at all, if it differs from the file that is there; whether it was written.

    Raises ``Refused`` when a header that was published is not in the new one: a log that was rewritten does not replace its proof.
    """
    if path.exists():
        there = path.read_bytes()
        if there == content:
            return False
        _refuse_fork(path, there, content)
    lay_out(path, content)
    return True


def lay_out(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    half.write_bytes(content)
    os.replace(half, path)


def _refuse_fork(path: Path, there: bytes, content: bytes) -> None:
    try:
        published = read_published(there)[1]
    except NotALog:
        number: int | None = 1
    else:
        number = forks_at(published, read_published(content)[1])
    if number is not None:
        raise Refused(FORKED, path=path.name, number=number)
