"""A questionnaire is published version by version; a text once published stays, a code keeps its meaning for good."""

from datetime import datetime

import pytest
from sqlalchemy import text

from appraisal import rounds
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.store import Session
from tests.makers import NOW, default_source, make_round

SOURCE = default_source()
OTHER = SOURCE.replace('code = "CITY"', 'code = "OTHER"')
Z03 = SOURCE[
    SOURCE.index('[[section.item.option]]\ncode = "Z03"') : SOURCE.index('[[section.item.option]]\ncode = "Z04"')
]
REWORDED = SOURCE.replace('zh = "办事效率"', 'zh = "办事速度"')


def publish(db: Session, *sources: str) -> list[int]:
    return [rounds.publish_questionnaire(db, source, "zhuban", NOW) for source in (OTHER, *sources)][1:]


def refused(db: Session, source: str) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as told:
        rounds.publish_questionnaire(db, source, "zhuban", NOW)
    return told.value.faults


def line_of(source: str, piece: str) -> int:
    return source[: source.index(piece)].count("\n") + 1


def test_every_new_text_is_a_new_version_and_the_same_text_the_same(db: Session) -> None:
    assert publish(db, SOURCE, REWORDED, SOURCE, REWORDED) == [1, 2, 1, 2]
    assert [version.version for version in rounds.questionnaire_versions(db, "CITY")] == [1, 2]
    assert rounds.questionnaire_codes(db) == ("CITY", "OTHER")


def test_line_ends_of_a_browser_make_no_new_version(db: Session) -> None:
    assert publish(db, SOURCE, "\ufeff" + SOURCE.replace("\n", "\r\n")) == [1, 1]


def test_the_newest_version_is_given_with_its_text_as_it_was_written(db: Session) -> None:
    publish(db, SOURCE, REWORDED)
    newest = rounds.latest_questionnaire(db, "CITY")
    assert (newest.version, newest.source, newest.published_by, newest.published_at) == (2, REWORDED, "zhuban", NOW)
    assert rounds.read_version(newest).item("A1").wording.zh == "办事速度"


def test_a_round_keeps_the_version_that_it_was_set_up_with(db: Session, now: datetime) -> None:
    make_round(db)
    publish(db, REWORDED)
    kept = rounds.kept_round(db, "2026-1")
    assert (kept.questionnaire_version, kept.plan.questionnaire_source) == (1, SOURCE)
    assert kept.plan.questionnaire.item("A1").wording.zh == "办事效率"


def test_two_rounds_with_the_same_text_share_a_version(db: Session) -> None:
    publish(db, SOURCE, REWORDED)
    assert [make_round(db, code=code).questionnaire_version for code in ("R1", "R2")] == [1, 1]
    assert len(rounds.questionnaire_versions(db, "CITY")) == 2


def test_a_version_changed_behind_the_platform_is_no_longer_used(db: Session) -> None:
    publish(db, SOURCE)
    db.execute(text("UPDATE questionnaire_version SET source = replace(source, '办事效率', '效率')"))
    db.expire_all()
    with pytest.raises(Refused, match="发布时的内容不一致"):
        rounds.read_version(rounds.latest_questionnaire(db, "CITY"))


def test_a_code_that_was_dropped_never_returns(db: Session) -> None:
    publish(db, SOURCE, SOURCE.replace(Z03, ""))
    back = REWORDED
    (fault,) = refused(db, back)
    assert (fault.row, "不能再用" in fault.message) == (line_of(back, 'code = "Z03"'), True)
    assert len(rounds.questionnaire_versions(db, "CITY")) == 2


def test_a_dropped_code_may_be_used_by_another_questionnaire(db: Session) -> None:
    publish(db, SOURCE, SOURCE.replace(Z03, ""))
    assert rounds.publish_questionnaire(db, OTHER + "# again\n", "zhuban", NOW) == 2


TEXT_ITEM = 'code = "T1"\nkind = "text"\nlimit = 500'
MEANINGS = [
    (TEXT_ITEM, 'code = "T1"\nkind = "rating"\nscale = "S"', 'kind = "rating"\nscale = "S"\nzh = "请简', "题型"),
    ('code = "S4", value = 75', 'code = "S4", value = 80', 'code = "S4"', "原来是75分"),
    ('code = "S0", role = "unknown"', 'code = "S0", value = 60', 'code = "S0"', "unknown"),
    ('code = "Z00"\nrole = "none"', 'code = "Z00"', 'code = "Z00"', "none"),
]


@pytest.mark.parametrize(("old", "new", "place", "message"), MEANINGS)
def test_a_code_does_not_change_its_meaning(db: Session, old: str, new: str, place: str, message: str) -> None:
    publish(db, SOURCE)
    changed = SOURCE.replace(old, new)
    # An option without its own line for the field is named by the line that it begins on.
    (fault,) = refused(db, changed)
    assert fault.row in (line_of(changed, place), line_of(changed, place) - 1)
    assert message in fault.message


def test_an_item_is_not_moved_between_department_and_ballot(db: Session) -> None:
    publish(db, SOURCE)
    swapped = SOURCE.replace('code = "O2"', 'code = "X"').replace('code = "T1"', 'code = "O2"').replace('"X"', '"T1"')
    told = refused(db, swapped)
    assert [(fault.row, "each" in fault.message) for fault in told] == [
        (line_of(swapped, 'code = "O2"'), True),
        (line_of(swapped, 'code = "T1"'), True),
    ]


def test_a_questionnaire_is_checked_without_being_stored(db: Session) -> None:
    publish(db, SOURCE)
    assert rounds.check_questionnaire(db, REWORDED).item("A1").wording.zh == "办事速度"
    with pytest.raises(Faulty):
        rounds.check_questionnaire(db, SOURCE.replace("value = 75", "value = 80"))
    assert len(rounds.questionnaire_versions(db, "CITY")) == 1


def test_a_faulty_text_stores_nothing(db: Session) -> None:
    assert refused(db, SOURCE.replace("value = 75", "value = 175"))[0].row == line_of(SOURCE, "value = 75")
    with pytest.raises(Refused, match="没有代码为“CITY”的问卷"):
        rounds.latest_questionnaire(db, "CITY")
