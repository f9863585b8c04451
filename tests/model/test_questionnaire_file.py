"""A questionnaire is read from a file that a person edits, and every fault is named with its line and field."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire import Kind, Questionnaire, Role
from appraisal.model.questionnaire_file import LARGEST, read_questionnaire
from tests.makers import default_questionnaire, default_source

SMALL = """code = "Q"
[title]
zh = "评议"
en = "Appraisal"

[[scale]]
code = "S"
option = [
  { code = "S5", value = 100, zh = "很满意", en = "Very satisfied" },
  { code = "S1", value = 0, zh = "很不满意", en = "Very dissatisfied" },
  { code = "S0", role = "unknown", zh = "不了解", en = "Don't know" },
]

[[section]]
code = "DEPT"
each = "department"
zh = "部门"
en = "Department"

[[section.item]]
code = "A1"
kind = "rating"
scale = "S"
zh = "总体满意程度"
en = "Overall satisfaction"

[[section.item]]
code = "Z"
kind = "marks"
zh = "存在的问题"
en = "Problems"
option = [
  { code = "Z01", zh = "推诿", en = "Passing the buck", text_zh = "往外推", text_en = "Pushed away" },
  { code = "Z00", role = "none", zh = "未发现", en = "None" },
]

[[section.item]]
code = "T1"
kind = "text"
zh = "说明"
en = "Remarks"
"""


def faults_in(source: str) -> list[Fault]:
    try:
        read_questionnaire(source, "q.toml")
    except Faulty as faulty:
        return list(faulty.faults)
    return []


def only_fault(old: str, new: str) -> tuple[int, str, str]:
    """Line, field and message of the one fault that this change of the small questionnaire makes."""
    assert SMALL.count(old) == 1
    (fault,) = faults_in(SMALL.replace(old, new))
    assert fault.file == "q.toml"
    return fault.row, fault.field, fault.message


def test_the_small_questionnaire_says_what_its_file_says() -> None:
    questionnaire = read_questionnaire(SMALL, "q.toml")
    rating, marks, text = questionnaire.department_items
    assert (rating.kind, marks.kind, text.kind) == (Kind.RATING, Kind.MARKS, Kind.TEXT)
    assert [(option.code, option.value) for option in rating.options] == [("S5", 100.0), ("S1", 0.0), ("S0", None)]
    assert [option.role for option in marks.options] == [Role.MARK, Role.NONE]
    assert [option.text and option.text["en"] for option in marks.options] == ["Pushed away", None]
    assert text.limit == 500
    assert questionnaire.title["en"] == "Appraisal"


def test_the_default_questionnaire_asks_ten_problems_and_eight_situations() -> None:
    questionnaire = default_questionnaire()
    assert [item.code for item in questionnaire.department_items] == ["A1", "A2", "A3", "Z", "B", "T1"]
    assert [item.code for item in questionnaire.ballot_items] == ["O1", "O2"]
    marks = {code: [o.code for o in questionnaire.item(code).options if o.role is Role.MARK] for code in "ZB"}
    assert marks == {"Z": [f"Z{n:02}" for n in range(1, 11)], "B": [f"B{n:02}" for n in range(1, 9)]}
    assert {o.code: o.role for o in questionnaire.item("Z").options if o.exclusive} == {
        "Z00": Role.NONE,
        "Z99": Role.NO_CONTACT,
    }
    assert [option.value for option in questionnaire.item("A3").options] == [100, 75, 50, 25, 0, None]


def every_wording(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    found = [questionnaire.title, *(section.title for section in questionnaire.sections)]
    for item in questionnaire.items():
        found += [item.wording, *([item.hint] if item.hint else [])]
        found += [wording for option in item.options for wording in (option.label, option.text) if wording]
    return [(wording.zh, wording.en) for wording in found]


def test_the_default_questionnaire_says_everything_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in every_wording(default_questionnaire()))


ONE_FAULT = [
    ('code = "Q"\n', "code = Q\n", 1, "", "不是合格的TOML"),
    ('zh = "评议"\n', "\n", 2, "title.zh", "缺少中文"),
    ('en = "Appraisal"\n', "\n", 2, "title.en", "缺少英文"),
    ('code = "A1"', 'code = "a1"', 21, "section[1].item[1].code", "不合格"),
    ('code = "A1"', 'code = "Z"', 28, "section[1].item[2].code", "重复"),
    ('code = "S1"', 'code = "S5"', 10, "scale[1].option[2].code", "重复"),
    ("value = 100", "value = 101", 9, "scale[1].option[1].value", "0到100"),
    ("value = 100", 'value = "100"', 9, "scale[1].option[1].value", "不加引号"),
    ("value = 100", "value = nan", 9, "scale[1].option[1].value", "应当是数"),
    ("value = 100", "value = true", 9, "scale[1].option[1].value", "应当是数"),
    ("value = 100", "value = 80", 8, "scale[1].option", "最好的必须是100分"),
    ("value = 0", "value = 10", 8, "scale[1].option", "最差的选项必须是0分"),
    ('role = "unknown"', 'role = "unknown", value = 5', 11, "scale[1].option[3].value", "不计分"),
    ('role = "unknown"', 'role = "unkown"', 11, "scale[1].option[3].role", "不认识“unkown”"),
    ('scale = "S"', 'scale = "T"', 23, "section[1].item[1].scale", "不认识“T”"),
    ('scale = "S"\n', "\n", 20, "section[1].item[1].scale", "缺少“scale”"),
    ('kind = "marks"', 'kind = "mark"', 29, "section[1].item[2].kind", "rating, marks, text"),
    ('each = "department"', 'each = "dept"', 16, "section[1].each", "department, ballot"),
    ('zh = "说明"', 'zh = "说明"\nlimt = 5', 41, "section[1].item[3].limt", "可以用:limit"),
    ('zh = "说明"', 'zh = "说明"\nlimit = 0', 41, "section[1].item[3].limit", "超出范围"),
    ('zh = "说明"', 'zh = "说明"\nlimit = 1.5', 41, "section[1].item[3].limit", "整数"),
    ('zh = "说明"', "zh = 5", 40, "section[1].item[3].zh", "应当是放在英文双引号里的文字"),
    ('zh = "说明"', 'zh = "  "', 40, "section[1].item[3].zh", "不能为空"),
    ('zh = "说明"', 'zh = "说\\u0000明"', 40, "section[1].item[3].zh", "控制字符"),
    ('zh = "说明"', 'zh = "说明"\nhint_zh = "提示"', 37, "section[1].item[3].hint_en", "缺少“hint_en”"),
    (', text_en = "Pushed away"', "", 33, "section[1].item[2].option[1].text_en", "缺少“text_en”"),
    (
        '{ code = "Z01", zh',
        '{ code = "Z01", role = "no_contact", zh',
        32,
        "section[1].item[2].option",
        "至少要有一个可勾选",
    ),
    ('zh = "总体满意程度"', 'zh = "请您给予满意评价"', 24, "section[1].item[1].zh", "引导性"),
    ('en = "Overall satisfaction"', 'en = "Please rate us very satisfied"', 25, "section[1].item[1].en", "引导性"),
]


@pytest.mark.parametrize(("old", "new", "line", "field", "message"), ONE_FAULT)
def test_a_fault_is_named_with_its_line_field_and_remedy(
    old: str, new: str, line: int, field: str, message: str
) -> None:
    row, said_field, said = only_fault(old, new)
    assert (row, said_field) == (line, field)
    assert message in said


def test_every_fault_is_told_at_once_in_the_order_of_the_lines() -> None:
    source = SMALL.replace('en = "Appraisal"', "").replace("value = 100", "value = -1").replace('"text"', '"txt"')
    rows = [fault.row for fault in faults_in(source)]
    assert rows == [2, 9, 39]


def test_a_file_that_ends_in_the_middle_is_said_so() -> None:
    (fault,) = faults_in('code = "Q"\n[title\n')
    assert fault.row == 2
    (fault,) = faults_in('code = """Q\n\n')
    assert (fault.row, "突然结束" in fault.message) == (3, True)


