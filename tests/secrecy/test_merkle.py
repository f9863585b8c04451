"""The tree of RFC 9162: held to published roots, to the definition itself, and to forgers."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.secrecy import merkle

# The entries and roots of the Certificate Transparency reference tests.
ENTRIES = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
ENTRIES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
lists = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def by_definition(entries: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word for word: split at the largest power of two below the size."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return hashlib.sha256(b"\x01" + by_definition(entries[:split]) + by_definition(entries[split:])).digest()


@pytest.mark.parametrize("size", ROOTS)
def test_the_root_is_that_of_the_reference_tests(size: int) -> None:
    assert merkle.root([merkle.leaf_hash(entry) for entry in ENTRIES[:size]]).hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert merkle.root([merkle.leaf_hash(entry) for entry in entries]) == by_definition(entries)


def test_every_leaf_of_every_tree_up_to_64_is_proved_at_its_place_and_at_no_other() -> None:
    for size in range(1, 65):
        leaves = leaves_of(size)
        top = merkle.root(leaves)
        for index in range(size):
            path = merkle.inclusion_path(leaves, index)
            assert merkle.is_included(leaves[index], index, size, path, top)
            assert not merkle.is_included(leaves[index], (index + 1) % size, size, path, top) or size == 1


def test_every_tree_up_to_64_is_proved_to_grow_out_of_every_smaller_one() -> None:
    for size in range(65):
        leaves = leaves_of(size)
        for earlier in range(size + 1):
            path, old = merkle.consistency_path(leaves, earlier), merkle.root(leaves[:earlier])
            assert merkle.is_consistent(earlier, size, old, merkle.root(leaves), path)
            assert not merkle.is_consistent(earlier, size, bytes(32), merkle.root(leaves), path)


def test_a_rewritten_beginning_is_no_consistent_tree() -> None:
    for size in range(2, 33):
        old, new = leaves_of(size), [merkle.leaf_hash(b"other"), *leaves_of(size)[1:]]
        for earlier in range(1, size + 1):
            path = merkle.consistency_path(new, earlier)
            assert not merkle.is_consistent(earlier, size, merkle.root(old[:earlier]), merkle.root(new), path)


@given(lists, st.integers(min_value=0), st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_a_proof_with_anything_changed_is_refused(entries: list[bytes], place: int, rng: random.Random) -> None:
    leaves = [merkle.leaf_hash(bytes([number]) + entry) for number, entry in enumerate(entries)]
    index, size, top = place % len(leaves), len(leaves), merkle.root(leaves)
    path = merkle.inclusion_path(leaves, index)
    assert not merkle.is_included(merkle.leaf_hash(b"forged"), index, size, path, top)
    assert not merkle.is_included(leaves[index], index, size, [*path, rng.randbytes(32)], top)
    assert not merkle.is_included(leaves[index], size, size, path, top)
    if path:
        cut = rng.randrange(len(path))
        assert not merkle.is_included(leaves[index], index, size, path[:cut] + path[cut + 1 :], top)
        assert not merkle.is_included(leaves[index], index, size, (*path[:cut], bytes(32), *path[cut + 1 :]), top)


def test_no_forged_proof_is_taken() -> None:
    rng, leaves = random.Random(9162), leaves_of(57)
    top = merkle.root(leaves)
    taken = 0
    for _ in range(20_000):
        index = rng.randrange(57)
        path = [rng.choice((rng.randbytes(32), rng.choice(leaves))) for _ in range(rng.randrange(8))]
        taken += merkle.is_included(rng.randbytes(32), index, 57, path, top)
    assert taken == 0


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_path(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_path(leaves_of(3), index)
    with pytest.raises(IndexError):
        merkle.consistency_path(leaves_of(2), index)
