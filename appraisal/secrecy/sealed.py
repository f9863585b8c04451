"""Ballots sealed to a round's tally key: whoever holds the public half can only add, the private half alone opens.

libsodium's sealed box (X25519, XSalsa20-Poly1305): a fresh sender key is made for every box and thrown away, so that nobody,
the sealing server included, can open it again or show what it holds.
"""

from dataclasses import dataclass, field

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from appraisal.secrecy.padding import STEP, pad, unpad


class SealBroken(ValueError):
    """It does not open: another key, or not the bytes that were sealed."""


@dataclass(frozen=True, slots=True)
class TallyKey:
    """The two halves, 32 bytes each. ``private`` never goes into the database and is not shown when printed."""

    public: bytes
    private: bytes = field(repr=False)


def new_tally_key() -> TallyKey:
    """A fresh pair for one round."""
    private = PrivateKey.generate()
    return TallyKey(bytes(private.public_key), bytes(private))


def public_half(private: bytes) -> bytes:
    """What belongs to a private half, 32 bytes each."""
    return bytes(PrivateKey(private).public_key)


def seal(public: bytes, plain: bytes, step: int = STEP) -> bytes:
    """``plain`` padded to whole steps and sealed; 48 bytes longer than the padded content, different every time."""
    return SealedBox(PublicKey(public)).encrypt(pad(plain, step))


def unseal(private: bytes, sealed: bytes) -> bytes:
    """What was sealed. Raises ``SealBroken``.

    >>> key = new_tally_key()
    >>> unseal(key.private, seal(key.public, "很满意".encode())).decode()
    '很满意'
    """
    try:
        return unpad(SealedBox(PrivateKey(private)).decrypt(sealed))
    except (CryptoError, ValueError, TypeError) as fault:
        raise SealBroken("not sealed to this key, or changed since") from fault


def is_pair(public: bytes, private: bytes) -> bool:
    """Whether what is sealed with the one opens with the other: tried before a round is closed."""
    try:
        return unseal(private, seal(public, b"rehearsal")) == b"rehearsal"
    except SealBroken:
        return False
