"""The report on a whole round (白皮书) for its organiser: who answered, what they said, how sure that is, and how it was computed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from appraisal.i18n import TAGS
from appraisal.model.questionnaire import Item
from appraisal.model.results import RoundResults
from appraisal.model.round import Combine
from appraisal.model.round_report import RoundFacts
from appraisal.model.sensitivity import SensitivityTable
from appraisal.reports import charts, choice_wording, figures, round_parts, round_summary
from appraisal.reports.report_page import (
    MM_A_UNIT,
    TYPE_WIDTH,
    long_date,
    natural_height,
    natural_width,
    numbered,
    print_report,
    said_in,
)

# Room for a drawing on a page of its own, and below the heading of a section, in mm.
PAGE: Final = 234.0
FIRST: Final = 203.0
# The caterpillar beside a group's table is drawn narrower than on the screen, so that its letters stay large.
PLOT: Final = 270.0
LANDSCAPE_WIDTH: Final = 250.0

# Draws some departments, given what tells the drawing from others.
Draw = Callable[[RoundResults, str], str]


@dataclass(frozen=True, slots=True)
class Album:
    """Drawings by name, widths of some in mm, and the names of those that are pages of one, by what they are of."""

    drawn: Mapping[str, str]
    widths: Mapping[str, float]
    pages: Mapping[str, Sequence[str]]


def render(facts: RoundFacts, choices: SensitivityTable, language: str) -> bytes:
    """The report as PDF/A-3a; the same bytes for the same facts. ``choices``: the scores under every choice.

    Raises ``Refused``, before anything is set, when the fonts lack a character; ``press.Misprint`` when WeasyPrint warns.
    """
    album = _album(facts, language)
    parts = _parts(facts, choices, album.pages, language)
    return print_report("round_report", facts.plan.title[language], parts, album.drawn, language, album.widths)


def _album(facts: RoundFacts, language: str) -> Album:
    results, rounds = facts.results, round_parts.progress_rounds(facts.problems, language)
    drawn = {"funnel": charts.funnel(results, language), **_caterpillars(results, language)}
    if rounds:
        drawn["progress"] = charts.progress(rounds, language)
    widths: dict[str, float] = {"funnel": LANDSCAPE_WIDTH}
    pages: dict[str, Sequence[str]] = {}
    item = facts.plan.questionnaire.item(facts.plan.policy.score_item)
    paged = {"answers": (partial(_answers, item=item, language=language), FIRST)}
    for each in round_parts.mark_items(facts):
        paged[each.code] = (partial(_heatmap, item=each, language=language), PAGE)
    for name, (draw, first) in paged.items():
        made, scale = _pages(results, name, draw, first, language)
        drawn |= made
        widths |= {key: natural_width(svg) * scale for key, svg in made.items()}
        pages[name] = tuple(made)
    return Album(drawn, widths, pages)


def _answers(results: RoundResults, key: str, item: Item, language: str) -> str:
    return charts.diverging(results, item, language, key=key)


def _heatmap(results: RoundResults, key: str, item: Item, language: str) -> str:
    return charts.heatmap_of(results, item, language, key=key)


def _pages(results: RoundResults, name: str, draw: Draw, first: float, language: str) -> tuple[dict[str, str], float]:
    """A drawing of all departments on as many pages as it needs, in letters of one size; mm a unit. ``first``: room on the first."""
    whole = draw(results, name)
    scale = min(MM_A_UNIT, TYPE_WIDTH / natural_width(whole))
    around = natural_height(whole) - charts.rows_height(results, language)
    parts = charts.paged(results, language, first / scale - around, PAGE / scale - around)
    return {f"{name}-{number}": draw(part, f"{name}-{number}") for number, part in enumerate(parts)}, scale


def _caterpillars(results: RoundResults, language: str) -> dict[str, str]:
    """One of each group that has a score, all to the same scale."""
    # A few ratings alone must not stretch everybody's scale.
    scale = tuple(each for each in results.departments if each.in_group is not None)
    groups = {f"caterpillar-{code}": charts.of_group(results, code) for code in results.groups}
    return {
        key: charts.caterpillar(one, language, key=key, plot=PLOT, scale=scale)
        for key, one in groups.items()
        if any(each.score.value is not None for each in one.departments)
    }


def _parts(
    facts: RoundFacts, choices: SensitivityTable, pages: Mapping[str, Sequence[str]], language: str
) -> dict[str, object]:
    plan, titles = facts.plan, _titles(facts, language)
    return {
        "_": said_in(language),
        "fig": figures,
        "facts": facts,
        "plan": plan,
        "policy": plan.policy,
        "results": facts.results,
        "language": language,
        "tag": TAGS[language],
        "office": plan.office.name[language],
        "round_title": plan.title[language],
        "computed": long_date(facts.computed_on, language),
        "titles": titles,
        "numbers": [numbered(place, language) for place in range(1, len(titles) + 1)],
        "pages": pages,
        "summary": round_summary.lines(facts, choices, language),
        "boxes": round_summary.boxes(facts, language),
        "standings": round_parts.standing_counts(facts),
        "response": round_parts.response_rows(facts, language),
        "groups": round_parts.group_parts(facts, language),
        "item": plan.questionnaire.item(plan.policy.score_item),
        "mark_items": [
            (each, round_parts.mark_totals(facts, each, language)) for each in round_parts.mark_items(facts)
        ],
        "flags": round_parts.flag_parts(facts, language),
        "cohorts": round_parts.cohort_parts(facts, language),
        "apart": round_parts.held_apart(choices),
        "names": {each.code: each.name[language] for each in plan.departments},
        "choices": choices,
        "choice": lambda one: choice_wording.choice(one, language),
        "changes": round_parts.change_rows(facts, language),
        "progress": round_parts.progress_rounds(facts.problems, language),
        "by_weights": plan.policy.combine is Combine.WEIGHTS,
    }


def _titles(facts: RoundFacts, language: str) -> list[str]:
    _ = said_in(language)
    return [
        _("要点"),
        _("谁来评议"),
        _("各序列的结果"),
        _("各部门得到的回答"),
        *(_("被指出的问题：%(item)s", item=each.wording[language]) for each in round_parts.mark_items(facts)),
        _("指出问题的占比"),
        _("预警清单"),
        _("评议票检查"),
        _("换别的合理算法，得分会怎样"),
        _("与上一轮比较"),
        _("问题整改的台账"),
        _("附录：怎样算出来的"),
    ]
