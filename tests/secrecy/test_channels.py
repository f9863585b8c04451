"""The side channels by which somebody could learn who said what, each shut and shown to be shut."""

import logging
import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr
from sqlalchemy import Date, DateTime, Engine, LargeBinary, Time, text

from appraisal import collect, rounds, store
from appraisal.collect.envelope import unpack_text
from appraisal.model.ballot import Answers, DraftBallot, Sheet
from appraisal.secrecy import keys
from appraisal.secrecy.sealed import unseal
from appraisal.settings import Secrets, Settings
from appraisal.store.engine import forget_order, truncate_log
from appraisal.store.tables import Base
from tests.makers import NOW, TODAY, OpenRound, make_entry, make_nonce, make_open_round, make_opened

MARKER = "排队三小时无人理会CANARY"
RESPONDENTS = 300
SECRET_TABLES = ("invitation", "draft", "ballot", "sealed_comment")
# Fixed, so that ids are the same in every run: a rho by chance is then known to be small.
SECRETS = Secrets(b"p" * 32, b"r" * 32, b"c" * 32, demo=True)


def take_part(engine: Engine, opened: OpenRound, number: int) -> None:
    """One respondent from first page to submit, in transactions as the pages make them; the comment names the number."""
    rng = random.Random(f"respondent {number}")
    with store.transaction(engine) as db:
        entry = make_entry(db, SECRETS, opened, number)
        answers = Answers({entry.paper[0]: Sheet({"A3": "S1"}, {"Z": ("Z01",)}, {"T1": f"{MARKER} {number}"})})
        collect.keep_draft(db, entry, DraftBallot(answers, entry.paper, make_nonce(number)), SECRETS, TODAY)
    with store.transaction(engine) as db:
        collect.cast(db, entry, answers, make_nonce(number), SECRETS, rng, TODAY)


