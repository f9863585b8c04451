"""A slip held against the register: by number and code, by the file, by both."""

import doctest
import hashlib

import pytest
from sqlalchemy import text

from appraisal import followup
from appraisal.model import slip_check
from appraisal.model.faults import Refused
from appraisal.model.slip_check import IssuedSlip, Verdict
from appraisal.model.slip_moves import SlipState
from appraisal.store import Session, slip_copies, slips
from tests.makers import NOW, act_on_slip, make_letter, make_slip

FORGED = hashlib.sha256(b"forged").hexdigest()


def sha256(slip: IssuedSlip, number: int = 1) -> str:
    return hashlib.sha256(make_letter(number, slip.id)).hexdigest()


@pytest.fixture
def issued(db: Session, round_code: str) -> IssuedSlip:
    slip_id = make_slip(db, SlipState.ISSUED, round_code)
    found = slip_copies.issued_with_code(db, followup.slip_document(db, slip_id).check_code)
    assert found is not None
    return found


def code_of(db: Session, slip_id: int) -> str:
    return followup.slip_document(db, slip_id).check_code


def verdict(db: Session, number: str = "", code: str = "", file: str = "") -> Verdict:
    return followup.check_slip(db, number, code, file).verdict


def test_number_and_code_as_printed_or_typed_carelessly_are_genuine(db: Session, issued: IssuedSlip) -> None:
    code = code_of(db, issued.id)
    assert verdict(db, issued.number, code) is Verdict.GENUINE
    typed = issued.number.replace("〔", " [").replace("〕", "] ")
    assert verdict(db, typed, f"{code[:5].lower()} {code[5:].lower()}") is Verdict.GENUINE
    assert verdict(db, typed, code.replace("O", "0").replace("I", "1")) is Verdict.GENUINE


def test_a_code_alone_and_the_beginning_of_a_hash_lead_to_the_slip(db: Session, issued: IssuedSlip) -> None:
    assert verdict(db, code=code_of(db, issued.id)) is Verdict.GENUINE
    assert verdict(db, issued.number, sha256(issued)[:12]) is Verdict.GENUINE
    assert verdict(db, issued.number, sha256(issued)[:11]) is Verdict.UNKNOWN


def test_a_file_tells_which_copy_it_is(db: Session, issued: IssuedSlip) -> None:
    for number, recipient in enumerate(("发展改革局", "市政府办公室", "示范市民主评议办公室"), start=1):
        found = followup.check_slip(db, "", "", sha256(issued, number))
        assert found.verdict is Verdict.GENUINE
        assert found.copy is not None
        assert (found.copy.number, found.copy.recipient) == (number, recipient)


def test_a_number_alone_a_wrong_code_and_a_code_of_another_slip_are_unknown_alike(
    db: Session, round_code: str, issued: IssuedSlip
) -> None:
    other = make_slip(db, SlipState.APPROVED, round_code)
    asked = [
        (issued.number, "", ""),
        (issued.number, "AAAAAAAAAA", ""),
        ("示评办提〔2026〕99号", code_of(db, issued.id), ""),
        ("", "", FORGED),
        ("", code_of(db, other), ""),
        (followup.slip_document(db, other).number, code_of(db, other), ""),
        ("", "", ""),
    ]
    answers = {followup.check_slip(db, *each) for each in asked}
    assert len(answers) == 1
    assert answers.pop().slip is None


def test_a_forged_file_beside_the_right_code_is_called_altered_and_beside_a_wrong_one_unknown(
    db: Session, issued: IssuedSlip
) -> None:
    assert verdict(db, issued.number, code_of(db, issued.id), FORGED) is Verdict.ALTERED
    assert verdict(db, issued.number, "AAAAAAAAAA", FORGED) is Verdict.UNKNOWN
    assert verdict(db, issued.number, "", FORGED) is Verdict.UNKNOWN


def test_a_recalled_slip_is_called_so_and_names_the_one_that_replaces_it_once_that_is_issued(
    db: Session, issued: IssuedSlip
) -> None:
    code = code_of(db, issued.id)
    act_on_slip(db, issued.id, "recall")
    new = followup.correct(db, issued.id, "zhuban", NOW)
    followup.approve(db, new, "fuhe", NOW)
    first = followup.check_slip(db, issued.number, code, "")
    assert (first.verdict, first.slip and first.slip.replaced_by) == (Verdict.RECALLED, "")
    act_on_slip(db, new, "issue")
    then = followup.check_slip(db, issued.number, code, "")
    assert then.slip is not None
    assert then.slip.replaced_by == followup.slip_document(db, new).number


def test_every_copy_is_given_out_as_it_was_entered(db: Session, issued: IssuedSlip) -> None:
    for copy in issued.copies:
        kept, content = followup.slip_copy(db, issued.id, copy.number)
        assert kept == copy
        assert content == make_letter(copy.number, issued.id)
    with pytest.raises(Refused, match="没有这个份号"):
        followup.slip_copy(db, issued.id, 4)


def test_a_letter_that_was_changed_in_the_database_is_not_given_out(db: Session, issued: IssuedSlip) -> None:
    slip = slips.find_slip(db, issued.id)
    assert slip is not None
    slips.move_slip(db, slip, slip.state, "note", "x", NOW, pdf=make_letter(1, issued.id) + b" ")
    with pytest.raises(Refused, match="不一致"):
        followup.slip_copy(db, issued.id, 2)


def test_a_letter_without_a_place_for_the_mark_is_not_issued(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.APPROVED, round_code)
    with pytest.raises(Refused, match="份号"):
        followup.issue(db, slip_id, b"%PDF", hashlib.sha256(b"%PDF").hexdigest(), NOW)
    assert slips.slip_pdf(db, slip_id) is None


def test_the_examples_hold() -> None:
    tried = doctest.testmod(slip_check)
    assert (tried.failed, tried.attempted > 0) == (0, True)


def test_a_letter_from_before_copies_were_numbered_is_found_by_its_own_hash(db: Session, issued: IssuedSlip) -> None:
    db.execute(text("DELETE FROM slip_copy"))
    found = followup.check_slip(db, "", "", sha256(issued))
    assert (found.verdict, found.copy and found.copy.number) == (Verdict.GENUINE, 1)
    assert verdict(db, file=sha256(issued, 2)) is Verdict.UNKNOWN
