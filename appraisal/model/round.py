"""A round: who is appraised, who is asked, with what weight, under which policy, and which moves it makes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from appraisal.model.faults import Refused
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.signal import SignalRules
from appraisal.model.wording import Wording


class RoundState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    SCORED = "scored"
    PUBLISHED = "published"


class Custody(StrEnum):
    """Who keeps the private half of a round's tally key: a file beside the database, or trustees of whom two of three open."""

    FILE = "file"
    SHARES = "shares"


class Layout(StrEnum):
    """How the ballot paper is laid out: a department a page with contents and saved drafts, or all of it as cards on one page."""

    PAGED = "paged"
    ONE_PAGE = "one_page"


class SlipForm(StrEnum):
    """How a slip looks, GB/T 9704-2012: with a red head (7.2), or as a letter between two pairs of red rules (信函格式, 10.1)."""

    ORDINARY = "ordinary"
    LETTER = "letter"


# from, action → to. Scoring again replaces nothing: it adds a run, and the newest counts until the round is published.
ROUND_MOVES: Mapping[tuple[RoundState, str], RoundState] = {
    (RoundState.DRAFT, "open"): RoundState.OPEN,
    (RoundState.OPEN, "close"): RoundState.CLOSED,
    (RoundState.CLOSED, "score"): RoundState.SCORED,
    (RoundState.SCORED, "score"): RoundState.SCORED,
    (RoundState.SCORED, "publish"): RoundState.PUBLISHED,
}

NOT_NOW: Mapping[RoundState, str] = {
    RoundState.DRAFT: "本轮评议还在筹备，不能做这一步。",
    RoundState.OPEN: "本轮评议正在进行，不能做这一步。",
    RoundState.CLOSED: "本轮评议已经截止，还没有计分，不能做这一步。",
    RoundState.SCORED: "本轮评议已经计分，不能做这一步。",
    RoundState.PUBLISHED: "本轮评议的结果已经公布，不能再改动。",
}


def next_state(state: RoundState, action: str) -> RoundState:
    """Where an action leads from a state. Raises ``Refused`` when the round does not make that move.

    >>> next_state(RoundState.DRAFT, "open")
    <RoundState.OPEN: 'open'>
    """
    to = ROUND_MOVES.get((state, action))
    if to is None:
        raise Refused(NOT_NOW[state])
    return to


@dataclass(frozen=True, slots=True)
class Department:
    """``ranked`` false: comment-only (征求意见), never scored against others."""

    code: str
    name: Wording
    group: str
    ranked: bool = True


@dataclass(frozen=True, slots=True)
class Stratum:
    """``population`` is None where the frame is unknown: weight 1 and no finite-population correction. ``codes``: how many to issue."""

    code: str
    name: Wording
    population: float | None
    codes: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A group of departments (序列) with the weight of each stratum in its score; weights are relative, at least one is positive."""

    code: str
    name: Wording
    weights: Mapping[str, float]


class Combine(StrEnum):
    """How strata are put together in the official score: preset weights of the group, or the strata's populations."""

    WEIGHTS = "weights"
    POPULATION = "population"


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that turns answers into a score, frozen and hashed when the round opens.

    ``values``: option code → [0, 100], the worst 0 and the best 100; ``satisfied``/``dissatisfied``: options counted by the two
    rates; ``minimum_n`` and ``minimum_strata``: below, a score is "indicative"; ``missing_weight``: the largest share of preset
    weight that may be missing; ``flag_*``: q of Benjamini-Hochberg, ratio or points over the expected share, least n.
    ``minimum_ballots``: fewest independent ballots that may raise a finding. ``signals``: limits under which ballots may be put into
    quarantine; None: none were registered, and none may. ``quotations``: true where departments may read reviewed comments in their
    reports; None: they may not.
    """

    score_item: str
    values: Mapping[str, float]
    satisfied: tuple[str, ...]
    dissatisfied: tuple[str, ...]
    combine: Combine = Combine.WEIGHTS
    minimum_n: int = 30
    minimum_strata: int = 2
    missing_weight: float = 0.3
    flag_q: float = 0.05
    flag_ratio: float = 2.0
    flag_points: float = 0.05
    flag_minimum_n: int = 30
    minimum_ballots: int = 3
    signals: SignalRules | None = None
    quotations: bool | None = None

    def to_json(self) -> str:
        """What was not registered is left out, so that a policy of a time that did not know it keeps its hash."""
        content = {name: value for name, value in asdict(self).items() if value is not None}
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Self:
        kept: dict[str, Any] = json.loads(line)
        listed = {name: tuple(kept[name]) for name in ("satisfied", "dissatisfied")}
        signals = SignalRules(**kept["signals"]) if "signals" in kept else None
        return cls(**{**kept, **listed, "combine": Combine(kept["combine"]), "signals": signals})


@dataclass(frozen=True, slots=True)
class Office:
    """Who runs the round and signs the slips: name, mark of document numbers (示评办提), contact, departments that get a copy.

    ``website``: where the platform is served, without a slash at its end, or "": printed on slips for whoever wants to check one.
    """

    name: Wording
    number_mark: str
    contact: str
    copy_to: tuple[str, ...] = ()
    slip_form: SlipForm = SlipForm.ORDINARY
    website: str = ""

    def frozen(self) -> dict[str, Any]:
        """As plain values. What a round of a time before the choice could not say is left out: it keeps its hash."""
        content = asdict(self)
        if self.slip_form is SlipForm.ORDINARY:
            del content["slip_form"]
        if not self.website:
            del content["website"]
        return content


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round as it is set up, before anything is stored; ``kind`` is 综合 or 专项, ``previous`` the code of the round before it or ""."""

    code: str
    title: Wording
    kind: str
    opens_on: date
    closes_on: date
    questionnaire: Questionnaire
    questionnaire_source: str
    departments: tuple[Department, ...]
    strata: tuple[Stratum, ...]
    groups: tuple[Group, ...]
    policy: Policy
    office: Office
    previous: str = ""
    per_ballot: int = 12
    tally_key: Custody = Custody.FILE
    layout: Layout = Layout.PAGED
    open_channel: bool = False

    def frozen_json(self) -> str:
        """What opening freezes, as one canonical line: the whole plan, the questionnaire by its hash. No two rounds share it."""
        content = {
            "code": self.code,
            "title": asdict(self.title),
            "kind": self.kind,
            "opens_on": self.opens_on.isoformat(),
            "closes_on": self.closes_on.isoformat(),
            "previous": self.previous,
            "per_ballot": self.per_ballot,
            "office": self.office.frozen(),
            "policy": json.loads(self.policy.to_json()),
            "departments": [asdict(department) for department in self.departments],
            "strata": [asdict(stratum) for stratum in self.strata],
            "groups": [asdict(group) for group in self.groups],
            "questionnaire": sha256_of(self.questionnaire_source),
        }
        # Left out where it is as it always was: rounds frozen before there was a choice keep their hash.
        if self.tally_key is not Custody.FILE:
            content["tally_key"] = self.tally_key
        if self.layout is not Layout.PAGED:
            content["layout"] = self.layout
        if self.open_channel:
            content["open_channel"] = True
        return json.dumps(_plain_numbers(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain_numbers(content: object) -> object:
    """The same content with every number a float: 400 and 400.0 are one number, and have to be one hash."""
    if isinstance(content, Mapping):
        return {key: _plain_numbers(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain_numbers(value) for value in content]
    return float(content) if isinstance(content, int) and not isinstance(content, bool) else content


def sha256_of(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8")).hexdigest()
