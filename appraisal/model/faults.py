"""A fault in something that was handed in, said so that the person can mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Where it is and what to do. ``row`` is the line of the file as an editor counts it, from 1; 0 is the whole file."""

    file: str
    row: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.row}" if self.row else self.file
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class Refused(Exception):
    """A deed that was not done; ``reason`` is a Chinese text for the person who asked (its English is in the catalogue)."""

    def __init__(self, reason: str, **parts: object) -> None:
        super().__init__(reason % parts if parts else reason)
        self.reason = reason
        self.parts = parts


class Moved(Refused):
    """Someone has dealt with this meanwhile: the guarded update met another state than it expected."""

    def __init__(self) -> None:
        super().__init__("这件事刚才已有人处理,请刷新后再看。")


class Faulty(Exception):
    """Everything that is wrong with what was handed in; nothing of it was stored."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
