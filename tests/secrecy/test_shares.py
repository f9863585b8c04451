"""Shares of a tally key: any two give it back, one says nothing, and a slip of the pen is found."""

import random
from itertools import combinations, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.secrecy import codes, shares
from appraisal.secrecy.sealed import new_tally_key
from appraisal.secrecy.shares import Share, ShareFault, combine, fingerprint, read_share, split, write_share

KEY = new_tally_key()
SPLIT = split(KEY.private)
SHEET = f"评议轮次 2026-1\n\n{write_share(SPLIT[0], '2026-1')}\n\n请保管人：1份"


def slow_product(a: int, b: int) -> int:
    """The product of two polynomials over GF(2), divided by x^8 + x^4 + x^3 + x + 1 with the remainder kept: by the school's rule."""
    whole = 0
    for place in range(8):
        if b >> place & 1:
            whole ^= a << place
    for place in range(15, 7, -1):
        if whole >> place & 1:
            whole ^= 0x11B << (place - 8)
    return whole


def test_the_product_is_that_of_the_field() -> None:
    for a, b in product(range(256), repeat=2):
        assert shares._times(a, b) == slow_product(a, b)
    assert all(slow_product(a, shares._inverse(a)) == 1 for a in range(1, 256))


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32))
def test_any_two_shares_and_all_three_give_the_key_back_in_any_order(private: bytes) -> None:
    made = split(private)
    for count in (2, 3):
        for given_ in permutations(made, count):
            assert combine(given_) == private


def test_one_share_alone_fits_every_key_equally_well() -> None:
    # Over all 256 slopes a byte of a share takes every value once, whatever the byte of the key is.
    for secret, number in product((0, 1, 0x53, 255), (1, 2, 3)):
        seen = {
            split(bytes([secret]) * 32, lambda n, s=slope: bytes([s]) * n)[number - 1].content[0]
            for slope in range(256)
        }
        assert len(seen) == 256


@pytest.mark.parametrize("given_", [[], SPLIT[:1], [SPLIT[0], SPLIT[0]], [*SPLIT, SPLIT[1]]])
def test_too_few_shares_or_one_twice_give_nothing(given_: list[Share]) -> None:
    with pytest.raises(ShareFault):
        combine(given_)


def test_shares_of_two_keys_or_of_two_splittings_give_nothing() -> None:
    for other in (split(KEY.private), split(new_tally_key().private)):
        with pytest.raises(ShareFault):
            combine([SPLIT[0], other[1]])
        with pytest.raises(ShareFault):
            combine([SPLIT[0], SPLIT[1], other[2]])


@pytest.mark.parametrize("share", SPLIT)
def test_a_share_is_read_from_its_sheet_as_it_was_written(share: Share) -> None:
    text = write_share(share, "2026-1")
    assert read_share(text, "2026-1") == share
    assert read_share(text.lower().replace("-", " ").replace("\n", "\r\n"), "2026-1") == share
    assert share.fingerprint == fingerprint(KEY.public)


def test_every_wrong_symbol_is_found_in_its_line() -> None:
    lines = SHEET.splitlines()
    rng = random.Random(3)
    for place in [i for i, line in enumerate(lines) if line[1:2] == ")"]:
        for at in [i for i, sign in enumerate(lines[place]) if sign in codes.ALPHABET and i > 2]:
            other = rng.choice([sign for sign in codes.ALPHABET if sign != lines[place][at]])
            wrong = [*lines[:place], lines[place][:at] + other + lines[place][at + 1 :], *lines[place + 1 :]]
            with pytest.raises(ShareFault, match=f"line {lines[place][0]}"):
                read_share("\n".join(wrong), "2026-1")


def test_exchanged_lines_another_round_and_a_missing_line_are_refused() -> None:
    lines = write_share(SPLIT[0], "2026-1").splitlines()
    for first, second in combinations(range(5), 2):
        order = list(range(5))
        order[first], order[second] = second, first
        with pytest.raises(ShareFault, match="the whole"):
            read_share("\n".join(f"{n})  {lines[o][4:]}" for n, o in enumerate(order, start=1)), "2026-1")
    for text, code in (("\n".join(lines), "2026-2"), ("\n".join(lines[1:]), "2026-1"), ("", "2026-1")):
        with pytest.raises(ShareFault):
            read_share(text, code)


def test_a_share_does_not_show_its_content_when_it_is_printed() -> None:
    assert SPLIT[0].content.hex() not in repr(SPLIT[0])
    assert repr(SPLIT[0].content) not in repr(SPLIT[0])
