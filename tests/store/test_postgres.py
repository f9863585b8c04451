"""PostgreSQL in the place of the file: what it must promise, who waits for whom, and what its rows tell afterwards."""

import dataclasses
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from scipy.stats import spearmanr
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from appraisal import collect, rounds, scoring, store
from appraisal.model.ballot import DraftBallot
from appraisal.model.faults import Refused
from appraisal.secrecy import keys
from appraisal.settings import Secrets
from appraisal.store import casting, schema
from appraisal.store.engine import connect, forget_order, looking, reading, writing
from appraisal.store.postgres import loose_settings
from appraisal.store.statements import row
from appraisal.store.tables import Base
from appraisal.store.trouble import UnsafeStore
from tests.makers import NOW, TODAY, OpenRound, make_answers, make_entry, make_nonce, make_open_round, make_opened
from tests.postgres import Postgres

pytestmark = [pytest.mark.postgres, pytest.mark.sqlite]
RESPONDENTS = 120


@pytest.fixture
def kept_by() -> str:
    return "postgres"


def sealed_ballot(db: store.Session, secrets: Secrets, opened: OpenRound, number: int) -> collect.SealedBallot:
    entry, rng = make_entry(db, secrets, opened, number), random.Random(number)
    answers = make_answers(entry.round.plan.questionnaire, entry.paper, number, f"意见{number}")
    return collect.seal_ballot(entry, answers, make_nonce(number), secrets, rng)


def cast_all(engine: Engine, secrets: Secrets, opened: OpenRound, count: int) -> list[bytes]:
    """So many respondents, one after the other, each with a draft; the ids of their ballots in that order."""
    with store.reading(engine) as db:
        entries = [make_entry(db, secrets, opened, number) for number in range(count)]
        ballots = [sealed_ballot(db, secrets, opened, number) for number in range(count)]
    for number, (entry, ballot) in enumerate(zip(entries, ballots, strict=True)):
        answers = make_answers(entry.round.plan.questionnaire, entry.paper, number)
        with writing(engine) as db:
            collect.keep_draft(db, entry, DraftBallot(answers, entry.paper, make_nonce(number)), secrets, TODAY)
        with writing(engine) as db:
            collect.keep_ballot(db, ballot, TODAY)
    return [ballot.id for ballot in ballots]


@pytest.fixture
def opened(engine: Engine, secrets: Secrets) -> OpenRound:
    with store.transaction(engine) as db:
        made = make_open_round(db, secrets, codes=RESPONDENTS // 3)
    return OpenRound(made.code, made.key, tuple(random.Random(5).sample(made.issued, RESPONDENTS)))


def test_a_round_is_held_from_the_first_code_to_the_score(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    cast_all(engine, secrets, opened, 30)
    with store.transaction(engine) as db:
        rounds.close(db, opened.code, "zhuban", NOW)
    forget_order(engine)
    with store.transaction(engine) as db:
        assert make_opened(db, opened.code, opened.key.private, random.Random(1)) == 30
    with store.reading(engine) as db:
        computed = scoring.compute_round(db, opened.code, "zhuban", NOW)
    with store.transaction(engine) as db:
        scoring.keep_run(db, computed)
        kept = rounds.kept_round(db, opened.code)
        assert casting.ballot_count(db, kept.id) == sum(casting.spent_by_stratum(db, kept.id).values()) == 30
        assert scoring.results(db, opened.code).departments


def test_the_migrations_make_the_tables_and_take_them_away(postgres: Postgres) -> None:
    engine = connect(postgres.create("emptied"))
    schema.upgrade(engine)
    with engine.connect().execution_options(read_only=True) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    config = schema._config()
    config.attributes["engine"] = engine
    command.downgrade(config, "base")
    engine.dispose()
    left = postgres.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "emptied")
    assert left == [("alembic_version",)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("CREATE DATABASE odd TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'", "SQL_ASCII"),
        ("CREATE DATABASE odd TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C.UTF-8'", "sorts by"),
        (
            "CREATE DATABASE odd TEMPLATE template0; ALTER DATABASE odd SET synchronous_commit = off",
            "synchronous_commit",
        ),
        (
            "CREATE DATABASE odd TEMPLATE template0; ALTER DATABASE odd SET synchronous_commit = local",
            "synchronous_commit",
        ),
    ],
)
def test_a_database_that_could_lose_or_mix_up_is_refused(postgres: Postgres, how: str, said: str) -> None:
    postgres.drop("odd")
    for statement in how.split(";"):
        postgres.run(statement)
    with pytest.raises(UnsafeStore, match=said):
        connect(postgres.url("odd"))


