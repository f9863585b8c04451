"""The parts of a round's report: frozen, formatted by ``figures``, in the order of its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.i18n import text
from appraisal.model.flags import FlagLine
from appraisal.model.questionnaire import Item, Kind, Role
from appraisal.model.results import DepartmentResult, Response, Standing
from appraisal.model.round_report import RoundFacts, RoundProblems
from appraisal.model.sensitivity import Choice, SensitivityTable, Variant
from appraisal.reports import charts, figures, flag_wording, signal_wording
from appraisal.reports.charts.progress import STAGES
from appraisal.reports.charts.rows import ordered


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """Who answered; ``before``: the rate of the last round."""

    name: str
    population: str
    issued: str
    ballots: str
    rate: str
    before: str


@dataclass(frozen=True, slots=True)
class TierPart:
    """Departments between which no line can be drawn; ``title`` empty where the group has one tier and nothing else."""

    title: str
    departments: tuple[DepartmentResult, ...]


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group: what can be said of it, and its departments by tier."""

    code: str
    name: str
    answer: str
    tiers: tuple[TierPart, ...]


@dataclass(frozen=True, slots=True)
class MarkTotal:
    """One problem over all departments: its share of all ratings, how many flags, and where it is ticked most."""

    code: str
    label: str
    share: str
    flags: str
    most: str


@dataclass(frozen=True, slots=True)
class FlagPart:
    """A flagged line: ``raises`` where it may begin a finding; the sentence of its strongest rule, the names of the others."""

    department: str
    subject: str
    raises: bool
    why: str
    chance: str
    further: str


@dataclass(frozen=True, slots=True)
class CohortPart:
    """Ballots that were looked at: what stood out, what was decided, and why."""

    kind: str
    sentence: str
    ballots: str
    state: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A department whose score changed by more than chance."""

    department: str
    previous: str
    now: str
    difference: str
    interval: str


def response_rows(facts: RoundFacts, language: str) -> tuple[ResponseRow, ...]:
    """A row a stratum, and one of all together."""
    before = {each.stratum: each for each in facts.before.response} if facts.before else {}
    rows = [_response(each.name[language], [each], _same(before, each)) for each in facts.results.response]
    strata = {each.stratum for each in facts.results.response}
    # With other strata the last round's rate is that of another whole.
    last = list(before.values()) if strata == before.keys() else []
    return (*rows, _response(text(language, "合计"), facts.results.response, last))


def _same(before: Mapping[str, Response], one: Response) -> list[Response]:
    return [before[one.stratum]] if one.stratum in before else []


def _response(name: str, parts: Sequence[Response], before: Sequence[Response]) -> ResponseRow:
    known = [each.population for each in parts if each.population is not None]
    return ResponseRow(
        name=name,
        population=figures.whole(sum(known) if len(known) == len(parts) else None),
        issued=figures.whole(sum(each.issued for each in parts)),
        ballots=figures.whole(sum(each.ballots for each in parts)),
        rate=figures.share(rate(parts)),
        before=figures.share(rate(before)),
    )


def rate(parts: Sequence[Response]) -> float | None:
    """Ballots by codes issued; None where none were, as for ballots that were collected elsewhere."""
    issued = sum(each.issued for each in parts)
    return sum(each.ballots for each in parts) / issued if issued else None


def group_parts(facts: RoundFacts, language: str) -> tuple[GroupPart, ...]:
    """The groups that have departments, in the round's order."""
    made = ((code, name, facts.group(code)) for code, name in facts.results.groups.items())
    return tuple(_group(code, name[language], members, language) for code, name, members in made if members)


def _group(code: str, name: str, members: Sequence[DepartmentResult], language: str) -> GroupPart:
    found = ordered(tuple(members))
    numbers = sorted({each.in_group.tier for each in found if each.in_group is not None})
    tiers = [TierPart(_tier_title(n, found, language), tuple(_in_tier(found, n))) for n in numbers]
    rest = tuple(each for each in found if each.in_group is None)
    if rest:
        tiers.append(TierPart(text(language, "不排位次"), rest))
    return GroupPart(code, name, _group_answer(found, numbers, language), tuple(tiers))


def _in_tier(found: Sequence[DepartmentResult], number: int) -> list[DepartmentResult]:
    return [each for each in found if each.in_group is not None and each.in_group.tier == number]


def _tier_title(number: int, found: Sequence[DepartmentResult], language: str) -> str:
    count = len(_in_tier(found, number))
    title = text(language, "第%(tier)s梯队", tier=number)
    return title + (text(language, "：分不出先后的%(count)s个部门", count=count) if count > 1 else "")


def _group_answer(found: Sequence[DepartmentResult], tiers: Sequence[int], language: str) -> str:
    placed = sum(each.in_group is not None for each in found)
    if not placed:
        return text(language, "本组没有排得出位次的部门。")
    if len(tiers) == 1:
        return text(language, "%(n)s个部门之间画不出一条上下都有把握的线：它们是一个梯队，梯队里分不出先后。", n=placed)
    return text(
        language,
        "%(n)s个部门分成%(tiers)s个梯队：上一梯队的每个部门都有把握好于下一梯队的每个部门，同一梯队里分不出先后。",
        n=placed,
        tiers=len(tiers),
    )


