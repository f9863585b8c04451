"""What a round says, on one page: a few figures, and a sentence on each section."""

from dataclasses import dataclass

from appraisal.model.round_report import RoundFacts
from appraisal.model.sensitivity import SensitivityTable
from appraisal.reports import figures, round_parts
from appraisal.reports.report_page import said_in


@dataclass(frozen=True, slots=True)
class Box:
    """A figure in large letters, with what it is and what belongs to it."""

    name: str
    value: str
    note: str


def boxes(facts: RoundFacts, language: str) -> tuple[Box, ...]:
    """Ballots, rate of response, departments with a result, flags, problems struck off since the last round."""
    _, response, counts = said_in(language), facts.results.response, round_parts.standing_counts(facts)
    issued, ballots = sum(each.issued for each in response), sum(each.ballots for each in response)
    flagged = {flag.department for flag in facts.results.flags}
    made = [
        Box(_("收到评议票"), figures.whole(ballots), _("发出评议码%(n)s个", n=figures.whole(issued))),
        Box(_("回收率"), figures.share(round_parts.rate(response)), _("收到的评议票占发出的评议码")),
        Box(
            _("有得分的部门"),
            figures.whole(counts["result"]),
            _("仅供参考%(indicative)s个，没有得分%(none)s个，不排名%(unranked)s个", **counts),
        ),
        Box(
            _("预警"),
            figures.whole(len(facts.results.flags)),
            _("涉及%(n)s个部门", n=figures.whole(len(flagged))),
        ),
    ]
    last = facts.last_problems
    if last is not None and last.states:
        balance = last.balance
        registered = _("挂号%(n)s个", n=figures.whole(balance.registered))
        made.append(Box(_("上一轮的问题已销号"), figures.whole(balance.closed), registered))
    return tuple(made)


def lines(facts: RoundFacts, choices: SensitivityTable, language: str) -> tuple[str, ...]:
    """What is to be kept in mind, a sentence each."""
    made = (
        _response(facts, language),
        _tiers(facts, language),
        _changes(facts, language),
        _flags(facts, language),
        _cohorts(facts, language),
        _choices(choices, language),
        _balance(facts, language),
    )
    return tuple(line for line in made if line)


def _response(facts: RoundFacts, language: str) -> str:
    """The kinds of respondents with the lowest and the highest rate."""
    known = [(rate, each.name[language]) for each in facts.results.response if (rate := round_parts.rate([each]))]
    if len(known) < 2:
        return ""
    (low, last), (high, first) = min(known), max(known)
    return said_in(language)(
        "各类评议主体的回收率在%(low)s（%(last)s）到%(high)s（%(first)s）之间。区间不包括没有来评议的人会怎么说。",
        low=figures.share(low),
        last=last,
        high=figures.share(high),
        first=first,
    )


def _tiers(facts: RoundFacts, language: str) -> str:
    divided = sum(
        len({one.in_group.tier for one in facts.group(code) if one.in_group is not None}) > 1
        for code in facts.results.groups
    )
    return said_in(language)(
        "%(groups)s个序列中，有%(n)s个画得出一条上下都有把握的线；其余序列里的部门分不出先后，本报告不排单一的名次。",
        groups=len(facts.results.groups),
        n=divided,
    )


def _changes(facts: RoundFacts, language: str) -> str:
    changes = [one.change for one in facts.results.departments if one.change is not None]
    if not changes:
        return ""
    real = [each for each in changes if each.real]
    up = sum(each.difference > 0 for each in real)
    return said_in(language)(
        "与上一轮比，得分升高超出偶然的%(up)s个部门，降低超出偶然的%(down)s个，其余%(rest)s个的变化可能只是偶然。",
        up=up,
        down=len(real) - up,
        rest=len(changes) - len(real),
    )


def _flags(facts: RoundFacts, language: str) -> str:
    _, lines_found = said_in(language), facts.results.flag_lines
    raising = sum(line.raises is not None for line in lines_found)
    return _(
        "预警%(n)s处，可以据此登记问题；另有%(hints)s处值得再看。预警不是结论，查核属实的才写进工作提示单。",
        n=raising,
        hints=len(lines_found) - raising,
    )


def _cohorts(facts: RoundFacts, language: str) -> str:
    _ = said_in(language)
    if not facts.set_aside:
        return _("没有评议票被隔离。")
    return _("隔离评议票%(n)s份，不计入正式得分；计入它们的得分一并列出。", n=figures.whole(facts.set_aside))


def _choices(choices: SensitivityTable, language: str) -> str:
    known = [each.agreement for each in choices.columns[1:] if each.agreement is not None]
    if not known:
        return ""
    return said_in(language)(
        "换用别的合理算法，名次与正式得分的一致程度τ最低%(low)s（1是完全一致）。", low=figures.correlation(min(known))
    )


def _balance(facts: RoundFacts, language: str) -> str:
    last = facts.last_problems
    if last is None or not last.states:
        return ""
    balance = last.balance
    return said_in(language)(
        "上一轮挂号%(registered)s个问题：销号%(closed)s个，在办%(running)s个，不属实%(unfounded)s个，转出%(transferred)s个。",
        registered=balance.registered,
        closed=balance.closed,
        running=balance.running,
        unfounded=balance.unfounded,
        transferred=balance.transferred,
    )
