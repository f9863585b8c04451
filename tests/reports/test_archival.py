"""Slips and reports beside the clauses of PDF/A-3a that can be seen in a file's structure. No validation: see docs/slip.md."""

import io
import random
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

from appraisal.model.ballot import IssuedCode
from appraisal.model.round import SlipForm
from appraisal.reports import copies, department_report, letters, slip
from appraisal.secrecy.codes import new_code
from tests.makers import make_plan, make_slip_document, make_slip_finding
from tests.reports.archival import faults
from tests.reports.test_department_report import make_facts


@pytest.fixture(scope="module")
def letter() -> bytes:
    return slip.render(make_slip_document(1)).pdf


@pytest.mark.parametrize("form", SlipForm)
def test_a_slip_shows_no_breach_in_either_form_rare_characters_and_long_lists_included(form: SlipForm) -> None:
    findings = (make_slip_finding(statement="镕喆堃㛃䶮☑㎡，见Zone 1"), *(make_slip_finding(n) for n in range(1, 14)))
    assert faults(slip.render(make_slip_document(form=form, findings=findings)).pdf) == []


def test_another_copy_shows_none_either(letter: bytes) -> None:
    assert faults(copies.numbered(letter, 987654)) == []


def rewritten(letter: bytes, change: Callable[[pypdf.PdfWriter], None]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(letter))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def root(writer: pypdf.PdfWriter) -> Any:
    return writer.root_object


def fonts(writer: pypdf.PdfWriter) -> list[Any]:
    return [font.get_object() for font in writer.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]


def forget(key: str) -> Callable[[pypdf.PdfWriter], None]:
    return lambda writer: root(writer).pop(NameObject(key)) and None


def without_unicode(writer: pypdf.PdfWriter) -> None:
    del fonts(writer)[0]["/ToUnicode"]


def without_outlines(writer: pypdf.PdfWriter) -> None:
    (inner,) = fonts(writer)[0]["/DescendantFonts"]
    del inner.get_object()["/FontDescriptor"].get_object()["/FontFile2"]


def with_script(writer: pypdf.PdfWriter) -> None:
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    root(writer)[NameObject("/OpenAction")] = DictionaryObject(script)


def with_file(writer: pypdf.PdfWriter) -> None:
    writer.add_attachment("x.txt", b"x")


def with_link(writer: pypdf.PdfWriter) -> None:
    corners = ArrayObject(FloatObject(n) for n in (0, 0, 9, 9))
    link = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link"), "/Rect": corners, "/F": NumberObject(0)}
    made = writer._add_object(DictionaryObject({NameObject(key): value for key, value in link.items()}))
    writer.pages[0][NameObject("/Annots")] = ArrayObject([made])


def with_another_date(writer: pypdf.PdfWriter) -> None:
    writer.add_metadata({"/CreationDate": "D:19990101"})


def with_another_claim(writer: pypdf.PdfWriter) -> None:
    stream = root(writer)["/Metadata"].get_object()
    stream.set_data(stream.get_data().replace(b'conformance="A"', b'conformance="B"'))


def with_page_action(writer: pypdf.PdfWriter) -> None:
    writer.pages[1][NameObject("/AA")] = DictionaryObject({NameObject("/O"): TextStringObject("x")})


def with_bare_profile(writer: pypdf.PdfWriter) -> None:
    root(writer)["/OutputIntents"][0]["/DestOutputProfile"].get_object()[NameObject("/N")] = NumberObject(4)


def with_secret(writer: pypdf.PdfWriter) -> None:
    writer.encrypt("", "owner", algorithm="AES-128")


PLANTED = [
    (forget("/OutputIntents"), "6.2.3"),
    (with_bare_profile, "6.2.3"),
    (forget("/Lang"), "6.7.4"),
    (forget("/StructTreeRoot"), "6.7.2"),
    (forget("/MarkInfo"), "6.7.2"),
    (forget("/Metadata"), "6.6.2"),
    (with_another_claim, "6.6.4"),
    (with_another_date, "6.6.2.3"),
    (without_unicode, "6.2.11.7"),
    (without_outlines, "6.2.11.4"),
    (with_script, "6.5"),
    (with_file, "6.8"),
    (with_link, "6.3.2"),
    (with_page_action, "6.5.2"),
    (with_secret, "6.1.3"),
]


@pytest.mark.parametrize(("change", "clause"), PLANTED, ids=[f"{clause}-{n}" for n, (_, clause) in enumerate(PLANTED)])
def test_a_planted_breach_is_seen(letter: bytes, change: Callable[[pypdf.PdfWriter], None], clause: str) -> None:
    before, after = faults(rewritten(letter, lambda writer: None)), faults(rewritten(letter, change))
    assert [fault for fault in after if fault.startswith(clause) and fault not in before]


def test_a_glyph_that_the_font_lacks_and_a_tail_are_seen(letter: bytes) -> None:
    lacking = copies.MARK.sub(lambda mark: mark[0].replace(mark[1], b"0000" * 6), letter)
    assert "6.2 page 1: a glyph that the font lacks" in faults(lacking)
    assert [fault for fault in faults(letter + b"%x\n") if fault.startswith("6.1.3")]


def test_a_departments_report_shows_no_breach() -> None:
    assert faults(department_report.render(make_facts(), "zh")) == []


def test_a_letter_with_a_code_claims_nothing_and_breaks_no_more_than_it_claims() -> None:
    """Letters are used up within weeks: they are no archival files, and are checked for the rest."""
    codes = [IssuedCode(new_code(random.Random(1)), "citizen", 1)]
    seen = faults(letters.render(codes, make_plan(), "https://pingyi.shifan.example"))
    assert {fault.split()[0] for fault in seen} <= {"6.1.3", "6.2.3", "6.6.2", "6.7.2"}
