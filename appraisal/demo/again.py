"""The demo's mini-sample: one struck-off problem asked again of a few people, who find it better."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from appraisal import collect, rounds, scoring
from appraisal.collect.log import first_batch, keep_batch
from appraisal.demo.behaviour import City
from appraisal.demo.fill import ORGANISER, Filling, cast_all, close_and_score
from appraisal.model.finding import FindingState
from appraisal.model.helped import RecheckNeed
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import write_private
from appraisal.store.following import LedgerFinding, find_findings
from appraisal.store.rounds import find_round

STRATA: Final = ("enterprise", "citizen")
# Days ago that it was set up and closed, and what share ticks the problem now.
BEGUN: Final = 12
ENDED: Final = 2
NOW_TICKED: Final = 0.02
# What it is planned to show, as a part of the share before.
AIM: Final = 0.35
ANSWERING: Final = 0.75


def ask_again(filling: Filling, code: str, people: City) -> str:
    """Run a mini-sample of the first struck-off problem of a round that can be measured; its code, "" where there is none."""
    found = _measurable(filling, code)
    if found is None:
        return ""
    finding, need = found
    again, begun = _set_up(filling, finding, need), _ago(filling, BEGUN)
    issued = _open(filling, again, {each.stratum: each.codes for each in need.strata}, begun)
    better = tuple(
        replace(one, rate=NOW_TICKED) if (one.department, one.option) == (finding.department, finding.option) else one
        for one in people.planted
    )
    with filling.writing() as db:
        kept = find_round(db, again)
    assert kept is not None  # it was just set up
    answering = issued[: max(1, round(len(issued) * ANSWERING))]
    cast_all(filling, kept.plan, replace(people, planted=better), answering, (begun + timedelta(days=2)).date())
    close_and_score(filling, again, _ago(filling, ENDED - 1), _ago(filling, ENDED - 1))
    with filling.writing() as db:
        scoring.conclude_recheck(db, again, ORGANISER, _ago(filling, ENDED - 1))
    return again


def _measurable(filling: Filling, code: str) -> tuple[LedgerFinding, RecheckNeed] | None:
    with filling.writing() as db:
        for finding in find_findings(db, code):
            if finding.state is not FindingState.CLOSED or not finding.option:
                continue
            own = next(each for each in scoring.results(db, code).departments if each.code == finding.department)
            share = next(each.share.value for each in own.marks if each.option == finding.option)
            need = scoring.recheck_need(db, finding.number, STRATA, (share or 0.0) * AIM)
            if need.answers is not None:
                return finding, need
    return None


def _set_up(filling: Filling, finding: LedgerFinding, need: RecheckNeed) -> str:
    begun, codes = _ago(filling, BEGUN), {each.stratum: each.codes for each in need.strata}
    days = (begun.date(), _ago(filling, ENDED).date())
    new = rounds.NewRecheck(finding.number, codes, *days, need.aim, need.answers or 0)
    with filling.writing() as db:
        return rounds.plan_recheck(db, new, ORGANISER, begun)


def _open(filling: Filling, code: str, counts: dict[str, int], begun: datetime) -> list[collect.IssuedCode]:
    key = new_tally_key()
    write_private(filling.settings.tally_key(code), key.private)
    with filling.writing() as db:
        issued = list(collect.issue_codes(db, code, counts, filling.secrets, filling.chance))
        rounds.open_round(db, code, key.public, ORGANISER, begun)
        batch = first_batch(db, code, filling.settings.read_log_key(), begun.date())
        if batch is not None:
            keep_batch(db, batch)
    filling.chance.shuffle(issued)
    return issued


def _ago(filling: Filling, days: int) -> datetime:
    return datetime.combine(filling.now.date() - timedelta(days=days), time(9, 0))
