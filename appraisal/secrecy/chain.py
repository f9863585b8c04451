"""A chain of signed headers: each names the hash of the one before it, so that none can be changed without all that follow.

A header is one JSON object in canonical form (keys sorted, no blanks, ASCII) with at least ``log`` (which kind of log, so that
a header of one can never stand in another), ``n`` (from 1) and ``previous`` (SHA-256 of the header before it, "" in the first).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from appraisal.secrecy import signing

HASH_LENGTH: Final = 32


class NotALog(ValueError):
    """A published file that cannot be read as a log; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Link:
    """A header as it was signed, byte for byte, and its signature."""

    header: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        """What the next header calls ``previous``."""
        return hashlib.sha256(self.header).hexdigest()

    def fields(self) -> dict[str, Any]:
        """The header's fields; none when it is no JSON object any more."""
        try:
            read = json.loads(self.header)
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """What does not hold at header ``number``: ``order`` (number or name of the log), ``chain`` or ``signature``."""

    number: int
    what: str


def add_link(links: Sequence[Link], log: str, fields: Mapping[str, object], private: bytes) -> Link:
    """The next header of a chain, signed."""
    previous = links[-1].digest if links else ""
    header = canonical({**fields, "log": log, "n": len(links) + 1, "previous": previous})
    return Link(header, signing.sign(private, header))


def canonical(fields: Mapping[str, object]) -> bytes:
    """One and the same bytes for the same fields.

    >>> canonical({"n": 1, "log": "票"})
    b'{"log":"\\\\u7968","n":1}'
    """
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def broken_links(links: Sequence[Link], log: str, public: bytes) -> Iterator[BrokenLink]:
    """Every header that is out of place, does not follow the one before it, or was not signed with this key."""
    previous = ""
    for number, link in enumerate(links, start=1):
        fields = link.fields()
        if fields.get("log") != log or fields.get("n") != number:
            yield BrokenLink(number, "order")
        if fields.get("previous") != previous:
            yield BrokenLink(number, "chain")
        if not signing.is_signed(public, link.header, link.signature):
            yield BrokenLink(number, "signature")
        previous = link.digest


def publish(links: Sequence[Link], log: str, about: Mapping[str, object], public: bytes) -> bytes:
    """The file of a log: every header as the text that was signed, the signatures and the public key."""
    headers = [{"header": link.header.decode(), "signature": link.signature.hex()} for link in links]
    whole = {"log": log, **about, "public_key": public.hex(), "headers": headers}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read_published(content: bytes) -> tuple[dict[str, Any], tuple[Link, ...]]:
    """What ``publish`` wrote: the fields about the log, and its links. Raises ``NotALog``."""
    try:
        whole = json.loads(content)
        links = tuple(Link(one["header"].encode(), bytes.fromhex(one["signature"])) for one in whole["headers"])
        return {name: value for name, value in whole.items() if name != "headers"}, links
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise NotALog(f"not a published log: {fault}") from fault


def forks_at(published: Sequence[Link], kept: Sequence[Link]) -> int | None:
    """The first header that was published otherwise than it is kept, or is no longer there; ``None`` when all still stand."""
    for number, link in enumerate(published, start=1):
        if number > len(kept) or kept[number - 1].header != link.header:
            return number
    return None
