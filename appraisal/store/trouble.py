"""When the database cannot keep or give anything just now: a full or read-only disk, a lock that is not let go, a failed write.

Nothing of the request was kept then, since a transaction that fails is rolled back; later the same request may well succeed.
"""

import errno
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

__all__ = ["OUT_OF", "NoConnection", "OperationalError", "UnsafeStore", "distrusts_disk", "reason"]


class UnsafeStore(Exception):
    """The database does not keep the promise that an acknowledged ballot is on disk; nothing was opened."""


# What the system says when it has no room, files or right to write, rather than when a path of ours is wrong.
OUT_OF: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOLCK}
)
WRITE_FAILED: Final = "disk I/O error"


def reason(error: Exception) -> str:
    """In the driver's or the system's own words what failed; they never hold a value of a statement."""
    inner = getattr(error, "orig", None) or error
    if isinstance(inner, OSError):
        return inner.strerror or type(inner).__name__
    return (
        str(inner).partition("\n")[0][:200]
        if isinstance(error, (OperationalError, UnsafeStore))
        else type(error).__name__
    )


def distrusts_disk(error: Exception) -> bool:
    """Whether a write or a flush was answered with an error; the driver does not tell which.

    What the system keeps of the file in its memory may then differ from what is on the disk, and a second flush may report success for
    bytes that were dropped (Rebello et al., "Can applications recover from fsync failures?", USENIX ATC 2020): the process must end
    and a fresh one read the files anew.
    """
    return isinstance(error, OperationalError) and WRITE_FAILED in str(error.orig)
