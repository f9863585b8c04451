"""Reading a TOML table field by field: what is missing or wrong is noted with its line, and reading goes on."""

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from appraisal.model.faults import Fault, Faulty
from appraisal.model.leading import leading_phrase
from appraisal.model.toml_lines import Path
from appraisal.model.wording import Wording

T = TypeVar("T")
Table = dict[str, Any]
CODE: Final = re.compile(r"[A-Z][A-Z0-9]{0,23}")
LONGEST_TEXT: Final = 2_000
CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Reading:
    """The content of one file with the faults found so far. A place is a path of keys and element numbers."""

    def __init__(self, content: Table, file: str, locate: Callable[[], Mapping[Path, int]]) -> None:
        self.content = content
        self.file = file
        self.locate = locate
        self.found: dict[tuple[Path, str, str], dict[str, Any]] = {}

    def fault(self, path: Path, field: str, message: str, /, **parts: Any) -> None:
        """Note a fault at ``field`` of the table at ``path``."""
        self.found.setdefault((path, field, message), parts)

    def faults(self) -> tuple[Fault, ...]:
        """Every fault noted, in the order of the lines. A field that is not there is placed at its table."""
        if not self.found:
            return ()
        lines = self.locate()
        faults = [
            Fault.of(self.file, _line(lines, (*path, field)), _field_name(path, field), message, **parts)
            for (path, field, message), parts in self.found.items()
        ]
        return tuple(sorted(faults, key=lambda fault: fault.row))

    def raise_faults(self) -> None:
        """Raises ``Faulty`` when any was noted."""
        faults = self.faults()
        if faults:
            raise Faulty(faults)

    def at(self, path: Path) -> Any:
        """What stands at a path, ``None`` when nothing does."""
        here: Any = self.content
        for key in path:
            try:
                here = here[key]
            except (KeyError, IndexError, TypeError):
                return None
        return here

    def only(self, path: Path, known: Iterable[str]) -> None:
        """Every key of the table that is none of the known ones is a fault."""
        table = self.at(path)
        if not isinstance(table, dict):
            return
        names = list(known)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1)
                remedy = near[0] if near else ", ".join(names)
                self.fault(path, key, "这里没有“%(key)s”这一项；可以用:%(remedy)s", key=_short(key), remedy=remedy)

    def unwanted(self, path: Path, field: str, message: str) -> None:
        if self.at((*path, field)) is not None:
            self.fault(path, field, message)

    def has_table(self, path: Path, field: str) -> bool:
        """Whether a table stands there; a fault when not."""
        there = self.at((*path, field))
        if isinstance(there, dict):
            return True
        self.fault(
            path, field, "缺少[%(field)s]这一段" if there is None else "应当写成[%(field)s]这样的一段", field=field
        )
        return False

    def tables(self, path: Path, field: str, *, needed: bool = True, quiet: bool = False) -> list[Path]:
        """The paths of an array of tables. Not there (when ``needed``) or something else is a fault, unless ``quiet``."""
        listed = self.at((*path, field))
        if isinstance(listed, list) and all(isinstance(table, dict) for table in listed) and (listed or not needed):
            return [(*path, field, number) for number in range(len(listed))]
        if not quiet and (needed or listed is not None):
            name = ".".join(key for key in (*path, field) if isinstance(key, str))
            self.fault(path, field, "要有至少一段[[%(name)s]]", name=name)
        return []

    def text(self, path: Path, field: str) -> str:
        """A text that has to be there and says something."""
        text = self.at((*path, field))
        if text is None:
            self.fault(path, field, "缺少“%(field)s”", field=field)
            return ""
        return self._checked_text(path, field, text)

    def _checked_text(self, path: Path, field: str, text: object) -> str:
        if not isinstance(text, str):
            self.fault(path, field, "应当是放在英文双引号里的文字")
            return ""
        if not text.strip():
            self.fault(path, field, "不能为空")
        if CONTROL.search(text):
            self.fault(path, field, "含有看不见的控制字符，请删去")
        if len(text) > LONGEST_TEXT:
            self.fault(path, field, "文字太长：最多%(most)d个字", most=LONGEST_TEXT)
        return text.strip()

    def code(self, path: Path, field: str) -> str:
        """A stable code: a capital letter, then capital letters and digits, 24 at most."""
        code = self.text(path, field)
        if code and not CODE.fullmatch(code):
            self.fault(
                path,
                field,
                "代码“%(code)s”不合格：以大写字母开头，只用大写字母和数字，最多24个，如Z01",
                code=_short(code),
            )
        return code

    def wording(self, path: Path) -> Wording:
        """What is asked, in both languages; wording that steers the answer is a fault."""
        return Wording(self._unbiased(path, "zh", "缺少中文(zh)"), self._unbiased(path, "en", "缺少英文(en)"))

    def optional_wording(self, path: Path, prefix: str) -> Wording | None:
        """Wording in ``<prefix>_zh`` and ``<prefix>_en``; ``None`` when neither is there, a fault when only one is."""
        zh, en = f"{prefix}_zh", f"{prefix}_en"
        if self.at((*path, zh)) is None and self.at((*path, en)) is None:
            return None
        missing = "缺少“%(field)s”：中英文要么都写，要么都不写"
        return Wording(self._unbiased(path, zh, missing), self._unbiased(path, en, missing))

    def _unbiased(self, path: Path, field: str, missing: str) -> str:
        if self.at((*path, field)) is None:
            self.fault(path, field, missing, field=field)
            return ""
        text = self.text(path, field)
        steering = leading_phrase(text)
        if steering:
            self.fault(path, field, "“%(phrase)s”带有引导性，会左右回答；请改成中性的问法", phrase=_short(steering))
        return text

    def choice(self, path: Path, field: str, choices: Mapping[str, T]) -> T | None:
        """What the word at ``field`` stands for; a fault and ``None`` when it is not there or not known."""
        word = self.at((*path, field))
        if isinstance(word, str) and word in choices:
            return choices[word]
        known = ", ".join(choices) or "—"
        if word is None:
            self.fault(path, field, "缺少“%(field)s”；可以是:%(known)s", field=field, known=known)
        else:
            self.fault(path, field, "不认识“%(word)s”；可以是:%(known)s", word=_short(word), known=known)
        return None

    def choice_or(self, path: Path, field: str, choices: Mapping[str, T], default: T) -> T:
        """As ``choice``, with a default for a word that is left out."""
        if self.at((*path, field)) is None:
            return default
        chosen = self.choice(path, field, choices)
        return default if chosen is None else chosen

    def number(self, path: Path, field: str, least: float, most: float, default: float | None = None) -> float:
        """A number from ``least`` to ``most``; ``least`` when it is faulty, so that reading can go on."""
        number = self.at((*path, field))
        if number is None and default is not None:
            return default
        if number is None:
            self.fault(path, field, "缺少“%(field)s”:%(least)g到%(most)g的数", field=field, least=least, most=most)
        elif not _is_number(number):
            self.fault(path, field, "应当是数，不加引号，如 75")
        elif not least <= number <= most:
            self.fault(path, field, "超出范围：应在%(least)g到%(most)g之间", least=least, most=most)
        else:
            return float(number)
        return least

    def whole_number(self, path: Path, field: str, least: int, most: int, default: int | None = None) -> int:
        """As ``number``, without a fraction."""
        number = self.number(path, field, least, most, default)
        if number != int(number):
            self.fault(path, field, "应当是整数")
        return int(number)

    def no_twins(self, paths: Iterable[Path]) -> None:
        """The second of two equal codes is a fault."""
        seen: dict[str, Path] = {}
        for *owner, field in paths:
            code = self.at((*owner, field))
            if not isinstance(code, str):
                continue
            if code.strip() in seen:
                self.fault(tuple(owner), str(field), "代码“%(code)s”重复；每个代码只能用一次", code=_short(code))
            seen.setdefault(code.strip(), (*owner, field))


def _is_number(number: object) -> bool:
    whole = isinstance(number, int) and not isinstance(number, bool)
    return whole or (isinstance(number, float) and math.isfinite(number))


def _line(lines: Mapping[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _field_name(path: Path, field: str) -> str:
    """``section[2].item[1].zh``: element numbers counted from 1, as a person counts."""
    name = "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in (*path, field))
    return _short(name.lstrip("."))


def _short(text: object) -> str:
    said = str(text)
    said = "".join(sign if sign.isprintable() else "�" for sign in said)
    return said if len(said) <= 60 else said[:59] + "…"
