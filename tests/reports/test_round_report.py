"""What the report on a round says, and how it lies on the paper."""

import dataclasses
import doctest
import io
import re

import pdfplumber
import pypdf
import pytest

from appraisal.model import slip
from appraisal.model.finding import FindingState
from appraisal.model.round_report import RoundFacts, RoundProblems
from appraisal.model.wording import Wording
from appraisal.reports import charts, press, report_page, round_parts, round_report
from tests.makers import make_choices, make_estimate, make_results, make_round_facts

MM = 25.4 / 72


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def printed(facts: RoundFacts, language: str) -> bytes:
    return round_report.render(facts, make_choices(facts), language)


@pytest.fixture(scope="module")
def pdf(language: str) -> bytes:
    return printed(make_round_facts(24), language)


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "\n".join(page.extract_text() for page in opened.pages)


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    return text_of(pdf)


def test_every_letter_stays_within_the_margins(pdf: bytes) -> None:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            inked = [char for char in page.chars if char["text"].strip()]
            assert min(char["x0"] for char in inked) * MM > 24.5
            assert max(char["x1"] for char in inked) * MM < float(page.width) * MM - 21.4
            assert max(char["bottom"] for char in inked) * MM < float(page.height) * MM - 7


def test_no_page_but_the_cover_is_nearly_empty(pdf: bytes) -> None:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        letters = [len(page.chars) for page in opened.pages[1:]]
    assert min(letters) > 150


def test_only_our_own_fonts_are_used_and_no_letter_is_missing(pdf: bytes, text: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} <= set(press.FONTS)
    assert "\ufffd" not in text
    assert "(cid:" not in text


def test_the_file_claims_to_be_archival_and_tagged(pdf: bytes) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfaid:part" in root["/Metadata"].get_data()


def test_the_same_facts_are_the_same_bytes(pdf: bytes, language: str) -> None:
    assert printed(make_round_facts(24), language) == pdf


def test_the_english_report_has_no_chinese_of_ours() -> None:
    facts = make_round_facts(8, cohorts=())
    plan = dataclasses.replace(facts.plan, departments=facts.plan.departments)
    said = text_of(printed(dataclasses.replace(facts, plan=plan), "en"))
    assert re.findall(r"[\u4e00-\u9fff]+", said) == []


def test_places_are_ranges_and_tiers_are_named(text: str) -> None:
    assert re.search(r"\b\d–9\b", text)
    assert "梯队" in text or "tier" in text


def test_the_ledger_of_the_last_round_balances_on_the_page(text: str) -> None:
    assert "挂号2 = 销号1 + 在办1 + 不属实0 + 转出0" in text or "registered 2 = struck off 1 + running 1" in text


def test_scores_with_and_without_quarantine_stand_side_by_side(text: str) -> None:
    assert "40" in text
    assert "已核对发放记录" in text


def test_flags_come_with_their_sentence_and_the_other_rules(text: str) -> None:
    assert "60" in text
    assert "比值仍高" in text or "Ratio stays high" in text


def test_seed_hashes_version_and_least_numbers_are_in_the_appendix(text: str) -> None:
    facts = make_round_facts()
    for said in ("10,000", facts.results.policy_sha256[:40], "0.1.0", "30"):
        assert said in text


def test_a_report_says_that_it_is_not_published_yet() -> None:
    assert "结果尚未公布" in text_of(printed(make_round_facts(4, published=False), "zh"))


def test_a_round_without_anything_special_gets_a_report() -> None:
    results = dataclasses.replace(make_results(3), flags=(), funnel=None)
    nothing = make_estimate(None)
    bare = tuple(
        dataclasses.replace(one, score=nothing, in_group=None, negatives=None, marks=()) for one in results.departments
    )
    results = dataclasses.replace(results, departments=bare)
    facts = make_round_facts(3, results=results, before=None, cohorts=(), problems=())
    said = text_of(printed(facts, "zh"))
    assert "没有预警" in said
    assert "没有可以比较的上一轮" in said


def test_pages_of_a_drawing_hold_every_department_once() -> None:
    results = make_results(96)
    parts = charts.paged(results, "en", 300, 500)
    shown = [one.code for part in parts for one in part.departments]
    assert sorted(shown) == sorted(one.code for one in results.departments)
    assert max(charts.rows_height(part, "en") for part in parts[1:]) <= 500
    assert charts.rows_height(parts[0], "en") <= 300


def test_the_shares_of_all_departments_are_pooled_over_their_ballots() -> None:
    facts = make_round_facts(12)
    (item, *_) = round_parts.mark_items(facts)
    totals = round_parts.mark_totals(facts, item, "zh")
    marks = [m for one in facts.results.departments for m in one.marks if m.option == totals[0].code]
    assert totals[0].share == f"{sum(m.count for m in marks) / sum(m.share.n for m in marks):.1%}"


def test_hostile_names_stay_text() -> None:
    facts = make_round_facts(3)
    evil = Wording("轮<script>alert(1)</script>")
    assert "<script>" in text_of(
        printed(dataclasses.replace(facts, plan=dataclasses.replace(facts.plan, title=evil)), "zh")
    )


@pytest.mark.parametrize("module", [report_page, slip])
def test_the_examples_in_the_documentation_run(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried.attempted > 0
    assert tried.failed == 0


def test_problems_in_whatever_state_have_a_place_in_the_drawing() -> None:
    problems = (RoundProblems("2026-1", Wording("2026年评议", "Round 2026"), tuple(FindingState)),)
    (drawn,) = round_parts.progress_rounds(problems, "zh")
    assert sum(drawn.counts.values()) == len(FindingState)
    assert drawn.counts[charts.Stage.LEFT] == 3
