"""Drafts at rest, under a key that only the respondent's code yields (XSalsa20-Poly1305, libsodium's secret box)."""

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from appraisal.secrecy.padding import pad, unpad
from appraisal.secrecy.sealed import SealBroken


def seal_draft(key: bytes, plain: bytes) -> bytes:
    """``plain`` padded to steps of 4 KiB and sealed; 40 bytes longer, different every time."""
    return bytes(SecretBox(key).encrypt(pad(plain)))


def open_draft(key: bytes, sealed: bytes) -> bytes:
    """What was sealed. Raises ``SealBroken``.

    >>> open_draft(bytes(32), seal_draft(bytes(32), b"half a ballot"))
    b'half a ballot'
    """
    try:
        return unpad(SecretBox(key).decrypt(sealed))
    except (CryptoError, ValueError) as fault:
        raise SealBroken("not sealed under this key, or changed since") from fault
