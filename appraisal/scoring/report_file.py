"""Reports as files beside the database: printed by the worker, outside any transaction, and kept until the facts change."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from appraisal import __version__, store
from appraisal.model.bulletin import BulletinFacts
from appraisal.model.department_report import DepartmentFacts
from appraisal.model.faults import Refused
from appraisal.model.round_job import failure_note
from appraisal.model.round_report import RoundFacts
from appraisal.scoring.bulletin import bulletin_facts
from appraisal.scoring.department_report import department_facts
from appraisal.scoring.round_report import round_facts
from appraisal.scoring.sensitivity import sensitivity
from appraisal.settings import Settings
from appraisal.store import Engine
from appraisal.store.public_files import lay_out


def report_path(settings: Settings, facts: DepartmentFacts, language: str) -> Path:
    """Where the report on these facts lies, once it is printed; other facts have another name, so no file is ever out of date."""
    key = hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
    return settings.home / "reports" / f"{facts.plan.code}-{facts.department}-{language}-{key}.pdf"


def asked_path(path: Path) -> Path:
    """The mark that a report waits to be printed."""
    return path.with_suffix(".asked")


def failed_path(path: Path) -> Path:
    """The note on why the report could not be printed."""
    return path.with_suffix(".failed")


def report_printer(
    settings: Settings, engine: Callable[[], Engine], printed: Callable[..., bytes]
) -> Callable[[str, str, str], None]:
    """The job that prints a report on a round (code), a department (code) in a language; one that is there is left alone.

    ``printed``: what makes the PDF of a kind of document. When it cannot, the reason is laid down beside where the report would lie.
    """

    def print_report(round_code: str, department: str, language: str) -> None:
        with store.reading(engine()) as db:
            facts = department_facts(db, round_code, department)
        lay_down(report_path(settings, facts, language), lambda: printed("report", facts, language))

    return print_report


def round_report_path(settings: Settings, facts: RoundFacts, language: str) -> Path:
    """Where the report on the whole round lies, once it is printed."""
    key = hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
    return settings.home / "reports" / "rounds" / f"{facts.plan.code}-{language}-{key}.pdf"


def round_report_printer(
    settings: Settings, engine: Callable[[], Engine], printed: Callable[..., bytes]
) -> Callable[[str, str], None]:
    """The job that prints the report on a round (code) in a language, as ``report_printer`` does those on departments."""

    def print_round_report(round_code: str, language: str) -> None:
        with store.reading(engine()) as db:
            facts = round_facts(db, round_code)
            path = round_report_path(settings, facts, language)
            # The costly part: five scorings. Ballots do not change any more, so that what the path names is what they say.
            choices = None if path.exists() else sensitivity(db, round_code)
        lay_down(path, lambda: printed("round", facts, choices, language))

    return print_round_report


def bulletin_path(settings: Settings, facts: BulletinFacts, language: str) -> Path:
    """Where the public bulletin of a round lies, once it is printed."""
    key = bulletin_key(facts)[:16]
    return settings.home / "bulletins" / f"{facts.said.code}-{language}-{key}.pdf"


def bulletin_key(facts: BulletinFacts) -> str:
    """What a bulletin says, as a digest: other figures, another ledger or another version of ours have another."""
    said = (__version__, facts.said.code, facts.sha256, facts.published_on, facts.balance, facts.plan.office)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def bulletin_printer(
    settings: Settings, engine: Callable[[], Engine], printed: Callable[..., bytes]
) -> Callable[[str, str], None]:
    """The job that prints the bulletin of a round (code) in a language."""

    def print_bulletin(round_code: str, language: str) -> None:
        with store.reading(engine()) as db:
            facts = bulletin_facts(db, round_code)
        lay_down(bulletin_path(settings, facts, language), lambda: printed("bulletin", facts, language))

    return print_bulletin


def lay_down(path: Path, made: Callable[[], bytes]) -> None:
    """Make a document that is not there yet; where that is refused, the reason is laid down beside where it would lie."""
    try:
        if not path.exists():
            lay_out_newest(path, made())
            failed_path(path).unlink(missing_ok=True)
    except Refused as refusal:
        failed_path(path).write_text(failure_note(refusal), "utf-8")
    finally:
        asked_path(path).unlink(missing_ok=True)


def lay_out_newest(path: Path, content: bytes) -> None:
    """Lay the file out, and take away those of earlier facts."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lay_out(path, content)
    for older in path.parent.glob(f"{path.stem.rpartition('-')[0]}-*.pdf"):
        if older != path:
            older.unlink(missing_ok=True)
