"""Seals: only the right key opens, nothing changed passes, and lengths say little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.secrecy.drafts import open_draft, seal_draft
from appraisal.secrecy.padding import pad, unpad
from appraisal.secrecy.sealed import SealBroken, is_pair, new_tally_key, seal, unseal

KEY = new_tally_key()


@given(st.binary(max_size=9000))
def test_what_was_sealed_opens_with_the_private_key(plain: bytes) -> None:
    assert unseal(KEY.private, seal(KEY.public, plain)) == plain


@given(st.binary(max_size=9000))
def test_a_draft_opens_under_its_key(plain: bytes) -> None:
    assert open_draft(b"k" * 32, seal_draft(b"k" * 32, plain)) == plain


def test_another_key_does_not_open_a_ballot() -> None:
    with pytest.raises(SealBroken):
        unseal(new_tally_key().private, seal(KEY.public, b"ballot"))


def test_the_public_key_does_not_open_a_ballot() -> None:
    with pytest.raises(SealBroken):
        unseal(KEY.public, seal(KEY.public, b"ballot"))


def test_another_code_does_not_open_a_draft() -> None:
    with pytest.raises(SealBroken):
        open_draft(b"l" * 32, seal_draft(b"k" * 32, b"draft"))


@pytest.mark.parametrize("place", [0, 31, 32, 47, 48, 2000, -1])
def test_a_changed_byte_breaks_the_seal(place: int) -> None:
    sealed = bytearray(seal(KEY.public, b"ballot"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        unseal(KEY.private, bytes(sealed))


@pytest.mark.parametrize("kept", [0, 1, 47, 48, 4000])
def test_a_cut_ballot_breaks_the_seal(kept: int) -> None:
    with pytest.raises(SealBroken):
        unseal(KEY.private, seal(KEY.public, b"ballot")[:kept])


def test_the_same_ballot_sealed_twice_looks_different() -> None:
    assert seal(KEY.public, b"ballot") != seal(KEY.public, b"ballot")


@given(st.binary(max_size=20_000))
def test_s21_lengths_come_in_steps_of_4_kib(plain: bytes) -> None:
    assert (len(seal(KEY.public, plain)) - 48) % 4096 == 0
    assert (len(seal_draft(b"k" * 32, plain)) - 40) % 4096 == 0
    assert len(seal(KEY.public, plain)) - len(plain) <= 4096 + 48 + 4


@given(st.binary(max_size=300), st.integers(1, 64))
def test_padding_comes_off_again(content: bytes, step: int) -> None:
    assert unpad(pad(content, step)) == content
    assert len(pad(content, step)) % step == 0


@pytest.mark.parametrize("padded", [b"", b"\0\0", b"\0\0\0\2x"])
def test_padding_that_is_too_short_is_refused(padded: bytes) -> None:
    with pytest.raises(ValueError, match="shorter"):
        unpad(padded)


def test_halves_of_different_keys_are_no_pair() -> None:
    assert is_pair(KEY.public, KEY.private)
    assert not is_pair(KEY.public, new_tally_key().private)


def test_a_private_key_is_not_printed() -> None:
    assert repr(KEY.private) not in repr(KEY)
