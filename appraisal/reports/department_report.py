"""A department's report on one round: what the round says of it, against its group and the last round, and how that was computed.

Written for the department, so every count is a band and nothing of fewer than five ballots is shown, whoever has it printed.
"""

from collections.abc import Mapping
from statistics import median

from appraisal.i18n import TAGS, text
from appraisal.model.department_report import DepartmentFacts
from appraisal.model.results import DepartmentResult
from appraisal.model.round import Combine
from appraisal.reports import charts, department_parts, figures
from appraisal.reports.press import has_letter
from appraisal.reports.report_page import long_date, numbered, print_report, said_in


def render(facts: DepartmentFacts, language: str) -> bytes:
    """The report as PDF/A-3a, about twelve pages; the same bytes for the same facts.

    Raises ``Refused``, before anything is set, when the fonts lack a character; ``KeyError`` for a department that the round does
    not have; ``press.Misprint`` when WeasyPrint warns.
    """
    drawn = _pictures(facts, language)
    return print_report("department_report", facts.own.name[language], _parts(facts, drawn, language), drawn, language)


def _pictures(facts: DepartmentFacts, language: str) -> dict[str, str]:
    own, table = facts.own, department_parts.answers(facts)
    drawn = {f"beside-{code}": svg for code, svg in department_parts.mark_charts(facts, language).items()}
    drawn["progress"] = charts.progress(department_parts.progress_rounds(facts, language), language)
    if own.score.value is not None:
        drawn["placed"] = charts.placed(own, facts.peers, language)
    if facts.history:
        drawn["trend"] = charts.trend(own.name[language], facts.history, language)
    if table.rows:
        bars = [charts.Bar(department_parts.names(row.names, language), row.counts) for row in table.rows]
        title = text(language, "%(name)s：各类评议主体的回答", name=own.name[language])
        drawn["answers"] = charts.diverging_bars("answers", title, bars, table.item, language)
    return drawn


def _parts(facts: DepartmentFacts, pictures: Mapping[str, str], language: str) -> dict[str, object]:
    _, own, marks = said_in(language), facts.own, department_parts.mark_tables(facts, language)
    titles = _titles(facts, language)
    item = facts.plan.questionnaire.item(facts.plan.policy.score_item)
    return {
        "_": _,
        "fig": figures,
        "facts": facts,
        "own": own,
        "language": language,
        "tag": TAGS[language],
        "name": own.name[language],
        "office": facts.plan.office.name[language],
        "round_title": facts.plan.title[language],
        "computed": long_date(facts.computed_on, language),
        "titles": titles,
        "numbers": [numbered(place, language) for place in range(1, len(titles) + 1)],
        "base": 5 + len(marks) + len(_said_sections(facts, language)),
        "said_sections": list(enumerate(_said_sections(facts, language).items(), 6 + len(marks))),
        "pictures": {"placed": "placed" in pictures},
        "place": figures.place(own.in_group, language),
        **_sentences(facts, language),
        "table": department_parts.answers(facts),
        "joined": lambda names: department_parts.names(names, language),
        "mark_tables": marks,
        "known": _known(facts),
        "past": department_parts.past_rows(facts, language),
        "derived": department_parts.derivation(facts, language),
        "by_weights": facts.plan.policy.combine is Combine.WEIGHTS,
        "values": [
            (option.label[language], figures.weight(facts.plan.policy.values[option.code]))
            for option in item.options
            if option.code in facts.plan.policy.values
        ],
    }


def _titles(facts: DepartmentFacts, language: str) -> list[str]:
    _, marks = said_in(language), department_parts.mark_tables(facts, language)
    return [
        _("要点"),
        _("得分与同组比较"),
        _("与上一轮比较"),
        _("知晓率"),
        _("各类评议主体怎样回答"),
        *(_("被指出的问题与同组比较（%(item)s）", item=each.item) for each in marks),
        *_said_sections(facts, language),
        _("提示单上的问题改得怎样"),
        _("得分是怎样算出来的"),
        _("各个数字的意思"),
    ]


