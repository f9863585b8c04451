"""What is due by the clock: slips that are pressed for, contacts that are forgotten."""

from collections.abc import Callable

from appraisal import followup, store
from appraisal.collect import contacts
from appraisal.settings import city_now
from appraisal.store import Engine, Session


def chase_slips(engine: Engine) -> None:
    """Serve and press for what is due by the clock, and put the day's list of what is late into the outbox."""
    now = city_now()
    _when_due(engine, lambda db: followup.clock_has_work(db, now.date()), lambda db: followup.chase_slips(db, now))
    _when_due(engine, lambda db: followup.organisers_untold(db, now), lambda db: followup.tell_organisers(db, now))


def forget_contacts(engine: Engine) -> None:
    """Delete the contacts of rounds that ended 30 days ago."""
    today = city_now().date()
    _when_due(
        engine, lambda db: contacts.has_contacts_to_forget(db, today), lambda db: contacts.forget_contacts(db, today)
    )


def _when_due(engine: Engine, is_due: Callable[[Session], bool], deed: Callable[[Session], object]) -> None:
    # Asked from a snapshot: the write lock is taken only when there is something to do.
    with store.reading(engine) as db:
        waiting = is_due(db)
    if waiting:
        with store.transaction(engine) as db:
            deed(db)
