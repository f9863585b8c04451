"""What changed between two versions is said in words, in both languages."""

import pytest

from appraisal.model.questionnaire_diff import LABELS, Changed, Difference, compare
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.wording import Wording
from tests.makers import default_questionnaire, default_source

BEFORE = default_source()
Z03_BLOCK = BEFORE[
    BEFORE.index('[[section.item.option]]\ncode = "Z03"') : BEFORE.index('[[section.item.option]]\ncode = "Z04"')
]
T1_BLOCK = BEFORE[
    BEFORE.index('[[section.item]]\ncode = "T1"') : BEFORE.index(
        "# ---------------------------------------------------------------- 每张"
    )
]


def differences(old: str, new: str) -> tuple[Difference, ...]:
    assert BEFORE.count(old) == 1
    return compare(default_questionnaire(), read_questionnaire(BEFORE.replace(old, new), "q.toml"))


def told(old: str, new: str) -> list[tuple[Changed, str, str, str]]:
    return [(one.what, one.code, one.before["zh"], one.after["zh"]) for one in differences(old, new)]


def test_a_version_does_not_differ_from_itself_nor_by_a_comment() -> None:
    assert compare(default_questionnaire(), default_questionnaire()) == ()
    assert told('code = "CITY"', '# nothing\ncode = "CITY"') == []


HINT = "办理事项、答复诉求是否及时"
TEXT = "同样的材料、同样的数据被要求一交再交"
CHANGES = [
    ('zh = "办事效率"', 'zh = "办事速度"', (Changed.WORDING, "A1", "办事效率", "办事速度")),
    (f'hint_zh = "{HINT}"', 'hint_zh = "是否及时"', (Changed.HINT, "A1", HINT, "是否及时")),
    ('zh = "推诿扯皮"', 'zh = "推诿"', (Changed.WORDING, "Z.Z01", "推诿扯皮", "推诿")),
    (f'text_zh = "{TEXT}"', 'text_zh = "一交再交"', (Changed.TEXT, "B.B05", TEXT, "一交再交")),
    ('zh = "总体评价"', 'zh = "总评"', (Changed.WORDING, "§OVERALL", "总体评价", "总评")),
    ('each = "ballot"\nzh', 'each = "department"\nzh', (Changed.EACH, "§OVERALL", "每张票一次", "对每个部门")),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_a_change_is_told_with_what_stood_there_before(
    old: str, new: str, expected: tuple[Changed, str, str, str]
) -> None:
    assert told(old, new) == [expected]


def test_a_change_of_the_scale_is_told_for_every_item_on_it() -> None:
    found = told("value = 75", "value = 80")
    assert found == [(Changed.VALUE, f"{item}.S4", "75", "80") for item in ("A1", "A2", "A3", "O1")]


def test_a_dropped_option_is_told_once_and_the_order_with_it() -> None:
    found = told(Z03_BLOCK, "")
    assert found[0] == (Changed.REMOVED, "Z.Z03", "怕担责任", "")
    assert [(what, code) for what, code, _, _ in found[1:]] == [(Changed.ORDER, "Z")]


def test_a_dropped_item_is_told_without_its_parts_and_an_added_one_too() -> None:
    without = read_questionnaire(BEFORE.replace(T1_BLOCK, ""), "q.toml")
    removed = compare(default_questionnaire(), without)
    added = compare(without, default_questionnaire())
    assert (removed[0].what, removed[0].code, removed[0].after) == (Changed.REMOVED, "T1", Wording(""))
    assert [one.code for one in added if one.what is Changed.ADDED] == ["T1"]


def test_every_kind_of_difference_has_a_label_in_both_languages() -> None:
    assert set(LABELS) == set(Changed)
    assert all(label.zh and label.en for label in LABELS.values())
    (difference,) = differences('zh = "办事效率"', 'zh = "办事速度"')
    assert difference.label["en"] == "Wording changed"
