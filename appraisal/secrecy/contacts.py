"""Where a reminder may go, at rest: sealed under a key outside the database, every one of the same length."""

from typing import Final

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from appraisal.secrecy.sealed import SealBroken

# Longer than any mail address may be: the length of what is sealed tells nothing.
ROOM: Final = 256


def seal_contact(key: bytes, address: str) -> bytes:
    """The address, filled up with zeros to 256 bytes and sealed; different every time. Raises ``ValueError`` for a longer one."""
    plain = address.encode()
    if len(plain) > ROOM or b"\0" in plain:
        raise ValueError("no address")
    return bytes(SecretBox(key).encrypt(plain.ljust(ROOM, b"\0")))


def open_contact(key: bytes, sealed: bytes) -> str:
    """The address that was sealed. Raises ``SealBroken``.

    >>> open_contact(bytes(32), seal_contact(bytes(32), "a@example.cn"))
    'a@example.cn'
    """
    try:
        return SecretBox(key).decrypt(sealed).rstrip(b"\0").decode()
    except (CryptoError, ValueError) as fault:
        raise SealBroken("not sealed under this key, or changed since") from fault
