"""What is published of a round: decided once, kept, and laid out as an open bundle for everybody."""

import logging
from typing import Final

from appraisal import scoring, store
from appraisal.model.faults import Refused
from appraisal.settings import Settings, city_now
from appraisal.store import Engine
from appraisal.store.public_files import lay_out
from appraisal.store.publications import rounds_without_figures
from appraisal.store.rounds import all_rounds

LOG: Final = logging.getLogger(__name__)


def tend_publications(settings: Settings, engine: Engine) -> None:
    """Decide what may be said of every published round where nobody did yet, and lay out the bundles that are missing.

    The deciding takes a minute or two for a hundred departments; it is done on a snapshot.
    """
    with store.reading(engine) as db:
        codes = rounds_without_figures(db)
    for code in codes:
        with store.reading(engine) as db:
            said = scoring.compute_publication(db, code)
        with store.transaction(engine) as db:
            scoring.keep_publication(db, said, city_now())
    with store.reading(engine) as db:
        published = [line.code for line in all_rounds(db) if line.state == "published"]
    for code in published:
        if not settings.bundle_file(code).exists():
            _lay_out(settings, engine, code)


def _lay_out(settings: Settings, engine: Engine, code: str) -> None:
    try:
        with store.reading(engine) as db:
            content = scoring.bundle(db, code, settings.read_log_key())
    except Refused as refusal:
        LOG.error("the bundle of round %s was not laid out: %s", code, refusal)
        return
    lay_out(settings.bundle_file(code), content)
