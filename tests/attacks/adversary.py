"""What a curious administrator can do with copied files: look for words, read the write-ahead log, guess who comes with which ballot."""

import base64
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np
from scipy.stats import spearmanr

# Chance alone exceeds 0.15 over 300 once in a hundred runs and 0.25 once in a hundred thousand; a leak of the order is near 1.
NO_ORDER = 0.25
WAL_HEADER, FRAME_HEADER = 32, 24


def everything(folder: Path) -> dict[str, bytes]:
    """Every file under the folder by its name, as bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def disguises(word: str) -> list[bytes]:
    """The forms in which a word may lie in a file: encodings, escapes, hexadecimal, base64 at each of its three offsets."""
    plain = word.encode()
    forms = [plain, plain.hex().encode(), quote(word).encode(), word.encode("unicode_escape"), word.encode("utf-16-le")]
    forms += [word.encode("gbk", "replace"), word.encode("utf-16-be")]
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        forms.append(coded[4 if offset else 0 : len(coded) - 4])
    return [form for form in dict.fromkeys(forms) if len(form) > 7]


def hits(files: dict[str, bytes], words: Sequence[str]) -> list[str]:
    """Which files hold which of the words, in any disguise."""
    wanted = [(word, form) for word in words for form in disguises(word)]
    found = []
    for name, content in files.items():
        there = beginnings(content, [form for _, form in wanted])
        found += [f"{name}: {word}" for word, form in wanted if form[:6] in there and form in content]
    return found


def beginnings(content: bytes, forms: Sequence[bytes]) -> set[bytes]:
    """The first six bytes of forms that occur at all: one pass, where looking for thousands of forms would be thousands."""
    first, second = np.zeros(1 << 24, dtype=bool), np.zeros(1 << 24, dtype=bool)
    for form in forms:
        first[int.from_bytes(form[:3], "big")] = second[int.from_bytes(form[3:6], "big")] = True
    signs = np.frombuffer(content, dtype=np.uint8).astype(np.uint32)
    threes = signs[:-2] << 16 | signs[1:-1] << 8 | signs[2:]
    places = np.flatnonzero(first[threes[:-3]] & second[threes[3:]]) if len(threes) > 3 else []
    return {content[place : place + 6] for place in places}


def rho(found: Sequence[int]) -> float:
    """How far what was found lies in the order of arrival: 0 not at all, 1 wholly."""
    return abs(float(np.asarray(spearmanr(found, range(len(found))).statistic)))


def named_rightly(guessed: Sequence[bytes], truth: Sequence[bytes]) -> int:
    """How many were named rightly when the comer in place i is held for the author of the ballot in place i."""
    return sum(one == other for one, other in zip(guessed, truth, strict=True))


def commits(wal: bytes) -> Iterator[bytes]:
    """The pages of each commit in a write-ahead log, oldest first (SQLite, "WAL-mode file format")."""
    if len(wal) < WAL_HEADER:
        return
    page_size = struct.unpack(">I", wal[8:12])[0]
    salts, pages = wal[16:24], b""
    for start in range(WAL_HEADER, len(wal) - FRAME_HEADER - page_size + 1, FRAME_HEADER + page_size):
        header = wal[start : start + FRAME_HEADER]
        if header[8:16] != salts:
            return
        pages += wal[start + FRAME_HEADER : start + FRAME_HEADER + page_size]
        if struct.unpack(">I", header[4:8])[0]:
            yield pages
            pages = b""


def first_seen(parts: Sequence[bytes], ids: Sequence[bytes]) -> dict[bytes, int]:
    """Id → the number of the first part that holds it."""
    return {key: min(n for n, part in enumerate(parts) if key in part) for key in ids if any(key in p for p in parts)}


def free_pages(database: bytes) -> list[bytes]:
    """The pages of the freelist: what was deleted lies there until it is used again (SQLite, "Database File Format", 1.5)."""
    size = struct.unpack(">H", database[16:18])[0]
    size = 65536 if size == 1 else size
    trunk, found = struct.unpack(">I", database[32:36])[0], []
    while trunk:
        page = database[(trunk - 1) * size : trunk * size]
        following, count = struct.unpack(">II", page[:8])
        leaves = struct.unpack(f">{count}I", page[8 : 8 + 4 * count])
        found += [database[(leaf - 1) * size : leaf * size] for leaf in leaves]
        trunk = following
    return found