def mark_items(facts: RoundFacts) -> tuple[Item, ...]:
    """The items of marks: problems, situations."""
    return tuple(item for item in facts.plan.questionnaire.department_items if item.kind is Kind.MARKS)


def mark_totals(facts: RoundFacts, item: Item, language: str) -> tuple[MarkTotal, ...]:
    """The marks of an item, the one that is ticked most often first."""
    options = [option for option in item.options if option.role is Role.MARK]
    found = [(option, _pooled(facts, item.code, option.code)) for option in options]
    found.sort(key=lambda pair: -(pair[1] or 0.0))
    return tuple(
        MarkTotal(
            option.code,
            option.label[language],
            figures.share(share),
            figures.whole(sum((f.item, f.option) == (item.code, option.code) for f in facts.results.flags)),
            _most(facts, item.code, option.code, language),
        )
        for option, share in found
    )


def _pooled(facts: RoundFacts, item: str, option: str) -> float | None:
    same = [m for one in facts.results.departments for m in one.marks if (m.item, m.option) == (item, option)]
    ballots = sum(mark.share.n for mark in same)
    return sum(mark.count for mark in same) / ballots if ballots else None


def _most(facts: RoundFacts, item: str, option: str, language: str) -> str:
    """The department with the largest share, among those that are rated often enough to be flagged."""
    least = facts.plan.policy.flag_minimum_n
    shares = [
        (mark.share.value, one.name[language])
        for one in facts.results.departments
        for mark in one.marks
        if (mark.item, mark.option) == (item, option) and mark.share.n >= least and mark.share.value
    ]
    if not shares:
        return figures.NOTHING
    share, name = max(shares)
    return f"{name} {figures.share(share)}"


def flag_parts(facts: RoundFacts, language: str) -> tuple[FlagPart, ...]:
    """Every flagged line, those that may begin a finding first."""
    names = {each.code: each.name[language] for each in facts.plan.departments}
    return tuple(_flag(facts, line, names[line.department], language) for line in facts.results.flag_lines)


def _flag(facts: RoundFacts, line: FlagLine, department: str, language: str) -> FlagPart:
    first, *others = line.reasons
    return FlagPart(
        department,
        flag_wording.subject(facts.plan, first, language),
        line.raises is not None,
        flag_wording.why(facts.plan, first, language),
        flag_wording.chance(first, language),
        text(language, "、").join(flag_wording.rule(one, language) for one in others),
    )


def cohort_parts(facts: RoundFacts, language: str) -> tuple[CohortPart, ...]:
    """The cohorts in the order in which they were proposed."""
    return tuple(
        CohortPart(
            signal_wording.kind(each.signal, language),
            signal_wording.sentence(facts.plan, each.signal, language),
            figures.whole(each.ballots),
            signal_wording.state(each.state, language),
            each.reasons,
        )
        for each in facts.cohorts
    )


def change_rows(facts: RoundFacts, language: str) -> tuple[ChangeRow, ...]:
    """Departments that changed by more than chance, the largest rise first."""
    changed = [(one, one.change) for one in facts.results.departments if one.change is not None and one.change.real]
    changed.sort(key=lambda pair: -pair[1].difference)
    return tuple(
        ChangeRow(
            one.name[language],
            figures.score(change.previous),
            figures.score(one.score.value),
            figures.points(change.difference),
            figures.points_interval(change),
        )
        for one, change in changed
    )


def progress_rounds(problems: Sequence[RoundProblems], language: str) -> tuple[charts.RoundProgress, ...]:
    """Rounds that have problems, by stage."""
    return tuple(charts.RoundProgress(each.title[language], _stages(each)) for each in problems if each.states)


def _stages(one: RoundProblems) -> Mapping[charts.Stage, int]:
    stages = [STAGES[state] for state in one.states]
    return {stage: stages.count(stage) for stage in charts.Stage}


def held_apart(table: SensitivityTable) -> tuple[tuple[str, Variant, Variant], ...] | None:
    """Code, official score and score with the ballots in quarantine, where there are such; the largest difference first."""
    at = {column.choice: place for place, column in enumerate(table.columns)}
    official, whole = at[Choice.OFFICIAL], at[Choice.ALL_BALLOTS]
    if table.columns[official].ballots == table.columns[whole].ballots:
        return None
    rows = [(line.code, line.variants[official], line.variants[whole]) for line in table.lines]
    return tuple(sorted(rows, key=lambda row: -abs(row[2].difference or 0.0)))


def standing_counts(facts: RoundFacts) -> Mapping[str, int]:
    """How many ranked departments have a result, an indicative one or none, and how many are not ranked."""
    ranked = [one for one in facts.results.departments if one.ranked]
    counts = {str(standing): sum(one.standing is standing for one in ranked) for standing in Standing}
    return {**counts, "unranked": len(facts.results.departments) - len(ranked)}
