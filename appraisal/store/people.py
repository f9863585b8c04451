"""Accounts of staff, their sessions, and the record of what they did and looked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from appraisal import i18n
from appraisal.model.message import Channel, channel_of
from appraisal.secrecy.passwords import hash_password
from appraisal.store import tables

ROLES = ("organiser", "department", "auditor")
# The record's word for somebody who tries out codes by the hundred.
STORM = "codes.storm"


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """Who is asking. ``department`` (code) and ``department_id`` are set for a department's account alone."""

    id: int
    login: str
    name: str
    role: str
    department: str | None
    department_id: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class Reachable:
    """An active account with a mail address, and the language that notices to it are written in."""

    id: int
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A log-in that is known, and since when; whether it is still good is not said here."""

    account: StaffAccount
    started_at: datetime
    seen_at: datetime


def create_account(db: Session, login: str, name: str, role: str, department_code: str | None, password: str) -> int:
    """A new account, active at once; the login is kept in lower case.

    Raises ``ValueError`` for a login that is empty or taken, an unknown role, a department's account without a known
    department, any other account with one, and a password shorter than 10 or longer than 128 characters.
    """
    if not tidy_login(login) or find_account(db, login) is not None:
        raise ValueError(f"the login {login!r} is taken" if login.strip() else "a login is needed")
    if role not in ROLES:
        raise ValueError(f"{role!r} is no role: {', '.join(ROLES)}")
    if (role == "department") != (department_code is not None):
        raise ValueError("a department's account, and no other, belongs to a department")
    belongs_to = None if department_code is None else department_id(db, department_code)
    if department_code is not None and belongs_to is None:
        raise ValueError(f"there is no department {department_code!r}")
    return add_account(db, login, name, role, belongs_to, hash_password(password))


def add_account(db: Session, login: str, name: str, role: str, belongs_to: int | None, password_hash: str) -> int:
    """Keep an account whose password was hashed already."""
    row = tables.Account(
        login=tidy_login(login),
        name=name,
        role=role,
        department_id=belongs_to,
        password_hash=password_hash,
        active=True,
    )
    db.add(row)
    db.flush()
    return row.id


def tidy_login(login: str) -> str:
    """A login as it is kept and compared.

    >>> tidy_login(" ZhuBan ")
    'zhuban'
    """
    return login.strip().lower()


def department_id(db: Session, code: str) -> int | None:
    """The row of a department, over all rounds."""
    return db.scalar(select(tables.Department.id).where(tables.Department.code == code))


def find_account(db: Session, login: str) -> tuple[StaffAccount, str] | None:
    """The account of that login with the string its password is checked against, or ``None``."""
    row = db.execute(_accounts().where(tables.Account.login == tidy_login(login))).one_or_none()
    return None if row is None else (_account(row[0], row[1]), row[0].password_hash)


def all_accounts(db: Session) -> tuple[StaffAccount, ...]:
    """Every account, by login."""
    rows = db.execute(_accounts().order_by(tables.Account.login))
    return tuple(_account(row, code) for row, code in rows)


def reachable(db: Session, role: str, department: str | None = None) -> tuple[Reachable, ...]:
    """Active accounts of a role that have a mail address, those of a department (code) where one is given."""
    a = tables.Account
    wanted = select(a.id, a.email, a.language).where(a.role == role, a.active, a.email.is_not(None)).order_by(a.id)
    if department is not None:
        belongs_to = select(tables.Department.id).where(tables.Department.code == department).scalar_subquery()
        wanted = wanted.where(a.department_id == belongs_to)
    return tuple(Reachable(row.id, row.email or "", row.language) for row in db.execute(wanted))


def change_address(db: Session, account_id: int, email: str | None, language: str) -> None:
    """Where notices to an account go, in which language; none from now on where ``email`` is ``None``.

    Raises ``ValueError`` for an address that is none, and for a language that notices are not written in.
    """
    if email is not None and channel_of(email) is not Channel.EMAIL:
        raise ValueError(f"{email!r} is no mail address")
    if language not in i18n.LANGUAGES:
        raise ValueError(f"{language!r} is no language: {', '.join(i18n.LANGUAGES)}")
    changed = {"email": email, "language": language}
    db.execute(update(tables.Account).where(tables.Account.id == account_id).values(changed))


def replace_hash(db: Session, account_id: int, password_hash: str) -> None:
    db.execute(update(tables.Account).where(tables.Account.id == account_id).values(password_hash=password_hash))


def change_password(db: Session, account_id: int, password: str) -> None:
    """A new password; all log-ins of the account end. Raises ``ValueError`` for one shorter than 10 or longer than 128 characters."""
    replace_hash(db, account_id, hash_password(password))
    end_sessions(db, account_id)


def deactivate(db: Session, account_id: int) -> None:
    """Shut an account; all its log-ins end with it."""
    db.execute(update(tables.Account).where(tables.Account.id == account_id).values(active=False))
    end_sessions(db, account_id)


def keep_session(db: Session, digest: bytes, account_id: int, now: datetime) -> None:
    db.execute(insert(tables.StaffSession).values(digest=digest, account_id=account_id, started_at=now, seen_at=now))


def find_session(db: Session, digest: bytes) -> KeptSession | None:
    """The log-in of that digest, or ``None``."""
    row = db.get(tables.StaffSession, digest)
    if row is None:
        return None
    account, code = db.execute(_accounts().where(tables.Account.id == row.account_id)).one()
    return KeptSession(_account(account, code), row.started_at, row.seen_at)


def touch_session(db: Session, digest: bytes, now: datetime) -> None:
    db.execute(update(tables.StaffSession).where(tables.StaffSession.digest == digest).values(seen_at=now))


def end_session(db: Session, digest: bytes) -> None:
    db.execute(delete(tables.StaffSession).where(tables.StaffSession.digest == digest))


def end_sessions(db: Session, account_id: int) -> None:
    """Log out everywhere."""
    db.execute(delete(tables.StaffSession).where(tables.StaffSession.account_id == account_id))


def sweep_sessions(db: Session, started_before: datetime, seen_before: datetime) -> None:
    """Forget log-ins that are too old to be used."""
    over = (tables.StaffSession.started_at < started_before) | (tables.StaffSession.seen_at < seen_before)
    db.execute(delete(tables.StaffSession).where(over))


def record(db: Session, actor: str, action: str, object: str, now: datetime, note: str = "") -> None:
    """Add a line to the record; nothing ever changes or removes one."""
    db.execute(insert(tables.AuditEvent).values(at=now, actor=actor, action=action, object=object, note=note))


def count_records(db: Session, action: str, object: str, since: datetime) -> int:
    """How often it happened to that object since a moment."""
    happened = (tables.AuditEvent.action == action) & (tables.AuditEvent.object == object)
    counted = select(func.count()).select_from(tables.AuditEvent).where(happened, tables.AuditEvent.at >= since)
    return db.scalar(counted) or 0


def _accounts() -> Select[tables.Account, str]:
    joined = tables.Department.id == tables.Account.department_id
    return select(tables.Account, tables.Department.code).outerjoin(tables.Department, joined)


def _account(row: tables.Account, code: str | None) -> StaffAccount:
    return StaffAccount(row.id, row.login, row.name, row.role, code, row.department_id, row.active)
