"""A city that really voted, over the production command, and everything that a curious administrator carried away from it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from appraisal import jobs, store
from appraisal.collect.log import first_batch, full_batch
from appraisal.secrecy import keys
from appraisal.settings import Settings
from tests.faults.harness.history import History
from tests.faults.harness.installation import Installation, install
from tests.faults.harness.respondent import SCALE, Respondent
from tests.faults.harness.server import TOP, Server, free_port
from tests.makers import make_account

COMERS = 300
IN_THE_MIDST = 120
CANARY = "窗口推诿三次CANARY7F3A"
STAFF = (("zhuban", "organiser"), ("shenji", "auditor"))


@dataclass(frozen=True)
class City:
    """Who came, in order, with which ballot; and folders as they were copied.

    ``live``: in the midst of the voting, the log of the database as it was. ``settled``: when the batch was logged. ``closed``:
    when the ballots lay open. Each holds whatever lay in the installation's folder, the server's log and its temporary files too.
    ``logs``: the write-ahead logs of the first two, read before anybody opened the copies.
    """

    installation: Installation
    codes: tuple[str, ...]
    nonces: tuple[str, ...]
    receipts: tuple[str, ...]
    answers: tuple[str, ...]
    live: Path
    settled: Path
    closed: Path
    logs: tuple[bytes, bytes]
    crash: str
    told: tuple[str, ...]

    @property
    def ids(self) -> tuple[bytes, ...]:
        key = self.installation.secrets.receipt_key
        return tuple(keys.ballot_id(key, bytes.fromhex(nonce)) for nonce in self.nonces)

    @property
    def digests(self) -> tuple[bytes, ...]:
        pepper, code = self.installation.secrets.pepper, self.installation.round_code
        return tuple(keys.digest(pepper, code, one) for one in self.codes)

    @property
    def canaries(self) -> list[str]:
        """Everything that may lie nowhere in plain: codes, texts, nonces, and a mark of every answer."""
        codes = [code for one in self.codes for code in (one, f"{one[:4]}-{one[4:8]}-{one[8:]}")]
        return [CANARY, *codes, *self.nonces]


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("attacks")
    installation = install(folder / "var", COMERS // 3 + 1, free_port())
    settings = installation.settings
    settings.keep_log_key()
    with writing(settings) as db:
        for login, role in STAFF:
            make_account(db, login, role)
    temporary = settings.home / "tmp"
    temporary.mkdir()
    with Server(settings, extra={"TMPDIR": str(temporary), "PYTHONFAULTHANDLER": "1"}) as server:
        came = [voted(installation, number) for number in range(IN_THE_MIDST)]
        shutil.copytree(settings.home, folder / "live")
        came += [voted(installation, number) for number in range(IN_THE_MIDST, COMERS)]
        crash = crashed(installation)
        tell_the_log(settings)
        shutil.copytree(settings.home, folder / "settled")
        logs = write_ahead_log(folder / "live"), write_ahead_log(folder / "settled")
        server.terminate()
    told = close(settings, installation.round_code)
    shutil.copytree(settings.home, folder / "closed")
    return City(
        installation,
        tuple(one.code for one in came),
        tuple(one.nonce for one in came),
        tuple(one.receipt for one in came),
        tuple(one.answer for one in came),
        folder / "live",
        folder / "settled",
        folder / "closed",
        logs,
        crash,
        told,
    )


@contextmanager
def writing(settings: Settings) -> Iterator[store.Session]:
    """A transaction on an installation, served or not."""
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        yield db
    engine.dispose()


def write_ahead_log(folder: Path) -> bytes:
    path = folder / "appraisal.db-wal"
    return path.read_bytes() if path.exists() else b""


def voted(installation: Installation, number: int) -> Respondent:
    """One respondent from the code to the receipt, with a comment that nobody may find."""
    comer = Respondent(
        installation.codes[number],
        SCALE[number % 5],
        installation.settings.port,
        History(),
        comment=f"{CANARY} {number}",
    )
    comer.vote()
    return comer


def crashed(installation: Installation) -> str:
    """Pages that fail with everything in the request, once in the database and once in our own code; what the browser was shown."""
    comer = Respondent(installation.codes[-1], "S1", installation.settings.port, History(), comment=CANARY)
    comer.come_in()
    breaking = (
        (503, "ALTER TABLE draft RENAME TO mislaid", "ALTER TABLE mislaid RENAME TO draft"),
        (500, "UPDATE draft SET sealed = x'00'", "DELETE FROM draft"),
    )
    shown = []
    for status, begin, end in breaking:
        with writing(installation.settings) as db:
            db.execute(text(begin))
        answer = comer.browser.post("/ballot/d/D1", csrf_token=comer._token, then="next", **{"item-T1": CANARY})
        with writing(installation.settings) as db:
            db.execute(text(end))
        assert answer.status == status
        shown.append(answer.text)
    return "".join(shown)


def tell_the_log(settings: Settings) -> None:
    """What the worker does at the full hour."""
    engine = store.connect(settings.database)
    jobs.tend_logs(settings, engine, first_batch, full_batch)
    jobs.make_queue(settings, immediate=True).sweep.call_local()
    engine.dispose()


def close(settings: Settings, code: str) -> tuple[str, ...]:
    """Close, score and export as the operator does; everything that the commands said."""
    environment = {**os.environ, "APPRAISAL_HOME": str(settings.home), "PYTHONPATH": str(TOP)}
    said = []
    for words in (("round", "close", code), ("round", "score", code), ("export", "estimates", code), ("flags", code)):
        done = subprocess.run(
            [sys.executable, "-m", "appraisal.cli", *words],
            env=environment,
            cwd=TOP,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout + done.stderr)
    return tuple(said)
