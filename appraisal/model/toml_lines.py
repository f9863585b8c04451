"""Which line of a TOML text each key and element stands on: ``tomllib`` gives values without their places."""

from typing import Final

Path = tuple[str | int, ...]

BLANK: Final = " \t"
ENDS_BARE_VALUE: Final = ",]}\n#"
ESCAPES: Final = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def lines_of(source: str) -> dict[Path, int]:
    """Path of every table, key and array element → its line, from 1, in a text that ``tomllib`` accepts.

    In a text that it does not accept some places may be missing or wrong, but nothing is raised except ``RecursionError``.

    >>> lines_of('[[a]]\\nx = 1\\n[[a]]\\nx = [2,\\n3]')[("a", 1, "x", 1)]
    5
    """
    scan = _Scan(source.replace("\r\n", "\n"))
    scan.document()
    return scan.lines


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip_to_something():
            if self.text.startswith("[[", self.at):
                table = self._array_table()
            elif self._peek() == "[":
                table = self._table()
            else:
                self._pair(table)
            self._to_line_end()

    def _array_table(self) -> Path:
        self._step(2)
        *above, last = self._key() or [""]
        listed = (*self._resolved(above), last)
        self.lines.setdefault(listed, self.line)
        element = self.counts.get(listed, 0)
        self.counts[listed] = element + 1
        self.lines[(*listed, element)] = self.line
        return (*listed, element)

    def _table(self) -> Path:
        self._step(1)
        *above, last = self._key() or [""]
        table = (*self._resolved(above), last)
        self.lines[table] = self.line
        return table

    def _resolved(self, keys: list[str]) -> Path:
        """Where a header's keys lead: through an array of tables they mean its last element."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            self.lines.setdefault(path, self.line)
            if path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        path = table
        for key in self._key():
            path = (*path, key)
            self.lines.setdefault(path, self.line)
        if self._peek() != "=":
            return
        self._step(1)
        self._skip(BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        keys = []
        while True:
            self._skip(BLANK)
            keys.append(self._string() if self._peek() in "\"'" and self._peek() else self._bare_key())
            self._skip(BLANK)
            if self._peek() != ".":
                return keys
            self._step(1)

    def _bare_key(self) -> str:
        start = self.at
        while self._peek() and self._peek() not in " \t\n.=]#\"',{}[":
            self._step(1)
        return self.text[start : self.at]

    def _value(self, path: Path) -> None:
        first = self._peek()
        if first and first in "\"'":
            self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            while self._peek() and self._peek() not in ENDS_BARE_VALUE:
                self._step(1)

    def _array(self, path: Path) -> None:
        self._step(1)
        element = 0
        while self._skip_to_something() and self._peek() != "]":
            before = self.at
            self.lines[(*path, element)] = self.line
            self._value((*path, element))
            element += 1
            self._after_element(before)
        self._step(1)

    def _inline_table(self, path: Path) -> None:
        self._step(1)
        while self._skip_to_something() and self._peek() != "}":
            before = self.at
            self._pair(path)
            self._after_element(before)
        self._step(1)

    def _after_element(self, before: int) -> None:
        self._skip_to_something()
        if self._peek() == "," or self.at == before:
            self._step(1)

    def _string(self) -> str:
        """The content of the string that begins here; its escapes are undone as far as a key needs it."""
        quote = self._peek()
        if self.text.startswith(quote * 3, self.at):
            return self._long_string(quote * 3)
        self._step(1)
        content: list[str] = []
        while self._peek() and self._peek() not in (quote, "\n"):
            content.append(self._escaped() if quote == '"' and self._peek() == "\\" else self._take())
        self._step(1)
        return "".join(content)

    def _long_string(self, quotes: str) -> str:
        self._step(3)
        start = self.at
        while self._peek() and not self.text.startswith(quotes, self.at):
            self._step(2 if quotes == '"""' and self._peek() == "\\" else 1)
        content = self.text[start : self.at]
        # Up to two quotation marks may stand right before the closing three.
        while self.text.startswith(quotes[0], self.at):
            self._step(1)
        return content

    def _escaped(self) -> str:
        self._step(1)
        mark = self._take()
        width = {"u": 4, "U": 8}.get(mark, 0)
        if not width:
            return ESCAPES.get(mark, mark)
        digits = self.text[self.at : self.at + width]
        self._step(width)
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            return digits

    def _to_line_end(self) -> None:
        while self._peek() and self._peek() != "\n":
            self._step(1)

    def _skip_to_something(self) -> bool:
        """Past blanks, line ends and comments; False at the end of the text."""
        while True:
            self._skip(BLANK + "\n")
            if self._peek() != "#":
                return bool(self._peek())
            self._to_line_end()

    def _skip(self, characters: str) -> None:
        while self._peek() and self._peek() in characters:
            self._step(1)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _take(self) -> str:
        character = self._peek()
        self._step(1)
        return character

    def _step(self, width: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + width)
        self.at += width
