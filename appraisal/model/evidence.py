"""Files that a department lays beside an answer: few kinds, told by what is in them and never by their name, and not too large."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from appraisal.model.faults import Refused

LARGEST: Final = 8 * 1024 * 1024
MOST: Final = 5
LONGEST_NAME: Final = 120

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_BEGINNINGS: Final = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpeg"), (b"\x89PNG\r\n\x1a\n", "png"))
_MAIN_PARTS: Final = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, under the name that its sender gave it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file that is kept: ``id`` of its being attached, ``kind`` as in ``MEDIA_TYPES``, ``size`` in bytes, ``sha256`` in hex."""

    id: int
    name: str
    kind: str
    size: int
    sha256: str


def kind_of(content: bytes) -> str | None:
    """What kind of file this is, ``None`` for one that is not taken: anything else, a broken one, or one with macros.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"<html>")
    ('pdf', None)
    """
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    return _office_kind(content) if content.startswith(b"PK\x03\x04") else None


def checked_kind(upload: Upload) -> str:
    """The kind of a file that may be kept. Raises ``Refused`` with the file's name and what to do otherwise."""
    if len(upload.content) > LARGEST:
        raise Refused("文件“%(name)s”太大：每个文件最大8MB，请压缩后再传。", name=upload.name)
    kind = kind_of(upload.content)
    if kind is None:
        raise Refused("文件“%(name)s”不能收：只收PDF、JPEG、PNG、DOCX、XLSX，不带宏。", name=upload.name)
    return kind


def shown_name(name: str) -> str:
    """A sender's file name without folders and control characters, not too long; never empty.

    >>> shown_name("C:\\\\temp\\\\整改 照片.jpg"), shown_name("../..")
    ('整改 照片.jpg', 'file')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    return clean[-LONGEST_NAME:] or "file"


def _office_kind(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = set(packed.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in parts or any(part.endswith("vbaProject.bin") for part in parts):
        return None
    return next((kind for main, kind in _MAIN_PARTS if main in parts), None)
