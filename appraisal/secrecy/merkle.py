"""Merkle trees as RFC 9162 (Certificate Transparency 2.0), section 2.1, defines them, with SHA-256.

A root binds a list of entries in their order. An inclusion proof shows that one entry is in the list, a consistency proof that
a longer list begins with a shorter one; neither needs the list. Everything here takes and gives hashes of 32 bytes.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry. The byte in front keeps a leaf from passing for an inner node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes; that of no leaves at all is the hash of nothing.

    >>> root([]) == EMPTY_ROOT
    True
    >>> root([leaf_hash(b"")]).hex()[:16]
    '6e340b9cffb37a98'
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def inclusion_path(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The hashes beside the way from leaf ``index`` (from 0) up to the root (section 2.1.3.1). Raises ``IndexError``."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"leaf {index} of {len(leaves)}")
    path, level = [], list(leaves)
    while len(level) > 1:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1])
        level, index = _above(level), index >> 1
    return tuple(path)


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """Whether the path leads from the leaf at ``index`` to the root of a tree of ``size`` leaves (section 2.1.3.2).

    >>> leaves = [leaf_hash(bytes([n])) for n in range(5)]
    >>> is_included(leaves[3], 3, 5, inclusion_path(leaves, 3), root(leaves))
    True
    >>> is_included(leaves[2], 3, 5, inclusion_path(leaves, 3), root(leaves))
    False
    """
    if not 0 <= index < size:
        return False
    here, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = _inner(beside, found)
            here, last = _past_lone_nodes(here, last)
        else:
            found = _inner(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == expected_root


def consistency_path(leaves: Sequence[bytes], earlier: int) -> tuple[bytes, ...]:
    """The proof that the tree over all leaves grew out of that over the first ``earlier`` ones (section 2.1.4.1).

    Empty for 0 and for all of them. Raises ``IndexError`` outside of these.
    """
    if not 0 <= earlier <= len(leaves):
        raise IndexError(f"{earlier} of {len(leaves)} leaves")
    return tuple(_subproof(leaves, earlier)) if earlier else ()


def is_consistent(earlier: int, size: int, earlier_root: bytes, expected_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path shows that the tree of ``size`` leaves begins with that of ``earlier`` leaves (section 2.1.4.2)."""
    if not 0 <= earlier <= size:
        return False
    if earlier in (0, size):
        begun = EMPTY_ROOT if earlier == 0 else expected_root
        return not path and earlier_root == begun
    steps = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    return bool(steps) and _climb(steps, earlier - 1, size - 1) == (earlier_root, expected_root)


def _climb(steps: Sequence[bytes], here: int, last: int) -> tuple[bytes, bytes] | None:
    """Both roots that the steps of a consistency proof lead to, ``None`` when there are too many or too few of them."""
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            old, new = _inner(beside, old), _inner(beside, new)
            here, last = _past_lone_nodes(here, last)
        else:
            new = _inner(new, beside)
        here, last = here >> 1, last >> 1
    return (old, new) if last == 0 else None


def _past_lone_nodes(here: int, last: int) -> tuple[int, int]:
    # A node at the right edge without a sibling goes up unhashed, as far as it is a left child.
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _subproof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    if earlier == len(leaves):
        return []
    return _inside(leaves, earlier, [])


def _inside(leaves: Sequence[bytes], earlier: int, own: list[bytes]) -> list[bytes]:
    """SUBPROOF of the standard; ``own``: the root of these leaves, where the checker cannot know it."""
    if earlier == len(leaves):
        return own
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:split], leaves[split:]
    if earlier <= split:
        return [*_inside(left, earlier, own and [root(left)]), root(right)]
    return [*_inside(right, earlier - split, [root(right)]), root(left)]


def _above(level: Sequence[bytes]) -> list[bytes]:
    # Pairing from the left and carrying a last lone node up is the same tree as splitting at the largest power of two.
    pairs = [_inner(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
    return [*pairs, level[-1]] if len(level) & 1 else pairs


def _inner(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
