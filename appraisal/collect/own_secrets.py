"""Whether the secrets beside a database are its own: after a restore, other ones would void every code and lose every receipt."""

from typing import Final

from appraisal.secrecy.keys import check_value
from appraisal.settings import Secrets, SettingsError
from appraisal.store import Session
from appraisal.store.installation import add_check_values, check_values

FOREIGN: Final = (
    "keys/secrets.json does not belong to this database: its {names} is another. Bring back the keys that were kept with this "
    "database, or the database that was kept with these keys; nothing was served or changed"
)
GONE: Final = (
    "keys/secrets.json is missing, and this database belongs to one: bring it back from its own backup. "
    "A fresh one would void every code, draft and receipt"
)


def know_secrets(db: Session, secrets: Secrets) -> None:
    """Keep the check values of pepper and receipt key, unless they are kept. Raises ``SettingsError`` for other secrets."""
    refuse_foreign_secrets(db, secrets)
    if not check_values(db):
        add_check_values(db, _values(secrets))


def refuse_foreign_secrets(db: Session, secrets: Secrets) -> None:
    """Raises ``SettingsError`` when the database knows other secrets than these. One that knows none yet is let be."""
    kept = check_values(db)
    # The cookie key is not among them: to change it makes every browser a stranger once, and breaks nothing.
    other = [name for name, value in _values(secrets).items() if kept.get(name, value) != value]
    if other:
        raise SettingsError(FOREIGN.format(names=", ".join(other)))


def knows_secrets(db: Session) -> bool:
    """Whether the database keeps check values at all; ``appraisal db upgrade`` sees to it."""
    return bool(check_values(db))


def refuse_missing_secrets(db: Session) -> None:
    """Raises ``SettingsError`` when the database belongs to secrets, so that fresh ones must not be made for it."""
    if check_values(db):
        raise SettingsError(GONE)


def _values(secrets: Secrets) -> dict[str, bytes]:
    kept = {"pepper": secrets.pepper, "receipt_key": secrets.receipt_key}
    return {name: check_value(secret, name) for name, secret in kept.items()}
