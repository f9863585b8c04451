"""The ledger, as the office and the auditor see it: every problem, filtered, and the balance of all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template, request

from appraisal import followup
from appraisal.model.calendar import Colour
from appraisal.model.finding import FindingState
from appraisal.model.objection import AppealState
from appraisal.model.slip import LedgerLine
from appraisal.settings import city_now
from appraisal.store.rounds import all_rounds
from appraisal.web.catalogue import Catalogue
from appraisal.web.reads import snapshot


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader wants to see; empty is everything. What is not among the choices is taken as empty."""

    round: str
    department: str
    state: str
    colour: str
    appeal: str

    def wants(self, line: LedgerLine) -> bool:
        return (
            self.department in ("", line.department)
            and self.state in ("", line.state)
            and self.colour in ("", line.colour)
            and self.appeal in ("", line.appeal)
        )


def ledger_page(template: str) -> str:
    """The page of the whole ledger, or of one round; the balance is of all its lines, whatever is filtered."""
    with snapshot() as db:
        rounds = all_rounds(db)
        round_code = _one_of("round", [line.code for line in rounds])
        found = followup.ledger(db, round_code or None, city_now().date())
        names = Catalogue.of(db, (line.round_code for line in found.lines))
    departments = sorted({line.department for line in found.lines})
    chosen = Chosen(
        round_code,
        _one_of("department", departments),
        _one_of("state", FindingState),
        _one_of("colour", Colour),
        _one_of("appeal", AppealState),
    )
    return render_template(
        template,
        lines=[line for line in found.lines if chosen.wants(line)],
        total=len(found.lines),
        balance=found.balance,
        chosen=chosen,
        rounds=rounds,
        departments=departments,
        names=names,
        department_name=_last_name(names, found.lines),
        states=tuple(FindingState),
        colours=tuple(Colour),
        appeals=tuple(AppealState),
    )


def _one_of(name: str, choices: Sequence[str] | type[FindingState] | type[Colour] | type[AppealState]) -> str:
    asked = request.args.get(name, "")
    return asked if asked in [str(choice) for choice in choices] else ""


def _last_name(names: Catalogue, lines: Sequence[LedgerLine]) -> Callable[[str], object]:
    """A department's name in the newest round that has a line about it."""
    rounds = {line.department: line.round_code for line in lines}
    return lambda code: names.department(rounds[code], code)
