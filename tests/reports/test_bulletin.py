"""The public bulletin says the same on the screen and on paper, and nothing that is not published."""

import dataclasses
import io
import re
from html import unescape
from xml.etree import ElementTree as ET

import pdfplumber
import pypdf
import pytest

from appraisal.model.publication import Reach
from appraisal.model.wording import Wording
from appraisal.reports import bulletin, bulletin_parts
from appraisal.reports.public_results import as_results, compared
from tests.makers import make_bulletin_facts


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(language: str) -> bytes:
    return bulletin.render(make_bulletin_facts(), language)


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "\n".join(page.extract_text() for page in opened.pages)


def body(language: str = "zh", **changes: object) -> str:
    facts = dataclasses.replace(make_bulletin_facts(), **changes)  # type: ignore[arg-type]
    return bulletin.body(facts, {"log": "/log/2026-1", "pdf": "/bulletin/2026-1.pdf"}, language)


def words_of(html: str) -> str:
    """The words outside of drawings."""
    bare = re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", bare))


def test_screen_and_paper_say_the_same_words(pdf: bytes, language: str) -> None:
    # A heading of a table may be broken over lines, and hyphenated.
    printed = re.sub(r"[\s\xad\u2010-]+", "", text_of(pdf))
    said = [unescape(line) for line in re.findall(r"<(?:h2|h3|h4|th|li)[^>]*>([^<]{4,40})<", body(language))]
    assert len(said) > 20
    assert [line for line in said if re.findall(r"\w{2,6}", line)[0] not in printed] == []


def test_every_department_is_named_once_in_its_place() -> None:
    facts = make_bulletin_facts(20)
    groups = bulletin_parts.groups(facts, "zh")
    named = [
        one.code
        for each in groups
        for part in (each.compared, each.indicative, each.silent, each.unranked)
        for one in part
    ]
    assert sorted(named) == sorted(one.code for one in facts.said.departments)


def test_indicative_departments_stand_apart_and_have_no_place() -> None:
    facts = make_bulletin_facts()
    indicative = facts.said.departments[1]
    assert indicative.code not in [one.code for one in compared(facts.said, indicative.group)]
    assert "仅供参考，不与别的部门比较" in body()


def test_how_many_answered_is_rounded_as_the_page_says(language: str) -> None:
    said = body(language)
    assert '<td class="number">235</td>' in said
    assert ">233<" not in said


def test_of_a_silent_department_there_is_a_name_and_nothing_else() -> None:
    facts = make_bulletin_facts()
    silent = dataclasses.replace(facts.said.departments[2], name=Wording("静默局"))
    said = dataclasses.replace(facts.said, departments=(silent,))
    told = words_of(body(said=said))
    assert "评价不足10份，不公布任何数字静默局" in told
    assert told.count("静默局") == 1


def test_the_charts_know_only_what_is_published() -> None:
    results = as_results(make_bulletin_facts(20).said)
    assert {one.standing for one in results.departments} == {"result"}
    assert all(one.counts == {} and one.marks == () and one.by_stratum == () for one in results.departments)
    assert all(one.score.value == round(one.score.value or 0.0, 1) for one in results.departments)


def test_a_hidden_stratum_shows_no_number() -> None:
    html = body()
    row = re.search(r"两代表一委员</th>(.*?)</tr>", html, re.DOTALL)
    assert row is not None
    assert re.findall(r">(\d+)%?<", row[1]) == ["30"]
    assert "人数少，不公布" in row[1]


def test_who_may_be_first_is_said_to_be_tied() -> None:
    facts = make_bulletin_facts(12)
    (group, *_) = bulletin_parts.groups(facts, "zh")
    best = min(one.places[0] for one in group.compared if one.places)
    tied = [one for one in group.compared if one.places and one.places[0] == best]
    assert f"可能排在第一的有{len(tied)}个部门" in group.tied
    assert group.tied.endswith("同一句里的部门之间，在统计上分不出先后。")


def test_no_single_rank_is_printed_for_overlapping_places() -> None:
    places = {one.places for one in make_bulletin_facts(12).said.departments if one.places}
    assert all(first < last for first, last in places)
    assert all(f"{first}–{last}" in body() for first, last in places)


def test_the_drawings_are_in_the_page_with_title_and_description() -> None:
    drawings = re.findall(r"<svg.*?</svg>", body(), re.DOTALL)
    assert len(drawings) == 3
    ids = [element.attrib["id"] for svg in drawings for element in ET.fromstring(svg).iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids)) == 6


def test_the_balance_adds_up_on_the_page() -> None:
    assert "挂号5 = 销号2 + 在办1 + 不属实1 + 转出1" in body()


def test_hostile_names_stay_text() -> None:
    facts = make_bulletin_facts(4)
    evil = dataclasses.replace(facts.said.departments[0], name=Wording("<script>alert(1)</script>"))
    html = body(said=dataclasses.replace(facts.said, departments=(evil,)))
    assert "<script" not in html
    assert "&lt;script" in html


def test_the_file_is_archival_tagged_and_the_same_for_the_same_facts(pdf: bytes, language: str) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfaid:part" in root["/Metadata"].get_data()
    assert bulletin.render(make_bulletin_facts(), language) == pdf


def test_the_english_bulletin_has_no_chinese(language: str) -> None:
    facts = make_bulletin_facts()
    contact = dataclasses.replace(facts.plan.office, contact="the desk")
    english = bulletin.body(dataclasses.replace(facts, plan=dataclasses.replace(facts.plan, office=contact)), {}, "en")
    assert re.findall(r"[\u4e00-\u9fff]+", english) == []


def test_a_round_in_which_nobody_is_compared_is_told_all_the_same() -> None:
    facts = make_bulletin_facts(3)
    few = tuple(dataclasses.replace(one, reach=Reach.NONE, score=None, places=None) for one in facts.said.departments)
    html = body(said=dataclasses.replace(facts.said, departments=few))
    assert "<svg" not in html
    assert html.count("评价不足10份，不公布任何数字") == 3
