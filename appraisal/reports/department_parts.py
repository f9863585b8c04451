"""The parts of a department's report: frozen, formatted by ``figures``, in the order of its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Final

from appraisal.i18n import text
from appraisal.model.department_report import DepartmentFacts, PastFinding
from appraisal.model.helped import Helped
from appraisal.model.questionnaire import Kind, Role
from appraisal.model.results import DepartmentResult, Estimate, MarkResult
from appraisal.model.wording import Wording
from appraisal.reports import charts, figures
from appraisal.reports.charts.progress import STAGES
from appraisal.reports.derivation import together, why
from appraisal.reports.helped_wording import department_row
from appraisal.reports.small_rows import LEAST_ROW, SafeTable, safe_table

# With fewer ratings intervals are made on the logit scale: docs/figures.md.
MANY: Final = 300


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One problem: its band of ballots, shares in whole per cent or a dash, and how it was in the last round."""

    code: str
    label: str
    band: str
    share: str
    interval: str
    group: str
    before: str
    flagged: bool


@dataclass(frozen=True, slots=True)
class MarkTable:
    """The marks of one item of the questionnaire."""

    item: str
    title: str
    rows: tuple[MarkRow, ...]


@dataclass(frozen=True, slots=True)
class PastRow:
    """A problem on a slip: where it stands, its share of ballots then and now, and whether that is an improvement."""

    number: str
    slip: str
    label: str
    statement: str
    outcome: str
    stage: str
    then: str
    now: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Derivation:
    """The rows that add up to the score, and how its interval comes from its standard error."""

    rows: tuple[tuple[str, str, str, str, str], ...]
    total: str
    score: str
    interval: str
    se: str
    quantile: str
    on_logits: bool


