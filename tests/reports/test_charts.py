"""Charts can be read: nothing is clipped, nothing overlaps, contrast is enough, and nothing needs a style sheet."""

import dataclasses
import doctest
import random
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from appraisal.model.department_report import RoundScore
from appraisal.model.questionnaire import Role
from appraisal.model.results import DepartmentResult, RoundResults, Standing
from appraisal.model.wording import Wording
from appraisal.reports import charts, press
from appraisal.reports.charts import drawing
from appraisal.reports.charts.drawing import BAD, INK, PAPER, SOFT, WASH, fold, width_of
from appraisal.reports.charts.heatmap import SHADES
from appraisal.reports.report_page import CHART_FACE, for_paper
from tests.makers import (
    default_questionnaire,
    make_department_result,
    make_estimate,
    make_negatives,
    make_place,
    make_results,
)

NAMESPACE = "{http://www.w3.org/2000/svg}"
ITEM = default_questionnaire().item("A3")
STRATA = {
    "enterprise": Wording("企业", "Enterprises"),
    "citizen": Wording("市民", "Citizens"),
    "deputy": Wording("两代表一委员", "Deputies and committee members"),
}
OF_REPORTS = ("placed", "trend", "beside", "progress", "bands")
ON_PAPER = ("caterpillar-narrow", "heatmap-Z", "heatmap-B")
KINDS = ("caterpillar", "diverging", "funnel", "heatmap", "strip", "strata", *OF_REPORTS, *ON_PAPER)
Box = tuple[float, float, float, float]


def odd_results() -> RoundResults:
    """Twenty departments, among them one without a score, one indicative, one with too few answers, one with none, two at the ends."""
    changes: dict[int, dict[str, object]] = {
        3: {
            "score": make_estimate(None),
            "standing": Standing.NONE,
            "ranked": False,
            "in_group": None,
            "negatives": None,
        },
        4: {"score": make_estimate(70, 11), "standing": Standing.INDICATIVE},
        5: {"counts": {"S5": 1, "S0": 3}},
        6: {"counts": {}, "marks": ()},
        7: {"score": dataclasses.replace(make_estimate(100.0), se=0.0, low=None, high=None)},
        8: {"score": make_estimate(0.0)},
    }
    rng = random.Random(2)
    made = tuple(make_department_result(number, rng, **changes.get(number, {})) for number in range(20))
    return dataclasses.replace(make_results(1), departments=made)


def drawn(kind: str, results: RoundResults, language: str) -> str:
    if kind in OF_REPORTS:
        return drawn_for_a_report(kind, results, language)
    if kind in ON_PAPER:
        return drawn_on_paper(kind, results, language)
    one = results.departments[1 % len(results.departments)]
    match kind:
        case "caterpillar":
            return charts.caterpillar(results, language)
        case "diverging":
            return charts.diverging(results, ITEM, language)
        case "funnel":
            return charts.funnel(results, language)
        case "heatmap":
            return charts.heatmap(results, default_questionnaire(), language)
        case "strip":
            return charts.strip(results, one.code, language)
        case _:
            return charts.diverging_strata(one, STRATA, ITEM, language)


def drawn_on_paper(kind: str, results: RoundResults, language: str) -> str:
    if kind == "caterpillar-narrow":
        return charts.caterpillar(results, language, key=kind, plot=240.0)
    return charts.heatmap_of(results, default_questionnaire().item(kind[-1]), language, key=kind)


def drawn_for_a_report(kind: str, results: RoundResults, language: str) -> str:
    one = results.departments[1 % len(results.departments)]
    match kind:
        case "placed":
            return charts.placed(results.departments[0], results.departments[1:], language)
        case "trend":
            return charts.trend(one.name[language], history(results), language)
        case "beside":
            return charts.beside("beside-Z", one.name[language], marks(language), language)
        case "bands":
            named = [(f"{n}.{one.name[language][:15]}", 3**n) for n, one in enumerate(results.departments[:9], start=1)]
            return charts.bands(named, language)
        case _:
            return charts.progress(rounds_of_slips(one.name[language]), language)


