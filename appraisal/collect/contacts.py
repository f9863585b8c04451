"""Which code went to which address: brought in by the office from its own list, sealed, and forgotten after the round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from appraisal.collect import refusals
from appraisal.model.faults import Fault, Faulty, Refused
from appraisal.model.message import channel_of
from appraisal.model.reminder import KEPT_DAYS
from appraisal.model.round import RoundState
from appraisal.secrecy import keys
from appraisal.secrecy.codes import CodeFault, read_code
from appraisal.secrecy.contacts import open_contact, seal_contact
from appraisal.settings import Secrets
from appraisal.store import Session
from appraisal.store import contacts as kept_contacts
from appraisal.store.rounds import KeptRound


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the office's list: the code that was handed out, and a mail address or mobile number."""

    line: int
    code: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """Contacts on their way into the table: digest of the code → sealed address."""

    round_id: int
    sealed: Mapping[bytes, bytes]


def read_roster(db: Session, round_code: str, rows: Sequence[RosterRow], file: str, secrets: Secrets) -> Roster:
    """Check a list and seal it; it only reads. Raises ``Refused`` for a round that is over, ``Faulty`` with every fault.

    A fault: no code, a code that is not of this round or revoked, one listed twice, an address that is none, or one that stands
    beside another code already (one person, one code). Whether a code was used is never told.
    """
    kept = refusals.round_of(db, round_code)
    if kept.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Refused("本轮评议已经截止，不再需要联系方式。")
    digests = {row.line: _digest(row, round_code, secrets) for row in rows}
    known = kept_contacts.known_codes(db, kept.id, [digest for digest in digests.values() if digest])
    faults = [fault for row in rows for fault in _faults_of(row, digests[row.line], known, file)]
    faults += _repeats(rows, digests, _addresses(db, kept, secrets), file)
    if faults:
        raise Faulty(tuple(sorted(faults, key=lambda fault: fault.row)))
    key = keys.contact_key(secrets.pepper)
    return Roster(kept.id, {digests[row.line]: seal_contact(key, row.address) for row in rows})


def keep_roster(db: Session, roster: Roster) -> int:
    """Keep what was checked, in the place of earlier contacts of the same codes; how many."""
    kept_contacts.replace_contacts(db, roster.round_id, roster.sealed)
    return len(roster.sealed)


def has_contacts_to_forget(db: Session, today: date) -> bool:
    return kept_contacts.has_old_contacts(db, today - timedelta(days=KEPT_DAYS))


def forget_contacts(db: Session, today: date) -> None:
    """Delete the contacts of rounds whose last day is more than 30 days ago."""
    kept_contacts.forget_contacts(db, today - timedelta(days=KEPT_DAYS))


def _digest(row: RosterRow, round_code: str, secrets: Secrets) -> bytes:
    try:
        return keys.digest(secrets.pepper, round_code, read_code(row.code))
    except CodeFault:
        return b""


def _faults_of(row: RosterRow, digest: bytes, known: frozenset[bytes], file: str) -> list[Fault]:
    faults = []
    if digest not in known:
        # The code itself is not repeated: a list of faults is read by more people than the list.
        faults.append(Fault.of(file, row.line, "code", "不是本轮现在有效的评议码，请对照信函"))
    if channel_of(row.address) is None:
        faults.append(Fault.of(file, row.line, "contact", "应当是一个电子邮件地址或手机号码"))
    return faults


def _addresses(db: Session, kept: KeptRound, secrets: Secrets) -> dict[str, bytes]:
    key = keys.contact_key(secrets.pepper)
    sealed = kept_contacts.contacts(db, kept.id)
    return {open_contact(key, address).lower(): digest for digest, address in sealed.items()}


def _repeats(
    rows: Sequence[RosterRow], digests: Mapping[int, bytes], holders: Mapping[str, bytes], file: str
) -> list[Fault]:
    codes: dict[bytes, int] = {}
    owners = dict(holders)
    lines: dict[str, int] = {}
    faults: list[Fault] = []
    for row in rows:
        digest, address = digests[row.line], row.address.lower()
        if digest and codes.setdefault(digest, row.line) != row.line:
            faults.append(Fault.of(file, row.line, "code", "与第%(line)s行是同一个评议码", line=codes[digest]))
        elif address and owners.setdefault(address, digest) != digest:
            faults.append(_taken(file, row.line, lines.get(address)))
        lines.setdefault(address, row.line)
    return faults


def _taken(file: str, line: int, earlier: int | None) -> Fault:
    if earlier is None:
        return Fault.of(file, line, "contact", "这个联系方式已经登记在本轮另一个评议码下")
    return Fault.of(file, line, "contact", "与第%(line)s行是同一个联系方式", line=earlier)