def names(parts: Sequence[Wording], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(part[language] for part in parts)


def answers(facts: DepartmentFacts) -> SafeTable:
    """The answers to the scored item by stratum, as far as they may be shown."""
    item = facts.plan.questionnaire.item(facts.plan.policy.score_item)
    strata = {stratum.code: stratum.name for stratum in facts.plan.strata}
    return safe_table(item, [(strata[each.stratum], each.counts) for each in facts.own.by_stratum])


def derivation(facts: DepartmentFacts, language: str) -> Derivation | None:
    """How the score was made, strata of fewer than ten ratings put together; None where there is no score to derive."""
    own = facts.own
    told = why(facts.plan, facts.results, own)
    rows = together(told.rows, LEAST_ROW)
    if not rows:
        return None
    quantile = _quantile(own.score)
    return Derivation(
        rows=tuple(
            (
                names(each.names, language),
                figures.band(each.n, language),
                figures.fine_score(each.mean),
                figures.fine_share(each.part),
                figures.fine_score(each.gives),
            )
            for each in rows
        ),
        total=figures.fine_score(told.total),
        score=figures.score(own.score.value),
        interval=figures.score_interval(own.score),
        se=figures.fine_score(own.score.se),
        quantile="" if quantile is None else figures.factor(quantile),
        on_logits=own.score.n < MANY,
    )


def _quantile(score: Estimate) -> float | None:
    """The multiple of the standard error that the interval reaches to, on the scale on which it is made."""
    if score.value is None or not score.se or score.low is None or score.high is None:
        return None
    if score.n >= MANY:
        reach = max(score.high - score.value, score.value - score.low)
        return reach / score.se
    if not 0 < score.low <= score.value <= score.high < 100:
        return None
    slope = score.se / 100 / (score.value / 100 * (1 - score.value / 100))
    return (_logit(score.high) - _logit(score.low)) / 2 / slope


def _logit(score: float) -> float:
    return log(score / (100 - score))


def rebuilt(value: float, se: float, quantile: float, on_logits: bool) -> tuple[float, float]:
    """The interval from the figures that the report prints: what a reader does with a pocket calculator.

    >>> [round(end, 1) for end in rebuilt(76.15, 1.76, 2.004, True)]
    [72.5, 79.5]
    """
    if not on_logits:
        return value - quantile * se, value + quantile * se
    middle, half = _logit(value), quantile * se * 100 / (value * (100 - value))
    low, high = (100 / (1 + exp(-end)) for end in (middle - half, middle + half))
    return low, high


def mark_tables(facts: DepartmentFacts, language: str) -> tuple[MarkTable, ...]:
    """Problems, then situations, each with what the rest of the group says."""
    own = {(mark.item, mark.option): mark for mark in facts.own.marks}
    tables = []
    for item in facts.plan.questionnaire.department_items:
        if item.kind is not Kind.MARKS:
            continue
        marks = [(option, own.get((item.code, option.code))) for option in item.options if option.role is Role.MARK]
        rows = tuple(_mark_row(facts, mark, option.label[language], language) for option, mark in marks if mark)
        tables.append(MarkTable(item.code, item.wording[language], rows))
    return tuple(tables)


def _mark_row(facts: DepartmentFacts, mark: MarkResult, label: str, language: str) -> MarkRow:
    before = (facts.before or {}).get((mark.item, mark.option))
    shown = mark.count >= figures.SMALLEST_CELL
    return MarkRow(
        code=mark.option,
        label=label,
        band=figures.band(mark.count, language),
        share=figures.percent(mark.share.value) if shown else figures.NOTHING,
        interval=figures.percent_interval(mark.share) if shown else figures.NOTHING,
        group=figures.percent(group_share(facts.peers, mark)),
        before=_share(before, language) if before is not None else figures.NOTHING,
        flagged=mark.flagged,
    )


def group_share(peers: Sequence[DepartmentResult], mark: MarkResult) -> float | None:
    """Ticks of the others of the group by their ballots; None where that would be fewer than five ballots, or none at all."""
    same = [one for peer in peers for one in peer.marks if (one.item, one.option) == (mark.item, mark.option)]
    ballots, ticks = sum(one.share.n for one in same), sum(one.count for one in same)
    return ticks / ballots if ballots and ticks >= figures.SMALLEST_CELL else None


def mark_charts(facts: DepartmentFacts, language: str) -> dict[str, str]:
    """A drawing for each item of marks, by the item's code."""
    own = {(mark.item, mark.option): mark for mark in facts.own.marks}
    return {
        item.code: charts.beside(
            f"beside-{item.code}",
            item.wording[language],
            [
                _beside(facts, own[item.code, option.code], option.label[language])
                for option in item.options
                if option.role is Role.MARK and (item.code, option.code) in own
            ],
            language,
        )
        for item in facts.plan.questionnaire.department_items
        if item.kind is Kind.MARKS
    }


def _beside(facts: DepartmentFacts, mark: MarkResult, label: str) -> charts.MarkBeside:
    group = group_share(facts.peers, mark)
    if mark.count < figures.SMALLEST_CELL:
        return charts.MarkBeside(label, None, None, None, group, mark.flagged)
    share = mark.share
    return charts.MarkBeside(label, share.value, share.low, share.high, group, mark.flagged)


def past_rows(facts: DepartmentFacts, language: str) -> tuple[PastRow, ...]:
    """Every problem on a slip with its state; shares then and now only for those of the last round."""
    now = {(mark.item, mark.option): mark for mark in facts.own.marks}
    return tuple(_past_row(facts, one, now.get((one.item, one.option)), language) for one in facts.past)


def _past_row(facts: DepartmentFacts, one: PastFinding, now: MarkResult | None, language: str) -> PastRow:
    old = one.round_code == facts.plan.previous
    then = (facts.before or {}).get((one.item, one.option)) if old else now
    return PastRow(
        number=one.number,
        slip=one.slip,
        label=one.label[language],
        statement=one.statement,
        outcome=_outcome(one.outcome, language),
        stage=charts.stage_name(STAGES[one.state], language),
        then=_share(then, language),
        now=_share(now, language) if old else figures.NOTHING,
        verdict=_verdict(one.helped, language),
    )


def _verdict(found: Helped | None, language: str) -> str:
    """Whether it got better, with the difference and its interval where no small count shows through."""
    if found is None:
        return ""
    row = department_row(found, language)
    if row.step == figures.NOTHING:
        return row.verdict
    return text(
        language,
        "%(verdict)s：%(step)s个百分点（%(interval)s）",
        verdict=row.verdict,
        step=row.step,
        interval=row.interval,
    )


def _outcome(outcome: str, language: str) -> str:
    said = {"true": text(language, "属实"), "partly": text(language, "部分属实"), "unfounded": text(language, "不属实")}
    return said.get(outcome, figures.NOTHING)


def _share(mark: MarkResult | None, language: str) -> str:
    if mark is None:
        return figures.NOTHING
    if mark.count < figures.SMALLEST_CELL:
        return figures.band(mark.count, language)
    return f"{figures.percent(mark.share.value)} ({figures.percent_interval(mark.share)})"


def progress_rounds(facts: DepartmentFacts, language: str) -> tuple[charts.RoundProgress, ...]:
    """The problems on slips by stage, the last round first."""
    titles = {facts.plan.code: facts.plan.title}
    if facts.previous is not None:
        titles[facts.plan.previous] = facts.previous
    rows = []
    for code in (facts.plan.previous, facts.plan.code):
        stages = [STAGES[one.state] for one in facts.past if one.round_code == code]
        if stages:
            counts = {stage: stages.count(stage) for stage in charts.Stage}
            rows.append(charts.RoundProgress(titles[code][language], counts))
    return tuple(rows)
