"""Signatures under what is published: Ed25519 (RFC 8032), one key an installation."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def public_half(private: bytes) -> bytes:
    """The 32 bytes that go with a private key of 32 bytes; everybody may know them."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """The signature, 64 bytes, the same for the same message."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the private half signed this message; false for bytes that are no key or no signature.

    >>> key = bytes(range(32))
    >>> is_signed(public_half(key), "票".encode(), sign(key, "票".encode()))
    True
    >>> is_signed(public_half(key), b"another", sign(key, "票".encode()))
    False
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
