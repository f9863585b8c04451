"""Who asks, as far as failures are counted: an address behind the trusted proxies, named by a keyed hash."""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from typing import Final

from appraisal.store.shared_memory import NAME

V6_NETWORK: Final = 8
UNKNOWN: Final = b"?"


def client_address(peer: str, forwarded: Sequence[str], trusted: int) -> str:
    """The address that failures count for: the peer's, or what the outermost of ``trusted`` proxies wrote down.

    Each proxy adds at the right whom it was asked by, so what stands further left than the ``trusted``-th from the right was
    written by anybody. Where fewer stand there, or no address, the request came past the proxies: the peer's own counts.

    >>> client_address("127.0.0.1", ["6.6.6.6, 203.0.113.9"], 1), client_address("127.0.0.1", ["6.6.6.6"], 0)
    ('203.0.113.9', '127.0.0.1')
    """
    if trusted <= 0:
        return peer
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    hop = _without_port(hops[-trusted]) if len(hops) >= trusted else ""
    return hop if _packed(hop) else peer


def client_name(key: bytes, address: str, purpose: bytes) -> bytes:
    """16 bytes for an address, or for its /64 of IPv6, under the key of the day. ``purpose`` keeps counters apart."""
    return hmac.digest(key, purpose + b"\0" + (_packed(address) or UNKNOWN), hashlib.sha256)[:NAME]


def _packed(address: str) -> bytes | None:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(known, IPv6Address):
        return known.packed
    # An IPv4 address in the dress of IPv6 is still one person's or one office's.
    return known.ipv4_mapped.packed if known.ipv4_mapped else known.packed[:V6_NETWORK]


def _without_port(hop: str) -> str:
    """``[2001:db8::1]:4711`` and ``192.0.2.1:4711`` as some proxies write them."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