def test_a_server_that_does_not_flush_is_refused_also_by_a_running_program() -> None:
    server = Postgres({"autovacuum": "off"})
    try:
        engine = connect(server.create("city"))
        server.halt()
        server.settings["fsync"] = "off"
        server.start()
        for _ in range(2):
            with pytest.raises((UnsafeStore, DBAPIError)), store.transaction(engine) as db:
                db.execute(text("CREATE TABLE kept (id int)"))
        assert server.run("SELECT count(*) FROM pg_class WHERE relname = 'kept'", "city") == [(0,)]
        with pytest.raises(UnsafeStore, match="fsync=off"):
            connect(server.url("city"))
    finally:
        server.stop()


@pytest.mark.parametrize("address", ["postgresql://", "no address", "postgresql+psycopg://role@"])
def test_an_address_that_leads_nowhere_is_told_without_a_trace(address: str) -> None:
    with pytest.raises((UnsafeStore, DBAPIError)) as told:
        connect(address)
    assert "password" not in str(told.value).lower()


def test_an_old_server_is_refused(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appraisal.store.postgres.LEAST", 990000)
    with pytest.raises(UnsafeStore, match="too old"):
        connect(postgres.url("migrated"))


def test_who_reads_and_then_writes_is_alone(engine: Engine) -> None:
    with store.transaction(engine) as db:
        db.execute(text("CREATE TABLE counter AS SELECT 0 AS value"))

    def count(_: int) -> None:
        with store.transaction(engine) as db:
            value = db.scalar(text("SELECT value FROM counter"))
            db.execute(text("UPDATE counter SET value = :next"), {"next": (value or 0) + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(200)))
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT value FROM counter")) == 200


def test_one_snapshot_is_read_whatever_is_written_meanwhile(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    wanted = text("SELECT count(*) FROM ballot")
    with reading(engine) as db:
        assert db.scalar(wanted) == 0
        cast_all(engine, secrets, opened, 2)
        forget_order_in_the_background = threading.Thread(target=forget_order, args=(engine,))
        forget_order_in_the_background.start()
        assert db.scalar(wanted) == 0
    forget_order_in_the_background.join()
    with reading(engine) as db, pytest.raises(DBAPIError, match="read-only"):
        db.execute(text("DELETE FROM ballot"))


def test_a_look_sees_at_each_statement_what_was_committed_before_it(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with looking(engine) as connection:
        assert row(connection, "SELECT count(*) FROM ballot") == (0,)
        cast_all(engine, secrets, opened, 2)
        assert row(connection, "SELECT count(*) FROM ballot") == (2,)


def test_a_nonce_of_another_ballot_leaves_code_and_ballots_beside_it_as_they_were(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.reading(engine) as db:
        first, second, third = (sealed_ballot(db, secrets, opened, number) for number in range(3))
    foreign = dataclasses.replace(second, id=first.id)
    with writing(engine) as db:
        said = [collect.try_to_keep(db, ballot, TODAY) for ballot in (first, foreign, third)]
    assert [said[0], said[2]] == [first.receipt, third.receipt]
    assert isinstance(said[1], Refused)
    with writing(engine) as db:
        assert collect.keep_ballot(db, second, TODAY) == second.receipt


def test_respondents_do_not_wait_for_one_another_but_for_a_deed(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    with store.reading(engine) as db:
        ballots = [sealed_ballot(db, secrets, opened, number) for number in range(3)]
    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as first:
            collect.keep_ballot(first, ballots[0], TODAY)
            with writing(engine) as second:
                collect.keep_ballot(second, ballots[1], TODAY)
        with store.transaction(engine) as deed:
            rounds.close(deed, opened.code, "zhuban", NOW)
            late = pool.submit(keep, engine, ballots[2])
            with pytest.raises(TimeoutError):
                late.result(0.3)
        # Whoever waited for the close meets a closed round: no ballot comes in behind it.
        with pytest.raises(Refused):
            late.result(10)


def keep(engine: Engine, ballot: collect.SealedBallot) -> str:
    with writing(engine) as db:
        return collect.keep_ballot(db, ballot, TODAY)


def test_a_code_is_spent_once_by_many_at_the_same_moment(engine: Engine, secrets: Secrets, opened: OpenRound) -> None:
    with store.reading(engine) as db:
        entry = make_entry(db, secrets, opened, 0)
        answers = make_answers(entry.round.plan.questionnaire, entry.paper)
        ballots = [collect.seal_ballot(entry, answers, make_nonce(n), secrets, random.Random(n)) for n in range(8)]

    def outcome(ballot: collect.SealedBallot) -> str:
        with writing(engine) as db:
            return str(collect.try_to_keep(db, ballot, TODAY))

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(outcome, ballots))
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM ballot")) == 1
    assert len([one for one in told if one in {ballot.receipt for ballot in ballots}]) == 1


def test_a_draft_that_is_saved_beside_the_submit_is_not_left_behind(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    code, digest = opened.issued[0].code, keys.digest(secrets.pepper, opened.code, opened.issued[0].code)
    with store.reading(engine) as db:
        ballot = sealed_ballot(db, secrets, opened, 0)

    def usable() -> bool:
        with writing(engine) as db:
            found = casting.find_invitation(db, [digest])
            return found is not None and found.usable

    with ThreadPoolExecutor(1) as pool:
        with writing(engine) as db:
            collect.keep_ballot(db, ballot, TODAY)
            saving = pool.submit(usable)
            with pytest.raises(TimeoutError):
                saving.result(0.3)
        assert saving.result(10) is False
    assert code


def lying(engine: Engine) -> list[tuple[bytes, int]]:
    """(id, transaction that wrote it) of every ballot, in the order in which the table lies."""
    with store.reading(engine) as db:
        db.execute(text("SET LOCAL enable_indexscan = off"))
        found = db.execute(text("SELECT id, xmin::text::bigint FROM ballot ORDER BY ctid")).all()
    return [(key, writer) for key, writer in found]


def rho(order: list[int]) -> float:
    return abs(float(np.asarray(spearmanr(order, range(len(order))).statistic)))


def test_s1_neither_places_nor_writers_of_rows_tell_the_order_after_a_rewrite(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    came = {key: n for n, key in enumerate(cast_all(engine, secrets, opened, RESPONDENTS))}
    assert rho([came[key] for key, _ in lying(engine)]) > 0.9
    forget_order(engine)
    after = lying(engine)
    assert rho([came[key] for key, _ in after]) < 0.25
    assert [key for key, _ in after] == sorted(came)
    assert len({writer for _, writer in after}) == 1


def test_s1_no_transaction_joins_a_ballot_with_its_code_after_a_rewrite(
    engine: Engine, secrets: Secrets, opened: OpenRound
) -> None:
    cast_all(engine, secrets, opened, 20)
    joined = text("SELECT count(*) FROM ballot b JOIN invitation i ON i.xmin = b.xmin AND i.spent")
    with store.reading(engine) as db:
        assert db.scalar(joined) == 20
    forget_order(engine)
    with store.reading(engine) as db:
        # Every one with every one: nothing is left of who came with what.
        assert db.scalar(joined) == 20 * 20


def test_s1_nothing_of_the_old_rows_stays_in_the_files(
    engine: Engine, secrets: Secrets, opened: OpenRound, postgres: Postgres
) -> None:
    cast_all(engine, secrets, opened, 20)
    with store.reading(engine) as db:
        sealed = list(db.scalars(text("SELECT sealed FROM ballot")))
    forget_order(engine)
    files = [path.read_bytes() for path in (postgres.data / "pg_wal").glob("0*")]
    assert [one for one in sealed if any(one[:64] in content for content in files)] == []


@pytest.fixture
def quiet(engine: Engine, postgres: Postgres) -> Engine:
    """The log from here on."""
    postgres.log.write_bytes(b"")
    return engine


def test_s26_the_log_of_the_server_holds_neither_codes_nor_answers(
    quiet: Engine, secrets: Secrets, opened: OpenRound, postgres: Postgres
) -> None:
    ids = cast_all(quiet, secrets, opened, 5)
    with pytest.raises(DBAPIError), writing(quiet) as db:
        db.execute(text("INSERT INTO ballot (id, round_id, sealed) VALUES (:id, 1, :id)"), {"id": ids[0]})
    said = postgres.log.read_text("utf-8", "replace")
    assert "duplicate key" in said
    for secret in [*ids, *(keys.digest(secrets.pepper, opened.code, one.code) for one in opened.issued[:5])]:
        assert secret.hex() not in said
    with store.reading(quiet) as db:
        assert loose_settings(db) == ()


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_uses_it(
    engine: Engine, postgres: Postgres
) -> None:
    with store.reading(engine) as db:
        before = db.scalar(text("SELECT pg_backend_pid()"))
    postgres.run(f"SELECT pg_terminate_backend({before})")
    time.sleep(0.3)
    with store.transaction(engine) as db:
        assert db.scalar(text("SELECT pg_backend_pid()")) != before
