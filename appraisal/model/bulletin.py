"""What a public bulletin is made of: what was decided to be public, and the words and the ledger that stand beside it."""

from dataclasses import dataclass
from datetime import date

from appraisal.model.publication import Publication
from appraisal.model.round import RoundPlan
from appraisal.model.slip import Balance


@dataclass(frozen=True, slots=True)
class BulletinFacts:
    """A published round for everybody. ``plan`` gives words and rules alone; every figure of answers comes from ``said``.

    ``sha256``: of what is published; ``balance``: of the round's problems now, which goes on after the publication.
    """

    plan: RoundPlan
    said: Publication
    sha256: str
    published_on: date
    balance: Balance
