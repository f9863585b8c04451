"""The ballot box of one process: ballots that come in at the same moment share one flush to the disk.

Whoever has the turn takes along all that wait, stores them in one transaction, each spent and stored or refused on its own, and
only when that transaction has ended does anybody learn of it. A flush takes milliseconds whatever it holds, so under load there
is one for many ballots, and with one respondent nobody waits for another.
"""

import threading
from dataclasses import dataclass
from datetime import date

from appraisal import collect
from appraisal.model.faults import Refused
from appraisal.store import Engine
from appraisal.store.engine import writing

# No transaction is longer than so many ballots make it.
MOST_AT_ONCE = 64


@dataclass(slots=True)
class Waiting:
    """A ballot on its way in, and what became of it."""

    ballot: collect.SealedBallot
    today: date
    outcome: str | Refused | None = None


class BallotBox:
    """Takes sealed ballots of many threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._gate = threading.Lock()
        self._waiting: list[Waiting] = []

    def drop(self, ballot: collect.SealedBallot, today: date) -> str:
        """Store a ballot; its receipt, when it is on the disk. Raises ``Refused`` as ``collect.keep_ballot`` does."""
        mine = Waiting(ballot, today)
        with self._gate:
            self._waiting.append(mine)
        with self._turn:
            # Whoever had the turn before may have taken it along.
            while mine.outcome is None:
                self._store_all(mine)
        if isinstance(mine.outcome, Refused):
            raise mine.outcome
        return mine.outcome

    def _store_all(self, mine: Waiting) -> None:
        with self._gate:
            together, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        try:
            with writing(self._engine) as db:
                outcomes = [collect.try_to_keep(db, one.ballot, one.today) for one in together]
            for one, outcome in zip(together, outcomes, strict=True):
                one.outcome = outcome
        except BaseException:
            # Each of the others tries by itself and gets an answer of its own; nobody waits for ever.
            with self._gate:
                self._waiting = [one for one in (*together, *self._waiting) if one is not mine]
            raise
