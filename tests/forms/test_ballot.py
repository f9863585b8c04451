"""The form reads what was posted, all of it and nothing else; whether it is a good answer is not for it to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from appraisal.forms.ballot import FIELDS, field_name, read_sheet
from appraisal.model.ballot import Sheet
from appraisal.model.questionnaire import Item, Kind
from appraisal.model.wording import Wording
from tests.makers import default_questionnaire

ITEMS = default_questionnaire().department_items
PRINTED = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).map(str.strip).filter(bool)


def options(code: str) -> list[str]:
    return [option.code for option in default_questionnaire().item(code).options]


SHEETS = st.builds(
    Sheet,
    ratings=st.dictionaries(st.sampled_from(["A1", "A2", "A3"]), st.sampled_from(options("A1"))),
    marks=st.dictionaries(
        st.just("Z"), st.lists(st.sampled_from(options("Z")), min_size=1, unique=True).map(tuple), max_size=1
    ),
    texts=st.dictionaries(st.just("T1"), PRINTED, max_size=1),
)


def posted(sheet: Sheet) -> MultiDict[str, str]:
    """A sheet as a browser would post it."""
    pairs = [*sheet.ratings.items(), *sheet.texts.items()]
    pairs += [(code, option) for code, chosen in sheet.marks.items() for option in chosen]
    return MultiDict([(field_name(code), answer) for code, answer in pairs])


@given(SHEETS)
def test_a_sheet_that_is_posted_is_the_sheet_that_is_read(sheet: Sheet) -> None:
    assert read_sheet(ITEMS, posted(sheet)) == sheet


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_anything_may_be_posted_and_only_what_is_asked_is_read(pairs: dict[str, str]) -> None:
    asked = {field_name(item.code) for item in ITEMS}
    sheet = read_sheet(ITEMS, MultiDict(pairs))
    assert sheet.empty or asked & pairs.keys()


def test_an_empty_form_is_an_empty_sheet() -> None:
    assert read_sheet(ITEMS, MultiDict()).empty


def test_an_option_that_does_not_exist_is_read_as_it_came() -> None:
    assert read_sheet(ITEMS, MultiDict({"item-A1": "S9"})).ratings == {"A1": "S9"}


def test_a_mark_posted_twice_is_one_mark() -> None:
    assert read_sheet(ITEMS, MultiDict([("item-Z", "Z01"), ("item-Z", "Z01")])).marks == {"Z": ("Z01",)}


@pytest.mark.parametrize(("typed", "read"), [(" a\r\nb\r", "a\nb"), ("a\x00\x1b[31mb", "a[31mb"), ("\t \n", None)])
def test_a_text_loses_control_signs_and_outer_blanks(typed: str, read: str | None) -> None:
    assert read_sheet(ITEMS, MultiDict({"item-T1": typed})).texts.get("T1") == read


def test_every_kind_of_item_has_a_field() -> None:
    assert set(FIELDS) == set(Kind)


@given(SHEETS, SHEETS)
def test_two_departments_on_one_page_are_told_apart(one: Sheet, other: Sheet) -> None:
    pairs = [(f"D1.{name}", answer) for name, answer in posted(one).items(multi=True)]
    pairs += [(f"D2.{name}", answer) for name, answer in posted(other).items(multi=True)]
    assert (read_sheet(ITEMS, MultiDict(pairs), "D1"), read_sheet(ITEMS, MultiDict(pairs), "D2")) == (one, other)


@pytest.mark.parametrize("code", ["data", "errors", "validate", "sheet", "asked", "meta"])
def test_no_item_code_meets_a_name_of_the_form_itself(code: str) -> None:
    items = (Item(code, Kind.TEXT, Wording("问")),)
    assert read_sheet(items, MultiDict({field_name(code): "答"})).texts == {code: "答"}
