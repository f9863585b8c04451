"""What is drawn from a code: one value for each purpose and round, none without the secret."""

import random
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from appraisal.secrecy import keys
from appraisal.secrecy.codes import new_code, read_receipt

PEPPER = b"p" * 32
CODE = new_code(random.Random(1))


def test_a_digest_is_no_use_without_the_pepper() -> None:
    assert keys.digest(PEPPER, "2026", CODE) == keys.digest(PEPPER, "2026", CODE)
    assert keys.digest(PEPPER, "2026", CODE) != keys.digest(b"q" * 32, "2026", CODE)


def test_the_same_code_is_another_one_in_another_round() -> None:
    assert keys.digest(PEPPER, "2026", CODE) != keys.digest(PEPPER, "2027", CODE)
    assert keys.draft_id(PEPPER, "2026", CODE) != keys.draft_id(PEPPER, "2027", CODE)


def test_digest_draft_and_ballot_share_no_bytes() -> None:
    drawn = [
        keys.digest(PEPPER, "2026", CODE),
        keys.draft_id(PEPPER, "2026", CODE),
        keys.draft_key(PEPPER, "2026", CODE),
        keys.ballot_id(PEPPER, CODE.encode()),
    ]
    assert [len(value) for value in drawn] == [32, 16, 32, 16]
    assert all(one[:8] != other[:8] for one, other in combinations(drawn, 2))


def test_a_draft_key_fits_the_round_and_code_it_was_drawn_from() -> None:
    other = new_code(random.Random(2))
    assert (
        len(
            {
                keys.draft_key(PEPPER, "2026", CODE),
                keys.draft_key(PEPPER, "2027", CODE),
                keys.draft_key(PEPPER, "2026", other),
            }
        )
        == 3
    )


@given(st.binary(min_size=1, max_size=80), st.text(max_size=20))
def test_ids_and_keys_of_drafts_are_drawn_as_rfc_5869_says(pepper: bytes, code: str) -> None:
    for label, drawn in ((b"draft id", keys.draft_id), (b"draft key", keys.draft_key)):
        ours = drawn(pepper, "2026", code)
        theirs = HKDF(SHA256(), len(ours), pepper, label + b"\x002026").derive(code.encode())
        assert ours == theirs


@given(st.binary(min_size=16, max_size=16))
def test_a_receipt_is_75_bits_of_the_ballots_id_with_a_check_symbol(ballot: bytes) -> None:
    receipt = keys.receipt(ballot)
    assert len(receipt) == 19
    assert read_receipt(receipt, keys.RECEIPT_SYMBOLS) == receipt.replace("-", "")
    assert keys.receipt(ballot[:9] + bytes(7))[:16] == receipt[:16]


def test_a_receipt_with_a_wrong_symbol_is_none() -> None:
    receipt = keys.receipt(bytes(range(16)))
    with pytest.raises(ValueError, match="check symbol"):
        read_receipt("1" + receipt[1:], keys.RECEIPT_SYMBOLS)
