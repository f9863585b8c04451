"""Lengths that say little: content is filled up to whole steps before it is sealed."""

from typing import Final

STEP: Final = 4096
_LENGTH_BYTES: Final = 4


def pad(content: bytes, step: int = STEP) -> bytes:
    """The content behind its length, filled with zeros to a multiple of ``step`` bytes.

    >>> len(pad(b"")), len(pad(b"x" * 4092)), len(pad(b"x" * 4093))
    (4096, 4096, 8192)
    """
    whole = len(content).to_bytes(_LENGTH_BYTES, "big") + content
    return whole + bytes(-len(whole) % step)


def unpad(padded: bytes) -> bytes:
    """What was padded. Raises ``ValueError`` when the length it names is not there."""
    end = _LENGTH_BYTES + int.from_bytes(padded[:_LENGTH_BYTES], "big")
    if len(padded) < max(end, _LENGTH_BYTES):
        raise ValueError("shorter than it says")
    return padded[_LENGTH_BYTES:end]
