"""What a department's report says, what it never says, and how it lies on the paper."""

import dataclasses
import io
import re
from datetime import date
from typing import Any

import pdfplumber
import pypdf
import pytest

from appraisal.model.department_report import DepartmentFacts, PastFinding, RoundScore
from appraisal.model.faults import Refused
from appraisal.model.finding import FindingState
from appraisal.model.results import StratumResult
from appraisal.model.wording import Wording
from appraisal.reports import department_parts, department_report, press
from appraisal.reports.derivation import together, why
from appraisal.reports.small_rows import safe_table
from tests.makers import default_questionnaire, make_estimate, make_plan, make_results

MM = 25.4 / 72
COUNTS = {
    "enterprise": {"S5": 21, "S4": 30, "S3": 12, "S2": 9, "S1": 6, "S0": 11},
    "citizen": {"S5": 14, "S4": 22, "S3": 7, "S2": 5, "S1": 8, "S0": 2},
}
MEANS = {"enterprise": 71.25, "citizen": 64.5}


def make_facts(**changes: Any) -> DepartmentFacts:
    """A department with everything that a report can tell of: a round before, and a problem of it on a slip."""
    results, plan = make_results(12), make_plan()
    group = plan.groups[0]
    whole = sum(group.weights[code] for code in MEANS)
    weights = [group.weights[code] / whole for code in MEANS]
    value = sum(weight * mean for weight, mean in zip(weights, MEANS.values(), strict=True))
    strata = tuple(
        StratumResult(
            code,
            make_estimate(MEANS[code], 4, n=sum(COUNTS[code].values())),
            *[make_estimate(0.5, 0.1, 1.0)] * 2,
            COUNTS[code],
        )
        for code in MEANS
    )
    score = dataclasses.replace(make_estimate(value, 3.0, n=400), se=1.5, low=value - 2.95, high=value + 2.95)
    own = dataclasses.replace(
        results.departments[0],
        score=score,
        by_stratum=strata,
        group=group.code,
        name=Wording("市交通运输局", "Transport Bureau"),
    )
    peers = tuple(dataclasses.replace(each, group=group.code) for each in results.departments[1:])
    results = dataclasses.replace(results, departments=(own, *peers), rank_draws=10000)
    past = PastFinding(
        "2025-1",
        "WT-2025-0007",
        "Z",
        "Z01",
        Wording("推诿扯皮", "Buck-passing"),
        "答复口径不一。",
        "true",
        FindingState.CLOSED,
        "示评办提〔2025〕7号",
    )
    history = (
        RoundScore("2025-1", Wording("2025年评议", "Round 2025"), make_estimate(61.0, 4)),
        RoundScore("2026-1", Wording("2026年评议", "Round 2026"), score),
    )
    facts = DepartmentFacts(
        dataclasses.replace(plan, previous="2025-1"),
        results,
        own.code,
        True,
        date(2026, 11, 20),
        history,
        Wording("2025年评议", "Round 2025"),
        {},
        (past,),
    )
    return dataclasses.replace(facts, **changes)


