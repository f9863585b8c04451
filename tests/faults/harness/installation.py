"""An installation with an open round whose codes and tally key the tests hold, and what lies in its ballot box."""

import random
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import text

from appraisal import store
from appraisal.cli.installing import bring_up
from appraisal.collect.envelope import unpack_ballot
from appraisal.secrecy import keys, sealed
from appraisal.secrecy.sealed import TallyKey
from appraisal.settings import Secrets, Settings
from tests.faults.harness.history import Box
from tests.makers import make_running_round


@dataclass(frozen=True)
class Installation:
    """Where it lies, the round, the codes that were issued."""

    settings: Settings
    round_code: str
    key: TallyKey
    codes: tuple[str, ...]

    @cached_property
    def secrets(self) -> Secrets:
        return self.settings.read_secrets()

    @cached_property
    def _code_of(self) -> dict[bytes, str]:
        return {keys.digest(self.secrets.pepper, self.round_code, code): code for code in self.codes}

    def box(self, opened: bool = True) -> Box:
        """What is stored now, read through a connection of our own; ``opened``: with what every ballot says."""
        engine = store.connect(self.settings.database_address)
        try:
            with store.reading(engine) as db:
                integrity = store.integrity(db)
                wanted = "SELECT id, sealed FROM ballot WHERE round_id = (SELECT id FROM round WHERE code = :code)"
                ballots = {row.id: row.sealed for row in db.execute(text(wanted), {"code": self.round_code})}
                spent = [
                    self._code_of[digest] for digest in db.scalars(text("SELECT digest FROM invitation WHERE spent"))
                ]
                comments = db.scalar(text("SELECT count(*) FROM sealed_comment")) or 0
        finally:
            engine.dispose()
        said = {key: self._said(content) if opened else "" for key, content in ballots.items()}
        return Box(said, frozenset(spent), comments, integrity)

    def _said(self, content: bytes) -> str:
        try:
            _, answers = unpack_ballot(sealed.unseal(self.key.private, content))
        except ValueError:
            return "nothing that can be opened"
        return " ".join(
            f"{code}:{sheet.ratings['A3']}"
            for code, sheet in sorted(answers.departments.items())
            if "A3" in sheet.ratings
        )


def install(home: Path, codes: int, port: int = 0, database_server: str = "") -> Installation:
    """A fresh installation whose round runs today, with so many codes for each of its three strata, in random order."""
    settings = Settings(home=home, port=port, demo=True, database_server=database_server)
    engine = bring_up(settings, demo=True)
    with store.transaction(engine) as db:
        opened = make_running_round(db, settings.read_secrets(), codes=codes)
    engine.dispose()
    issued = [one.code for one in opened.issued]
    random.Random(5).shuffle(issued)
    settings.tally_key(opened.code).write_bytes(opened.key.private)
    return Installation(settings, opened.code, opened.key, tuple(issued))


def copy_of(one: Installation, home: Path, port: int) -> Installation:
    """The same installation in another folder; nothing may be serving the first."""
    shutil.copytree(one.settings.home, home)
    return Installation(Settings(home=home, port=port, demo=True), one.round_code, one.key, one.codes)
