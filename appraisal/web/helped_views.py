"""Whether it helped, as the office's pages show it: one problem, and the list of a round."""

from dataclasses import dataclass

from flask import g

from appraisal import scoring
from appraisal.model.finding import FindingState
from appraisal.model.helped import Recheck
from appraisal.model.slip import LedgerLine
from appraisal.model.wording import Wording
from appraisal.reports.helped_wording import HelpedRow, office_row
from appraisal.store import Session
from appraisal.store.following import find_findings
from appraisal.store.rechecks import next_round, rechecks_of
from appraisal.store.rounds import KeptRound
from appraisal.web.catalogue import Catalogue

RECHECKED_AFTER = frozenset({FindingState.ON_SLIP, FindingState.WATCHED, FindingState.CLOSED})


@dataclass(frozen=True, slots=True)
class RecheckView:
    """A mini-sample with its figures, None before it is scored."""

    recheck: Recheck
    row: HelpedRow | None


@dataclass(frozen=True, slots=True)
class FindingHelped:
    """What a finding's page shows: ``against`` is the round it was compared with, "" where there is none."""

    helped: HelpedRow | None
    against: str
    rechecks: tuple[RecheckView, ...]
    may_recheck: bool

    @property
    def rounds(self) -> tuple[str, ...]:
        """Codes of the rounds it speaks of."""
        return (*([self.against] if self.against else []), *(one.recheck.round_code for one in self.rechecks))


@dataclass(frozen=True, slots=True)
class ListedHelped:
    """One line of a round's list, with the names it stands under."""

    row: HelpedRow
    department: Wording
    mark: Wording


def finding_helped(db: Session, line: LedgerLine) -> FindingHelped:
    """The next round's verdict and every mini-sample of one problem."""
    (finding,) = find_findings(db, numbers=[line.number])
    found = scoring.helped_by(db, finding)
    rechecks = tuple(_recheck_view(db, one) for one in rechecks_of(db, line.number))
    free = all(one.recheck.verdict is not None for one in rechecks)
    return FindingHelped(
        helped=None if found is None else office_row(found, g.language),
        against="" if found is None else found.against,
        rechecks=rechecks,
        may_recheck=free and bool(finding.option) and finding.state in RECHECKED_AFTER,
    )


def round_helped(db: Session, kept: KeptRound) -> tuple[ListedHelped, ...]:
    """The last round's problems on this round's page; none where this is not the round that follows it."""
    previous = kept.plan.previous
    if not previous or next_round(db, previous) != kept.plan.code:
        return ()
    names = Catalogue.of(db, [previous])
    return tuple(
        ListedHelped(
            office_row(one, g.language),
            names.department(previous, one.department),
            names.mark(previous, one.item, one.option),
        )
        for one in scoring.helped(db, previous)
    )


def _recheck_view(db: Session, one: Recheck) -> RecheckView:
    found = scoring.recheck_result(db, one.round_code)
    return RecheckView(one, None if found is None else office_row(found, g.language))
