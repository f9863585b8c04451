"""The report on a whole round (白皮书) for its organiser: who answered, what they said, how sure that is, and how it was computed."""

from collections.abc import Mapping, Sequence
from typing import Final

from appraisal.i18n import TAGS
from appraisal.model.questionnaire import Item
from appraisal.model.results import DepartmentResult, RoundResults
from appraisal.model.round import Combine
from appraisal.model.round_report import RoundFacts
from appraisal.model.sensitivity import SensitivityTable
from appraisal.reports import charts, choice_wording, figures, round_parts, round_summary
from appraisal.reports.report_page import long_date, numbered, print_report, said_in

# Heights in units of the drawings, of which a page has so many: the first page of a section has its text besides.
PAGE: Final = 930.0
FIRST: Final = 700.0
# The caterpillar beside a group's table is drawn narrower than on the screen, so that its letters stay large.
PLOT: Final = 270.0
# What a drawing of answers has above and below its rows.
AROUND_ROWS: Final = 90.0
LANDSCAPE_WIDTH: Final = 250.0


def render(facts: RoundFacts, choices: SensitivityTable, language: str) -> bytes:
    """The report as PDF/A-3a; the same bytes for the same facts. ``choices``: the scores under every choice.

    Raises ``Refused``, before anything is set, when the fonts lack a character; ``press.Misprint`` when WeasyPrint warns.
    """
    drawn, layout = _pictures(facts, language)
    parts = _parts(facts, choices, layout, language)
    return print_report("round_report", facts.plan.title[language], parts, drawn, language, {"funnel": LANDSCAPE_WIDTH})


def _pictures(facts: RoundFacts, language: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Every drawing by its name, and the names by what they are of."""
    results = facts.results
    drawn = {"funnel": charts.funnel(results, language)}
    layout: dict[str, list[str]] = {}
    for code in results.groups:
        one = charts.of_group(results, code)
        if any(each.score.value is not None for each in one.departments):
            key = f"caterpillar-{code}"
            drawn[key] = charts.caterpillar(one, language, key=key, plot=PLOT, scale=_scored(results))
    item = facts.plan.questionnaire.item(facts.plan.policy.score_item)
    answers = charts.paged(results, language, FIRST - AROUND_ROWS, PAGE - AROUND_ROWS)
    layout["answers"] = [f"answers-{number}" for number in range(len(answers))]
    for key, page in zip(layout["answers"], answers, strict=True):
        drawn[key] = charts.diverging(page, item, language, key=key)
    for each in round_parts.mark_items(facts):
        made = _heatmaps(results, each, language)
        layout[each.code] = list(made)
        drawn |= made
    rounds = round_parts.progress_rounds(facts.problems, language)
    if rounds:
        drawn["progress"] = charts.progress(rounds, language)
    return drawn, layout


def _scored(results: RoundResults) -> tuple[DepartmentResult, ...]:
    """Departments with a full result: a few ratings alone must not stretch everybody's scale."""
    return tuple(each for each in results.departments if each.in_group is not None)


def _heatmaps(results: RoundResults, item: Item, language: str) -> dict[str, str]:
    room = PAGE - charts.head_height(results, item, language)
    return {
        f"heatmap-{item.code}-{number}": charts.heatmap_of(page, item, language, key=f"heatmap-{item.code}-{number}")
        for number, page in enumerate(charts.paged(results, language, room, room))
    }


def _parts(
    facts: RoundFacts, choices: SensitivityTable, layout: Mapping[str, Sequence[str]], language: str
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
        "layout": layout,
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
        _("预警"),
        _("评议票检查"),
        _("换别的合理算法，得分会怎样"),
        _("与上一轮比较"),
        _("问题整改的台账"),
        _("附录：怎样算出来的"),
    ]