def history(results: RoundResults) -> list[RoundScore]:
    """Six rounds with long names, wide and narrow intervals, one at the end of the scale, one without an interval."""
    return [
        RoundScore(
            f"R{number}",
            Wording(f"示范市第{number}届万人民主评议机关", "The democratic appraisal of Shifan"),
            one.score,
        )
        for number, one in enumerate(results.departments[4:10])
        if one.score.value is not None
    ]


def marks(language: str) -> list[charts.MarkBeside]:
    """Every mark asked: one withheld, one at the top of the scale, the others by chance."""
    rng = random.Random(3)
    options = [o for item in default_questionnaire().department_items for o in item.options if o.role is Role.MARK]
    rows = [
        charts.MarkBeside(o.label[language], s := rng.random() / 2, s * 0.7, s * 1.3, rng.random() / 3, s > 0.3)
        for o in options
    ]
    rows[0] = charts.MarkBeside(rows[0].label, None, None, None, 0.01, False)
    rows[1] = charts.MarkBeside(rows[1].label, 1.0, 0.96, 1.0, None, True)
    return rows


def rounds_of_slips(name: str) -> list[charts.RoundProgress]:
    return [
        charts.RoundProgress("示范市第十一届万人民主评议机关", dict.fromkeys(charts.Stage, 1200)),
        charts.RoundProgress(name, {charts.Stage.CLOSED: 1, charts.Stage.LEFT: 0}),
    ]


Width = Callable[[str, float], float]


def printed_width(said: str, size: float) -> float:
    """The width of one line in the face that is printed, from its own metrics."""
    advances = press.letters(CHART_FACE)
    return sum(advances[ord(letter)] for letter in for_paper(said)) / 1000 * size


def texts(svg: str, width_in: Width = width_of) -> list[tuple[str, Box]]:
    """Every text with the box (left, top, right, bottom) it takes, on the screen by estimate."""
    found = []
    for element in ET.fromstring(svg).iter(f"{NAMESPACE}text"):
        size, said = float(element.attrib["font-size"]), element.text or ""
        width = width_in(said, size)
        if "transform" in element.attrib:
            x, y = (float(part) for part in element.attrib["transform"].split("(")[1].split(")")[0].split())
            found.append((said, (x - size * 0.8, y - width, x + size * 0.2, y)))
            continue
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[element.attrib["text-anchor"]]
        found.append((said, (left, y - size * 0.8, left + width, y + size * 0.2)))
    return found


def overlap(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) - max(one[0], other[0]) > 0.5 and min(one[3], other[3]) - max(one[1], other[1]) > 0.5


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LONGEST = Wording(
    "市人力资源和社会保障综合行政执法监察支队（含经济技术开发区、高新技术产业园区分队）",
    "Municipal Human Resources, Social Security and Administrative Law Enforcement Inspection Brigade",
)


def long_names() -> RoundResults:
    """Groups, departments and rounds with names longer than any label."""
    results = odd_results()
    made = tuple(dataclasses.replace(one, name=LONGEST) for one in results.departments)
    groups = {code: Wording(name.zh * 4, name["en"] * 3) for code, name in results.groups.items()}
    return dataclasses.replace(results, departments=made, groups=groups, title=LONGEST)


def one_beside_the_other() -> RoundResults:
    """A hundred departments; thirty of them in the same few spots outside the funnel, some exactly upon one another."""
    results = make_results(100)
    heaped = [make_negatives(72 + number % 3, 120 + number % 2) for number in range(30)]
    made = tuple(
        dataclasses.replace(one, negatives=negatives)
        for one, negatives in zip(results.departments[:30], heaped, strict=True)
    )
    return dataclasses.replace(results, departments=(*made, *results.departments[30:]))


