"""Who acts at the console: four eyes are two people there too, each with an account and a password."""

from appraisal.model.faults import Refused
from appraisal.secrecy.passwords import check_password
from appraisal.store import Session
from appraisal.store.people import find_account


def organiser(db: Session, login: str, password: str) -> str:
    """The login, if it is an organiser's and the password is right. Raises ``Refused`` otherwise."""
    found = find_account(db, login)
    if not check_password(found[1] if found else None, password).right or found is None:
        raise Refused("the login or the password is wrong")
    if not found[0].active or found[0].role != "organiser":
        raise Refused(f"{login}: only an organiser may do this")
    return found[0].login
