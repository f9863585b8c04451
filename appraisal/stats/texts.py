"""Texts that are nearly the same: copied, dictated, or sent by one hand."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from appraisal.stats.design import Unusable
from appraisal.stats.words import Texts, normalised

BANDS = 32
ROWS = 4

Shingles = frozenset[tuple[str, ...]]
Signatures = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class TextGroup:
    """``members``: places of two or more texts, rising; ``likeness``: the weakest link that holds them together, in (0, 1]."""

    members: tuple[int, ...]
    likeness: float


def near_duplicates(
    texts: Texts, at_least: float = 0.8, *, shingle: int = 2, minimum_tokens: int = 5, seed: int = 0
) -> tuple[TextGroup, ...]:
    """Groups of texts of which each resembles another of the group, the largest first.

    Parameters
    ----------
    texts : list of lists of str
        Words in their order; compared by ``normalised``.
    at_least : float
        Likeness that joins two texts, in [0.5, 1].
    shingle : int
        Neighbouring words that are compared as one.
    minimum_tokens : int
        Shorter texts are left alone: "没有意见" is what many people write.
    seed : int
        Of the hash functions.

    Returns
    -------
    tuple of TextGroup
        Empty where nothing is alike.

    Raises
    ------
    Unusable
        A likeness out of range, a shingle below 1.

    Notes
    -----
    Likeness is Jaccard's, common shingles over all shingles of both (Broder 1997). Candidates come from 128 minhash values in
    32 bands of 4 (Leskovec, Rajaraman & Ullman 2020, Mining of Massive Datasets, ch. 3), and every candidate is then compared in
    full: what is told is exact. A pair of likeness s is overlooked with chance (1 - s⁴)³²: 5e-8 at 0.8, 0.13 at 0.5.

    Examples
    --------
    >>> near_duplicates([list("服务态度很好办事快"), list("天气不错今天很热"), list("服务态度很好办事快！")])
    (TextGroup(members=(0, 2), likeness=0.8888888888888888),)
    """
    if not 0.5 <= at_least <= 1:
        raise Unusable(f"at_least is {at_least:g}: a likeness from 0.5 to 1 is needed")
    if shingle < 1:
        raise Unusable(f"shingle is {shingle}: at least 1 word is needed")
    same: dict[Shingles, list[int]] = {}
    for place, text in enumerate(texts):
        words = [word for word in map(normalised, text) if word]
        if len(words) >= max(minimum_tokens, shingle):
            same.setdefault(_shingles(words, shingle), []).append(place)
    sets = list(same)
    links = {
        (i, j): likeness for i, j in _candidates(sets, seed) if (likeness := jaccard(sets[i], sets[j])) >= at_least
    }
    places = list(same.values())
    found = [
        TextGroup(tuple(sorted(place for one in part for place in places[one])), weakest)
        for part, weakest in _joined(len(sets), links)
    ]
    grouped = [one for one in found if len(one.members) > 1]
    return tuple(sorted(grouped, key=lambda one: (-len(one.members), one.members)))


def jaccard(left: Shingles, right: Shingles) -> float:
    """Common members over all members of two sets that are not both empty, in [0, 1].

    >>> jaccard(frozenset({("a",), ("b",)}), frozenset({("b",)}))
    0.5
    """
    return len(left & right) / len(left | right)


def _shingles(words: Sequence[str], size: int) -> Shingles:
    return frozenset(tuple(words[at : at + size]) for at in range(len(words) - size + 1))


def _candidates(sets: list[Shingles], seed: int) -> set[tuple[int, int]]:
    """Pairs whose signatures agree in a band."""
    if not sets:
        return set()
    signatures = _signatures(sets, seed)
    pairs: set[tuple[int, int]] = set()
    for start in range(0, BANDS * ROWS, ROWS):
        buckets: dict[bytes, list[int]] = {}
        for place, row in enumerate(signatures[:, start : start + ROWS]):
            buckets.setdefault(row.tobytes(), []).append(place)
        pairs.update(pair for bucket in buckets.values() for pair in combinations(bucket, 2))
    return pairs


def _signatures(sets: list[Shingles], seed: int) -> Signatures:
    """(T, 128) minhash values: multiply-shift hashing (Dietzfelbinger et al. 1997) of a digest of each shingle."""
    rng = np.random.default_rng(seed)
    digests = np.array([_digest(one) for each in sets for one in each], dtype=np.uint64)
    starts = np.cumsum([0, *(len(each) for each in sets[:-1])])
    factors = rng.integers(0, 2**63, size=BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    shifts = rng.integers(0, 2**63, size=BANDS * ROWS, dtype=np.uint64)
    columns = [
        np.minimum.reduceat((digests * factor + shift) >> np.uint64(32), starts)
        for factor, shift in zip(factors, shifts, strict=True)
    ]
    return np.stack(columns, axis=1)


def _digest(shingle: tuple[str, ...]) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(shingle).encode(), digest_size=8).digest(), "big")


def _joined(count: int, links: dict[tuple[int, int], float]) -> Iterator[tuple[list[int], float]]:
    """Connected parts of 0..count - 1, each with the weakest link that it needs: strong links are tied first (Kruskal 1956)."""
    leader, weakest = list(range(count)), [1.0] * count

    def lead(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for (i, j), likeness in sorted(links.items(), key=lambda link: -link[1]):
        first, second = lead(i), lead(j)
        if first != second:
            leader[second], weakest[first] = first, likeness
    parts: dict[int, list[int]] = {}
    for one in range(count):
        parts.setdefault(lead(one), []).append(one)
    for head, members in parts.items():
        yield members, weakest[head]