def all_at_the_end() -> RoundResults:
    """Everybody has the best there is, without any spread."""
    best = dataclasses.replace(make_estimate(100.0), se=0.0, low=None, high=None)
    made = tuple(
        dataclasses.replace(
            one, score=best, counts={"S5": 99}, negatives=make_negatives(120), in_group=make_place(1, 100, of=100)
        )
        for one in make_results(30).departments
    )
    return dataclasses.replace(make_results(1), departments=made)


NASTY: dict[str, Callable[[], RoundResults]] = {
    "odd": odd_results,
    "long names": long_names,
    "a hundred, heaped": one_beside_the_other,
    "all at the end": all_at_the_end,
    "one alone": lambda: make_results(1),
}


@pytest.mark.parametrize("width_in", [width_of, printed_width], ids=["screen", "paper"])
@pytest.mark.parametrize("results", NASTY)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_text_is_clipped_and_none_lies_on_another(kind: str, language: str, results: str, width_in: Width) -> None:
    svg = drawn(kind, NASTY[results](), language)
    width, height = (float(part) for part in ET.fromstring(svg).attrib["viewBox"].split()[2:])
    boxes = texts(svg, width_in)
    assert boxes
    assert [
        said for said, (left, top, right, bottom) in boxes if left < 0 or top < 0 or right > width or bottom > height
    ] == []
    assert [(one[0], other[0]) for one, other in neighbours(boxes) if overlap(one[1], other[1])] == []


def neighbours(boxes: list[tuple[str, Box]]) -> Iterator[tuple[tuple[str, Box], tuple[str, Box]]]:
    """Pairs that share some height: of the thousands of a heat map few can touch at all."""
    ordered = sorted(boxes, key=lambda box: box[1][1])
    for at, one in enumerate(ordered):
        for other in ordered[at + 1 :]:
            if other[1][1] >= one[1][3]:
                break
            yield one, other


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["caterpillar", "strip", "diverging", "strata", "placed", "beside"])
def test_no_text_lies_on_the_plot_of_its_row(kind: str, language: str) -> None:
    svg = drawn(kind, odd_results(), language)
    rows = [
        line.attrib
        for line in ET.fromstring(svg).iter(f"{NAMESPACE}line")
        if line.attrib["stroke-width"] in ("0.6", "0.5", "0.4") and line.attrib["y1"] == line.attrib["y2"]
    ]
    plots = [(float(row["x1"]), float(row["y1"]) - 1, float(row["x2"]), float(row["y1"]) + 1) for row in rows]
    assert plots
    assert [said for said, box in texts(svg) for plot in plots if overlap(box, plot)] == []


def test_a_legend_of_long_answers_is_broken_into_rows() -> None:
    options = tuple(dataclasses.replace(option, label=Wording(option.label.zh * 5)) for option in ITEM.options)
    svg = charts.diverging(odd_results(), dataclasses.replace(ITEM, options=options), "zh")
    width = float(ET.fromstring(svg).attrib["width"])
    boxes = texts(svg)
    assert max(right for _, (_, _, right, _) in boxes) <= width
    assert [(one[0], other[0]) for one, other in combinations(boxes, 2) if overlap(one[1], other[1])] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_shape_lies_inside_the_drawing(kind: str) -> None:
    root = ET.fromstring(drawn(kind, odd_results(), "zh"))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for element in root.iter():
        for name, most in (
            ("x", width),
            ("cx", width),
            ("x1", width),
            ("x2", width),
            ("y", height),
            ("cy", height),
            ("y2", height),
        ):
            assert 0 <= float(element.attrib.get(name, 0)) <= most
        assert float(element.attrib.get("x", 0)) + float(element.attrib.get("width", 0)) <= width + 0.01


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_is_an_image_with_a_title_and_a_description_and_no_style(kind: str) -> None:
    svg = drawn(kind, odd_results(), "zh")
    root = ET.fromstring(svg)
    title, description = root.find(f"{NAMESPACE}title"), root.find(f"{NAMESPACE}desc")
    assert title is not None
    assert description is not None
    assert title.text
    assert description.text
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert "style" not in svg
    assert "script" not in svg


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_escaped(kind: str) -> None:
    evil = Wording('<script>"&')
    rng = random.Random(1)
    made = tuple(make_department_result(number, rng, name=evil) for number in range(3))
    svg = drawn(kind, dataclasses.replace(make_results(1), departments=made), "zh")
    assert "<script" not in svg
    # A group or stratum label may be all that is written; where the name is, it reads as it was.
    assert evil.zh in "".join(ET.fromstring(svg).itertext())


