"""``round.toml``: when a round runs, who runs it, under which policy, and what each group of departments weighs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from appraisal.model.questionnaire import Item, Kind, Questionnaire
from appraisal.model.questionnaire_file import parse_toml
from appraisal.model.round import Combine, Custody, Group, Layout, Office, Policy, SlipForm, Stratum
from appraisal.model.signal import SignalRules
from appraisal.model.table_reading import Reading
from appraisal.model.toml_lines import Path, lines_of
from appraisal.model.wording import Wording
from appraisal.rounds.csv_rows import HANDLE, HANDLE_REMEDY

ROUND: Final[Path] = ("round",)
OFFICE: Final[Path] = ("office",)
POLICY: Final[Path] = ("policy",)
KINDS: Final = {"综合": "综合", "专项": "专项"}
CUSTODIES: Final = {custody.value: custody for custody in Custody}
LAYOUTS: Final = {layout.value: layout for layout in Layout}
SLIP_FORMS: Final = {form.value: form for form in SlipForm}
WEBSITE: Final = re.compile(r"https://[^\s/?#]+(/[^\s/?#]+)*")
# The part [round] knows these keys and no other.
HEAD: Final = (
    "code",
    "title_zh",
    "title_en",
    "kind",
    "opens_on",
    "closes_on",
    "previous",
    "per_ballot",
    "tally_key",
    "layout",
    "open_channel",
)
COMBINES: Final = {combine.value: combine for combine in Combine}
# What cannot be read, and the defaults of what need not be written.
NO_POLICY: Final = Policy("", {}, (), ())
# Options counted as satisfied from this value upwards, as dissatisfied from that one downwards, when the file does not say.
SATISFIED_FROM: Final = 75
DISSATISFIED_TO: Final = 25


@dataclass(frozen=True, slots=True)
class RoundHead:
    """The part ``[round]``."""

    code: str
    title: Wording
    kind: str
    opens_on: date
    closes_on: date
    previous: str
    per_ballot: int
    tally_key: Custody
    layout: Layout
    open_channel: bool = False


def reading_of(source: str, file: str) -> Reading:
    """The file, ready to be read part by part. Raises ``Faulty`` when it is no TOML."""
    reading = Reading(parse_toml(source, file), file, lambda: lines_of(source))
    reading.only((), ("round", "office", "policy", "group"))
    return reading


def read_head(reading: Reading) -> RoundHead:
    if not reading.has_table((), "round"):
        return RoundHead("", Wording(""), "", date.min, date.min, "", 1, Custody.FILE, Layout.PAGED)
    reading.only(ROUND, HEAD)
    opens_on, closes_on = _day(reading, "opens_on"), _day(reading, "closes_on")
    if opens_on and closes_on and closes_on < opens_on:
        reading.fault(ROUND, "closes_on", "截止日期早于开始日期(%(opens_on)s)", opens_on=opens_on.isoformat())
    previous = "" if reading.at((*ROUND, "previous")) in (None, "") else _handle(reading, ROUND, "previous")
    return RoundHead(
        code=_handle(reading, ROUND, "code"),
        title=Wording(reading.text(ROUND, "title_zh"), reading.text(ROUND, "title_en")),
        kind=reading.choice(ROUND, "kind", KINDS) or "",
        opens_on=opens_on or date.min,
        closes_on=closes_on or date.min,
        previous=previous,
        per_ballot=reading.whole_number(ROUND, "per_ballot", 1, 500, 12),
        tally_key=reading.choice_or(ROUND, "tally_key", CUSTODIES, Custody.FILE),
        layout=reading.choice_or(ROUND, "layout", LAYOUTS, Layout.PAGED),
        open_channel=_switch(reading, ROUND, "open_channel"),
    )


def read_office(reading: Reading) -> Office:
    if not reading.has_table((), "office"):
        return Office(Wording(""), "", "")
    reading.only(OFFICE, ("name_zh", "name_en", "number_mark", "contact", "copy_to", "slip_form", "website"))
    name = Wording(reading.text(OFFICE, "name_zh"), reading.text(OFFICE, "name_en"))
    copies = _texts(reading, OFFICE, "copy_to") or ()
    return Office(
        name=name,
        number_mark=reading.text(OFFICE, "number_mark"),
        contact=reading.text(OFFICE, "contact"),
        copy_to=copies,
        slip_form=reading.choice_or(OFFICE, "slip_form", SLIP_FORMS, SlipForm.ORDINARY),
        website=_website(reading),
    )


def _website(reading: Reading) -> str:
    """Where the platform is served, or "" where the file does not say."""
    if reading.at((*OFFICE, "website")) is None:
        return ""
    address = reading.text(OFFICE, "website")
    if address and not WEBSITE.fullmatch(address):
        reading.fault(OFFICE, "website", "应当是以https://开头、末尾没有斜线的网址，如 https://pingyi.example")
    return address


def read_groups(reading: Reading, strata: Mapping[str, Stratum]) -> tuple[Group, ...]:
    """The groups with their weights; a weight has to belong to one of the strata."""
    paths = reading.tables((), "group")
    reading.no_twins([(*path, "code") for path in paths])
    return tuple(_group(reading, path, strata) for path in paths)


def _group(reading: Reading, path: Path, strata: Mapping[str, Stratum]) -> Group:
    reading.only(path, ("code", "name_zh", "name_en", "weights"))
    name = Wording(reading.text(path, "name_zh"), reading.text(path, "name_en"))
    code = _handle(reading, path, "code")
    table, weights = (*path, "weights"), reading.at((*path, "weights"))
    if not isinstance(weights, dict) or not weights:
        reading.fault(path, "weights", "缺少权重：写成 weights = { 主体类别 = 0.3, … }")
        return Group(code, name, {})
    for stratum in weights:
        if stratum not in strata:
            known = ", ".join(strata)
            reading.fault(
                table, stratum, "strata.csv里没有“%(stratum)s”；有:%(known)s", stratum=stratum[:40], known=known
            )
    checked = {stratum: reading.number(table, stratum, 0, 1_000_000) for stratum in weights if stratum in strata}
    if not any(weight > 0 for weight in checked.values()):
        reading.fault(path, "weights", "权重全是0:至少要有一个大于0")
    return Group(code, name, checked)


def read_policy(reading: Reading, questionnaire: Questionnaire) -> Policy:
    """The scoring policy; what the file leaves out follows from the scale of the scored item and the defaults of ``Policy``."""
    if reading.at(POLICY) is not None and not reading.has_table((), "policy"):
        return NO_POLICY
    reading.only(POLICY, [field.name for field in fields(Policy)])
    item = _score_item(reading, questionnaire)
    if item is None:
        return NO_POLICY
    values = _values(reading, item)
    satisfied = _rated(reading, "satisfied", values, tuple(o for o, value in values.items() if value >= SATISFIED_FROM))
    dissatisfied = _rated(
        reading, "dissatisfied", values, tuple(o for o, value in values.items() if value <= DISSATISFIED_TO)
    )
    for option in sorted(set(satisfied) & set(dissatisfied)):
        reading.fault(POLICY, "dissatisfied", "“%(option)s”不能既算满意又算不满意", option=option)
    return Policy(
        score_item=item.code,
        values=values,
        satisfied=satisfied,
        dissatisfied=dissatisfied,
        combine=reading.choice_or(POLICY, "combine", COMBINES, Combine.WEIGHTS),
        minimum_n=reading.whole_number(POLICY, "minimum_n", 2, 1_000_000, NO_POLICY.minimum_n),
        minimum_strata=reading.whole_number(POLICY, "minimum_strata", 1, 100, NO_POLICY.minimum_strata),
        missing_weight=reading.number(POLICY, "missing_weight", 0, 1, NO_POLICY.missing_weight),
        flag_q=reading.number(POLICY, "flag_q", 0, 1, NO_POLICY.flag_q),
        flag_ratio=reading.number(POLICY, "flag_ratio", 1, 1_000, NO_POLICY.flag_ratio),
        flag_points=reading.number(POLICY, "flag_points", 0, 1, NO_POLICY.flag_points),
        flag_minimum_n=reading.whole_number(POLICY, "flag_minimum_n", 1, 1_000_000, NO_POLICY.flag_minimum_n),
        minimum_ballots=reading.whole_number(POLICY, "minimum_ballots", 1, 1_000, NO_POLICY.minimum_ballots),
        signals=_signals(reading),
        # Left out where it is not wanted: policies of a time that did not know it keep their hash.
        quotations=_switch(reading, POLICY, "quotations") or None,
    )


def _signals(reading: Reading) -> SignalRules:
    """Limits of the signals; the defaults where the file is silent, so that they are registered in any case."""
    path, default = (*POLICY, "signals"), SignalRules()
    if reading.at(path) is None or not reading.has_table(POLICY, "signals"):
        return default
    reading.only(path, [field.name for field in fields(SignalRules)])
    return SignalRules(
        q=reading.number(path, "q", 0, 0.05, default.q),
        minimum_ballots=reading.whole_number(path, "minimum_ballots", 5, 1_000_000, default.minimum_ballots),
        minimum_answers=reading.whole_number(path, "minimum_answers", 3, 500, default.minimum_answers),
        match=reading.number(path, "match", 0.5, 1, default.match),
        match_q=reading.number(path, "match_q", 0, 0.05, default.match_q),
        allowance=reading.number(path, "allowance", 0, 1, default.allowance),
        response=reading.number(path, "response", 2, 100, default.response),
    )


def _score_item(reading: Reading, questionnaire: Questionnaire) -> Item | None:
    """The item that is scored; when the file names none, the only rating item there is."""
    rated = {item.code: item for item in questionnaire.department_items if item.kind is Kind.RATING}
    if not rated:
        reading.fault((), "policy", "问卷里没有对部门的评分题(rating),无法计分")
        return None
    if reading.at((*POLICY, "score_item")) is None and len(rated) == 1:
        return next(iter(rated.values()))
    return reading.choice(POLICY, "score_item", rated)


def _values(reading: Reading, item: Item) -> dict[str, float]:
    scale = {option.code: option.value for option in item.options if option.value is not None}
    table = (*POLICY, "values")
    if reading.at(table) is None or not reading.has_table(POLICY, "values"):
        return scale
    reading.only(table, scale)
    values = {option: reading.number(table, option, 0, 100) for option in scale}
    in_order = [values[option] for option in sorted(scale, key=lambda option: scale[option])]
    if in_order != sorted(in_order):
        reading.fault(POLICY, "values", "分值的高低次序与问卷的量表不一致")
    elif (in_order[0], in_order[-1]) != (0, 100):
        reading.fault(POLICY, "values", "最差的选项必须是0分，最好的必须是100分")
    return values


def _rated(reading: Reading, field: str, values: Mapping[str, float], default: tuple[str, ...]) -> tuple[str, ...]:
    chosen = _texts(reading, POLICY, field)
    if chosen is None:
        return default
    for option in chosen:
        if option not in values:
            known = ", ".join(values)
            reading.fault(
                POLICY, field, "“%(option)s”不是计分的选项；可以是:%(known)s", option=option[:40], known=known
            )
    if not chosen or len(set(chosen)) != len(chosen):
        reading.fault(POLICY, field, "至少写一个选项，不要重复")
    return chosen


def _texts(reading: Reading, path: Path, field: str) -> tuple[str, ...] | None:
    texts = reading.at((*path, field))
    if texts is None:
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        reading.fault(path, field, '应当是一列文字，如 ["甲", "乙"]')
        return ()
    return tuple(text.strip() for text in texts)


def _handle(reading: Reading, path: Path, field: str) -> str:
    code = reading.text(path, field)
    if code and not HANDLE.fullmatch(code):
        reading.fault(path, field, HANDLE_REMEDY, code=code[:40])
    return code


def _switch(reading: Reading, table: Path, field: str) -> bool:
    value = reading.at((*table, field))
    if value is None or isinstance(value, bool):
        return bool(value)
    reading.fault(table, field, "应当是true或false，不加引号")
    return False


def _day(reading: Reading, field: str) -> date | None:
    day = reading.at((*ROUND, field))
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    reading.fault(ROUND, field, "应当是日期，不加引号，如 2026-11-01")
    return None