@dataclass(frozen=True)
class Place:
    """An installation in which 300 respondents took part, in the order of ``opened.issued``."""

    settings: Settings
    engine: Engine
    opened: OpenRound


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Place]:
    """Shared by the tests that only look: it stays open, so that its WAL stays as the last ballot left it."""
    settings = Settings(home=tmp_path_factory.mktemp("place") / "var", demo=True)
    settings.keep_secrets(SECRETS)
    shutil.copy(migrated, settings.database)
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        made = make_open_round(db, SECRETS, codes=RESPONDENTS // 3)
    opened = OpenRound(made.code, made.key, tuple(random.Random(5).sample(made.issued, RESPONDENTS)))
    for number in range(RESPONDENTS):
        take_part(engine, opened, number)
    yield Place(settings, engine, opened)
    engine.dispose()


@pytest.fixture
def copied(place: Place, tmp_path: Path) -> Iterator[Place]:
    """The same for a test that changes something."""
    settings = Settings(home=tmp_path / "copy", demo=True)
    shutil.copytree(place.settings.home, settings.home)
    engine = store.connect(settings.database)
    yield Place(settings, engine, place.opened)
    engine.dispose()


@pytest.fixture
def drafted(engine: Engine) -> OpenRound:
    """300 respondents began and kept a draft, one after the other."""
    with store.transaction(engine) as db:
        opened = make_open_round(db, SECRETS, codes=RESPONDENTS // 3)
    for number in range(RESPONDENTS):
        with store.transaction(engine) as db:
            entry = make_entry(db, SECRETS, opened, number)
            answers = Answers(overall=Sheet(texts={"O2": MARKER}))
            collect.keep_draft(db, entry, DraftBallot(answers, entry.paper, make_nonce(number)), SECRETS, TODAY)
    return opened


def rho(found: list[int]) -> float:
    assert len(found) == RESPONDENTS
    return abs(float(np.asarray(spearmanr(found, range(RESPONDENTS)).statistic)))


def scanned(engine: Engine, table: str) -> list[bytes]:
    """The first column's values in the order in which the table lies."""
    key = "digest" if table == "invitation" else "id"
    with store.transaction(engine) as db:
        return list(db.scalars(text(f"SELECT {key} FROM {table} NOT INDEXED")))


def test_s1_ballots_do_not_lie_in_the_order_they_came_in(place: Place) -> None:
    came = {keys.ballot_id(SECRETS.receipt_key, make_nonce(n)): n for n in range(RESPONDENTS)}
    assert rho([came[key] for key in scanned(place.engine, "ballot")]) < 0.15


def test_s1_invitations_do_not_lie_in_the_order_they_were_issued_or_spent(place: Place) -> None:
    spent = {keys.digest(SECRETS.pepper, place.opened.code, one.code): n for n, one in enumerate(place.opened.issued)}
    lying = scanned(place.engine, "invitation")
    assert rho([spent[key] for key in lying]) < 0.15
    issued = sorted(place.opened.issued, key=lambda one: one.stratum)
    by_issue = {keys.digest(SECRETS.pepper, place.opened.code, one.code): n for n, one in enumerate(issued)}
    assert rho([by_issue[key] for key in lying]) < 0.15


def test_s1_comments_do_not_lie_in_the_order_they_came_in(place: Place) -> None:
    with store.transaction(place.engine) as db:
        boxes = db.scalars(text("SELECT sealed FROM sealed_comment NOT INDEXED")).all()
    texts = [unpack_text(unseal(place.opened.key.private, box)).text for box in boxes]
    assert rho([int(text.removeprefix(MARKER)) for text in texts]) < 0.15


def test_s1_drafts_do_not_lie_in_the_order_they_were_begun(engine: Engine, drafted: OpenRound) -> None:
    begun = {keys.draft_id(SECRETS.pepper, drafted.code, one.code): n for n, one in enumerate(drafted.issued)}
    assert rho([begun[key] for key in scanned(engine, "draft")]) < 0.15


def test_s1_opened_ballots_and_comments_do_not_lie_in_the_order_they_came_in(copied: Place) -> None:
    with store.transaction(copied.engine) as db:
        rounds.close(db, copied.opened.code, "zhuban", NOW)
        make_opened(db, copied.opened.code, copied.opened.key.private, random.Random(6))
        texts = db.scalars(text("SELECT text FROM comment NOT INDEXED")).all()
        strata = db.scalars(
            text("SELECT s.code FROM opened_ballot o JOIN round_stratum s ON s.id=o.stratum_id ORDER BY number")
        ).all()
    assert rho([int(said.removeprefix(MARKER)) for said in texts]) < 0.15
    came = [one.stratum for one in copied.opened.issued]
    assert sum(one == other for one, other in zip(came, strata, strict=True)) < 0.45 * RESPONDENTS


@pytest.mark.parametrize("table", SECRET_TABLES)
def test_s1_secret_tables_have_no_rowid(engine: Engine, table: str) -> None:
    with store.transaction(engine) as db, pytest.raises(Exception, match="no such column: rowid"):
        db.execute(text(f"SELECT rowid FROM {table}"))


def places(engine: Engine, path: Path) -> list[int]:
    """Where in the file each ballot's bytes lie, in the order in which the ballots came in."""
    truncate_log(engine)
    content = path.read_bytes()
    with store.transaction(engine) as db:
        kept = {row.id: row.sealed for row in db.execute(text("SELECT id, sealed FROM ballot"))}
    came = [kept[keys.ballot_id(SECRETS.receipt_key, make_nonce(n))] for n in range(RESPONDENTS)]
    found = [content.find(sealed[-256:]) for sealed in came]
    assert min(found) > 0
    return found


def test_s1_after_the_file_is_rewritten_not_even_its_pages_tell_the_order(copied: Place) -> None:
    before = rho(places(copied.engine, copied.settings.database))
    forget_order(copied.engine)
    assert rho(places(copied.engine, copied.settings.database)) < 0.15 < before


def everything(settings: Settings) -> bytes:
    """All bytes that lie in the folder of the installation."""
    return b"".join(path.read_bytes() for path in sorted(settings.home.rglob("*")) if path.is_file())


def test_s2_neither_database_nor_wal_holds_what_was_said(place: Place) -> None:
    found = everything(place.settings)
    assert (place.settings.home / "appraisal.db-wal").stat().st_size > 0
    assert MARKER.encode() not in found
    assert b"CANARY" not in found
    assert b'"ratings":' not in found
    assert not [one for one in place.opened.issued if one.code.encode() in found]


def test_s2_the_wal_is_empty_after_a_truncation(copied: Place) -> None:
    wal = copied.settings.home / "appraisal.db-wal"
    assert wal.stat().st_size > 100_000
    truncate_log(copied.engine)
    assert wal.stat().st_size == 0


def test_s3_nothing_is_left_of_drafts_that_were_submitted_or_forgotten(
    engine: Engine, settings: Settings, drafted: OpenRound
) -> None:
    truncate_log(engine)
    with store.transaction(engine) as db:
        drafts = list(db.scalars(text("SELECT sealed FROM draft")))
    assert all(draft[-256:] in settings.database.read_bytes() for draft in drafts)
    for number in range(20):
        take_part(engine, drafted, number)
    with store.transaction(engine) as db:
        rounds.close(db, drafted.code, "zhuban", NOW)
        make_opened(db, drafted.code, drafted.key.private, random.Random(6))
    truncate_log(engine)
    left = everything(settings)
    assert not [draft for draft in drafts if draft[-256:] in left or draft[:64] in left]


def test_s3_deleted_rows_are_overwritten_and_temporary_tables_stay_in_memory(engine: Engine) -> None:
    with store.transaction(engine) as db:
        assert db.scalar(text("PRAGMA secure_delete")) == 1
        assert db.scalar(text("PRAGMA temp_store")) == 2


@pytest.mark.parametrize("table", SECRET_TABLES)
def test_s4_no_secret_table_holds_a_date_or_a_time(table: str) -> None:
    kinds = [type(column.type) for column in Base.metadata.tables[table].columns]
    assert not [kind for kind in kinds if issubclass(kind, Date | DateTime | Time)]
    assert any(issubclass(kind, LargeBinary) for kind in kinds)


def test_s5_the_folder_holds_one_database_and_no_file_for_a_ballot(place: Place) -> None:
    names = {str(path.relative_to(place.settings.home)) for path in place.settings.home.rglob("*") if path.is_file()}
    # Of the two that say nothing of a ballot: whose turn it is to write (empty), and the key that signs the public log.
    database = {"appraisal.db", "appraisal.db-wal", "appraisal.db-shm", "appraisal.db-turn"}
    assert names == {*database, "keys/secrets.json", "keys/log.key"}
    assert (place.settings.home / "appraisal.db-turn").stat().st_size == 0


def test_s6_taking_part_writes_no_line_to_any_log(
    engine: Engine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, SECRETS)
    with caplog.at_level(logging.DEBUG, logger="appraisal"):
        take_part(engine, opened, 0)
    printed = caplog.text + "".join(capfd.readouterr())
    assert opened.issued[0].code not in printed
    assert MARKER not in printed
    assert make_nonce(0).hex() not in printed


def test_s21_sealed_rows_have_few_lengths(place: Place) -> None:
    with store.transaction(place.engine) as db:
        for table in ("ballot", "sealed_comment"):
            lengths = set(db.scalars(text(f"SELECT length(sealed) FROM {table}")))
            assert lengths == {4096 + 48}


def test_s29_no_column_of_one_secret_table_points_into_another() -> None:
    for name in (*SECRET_TABLES, "comment", "opened_ballot", "rating"):
        leading = {key.column.table.name for key in Base.metadata.tables[name].foreign_keys}
        assert leading <= {"round", "round_stratum", "paper", "department"}
