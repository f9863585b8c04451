"""A work-prompt slip (工作提示单): its document, and what is seen of it. Its moves are in ``slip_moves``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Self

from appraisal.model.calendar import Colour
from appraisal.model.evidence import EvidenceFile
from appraisal.model.finding import GONE_OVER, RUNNING, FindingState
from appraisal.model.round import SlipForm
from appraisal.model.slip_moves import SlipState


@dataclass(frozen=True, slots=True)
class SlipFinding:
    """One problem as the department reads it: the office's statement, never a respondent's words; ``ballots`` is shown as a band."""

    number: str
    label: str
    statement: str
    outcome: str
    ballots: int
    basis: str
    demand: str


@dataclass(frozen=True, slots=True)
class SlipDocument:
    """Everything that is printed on a slip, in the order of the page. It is kept as JSON beside the PDF.

    ``replaces``: number of the recalled slip that this one corrects; ``website``: where the platform is served, or "".
    """

    office: str
    number: str
    department: str
    department_code: str
    title: str
    round_title: str
    collected: str
    findings: tuple[SlipFinding, ...]
    issued_on: date
    sign_by: date
    answer_by: date
    contact: str
    copy_to: tuple[str, ...]
    check_code: str
    replaces: str = ""
    form: SlipForm = SlipForm.ORDINARY
    website: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        """Who gets a copy, in the order of the copies' numbers: the department, whoever is told, and the office's own file."""
        return (self.department, *self.copy_to, self.office)

    def to_json(self) -> dict[str, Any]:
        """As plain values, dates as ISO strings."""
        plain = asdict(self)
        return {**plain, **{name: plain[name].isoformat() for name in ("issued_on", "sign_by", "answer_by")}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        dates = {name: date.fromisoformat(kept[name]) for name in ("issued_on", "sign_by", "answer_by")}
        findings = tuple(SlipFinding(**finding) for finding in kept["findings"])
        form = SlipForm(kept.get("form", SlipForm.ORDINARY))
        return cls(**{**kept, **dates, "findings": findings, "copy_to": tuple(kept["copy_to"]), "form": form})


@dataclass(frozen=True, slots=True)
class FindingAnswer:
    """What the department says about one problem: why it came about, what is done, when it was or will be done (None: open)."""

    finding: str
    cause: str
    measures: str
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a slip, a finding or a round."""

    at: datetime
    actor: str
    action: str
    note: str


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A slip in a list; ``due`` is the next date that the department has to keep, ``office_due`` that of the office, None where
    nothing is awaited."""

    id: int
    number: str | None
    round_code: str
    department: str
    state: SlipState
    drafted_by: str
    approved_by: str | None
    issued_on: date | None
    due: date | None
    colour: Colour
    office_due: date | None
    office_late: bool
    sha256: str | None


@dataclass(frozen=True, slots=True)
class SlipView:
    """A slip with all that is on it: its findings, the answers and files by finding number (newest attempt last), its events."""

    line: SlipLine
    sign_by: date | None
    answer_by: date | None
    asked_until: date | None
    may_ask_extension: bool
    may_contest: bool
    replaces: str | None
    findings: tuple["LedgerLine", ...]
    answers: Mapping[str, tuple[FindingAnswer, ...]]
    evidence: Mapping[str, tuple[EvidenceFile, ...]]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One problem on the ledger. ``slip`` is the number of its slip, if any; ``due`` and ``colour`` come from it,
    or from the next review of a watched problem. ``parent``: the number that this one takes up again; ``into``: the one it was
    merged into. ``ballots``: at least so many independent ballots; ``texts``: so many different comments;
    ``appeal``: how far the appeal against it is, "" where there is none."""

    number: str
    round_code: str
    department: str
    item: str
    option: str
    statement: str
    demand: str
    basis: str
    ballots: int
    state: str
    outcome: str
    slip_id: int | None
    slip: str | None
    due: date | None
    colour: Colour
    parent: str | None
    cleared_on: date | None
    texts: int = 0
    into: str | None = None
    appeal: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """挂号 = 销号 + 在办 + 不属实 + 转出; what was merged into another problem is 转出, and that one stands for it."""

    registered: int
    closed: int
    running: int
    unfounded: int
    transferred: int

    @classmethod
    def of(cls, states: Iterable[FindingState]) -> Self:
        """The balance over problems in these states.

        >>> Balance.of([FindingState.CLOSED, FindingState.WATCHED, FindingState.ON_SLIP])
        Balance(registered=3, closed=1, running=2, unfounded=0, transferred=0)
        """
        counted = Counter(states)
        return cls(
            registered=counted.total(),
            closed=counted[FindingState.CLOSED],
            running=sum(counted[state] for state in RUNNING),
            unfounded=counted[FindingState.UNFOUNDED],
            transferred=sum(counted[state] for state in GONE_OVER),
        )

    @property
    def adds_up(self) -> bool:
        return self.registered == self.closed + self.running + self.unfounded + self.transferred


@dataclass(frozen=True, slots=True)
class Ledger:
    lines: tuple[LedgerLine, ...]
    balance: Balance