def test_ids_of_several_charts_on_one_page_differ() -> None:
    results = odd_results()
    ids = [
        element.attrib["id"]
        for kind in KINDS
        for element in ET.fromstring(drawn(kind, results, "zh")).iter()
        if "id" in element.attrib
    ]
    assert len(ids) == len(set(ids)) == 2 * len(KINDS)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [(INK, PAPER), (SOFT, PAPER), (INK, WASH), (SOFT, WASH), *((ink, fill) for _, fill, ink in SHADES[1:])],
)
def test_texts_have_the_contrast_that_accessibility_asks(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


def test_the_shades_of_the_heat_map_darken_step_by_step() -> None:
    assert all(luminance(light) > luminance(dark) * 1.1 for light, dark in pairwise(fill for _, fill, _ in SHADES))


def test_inside_a_group_the_best_comes_first_and_no_result_last() -> None:
    svg = charts.caterpillar(odd_results(), "zh")
    said = [text for text, _ in texts(svg)]
    first_group = said[: said.index("政府经济部门")]
    scores = [float(text.split()[0]) for text in first_group if "(" in text and text[0].isdigit()]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) >= 5
    assert first_group[-1] == "没有得分"


def test_an_indicative_score_is_hollow() -> None:
    whole = ET.fromstring(charts.caterpillar(make_results(9), "zh"))
    with_one = ET.fromstring(charts.caterpillar(odd_results(), "zh"))
    hollow = [
        [dot.attrib["fill"] for dot in root.iter(f"{NAMESPACE}circle")].count(PAPER) for root in (whole, with_one)
    ]
    # One hollow dot explains itself in the legend.
    assert hollow == [1, 2]


def test_flagged_cells_are_outlined_and_named_in_the_description() -> None:
    results = make_results(6)
    flagged = [
        mark
        for one in results.departments
        for mark in one.marks
        if mark.flagged and not mark.option.endswith(("00", "99"))
    ]
    root = ET.fromstring(charts.heatmap(results, default_questionnaire(), "zh"))
    outlines = [box for box in root.iter(f"{NAMESPACE}rect") if box.attrib.get("stroke") == BAD]
    # One more is the legend's.
    assert len(outlines) == len(flagged) + 1
    assert len(flagged) > 0
    description = root.find(f"{NAMESPACE}desc")
    assert description is not None
    assert (description.text or "").count("50.0%") == len(flagged)


def test_a_bar_is_as_long_as_its_shares_and_splits_the_middle_option() -> None:
    counts = {"S5": 10, "S4": 20, "S3": 40, "S2": 20, "S1": 10, "S0": 999}
    one = make_department_result(0, random.Random(1), counts=counts)
    root = ET.fromstring(charts.diverging(dataclasses.replace(make_results(1), departments=(one,)), ITEM, "zh"))
    bars = [box for box in root.iter(f"{NAMESPACE}rect") if box.attrib.get("stroke") == "#ffffff"]
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths == pytest.approx([19.0, 38.0, 76.0, 38.0, 19.0])
    middle = float(bars[2].attrib["x"]) + widths[2] / 2
    assert middle == pytest.approx(float(list(root.iter(f"{NAMESPACE}line"))[-1].attrib["x1"]), abs=0.02)


def test_cells_so_small_that_they_could_tell_who_are_withheld() -> None:
    one = make_department_result(0, random.Random(1))
    small = dataclasses.replace(one.by_stratum[0], counts={"S1": 4, "S0": 50})
    svg = charts.diverging_strata(dataclasses.replace(one, by_stratum=(small,)), STRATA, ITEM, "zh")
    assert "不足5人次" in svg
    assert "100.0%" not in svg


