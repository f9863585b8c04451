"""A disk that can lose power: what was not flushed is kept in part, out of order, and torn at sectors (as in SQLite's own crash tests).

Writes reach a file at once, for whoever reads on, and are remembered until the file is flushed. A cut lays down what would be found
after it: every flushed byte, and of the rest a random part.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw

SECTOR = 512
# Of the writes that were kept, so many are kept in part.
TORN = 0.3


@dataclass
class Platter:
    """One file: what is certain to be there, and what was written since as (offset, bytes), or (size, None) for a cut to size."""

    certain: bytearray
    since: list[tuple[int, bytes | None]] = field(default_factory=list)

    def write(self, offset: int, content: bytes | None) -> None:
        self.since.append((offset, content))

    def flush(self) -> None:
        for offset, content in self.since:
            _lay(self.certain, offset, content)
        self.since = []

    def after_cut(self, rng: random.Random) -> bytes:
        """What a reader finds when the power is back."""
        found = bytearray(self.certain)
        # How much of the cache had been written out differs from nothing to all of it.
        kept = rng.random()
        for offset, content in self.since:
            if rng.random() >= kept:
                continue
            if content is None or rng.random() >= TORN:
                _lay(found, offset, content)
                continue
            for begin in range(0, len(content), SECTOR):
                if rng.random() < 0.5:
                    _lay(found, offset + begin, content[begin : begin + SECTOR])
        return bytes(found)


def _lay(onto: bytearray, offset: int, content: bytes | None) -> None:
    if content is None:
        del onto[offset:]
        return
    if len(onto) < offset:
        onto.extend(bytes(offset - len(onto)))
    onto[offset : offset + len(content)] = content


class Disk(apsw.VFS):
    """The files of one run under the name ``name``; the power goes when ``cut_after`` operations that write or flush are done."""

    def __init__(self, name: str, cut_after: int) -> None:
        self.name, self.left = name, cut_after
        self.platters: dict[str, Platter] = {}
        self.opened: set[str] = set()
        super().__init__(name, "")

    @property
    def is_off(self) -> bool:
        return self.left <= 0

    def xOpen(self, name: Any, flags: list[int]) -> "CutFile":
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self.opened.add(path)
        if path not in self.platters:
            file = Path(path)
            self.platters[path] = Platter(bytearray(file.read_bytes() if file.exists() else b""))
        return CutFile(self, path, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.spend()
        self.platters.pop(filename, None)
        super().xDelete(filename, syncdir)

    def spend(self) -> None:
        """One operation done; raises when there is no power for it."""
        if self.is_off:
            raise apsw.IOError("the power is off")
        self.left -= 1

    def lay_down(self, rng: random.Random, into: Callable[[Path], Path]) -> None:
        """Write every file as it is found after the cut, at the path that ``into`` says."""
        for path, platter in sorted(self.platters.items()):
            into(Path(path)).write_bytes(platter.after_cut(rng))


class CutFile(apsw.VFSFile):
    def __init__(self, disk: Disk, path: str, name: Any, flags: list[int]) -> None:
        self.disk, self.path = disk, path
        super().__init__("", name, flags)

    @property
    def platter(self) -> Platter:
        return self.disk.platters.setdefault(self.path, Platter(bytearray()))

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.spend()
        super().xWrite(data, offset)
        self.platter.write(offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        self.disk.spend()
        super().xTruncate(size)
        self.platter.write(size, None)

    def xSync(self, flags: int) -> None:
        self.disk.spend()
        super().xSync(flags)
        self.platter.flush()
