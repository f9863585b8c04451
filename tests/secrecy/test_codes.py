"""Codes: 55 bits, a check symbol that catches every single slip, read as people type."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.secrecy import codes
from appraisal.secrecy.codes import ALPHABET, CodeFault, new_code, read_code, read_receipt, show_code, with_check

symbols = st.text(alphabet=ALPHABET, min_size=11, max_size=11)
DASHES = "-‐‑‒–—―−－﹣ー·"
SPACES = "   　\u200b\t"


def test_a_code_has_55_bits_of_chance_and_one_check_symbol() -> None:
    class Recording(random.Random):
        asked = 0

        def getrandbits(self, k: int, /) -> int:
            self.asked += k
            return super().getrandbits(k)

    rng = Recording(1)
    assert len(new_code(rng)) == 12
    assert rng.asked == 55


def test_every_symbol_comes_at_every_random_place() -> None:
    rng = random.Random(4)
    drawn = [new_code(rng) for _ in range(2000)]
    assert all({code[place] for code in drawn} == set(ALPHABET) for place in range(12))
    assert len(set(drawn)) == 2000


def test_the_alphabet_has_no_letter_that_looks_like_a_digit() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


@given(symbols, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_every_single_wrong_symbol_is_caught(drawn: str, place: int, wrong: str) -> None:
    code = with_check(drawn)
    mistyped = code[:place] + wrong + code[place + 1 :]
    if mistyped == code:
        assert read_code(mistyped) == code
    else:
        with pytest.raises(CodeFault):
            read_code(mistyped)


@given(symbols, st.integers(0, 10))
def test_every_exchange_of_neighbours_is_caught(drawn: str, place: int) -> None:
    code = with_check(drawn)
    mistyped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if mistyped == code:
        assert read_code(mistyped) == code
    else:
        with pytest.raises(CodeFault):
            read_code(mistyped)


def test_slips_are_caught_wherever_they_are_and_whatever_they_are() -> None:
    # The sum is linear: it is enough that no single difference and no exchanged pair of differences vanishes.
    code = with_check("0" * 11)
    for place in range(12):
        for wrong in ALPHABET[1:]:
            with pytest.raises(CodeFault):
                read_code(code[:place] + wrong + code[place + 1 :])


def test_exchanges_are_caught_for_every_pair_of_symbols_at_every_place() -> None:
    missed = 0
    for place in range(10):
        for first in ALPHABET:
            for second in ALPHABET.replace(first, ""):
                code = with_check(("7" * place + first + second + "7" * 11)[:11])
                swapped = code[:place] + second + first + code[place + 2 :]
                missed += with_check(swapped[:11]) == swapped
    assert missed == 0


@given(symbols, st.lists(st.tuples(st.integers(0, 40), st.sampled_from(DASHES + SPACES)), max_size=10))
def test_dashes_and_spaces_of_every_kind_are_passed_over(drawn: str, filling: list[tuple[int, str]]) -> None:
    code = with_check(drawn)
    typed = code.lower()
    for place, sign in filling:
        typed = typed[:place] + sign + typed[place:]
    assert read_code(typed) == code


@given(symbols)
def test_full_width_letters_and_look_alikes_are_read(drawn: str) -> None:
    code = with_check(drawn)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in show_code(code))
    assert read_code(full_width) == code
    assert read_code(code.replace("1", "l").replace("0", "o")) == code
    assert read_code(code.replace("1", "I").replace("0", "O")) == code


@pytest.mark.parametrize(
    "typed", ["", "-", "YAKM-S9ED-D1R", "YAKM-S9ED-D1RTT", "YAKU-S9ED-D1RT", "评议码", "9" * 10_000, "\0" * 12]
)
def test_what_is_no_code_is_a_fault(typed: str) -> None:
    with pytest.raises(CodeFault):
        read_code(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_a_fault(typed: str) -> None:
    try:
        assert len(read_code(typed)) == codes.CODE_LENGTH
    except CodeFault:
        pass


@given(st.text(alphabet=ALPHABET, min_size=15, max_size=15))
def test_a_receipt_is_read_like_a_code(drawn: str) -> None:
    assert read_receipt(show_code(with_check(drawn)).lower(), 16) == with_check(drawn)
