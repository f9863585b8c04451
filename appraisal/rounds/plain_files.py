"""Text files as people save them: read as UTF-8, and said in plain words when they are something else."""

from pathlib import Path
from typing import Final

from appraisal.model.faults import Fault, Faulty

MARKS_OF_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
NOT_UTF8: Final = "这一行起不是UTF-8编码(%(guess)s)。请用UTF-8编码重新保存：在Excel里选“另存为 → CSV UTF-8”"


def read_text(path: Path, most: int) -> str:
    """The text of a file of at most ``most`` bytes, without byte-order mark, line ends as ``\\n``.

    Raises ``Faulty`` when it is not there, too big, in another encoding, or holds a NUL byte; the line is named.
    """
    content = _read_bytes(path, most)
    if content.startswith(MARKS_OF_UTF16):
        raise Faulty((Fault.of(path.name, 1, "", NOT_UTF8, guess="UTF-16"),))
    if b"\0" in content:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise Faulty((Fault.of(path.name, row, "", "这一行有空字符(NUL),文件可能已损坏或不是文本，请重新导出"),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faulty((_encoding_fault(path.name, content, error.start),)) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_bytes(path: Path, most: int) -> bytes:
    try:
        if not path.is_file():
            raise Faulty((Fault.of(path.name, 0, "", "缺少这个文件"),))
        if path.stat().st_size > most:
            raise Faulty((Fault.of(path.name, 0, "", "文件太大：最多%(most)d MB", most=most // 1_000_000),))
        return path.read_bytes()
    except OSError:
        raise Faulty((Fault.of(path.name, 0, "", "这个文件无法读取，请检查权限"),)) from None


def _encoding_fault(file: str, content: bytes, start: int) -> Fault:
    row = content.count(b"\n", 0, start) + 1
    try:
        content.decode("gb18030")
        guess = "GB18030/GBK"
    except UnicodeDecodeError:
        guess = "?"
    return Fault.of(file, row, "", NOT_UTF8, guess=guess)
