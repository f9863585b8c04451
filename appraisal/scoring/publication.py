"""What everybody may read of a published round, decided once and kept: rules O1 to O9 of docs/disclosure.md.

``compute_publication`` takes seconds to minutes and reads only; ``keep_publication`` writes its result; ``publication`` reads it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from appraisal import __version__
from appraisal.model.faults import Refused
from appraisal.model.publication import Publication, PublicBalance, PublicResponse
from appraisal.model.publication_json import figures_json, read_publication, tables_json
from appraisal.model.results import Response, RoundResults
from appraisal.model.round import RoundPlan, RoundState
from appraisal.model.slip import Balance
from appraisal.scoring.disclosing import LEAST
from appraisal.scoring.public_department import Before, public_department
from appraisal.scoring.reading import results, scored
from appraisal.scoring.runs import NO_ROUND
from appraisal.store import Session
from appraisal.store.following import find_findings
from appraisal.store.publications import KeptFigures, add_published_figures, published_figures
from appraisal.store.rounds import KeptRound, find_round

SEALED: Final = "本轮结果还没有公布。"
COMPUTING: Final = "本轮结果已经公布，公开数据正在整理，请过几分钟再来。"


def publication(db: Session, round_code: str) -> Publication:
    """What is published of a round, as it was kept; it costs a read.

    Raises ``Refused`` for a round that is not there or not published, and until the worker has decided what may be said
    (``tend_publications``, within minutes of the publishing; ``publish_figures`` does it at once).
    """
    return _read(kept_figures(db, round_code).content)


def kept_figures(db: Session, round_code: str) -> KeptFigures:
    """The row that it is kept in. Raises ``Refused`` as ``publication``."""
    kept = published_round(db, round_code)
    found = published_figures(db, kept.id)
    if found is None:
        raise Refused(COMPUTING)
    return found


def published_round(db: Session, round_code: str) -> KeptRound:
    """A round whose results are published. Raises ``Refused`` for any other."""
    kept = find_round(db, round_code)
    if kept is None:
        raise Refused(NO_ROUND, code=round_code)
    if kept.state is not RoundState.PUBLISHED:
        raise Refused(SEALED)
    return kept


def publish_figures(db: Session, round_code: str, now: datetime) -> None:
    """``compute_publication`` and ``keep_publication`` in one, for whoever does not mind waiting."""
    keep_publication(db, compute_publication(db, round_code), now)


def keep_publication(db: Session, said: Publication, now: datetime) -> None:
    """Keep what is published of a round; what is kept already stays as it is."""
    kept, run = scored(db, said.code)
    content = json.dumps([figures_json(said), tables_json(said)], ensure_ascii=False)
    digest = hashlib.sha256(content.encode()).hexdigest()
    add_published_figures(db, KeptFigures(kept.id, run.id, now, __version__, digest, content))


def compute_publication(db: Session, round_code: str) -> Publication:
    """Decide what may be said. Raises ``Refused`` for a round that is not published (O7)."""
    plan, found = published_round(db, round_code).plan, results(db, round_code)
    before = _before(db, plan, found)
    made = [public_department(plan, found, each, before.get(each.code, frozenset())) for each in found.departments]
    return Publication(
        code=plan.code,
        title=plan.title,
        opens_on=plan.opens_on.isoformat(),
        closes_on=plan.closes_on.isoformat(),
        policy_sha256=found.policy_sha256,
        departments=tuple(department for department, _ in made),
        groups=found.groups,
        response=_responses(found.response),
        tables=tuple(table for _, table in made if table is not None),
        balance=_balance(db, round_code),
    )


def _read(content: str) -> Publication:
    return read_publication(*json.loads(content))


def _balance(db: Session, round_code: str) -> PublicBalance:
    balance = Balance.of(one.state for one in find_findings(db, round_code))
    return PublicBalance(balance.registered, balance.closed, balance.running, balance.unfounded, balance.transferred)


def _before(db: Session, plan: RoundPlan, found: RoundResults) -> Mapping[str, Before]:
    """Department → cells that were hidden in the last round, of strata most of whose people were asked: the same people answer again.

    Who compares the rounds could take one from the other (O8). Where a stratum is a small sample, other people answer each time.
    """
    last = find_round(db, plan.previous) if plan.previous else None
    row = None if last is None else published_figures(db, last.id)
    if row is None:
        return {}
    sizes = {each.stratum: each for each in found.response}
    asked = {
        code
        for code, each in sizes.items()
        if each.population and 2 * max(each.issued, each.ballots) >= each.population
    }
    return {
        table.department: frozenset(
            (cell.row, cell.column) for cell in table.cells if cell.count is None and cell.column in asked
        )
        for table in _read(row.content).tables
    }


def _responses(response: tuple[Response, ...]) -> tuple[PublicResponse, ...]:
    """The number of all ballots is in the public log, so that a single stratum that is withheld takes the next smallest with it."""
    few = {each.stratum for each in response if each.ballots < LEAST}
    others = [each for each in response if each.stratum not in few]
    if len(few) == 1 and others:
        few.add(min(others, key=lambda each: each.ballots).stratum)
    return tuple(_response(each, hidden=each.stratum in few) for each in response)


def _response(one: Response, *, hidden: bool) -> PublicResponse:
    rate = round(100 * one.ballots / one.issued) if one.issued else None
    return PublicResponse(one.stratum, one.name, one.issued, *((None, None) if hidden else (one.ballots, rate)))
