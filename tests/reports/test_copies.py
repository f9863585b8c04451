"""The copies of one letter: the same bytes with another number, on every page."""

import hashlib
import io

import pdfplumber
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.model.faults import Refused
from appraisal.model.round import SlipForm
from appraisal.reports import copies, press, slip
from tests.makers import make_letter, make_slip_document

DOCUMENT = make_slip_document()


@pytest.fixture(scope="module")
def letter() -> bytes:
    return slip.render(DOCUMENT).pdf


def foot_of_pages(pdf: bytes) -> list[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return [page.extract_text().splitlines()[-1].strip() for page in opened.pages]


@pytest.mark.parametrize("number", [1, 7, 908172])
@pytest.mark.parametrize("form", SlipForm)
def test_every_page_of_a_copy_bears_its_number(form: SlipForm, number: int) -> None:
    copy = copies.numbered(slip.render(make_slip_document(form=form)).pdf, number)
    assert set(foot_of_pages(copy)) == {f"份号{number:06d}"}
    assert len(foot_of_pages(copy)) > 4


def test_the_mark_stands_in_the_middle_below_the_page_number_and_can_be_read(letter: bytes) -> None:
    with pdfplumber.open(io.BytesIO(copies.numbered(letter, 123456))) as opened:
        for page in opened.pages:
            mark = [char for char in page.chars if round(char["size"], 1) == 9.0]
            assert (mark[0]["x0"] + mark[-1]["x1"]) / 2 * 25.4 / 72 == pytest.approx(106, abs=0.2)
            assert {round(char["top"] * 25.4 / 72) for char in mark} == {281}
            assert max(max(char["non_stroking_color"]) for char in mark) == 0


def test_the_letter_that_is_set_is_the_first_copy(letter: bytes) -> None:
    assert copies.numbered(letter, 1) == letter


@given(st.integers(1, 999_999), st.integers(1, 999_999))
def test_a_copy_of_a_copy_is_the_copy_and_only_the_digits_differ(one: int, other: int) -> None:
    first = copies.numbered(make_letter(), one)
    assert copies.numbered(first, other) == make_letter(other)
    assert len(first) == len(make_letter())


def test_a_copy_differs_from_the_letter_in_the_digits_of_one_place(letter: bytes) -> None:
    copy = copies.numbered(letter, 999999)
    differing = [at for at, (one, other) in enumerate(zip(letter, copy, strict=True)) if one != other]
    assert 0 < len(differing) <= 24
    assert differing[-1] - differing[0] < 24


def test_each_recipient_has_a_copy_with_a_hash_of_its_own(letter: bytes) -> None:
    made = copies.copies(letter, DOCUMENT.recipients)
    assert [copy.recipient for copy in made] == ["市交通运输局", *DOCUMENT.copy_to, DOCUMENT.office]
    assert [copy.number for copy in made] == list(range(1, 8))
    assert [copy.sha256 for copy in made] == [
        hashlib.sha256(copies.numbered(letter, number)).hexdigest() for number in range(1, 8)
    ]
    assert len({copy.sha256 for copy in made}) == 7


def test_a_copy_is_still_a_whole_file_that_says_the_same(letter: bytes) -> None:
    copy = copies.numbered(letter, 3)
    first, third = (pypdf.PdfReader(io.BytesIO(each), strict=True) for each in (letter, copy))
    for one, other in zip(first.pages, third.pages, strict=True):
        assert one.extract_text().replace("份号000001", "份号000003") == other.extract_text()


@pytest.mark.parametrize(
    ("file", "number"), [(b"%PDF", 1), (make_letter() * 2, 1), (make_letter(), 0), (make_letter(), 1_000_000)]
)
def test_what_cannot_be_numbered_is_refused(file: bytes, number: int) -> None:
    with pytest.raises(Refused, match="份号"):
        copies.numbered(file, number)


def test_a_page_without_room_for_the_mark_is_not_printed() -> None:
    with pytest.raises(press.Misprint, match="mark of the copy"):
        press.print_pdf("<p>国", "p { font: 16pt GwFang }", finish=copies.give_room)


def test_a_text_that_looks_like_a_mark_does_no_harm() -> None:
    typed = "[<" + "0010" * 8 + ">] TJ\n%" + "0010" * 10
    pdf = slip.render(make_slip_document(contact=typed, title=typed)).pdf
    assert set(foot_of_pages(copies.numbered(pdf, 42))) == {"份号000042"}