@pytest.fixture(scope="module", params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def pdf(language: str) -> bytes:
    return department_report.render(make_facts(), language)


@pytest.fixture(scope="module")
def text(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "\n".join(page.extract_text() for page in opened.pages)


def changed(facts: DepartmentFacts, **changes: Any) -> DepartmentFacts:
    own = dataclasses.replace(facts.own, **changes)
    return dataclasses.replace(
        facts, results=dataclasses.replace(facts.results, departments=(own, *facts.results.departments[1:]))
    )


def test_a_report_has_about_twelve_pages(pdf: bytes) -> None:
    assert 9 <= len(pypdf.PdfReader(io.BytesIO(pdf)).pages) <= 14


def test_every_letter_stays_within_the_margins(pdf: bytes) -> None:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            inked = [char for char in page.chars if char["text"].strip()]
            assert min(char["x0"] for char in inked) * MM > 24.5
            assert max(char["x1"] for char in inked) * MM < 188.6
            assert max(char["bottom"] for char in inked) * MM < 290


def test_only_our_own_fonts_are_used_and_all_are_embedded(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} <= set(press.FONTS)
    assert all("/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts)


def test_no_letter_is_missing(text: str) -> None:
    assert "\ufffd" not in text
    assert "(cid:" not in text


def test_the_same_facts_are_the_same_bytes(pdf: bytes, language: str) -> None:
    assert department_report.render(make_facts(), language) == pdf


def test_the_file_claims_to_be_archival_and_tagged(pdf: bytes) -> None:
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfaid:part" in root["/Metadata"].get_data()


def test_nothing_in_the_file_runs_or_hangs_on_it(pdf: bytes) -> None:
    assert not re.search(rb"/(JS|JavaScript|Launch|EmbeddedFile)\b", pdf)


def test_the_score_can_be_rebuilt_from_the_printed_rows(text: str) -> None:
    facts = make_facts()
    rows = re.findall(r"(\d+\.\d{3}) (\d+\.\d{3})% (\d+\.\d{3})$", text, re.MULTILINE)
    assert len(rows) == 2
    rebuilt = sum(float(mean) * float(part) / 100 for mean, part, _ in rows)
    assert rebuilt == pytest.approx(facts.own.score.value, abs=0.002)
    assert sum(float(gives) for _, _, gives in rows) == pytest.approx(rebuilt, abs=0.002)


@pytest.mark.parametrize("n", [120, 400])
def test_the_interval_can_be_rebuilt_from_the_printed_quantile(n: int) -> None:
    facts = changed(make_facts(), score=dataclasses.replace(make_facts().own.score, n=n))
    told = department_parts.derivation(facts, "zh")
    assert told is not None
    ends = department_parts.rebuilt(float(told.total), float(told.se), float(told.quantile), told.on_logits)
    assert ends == pytest.approx((facts.own.score.low, facts.own.score.high), abs=0.1)


def test_a_place_is_a_range_never_a_rank(text: str) -> None:
    assert "第1至第9位之间" in text or "between 1st and 9th of 12" in text


def test_other_departments_are_not_named(text: str) -> None:
    others = {each.name[language] for each in make_facts().peers for language in ("zh", "en")}
    assert [name for name in others if name in text] == []


def test_fewer_than_five_ballots_are_neither_counted_nor_shared() -> None:
    facts = make_facts()
    marks = tuple(dataclasses.replace(mark, count=number % 6) for number, mark in enumerate(facts.own.marks))
    tables = department_parts.mark_tables(changed(facts, marks=marks), "zh")
    small = [row for table in tables for row in table.rows if row.band == "不足5人次"]
    assert small
    assert {(row.share, row.interval) for row in small} == {("—", "—")}


def test_a_report_on_the_same_bands_is_the_same_report() -> None:
    facts = make_facts()
    (first, *rest) = facts.own.marks
    few, fewer = (changed(facts, marks=(dataclasses.replace(first, count=count), *rest)) for count in (1, 3))
    assert department_report.render(few, "zh") == department_report.render(fewer, "zh")


def test_a_department_without_a_score_gets_a_report_without_one() -> None:
    nothing = make_estimate(None)
    facts = changed(make_facts(history=()), score=nothing, in_group=None, peers=None, by_stratum=(), awareness=nothing)
    with pdfplumber.open(io.BytesIO(department_report.render(facts, "zh"))) as opened:
        said = "".join(page.extract_text() for page in opened.pages)
    assert "没有得分，所以没有计算过程" in said
    assert not re.search(r"(?<![\d.])0\.0", said)


def test_a_report_says_that_it_is_not_published_yet() -> None:
    with pdfplumber.open(io.BytesIO(department_report.render(make_facts(published=False), "zh"))) as opened:
        assert "结果尚未公布" in opened.pages[0].extract_text()


def test_the_state_of_a_problem_of_the_last_round_is_told(text: str) -> None:
    assert "WT-2025-0007" in text
    assert "已销号" in text or "closed" in text.lower() or "Struck off" in text


def test_a_character_that_the_fonts_lack_is_named_before_anything_is_set() -> None:
    with pytest.raises(Refused, match="U\\+20BB7"):
        department_report.render(changed(make_facts(), name=Wording("𠮷野家管理局")), "zh")


def test_hostile_names_stay_text() -> None:
    name = "局<script>alert(1)</script><img src=file:///etc/hostname>"
    pdf = department_report.render(changed(make_facts(), name=Wording(name)), "zh")
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        assert "<script>" in opened.pages[0].extract_text().replace("\n", "")


def test_small_strata_are_put_together_without_changing_the_sum() -> None:
    facts = make_facts()
    strata = tuple(
        dataclasses.replace(each, score=dataclasses.replace(each.score, n=n))
        for each, n in zip(facts.own.by_stratum, (40, 3), strict=True)
    )
    told = why(facts.plan, facts.results, changed(facts, by_stratum=strata).own)
    rows = together(told.rows, 10)
    assert [len(row.names) for row in rows] == [2]
    assert sum(row.gives for row in rows) == pytest.approx(told.total)
    assert together(told.rows, 44) == ()


def test_every_cell_of_the_answers_is_empty_or_of_five_and_nobody_is_lost() -> None:
    item = default_questionnaire().item("A3")
    for small in range(12):
        strata = [(Wording("甲"), COUNTS["enterprise"]), (Wording("乙"), {"S5": small, "S1": 2, "S4": 7})]
        table = safe_table(item, strata)
        assert all(count == 0 or count >= 5 for row in table.rows for count in row.counts.values())
        assert sum(row.n for row in table.rows) == 78 + small + 9


def test_what_every_single_one_of_a_small_stratum_said_is_put_together_with_others() -> None:
    strata = [(Wording("甲"), COUNTS["enterprise"]), (Wording("乙"), {"S1": 12})]
    (row,) = safe_table(default_questionnaire().item("A3"), strata).rows
    assert row.n == 90
    facts = make_facts()
    alike = tuple(
        dataclasses.replace(each, score=dataclasses.replace(each.score, n=n, value=value))
        for each, n, value in zip(facts.own.by_stratum, (40, 12), (75.0, 0.0), strict=True)
    )
    told = why(facts.plan, facts.results, changed(facts, by_stratum=alike).own)
    assert [each.n for each in together(told.rows, 10)] == [52]
    assert sum(each.gives for each in together(told.rows, 10)) == pytest.approx(told.total)


def test_an_english_report_has_the_quotation_marks_of_english() -> None:
    told = read(make_facts(), "en")
    assert 'did not say"don\'t know"' in told.replace(' "', '"')
    assert not {"“", "”"} & set(told)


def read(facts: DepartmentFacts, language: str = "zh") -> str:
    with pdfplumber.open(io.BytesIO(department_report.render(facts, language))) as opened:
        return "".join(page.extract_text() for page in opened.pages).replace("\n", "")


def test_quotations_and_replies_have_sections_of_their_own_and_a_text_that_cannot_be_printed_is_left_out() -> None:
    said = ("窗口排队太久，叫号机常坏。", "找【姓名】说了两次。", "好😀")
    told = read(make_facts(quotations=said, replies=("已增开两个窗口😀。",)))
    assert [each in told for each in said] == [True, True, False]
    assert "已增开两个窗口？。" in told
    # Once in the contents, once above the section; what comes behind counts on.
    assert (told.count("评议人的话（摘录）"), told.count("本部门的说明")) == (2, 2)


def test_without_them_a_report_has_neither_section() -> None:
    told = read(make_facts())
    assert ("评议人的话" in told, "本部门的说明" in told) == (False, False)
