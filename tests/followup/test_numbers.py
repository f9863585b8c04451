"""Numbers, documents and check codes: given at approval, once."""

from datetime import datetime

import pytest
from sqlalchemy import text

from appraisal import followup, scoring, store
from appraisal.model.faults import Refused
from appraisal.model.finding import Outcome
from appraisal.model.slip import SlipDocument
from appraisal.model.slip_moves import SlipState
from appraisal.store import Engine, Session
from tests.makers import NOW, lay_finding, make_ballot, make_finding, make_scored_round, make_slip

TODAY = NOW.date()


class Undone(Exception):
    """What a server may meet on its last line."""


def approve_and_fail(engine: Engine, slip_id: int) -> None:
    with store.transaction(engine) as db:
        followup.approve(db, slip_id, "fuhe", NOW)
        raise Undone


def test_a_number_that_was_rolled_back_is_given_once(engine: Engine) -> None:
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2"})] * 4).code
        slips = [make_slip(db, SlipState.DRAFTED, code) for _ in range(3)]
        followup.approve(db, slips[0], "fuhe", NOW)
    with pytest.raises(Undone):
        approve_and_fail(engine, slips[1])
    with store.transaction(engine) as db:
        numbers = [followup.approve(db, slip_id, "fuhe", NOW) for slip_id in reversed(slips[1:])]
    assert numbers == ["示评办提〔2026〕2号", "示评办提〔2026〕3号"]


def test_a_number_is_not_given_again_when_its_slip_is_lost(db: Session, round_code: str) -> None:
    lost = make_slip(db, SlipState.APPROVED, round_code)
    db.execute(text("UPDATE slip SET number = NULL WHERE id = :id"), {"id": lost})
    assert followup.approve(db, make_slip(db, SlipState.DRAFTED, round_code), "fuhe", NOW) == "示评办提〔2026〕3号"


def test_a_new_year_counts_from_one(db: Session, round_code: str) -> None:
    slip_id = make_slip(db, SlipState.DRAFTED, round_code)
    assert followup.approve(db, slip_id, "fuhe", datetime(2027, 1, 4, 9)) == "示评办提〔2027〕1号"


def test_a_document_comes_back_from_json_as_it_was(db: Session, round_code: str) -> None:
    document = followup.slip_document(db, make_slip(db, SlipState.APPROVED, round_code))
    assert SlipDocument.from_json(document.to_json()) == document


def test_check_codes_tell_slips_apart(db: Session, round_code: str) -> None:
    slips = [make_slip(db, SlipState.APPROVED, round_code) for _ in range(2)]
    one, two = (followup.slip_document(db, slip_id).check_code for slip_id in slips)
    assert one != two
    assert len(one) == 10


@pytest.mark.parametrize("numbers", [[], ["WT-2020-0001"], ["own", "WT-2020-0001"], ["own", "foreign"]])
def test_findings_that_are_unknown_or_anothers_put_nothing_on_a_slip(
    db: Session, round_code: str, numbers: list[str]
) -> None:
    made = {"own": make_finding(db, round_code), "foreign": make_finding(db, round_code, "D2")}
    with pytest.raises(Refused, match="请选择"):
        followup.bundle(db, round_code, "D1", [made.get(number, number) for number in numbers], "zhuban", NOW)
    assert followup.slips(db, TODAY, round_code) == ()


@pytest.mark.parametrize("state", [SlipState.ISSUED, SlipState.ANSWERED])
def test_nothing_is_struck_off_before_the_answer_is_accepted(db: Session, round_code: str, state: SlipState) -> None:
    view = followup.slip(db, make_slip(db, state, round_code), TODAY)
    with pytest.raises(Refused, match="才能销号"):
        followup.strike_off(db, view.findings[0].number, "zhuban", NOW, "一致")
    assert followup.ledger(db, round_code, TODAY).balance.closed == 0


def test_a_finding_from_comments_alone_has_a_heading_on_its_slip(db: Session, round_code: str) -> None:
    document = followup.slip_document(db, bundle(db, round_code, "门口没有标识。"))
    assert document.findings[0].label == "意见建议反映的问题"


def test_a_text_that_no_font_can_print_stops_at_the_approval(db: Session, round_code: str) -> None:
    slip_id = bundle(db, round_code, "大厅标志是🅰。")
    with pytest.raises(Refused, match=r"发展改革局.*🅰"):
        followup.approve(db, slip_id, "fuhe", NOW)
    assert followup.slip(db, slip_id, TODAY).line.state is SlipState.DRAFTED


def bundle(db: Session, code: str, statement: str) -> int:
    """A draft slip with one finding that rests on comments."""
    number = lay_finding(db, code, "D1", (statement, "限期改正。", "办事公开承诺"), ("", ""))
    scoring.judge_finding(db, number, Outcome.TRUE, "现场看过", "zhuban", NOW)
    return followup.bundle(db, code, "D1", [number], "zhuban", NOW)
