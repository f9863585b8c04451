"""Evidence beside an answer: told by its content, kept once by its hash, or refused by name with nothing stored."""

import io
import zipfile

import pytest
from sqlalchemy import func, select

from appraisal import followup
from appraisal.model.evidence import LARGEST, Upload, kind_of
from appraisal.model.faults import Refused
from appraisal.model.slip import FindingAnswer
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session
from appraisal.store.evidence import evidence_file
from appraisal.store.tables import Evidence
from tests.makers import ISSUED, make_slip

PDF = b"%PDF-1.7 of a test"


def packed(*parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for part in parts:
            file.writestr(part, "x")
    return buffer.getvalue()


def answer(db: Session, slip_id: int, *uploads: Upload) -> str:
    numbers = [line.number for line in followup.slip(db, slip_id, ISSUED.date()).findings]
    said = [FindingAnswer(number, "原因", "措施") for number in numbers]
    followup.answer(db, slip_id, "D1", "d1", ISSUED, said, {numbers[0]: uploads})
    return numbers[0]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "pdf"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (packed("[Content_Types].xml", "word/document.xml"), "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), None),
        (packed("run.exe"), None),
        (b"PK\x03\x04 broken", None),
        (b"MZ", None),
        (b"", None),
    ],
)
def test_a_file_is_told_by_what_is_in_it(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind


def test_a_file_comes_back_as_it_was_sent_and_is_kept_once(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    number = answer(db, slip_id, Upload("../照片.pdf", PDF), Upload("又一份.pdf", PDF))
    first, second = followup.slip(db, slip_id, ISSUED.date()).evidence[number]
    kept = evidence_file(db, slip_id, first.id)
    assert (first.name, second.sha256, kept and kept[1]) == ("照片.pdf", first.sha256, PDF)
    assert db.scalar(select(func.count()).select_from(Evidence)) == 1


@pytest.mark.parametrize(
    ("uploads", "why"),
    [
        ([Upload("说明.html", b"<script>")], "说明.html"),
        ([Upload("扫描.pdf", b"%PDF-" + bytes(LARGEST))], "扫描.pdf"),
        ([Upload("x.pdf", PDF)] * 6, "最多附5个"),
    ],
)
def test_a_file_that_is_not_taken_is_named_and_nothing_is_stored(
    db: Session, round_code: str, uploads: list[Upload], why: str
) -> None:
    slip_id = make_slip(db, SlipState.SIGNED, round_code)
    with pytest.raises(Refused) as refused:
        answer(db, slip_id, *uploads)
    assert why in refused.value.reason % refused.value.parts
    assert followup.slip(db, slip_id, ISSUED.date()).answers == {}


def test_a_file_of_another_slip_is_not_there(db: Session, round_code: str) -> None:
    slip_id, other = (make_slip(db, SlipState.SIGNED, round_code) for _ in range(2))
    number = answer(db, slip_id, Upload("x.pdf", PDF))
    (file,) = followup.slip(db, slip_id, ISSUED.date()).evidence[number]
    assert evidence_file(db, other, file.id) is None
