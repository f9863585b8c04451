"""A fault in something that was handed in, said so that the person can mend it."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Fault:
    """Where it is and what to do. ``row`` is the line of the file as an editor counts it, from 1; 0 is the whole file.

    ``message`` is ready to read in Chinese. ``source`` and ``parts`` are what it was made of, so that it can be said in
    another language: ``fault.said(lambda text: i18n.text("en", text))``.
    """

    file: str
    row: int
    field: str
    message: str
    source: str = dataclasses.field(default="", compare=False, repr=False)
    parts: Mapping[str, object] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, file: str, row: int, field: str, source: str, /, **parts: Any) -> Self:
        """A fault whose message has ``%(name)s`` parts.

        >>> Fault.of("strata.csv", 3, "codes", "“%(value)s”不是整数", value="x").message
        '“x”不是整数'
        """
        return cls(file, row, field, source % parts, source, parts)

    def said(self, translate: Callable[[str], str]) -> str:
        """The message in the language of ``translate``, which gets the Chinese with its parts still open."""
        return translate(self.source) % self.parts if self.source else translate(self.message)

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
        super().__init__("这件事刚才已有人处理，请刷新后再看。")


class Faulty(Exception):
    """Everything that is wrong with what was handed in; nothing of it was stored."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
