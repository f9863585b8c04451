"""What the public log says of a ballot: that it is there, never what it holds, and nothing on when it came but its batch."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from appraisal.secrecy import keys, merkle
from appraisal.secrecy.chain import Link, NotALog, broken_links

BALLOTS: Final = "ballots-v1"
AUDIT: Final = "audit-v1"
PROOF: Final = "ballot-proof-v1"


def ballot_leaf(round_code: str, ballot_id: bytes, sealed: bytes) -> bytes:
    """The leaf of a sealed ballot: both fields behind the round's code have a fixed length, so no two ballots share one."""
    return _leaf(round_code, ballot_id, hashlib.sha256(sealed).digest())


def comment_leaf(comment_id: bytes, sealed: bytes) -> bytes:
    """The leaf of a sealed comment, counted at the close only: in a batch it would stand near its ballot."""
    return merkle.leaf_hash(b"comment-v1" + comment_id + hashlib.sha256(sealed).digest())


def code_leaf(digest: bytes) -> bytes:
    """The leaf of an issued code, from its keyed digest."""
    return merkle.leaf_hash(b"code-v1" + digest)


@dataclass(frozen=True, slots=True)
class Proof:
    """That the ballot of a receipt is in batch ``n`` of its round. All of it may be shown to anybody."""

    round: str
    receipt: str
    ballot_id: bytes
    sealed_sha256: bytes
    n: int
    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> bytes:
        kept = {
            "proof": PROOF,
            "round": self.round,
            "receipt": self.receipt,
            "ballot_id": self.ballot_id.hex(),
            "sealed_sha256": self.sealed_sha256.hex(),
            "n": self.n,
            "index": self.index,
            "size": self.size,
            "path": [one.hex() for one in self.path],
        }
        return (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """A proof as ``to_json`` wrote it. Raises ``NotALog``."""
        try:
            read: dict[str, Any] = json.loads(content)
            if read["proof"] != PROOF:
                raise NotALog(f"a proof of another kind: {read['proof']}")
            return cls(
                round=str(read["round"]),
                receipt=str(read["receipt"]),
                ballot_id=bytes.fromhex(read["ballot_id"]),
                sealed_sha256=bytes.fromhex(read["sealed_sha256"]),
                n=int(read["n"]),
                index=int(read["index"]),
                size=int(read["size"]),
                path=tuple(bytes.fromhex(one) for one in read["path"]),
            )
        except NotALog:
            raise
        except (ValueError, TypeError, KeyError) as fault:
            raise NotALog(f"not a proof: {fault}") from fault


def faults_of_proof(proof: Proof, links: Sequence[Link], public: bytes) -> list[str]:
    """Why the proof does not hold against a published log; an empty list when it does. ``public``: whom the checker trusts."""
    broken = next(broken_links(links, BALLOTS, public), None)
    if broken is not None:
        return [f"header {broken.number} does not hold: {broken.what}"]
    if len(proof.ballot_id) != keys.ID_BYTES or keys.receipt(proof.ballot_id) != proof.receipt:
        return ["the receipt is not that of this ballot"]
    if not 1 <= proof.n <= len(links):
        return [f"there is no header {proof.n} in this log"]
    header = links[proof.n - 1].fields()
    if header.get("round") != proof.round or header.get("size") != proof.size:
        return [f"header {proof.n} is of another round or another size"]
    leaf = _leaf(proof.round, proof.ballot_id, proof.sealed_sha256)
    if not merkle.is_included(leaf, proof.index, proof.size, proof.path, _bytes(header.get("batch_root"))):
        return [f"the ballot is not in batch {proof.n}"]
    return []


def _leaf(round_code: str, ballot_id: bytes, sealed_sha256: bytes) -> bytes:
    return merkle.leaf_hash(b"ballot-v1" + round_code.encode() + ballot_id + sealed_sha256)


def _bytes(said: object) -> bytes:
    try:
        return bytes.fromhex(str(said))
    except ValueError:
        return b""