def test_a_strip_of_an_unknown_department_is_an_error() -> None:
    with pytest.raises(KeyError, match="D999"):
        charts.strip(make_results(3), "D999", "zh")


def test_a_round_of_a_hundred_departments_is_drawn_at_once() -> None:
    svg = charts.caterpillar(make_results(100), "zh")
    assert svg.count("<circle") == 102
    assert len(svg) < 100_000


def test_the_examples_in_the_documentation_run() -> None:
    tried = doctest.testmod(drawing)
    assert (tried.attempted, tried.failed) == (2, 0)


@pytest.mark.parametrize(
    "said",
    ["人力资源和社会保障局", "Human Resources and Social Security Bureau", "Antidisestablishmentarianism", "A 局"],
)
def test_folding_loses_no_letter_and_keeps_to_the_width(said: str) -> None:
    lines = fold(said, 80, 10)
    assert "".join(lines).replace(" ", "") == said.replace(" ", "")
    assert all(width_of(line, 10) <= 80 or " " not in line for line in lines)


def unscored(results: RoundResults) -> tuple[DepartmentResult, ...]:
    return tuple(
        dataclasses.replace(one, score=make_estimate(None), standing=Standing.NONE, counts={}, marks=())
        for one in results.departments
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_without_any_result_is_still_drawn(kind: str) -> None:
    results = make_results(3)
    svg = drawn(kind, dataclasses.replace(results, departments=unscored(results)), "zh")
    assert ET.fromstring(svg).attrib["role"] == "img"


def spread(*shares: float) -> RoundResults:
    """Departments with these shares of ballots with a problem, the limits being those of makers."""
    negatives = [make_negatives(round(share * 120)) for share in shares]
    made = (make_department_result(number, random.Random(1), negatives=one) for number, one in enumerate(negatives))
    named = [
        dataclasses.replace(one, name=Wording(f"第{place}局", f"Bureau {place}")) for place, one in enumerate(made)
    ]
    return dataclasses.replace(make_results(1), departments=tuple(named))


def test_the_funnel_names_who_is_outside_and_nobody_else() -> None:
    said = {text for text, _ in texts(charts.funnel(spread(0.5, 0.2, 0.01), "zh"))}
    assert {"第0局", "第2局"} <= said
    assert "第1局" not in said


def test_the_funnel_fills_the_dots_outside_so_that_it_reads_without_colour() -> None:
    inside, outside = (charts.funnel(spread(share, 0.2), "zh").count(f'fill="{PAPER}"') for share in (0.2, 0.5))
    assert inside == outside + 1


def test_a_funnel_of_nobody_is_empty_axes() -> None:
    empty = dataclasses.replace(make_results(2), departments=(), funnel=None)
    # The one circle is the legend's.
    assert charts.funnel(empty, "zh").count("<circle") == 1


@pytest.mark.parametrize(("tiers", "lines"), [((1, 1, 1), 0), ((1, 2, 2), 1), ((1, 2, 3), 2)])
def test_a_line_is_drawn_where_a_tier_ends_and_nowhere_else(tiers: tuple[int, ...], lines: int) -> None:
    made = [
        make_department_result(0, random.Random(1), score=make_estimate(90.0 - place), in_group=make_place(1, 3, tier))
        for place, tier in enumerate(tiers)
    ]
    named = [dataclasses.replace(one, code=f"D{place}") for place, one in enumerate(made)]
    results = dataclasses.replace(make_results(1), departments=tuple(named))
    assert charts.caterpillar(results, "zh").count('stroke-dasharray="6 3"') == lines


def test_places_stand_beside_the_scores_and_never_a_single_rank() -> None:
    one = make_department_result(0, random.Random(1), in_group=make_place(12, 47, of=96))
    svg = charts.caterpillar(dataclasses.replace(make_results(1), departments=(one,)), "en")
    assert "between 12th and 47th of 96" in svg
    assert "12–47" in {said for said, _ in texts(svg)}
