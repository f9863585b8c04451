"""Results as files: whole or not there at all, ``null`` or an empty cell for "no result"."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np


def plain(value: object) -> object:
    """Numpy's figures as JSON knows them; nan and infinity are null.

    >>> plain({"a": np.array([1.5, np.nan]), "b": np.int64(3)})
    {'a': [1.5, None], 'b': 3}
    """
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def refuse_unwritable(path: Path) -> str | None:
    """Why no file can be written there, in both languages, or None."""
    folder = path.resolve().parent
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix="."):
            return None
    except OSError as error:
        return f"无法写入文件夹{folder} / cannot write into {folder}: {error.strerror}"


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file whole: a reader sees the old one or the new one."""
    _replace(path, json.dumps(plain(content), ensure_ascii=False, allow_nan=False) + "\n")


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file whole, UTF-8 without a mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    _replace(path, text.getvalue())


def _replace(path: Path, text: str) -> None:
    folder = path.resolve().parent
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", encoding="utf-8", newline="", delete=False) as file:
        written = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            written.replace(path)
        except OSError:
            written.unlink(missing_ok=True)
            raise