def _said_sections(facts: DepartmentFacts, language: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Title → what is said of it, and texts in people's own words; a section without texts is left out."""
    _ = said_in(language)
    sections = {
        _("评议人的话（摘录）"): (
            _(
                "本轮规则允许摘录：经两个人审阅、隐去能认出人的内容，按抽签的次序排列，不代表全部意见。不得据此打探、追查评议人。"
            ),
            # A comment with a sign that the fonts lack is left out: nobody can be asked to write it anew.
            tuple(said for said in facts.quotations if all(has_letter(char) or char.isspace() for char in said)),
        ),
        _("本部门的说明"): (
            _("本部门对评议结果的申辩，经主办单位同意附在这里；内容由本部门负责。"),
            tuple("".join(c if has_letter(c) or c.isspace() else "？" for c in said) for said in facts.replies),
        ),
    }
    return {title: (lead, texts) for title, (lead, texts) in sections.items() if texts}


def _sentences(facts: DepartmentFacts, language: str) -> dict[str, str]:
    own = facts.own
    return {
        "place_sentence": _place_sentence(own, language),
        "peers_sentence": _peers_sentence(own, language),
        "tier_sentence": _tier_sentence(own, facts.peers, language),
        "change_sentence": _change_sentence(facts, language),
        "awareness_sentence": _awareness_sentence(own, language),
    }


def _place_sentence(own: DepartmentResult, language: str) -> str:
    _ = said_in(language)
    if own.score.value is None:
        return _("本部门没有得分，不排位次。")
    score, interval = figures.score(own.score.value), figures.score_interval(own.score)
    if own.in_group is None:
        return _("得分%(score)s，95%%区间%(interval)s，不排位次。", score=score, interval=interval)
    place = figures.place(own.in_group, language)
    return _("得分%(score)s，95%%区间%(interval)s，%(place)s。", score=score, interval=interval, place=place)


def _peers_sentence(own: DepartmentResult, language: str) -> str:
    _, peers = said_in(language), own.peers
    if peers is None:
        return ""
    parts = {
        "peers": figures.score(peers.peers),
        "difference": figures.points(peers.difference),
        "interval": figures.points_interval(peers),
    }
    if peers.real:
        return _("同组其他部门平均%(peers)s分，相差%(difference)s分（95%%区间%(interval)s），超出偶然。", **parts)
    return _("同组其他部门平均%(peers)s分，相差%(difference)s分（95%%区间%(interval)s），可能只是偶然。", **parts)


def _tier_sentence(own: DepartmentResult, peers: tuple[DepartmentResult, ...], language: str) -> str:
    _ = said_in(language)
    if own.in_group is None:
        return ""
    tiers = {peer.in_group.tier for peer in peers if peer.in_group is not None} | {own.in_group.tier}
    same = 1 + sum(peer.in_group is not None and peer.in_group.tier == own.in_group.tier for peer in peers)
    if len(tiers) == 1:
        return _("本组%(n)s个部门之间画不出一条上下都有把握的线，所以只有一个梯队。", n=same)
    return _("本部门在第%(tier)s梯队，同一梯队共%(n)s个部门，相互分不出先后。", tier=own.in_group.tier, n=same)


def _change_sentence(facts: DepartmentFacts, language: str) -> str:
    _, change = said_in(language), facts.own.change
    if change is None:
        return _("没有可以比较的上一轮得分：题目、选项、分值或者合成办法不同，或者有一轮没有得分。")
    parts = {
        "previous": figures.score(change.previous),
        "difference": figures.points(change.difference),
        "interval": figures.points_interval(change),
    }
    if change.real:
        return _("上一轮%(previous)s分，变化%(difference)s分（95%%区间%(interval)s），超出偶然。", **parts)
    return _("上一轮%(previous)s分，变化%(difference)s分（95%%区间%(interval)s），可能只是偶然。", **parts)


def _awareness_sentence(own: DepartmentResult, language: str) -> str:
    _ = said_in(language)
    if own.awareness.value is None:
        return _("没有人被问到本部门，所以没有知晓率。")
    share, interval = figures.share(own.awareness.value), figures.share_interval(own.awareness)
    return _("知晓率%(share)s，95%%区间%(interval)s。", share=share, interval=interval)


def _known(facts: DepartmentFacts) -> tuple[float, float, float] | None:
    values = [peer.awareness.value for peer in facts.peers if peer.awareness.value is not None]
    return (min(values), median(values), max(values)) if values else None
