"""What of the comments a department may read in its report: nothing, unless the round's policy says so before it opens."""

import hashlib
from typing import Final

from appraisal.scoring.review import public_terms, shown
from appraisal.scoring.sources import confirmed_comments
from appraisal.scoring.words import alike_places
from appraisal.store import Session
from appraisal.store.rounds import KeptRound

# Below so many ratings or different comments a text is too easily somebody's.
LEAST_RATINGS: Final = 30
LEAST_COMMENTS: Final = 3
MOST: Final = 5
# A longer text tells a story, and a story is known to those who were in it. It is left out, not cut.
LONGEST: Final = 120


def quotations(db: Session, kept: KeptRound, department: str, ratings: int) -> tuple[str, ...]:
    """At most five comments, masked, each released and confirmed by two people; copies are quoted once, at random order, no dates.

    Empty where the policy does not allow them, and below 30 ``ratings`` or three such comments.
    """
    if not kept.plan.policy.quotations or ratings < LEAST_RATINGS:
        return ()
    read = confirmed_comments(db, kept, department)
    groups = alike_places([one.text for one in read])
    copies = {place for group in groups for place in sorted(group.members)[1:]}
    different = [one for place, one in enumerate(read) if place not in copies]
    if len(different) < LEAST_COMMENTS:
        return ()
    known = public_terms(kept)
    # Lots that come out the same each time, so that the report's bytes do.
    drawn = sorted(different, key=lambda one: hashlib.sha256(f"{kept.plan.code}/{one.id}".encode()).digest())
    texts = [shown(one, known).text.strip() for one in drawn]
    return tuple(text for text in texts if len(text) <= LONGEST)[:MOST]
