"""A real database for every test: the schema as the migrations make it, copied from one that was migrated once."""

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from appraisal import store
from appraisal.settings import Secrets, Settings
from appraisal.store import Session, schema
from tests.postgres import NoPostgres, Postgres

# What ./check fuzz asks for; tests that say how many examples they want are left alone.
hypothesis.settings.register_profile("fuzz", max_examples=1000, deadline=None)

# Tests of these are run on PostgreSQL as well, but for those that are marked ``sqlite`` because they look into its file.
ON_BOTH = (
    "store/test_deeds.py",
    "collect/test_casting.py",
    "collect/test_entry.py",
    "followup/test_numbers.py",
    "followup/test_evidence.py",
    "scoring/test_findings.py",
    "rounds/test_questionnaires.py",
)
NOW = datetime(2026, 11, 2, 9, 30)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "appraisal.db"
    engine = store.connect(path)
    schema.upgrade(engine)
    engine.dispose()
    return path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The same tests on the other engine: what only reads no database is run once."""
    path = metafunc.definition.path
    asked = "kept_by" in metafunc.fixturenames and f"{path.parent.name}/{path.name}" in ON_BOTH
    if asked and not metafunc.definition.get_closest_marker("sqlite"):
        other = pytest.param("postgres", marks=[pytest.mark.postgres])
        metafunc.parametrize("kept_by", ["sqlite", other], indirect=True)


@pytest.fixture
def kept_by(request: pytest.FixtureRequest) -> str:
    """What keeps the database of the test: ``sqlite`` or ``postgres``."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server with a migrated database ``migrated``, to be copied."""
    try:
        server = Postgres()
    except NoPostgres as lacking:
        pytest.skip(str(lacking))
    engine = store.connect(server.create("migrated"))
    schema.upgrade(engine)
    engine.dispose()
    yield server
    server.stop()


_number = itertools.count(1)


@pytest.fixture
def settings(tmp_path: Path, kept_by: str, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """An installation of its own, migrated, with fresh secrets."""
    settings = Settings(home=tmp_path / "var", demo=True)
    settings.home.mkdir()
    settings.keep_secrets(Secrets.fresh(demo=True))
    if kept_by == "sqlite":
        shutil.copy(request.getfixturevalue("migrated"), settings.database)
        yield settings
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test{next(_number)}"
    yield replace(settings, database_server=server.create(name, "migrated"))
    server.drop(name)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = store.connect(settings.database_address)
    yield engine
    engine.dispose()


@pytest.fixture
def db(engine: Engine) -> Iterator[Session]:
    with store.transaction(engine) as session:
        yield session


@pytest.fixture
def secrets(settings: Settings) -> Secrets:
    return settings.read_secrets()


@pytest.fixture
def now() -> datetime:
    return NOW
