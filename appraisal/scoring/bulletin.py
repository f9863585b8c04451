"""What everybody may read of a published round, with the words and the ledger that go with it."""

from appraisal.model.bulletin import BulletinFacts
from appraisal.model.slip import Balance
from appraisal.scoring.publication import kept_figures, publication, published_round
from appraisal.store import Session
from appraisal.store.following import find_findings


def bulletin_facts(db: Session, round_code: str) -> BulletinFacts:
    """The facts of a round's bulletin. Raises ``Refused`` unless the round is published and what is public is decided."""
    kept, figures = published_round(db, round_code), kept_figures(db, round_code)
    return BulletinFacts(
        plan=kept.plan,
        said=publication(db, round_code),
        sha256=figures.sha256,
        published_on=figures.at.date(),
        balance=Balance.of(one.state for one in find_findings(db, round_code)),
    )