def test_a_file_without_any_department_question_is_refused() -> None:
    (fault,) = faults_in(SMALL.replace('each = "department"', 'each = "ballot"'))
    assert (fault.field, "每个部门" in fault.message) == ("section", True)


def test_the_file_may_have_line_ends_of_windows_and_keeps_its_lines() -> None:
    faulty = SMALL.replace("value = 100", "value = 101")
    assert faults_in(faulty.replace("\n", "\r\n")) == faults_in(faulty)
    assert read_questionnaire(SMALL.replace("\n", "\r\n"), "q") == read_questionnaire(SMALL, "q")


@pytest.mark.parametrize(
    "source", ["x" * (LARGEST + 1), "a" + ".a" * 200 + " = 1", "a = " + "[" * 5000, "a = " + "9" * 5000]
)
def test_a_file_made_to_choke_the_reader_is_refused(source: str) -> None:
    assert len(faults_in(source)) == 1


@pytest.mark.parametrize(("source", "row"), [("a = 1\nb = '\0'", 2), ("a = '\ud800'", 1)])
def test_a_character_that_no_text_has_is_named_by_its_line(source: str, row: int) -> None:
    assert [fault.row for fault in faults_in(source)] == [row]


PIECES = st.sampled_from(
    [*SMALL.splitlines(keepends=True), "[[scale.option]]\n", "[title]\n", "option = 3\n", "[", '"', "x"]
)


def reads_or_is_faulty(source: str) -> bool:
    """Whether it was read; anything else than ``Faulty`` with something to say gets out."""
    faults = faults_in(source)
    assert all(fault.message and 0 <= fault.row <= source.count("\n") + 1 for fault in faults)
    return not faults


@given(st.text())
@example("\ud800")
@example("section = [1]")
@example("scale = [[]]\nsection = {}")
@example("title = []")
def test_any_text_is_read_or_faulty_and_nothing_else(source: str) -> None:
    assert reads_or_is_faulty(source) is False


@given(st.lists(PIECES, max_size=40))
def test_any_heap_of_lines_is_read_or_faulty_and_nothing_else(pieces: list[str]) -> None:
    source = "".join(pieces)
    assert reads_or_is_faulty(source) in (True, False)


@given(st.data())
def test_any_value_in_any_place_is_read_or_faulty_and_nothing_else(draw: st.DataObject) -> None:
    lines = SMALL.splitlines()
    place = draw.draw(st.sampled_from([number for number, line in enumerate(lines) if " = " in line]))
    value = draw.draw(st.sampled_from(["1", "-inf", '"x"', "[]", "{}", "[[1]]", "[{}]", "1979-05-27", '""', "true"]))
    lines[place] = lines[place].split(" = ")[0] + " = " + value
    assert reads_or_is_faulty("\n".join(lines)) in (True, False)


def test_the_default_file_tells_its_editor_how_to_change_it() -> None:
    assert default_source().startswith("# ")
    assert "How to edit" in default_source()
