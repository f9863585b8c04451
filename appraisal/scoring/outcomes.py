"""What every later round and mini-sample has shown of the problems on the ledger, for lists that show a verdict alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appraisal.model.helped import COMPARED, Helped, Verdict
from appraisal.model.round import RoundState
from appraisal.scoring.helped import helped
from appraisal.scoring.rechecking import recheck_result
from appraisal.store import Session
from appraisal.store.rechecks import all_rechecks
from appraisal.store.rounds import all_rounds


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict on one problem; ``round_code``: the round or mini-sample that gave it, "" where none did."""

    round_code: str
    verdict: Verdict


def outcomes(db: Session, round_codes: Iterable[str]) -> Mapping[str, tuple[Outcome, ...]]:
    """Finding number → verdicts of the next round and of concluded mini-samples, for the problems of these rounds."""
    found: dict[str, tuple[Outcome, ...]] = {}
    for code in sorted(set(round_codes)):
        for one in helped(db, code):
            found[one.number] = (Outcome(one.against if one.verdict in COMPARED else "", one.verdict),)
    for again in all_rechecks(db):
        if again.verdict is not None:
            found[again.finding] = (*found.get(again.finding, ()), Outcome(again.round_code, again.verdict))
    return found


def published_helped(db: Session, round_codes: Iterable[str]) -> Mapping[str, tuple[Helped, ...]]:
    """Finding number → how it compares with the next round and with mini-samples, where these are published: what its department may
    see."""
    published = {line.code for line in all_rounds(db) if line.state is RoundState.PUBLISHED}
    wanted = sorted(set(round_codes))
    every = [one for code in wanted for one in helped(db, code)]
    again = (recheck_result(db, one.round_code) for one in all_rechecks(db) if one.verdict is not None)
    every += [one for one in again if one is not None and one.round_code in wanted]
    found: dict[str, tuple[Helped, ...]] = {}
    for one in every:
        if one.against in published:
            found[one.number] = (*found.get(one.number, ()), one)
    return found
