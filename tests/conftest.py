"""A real database for every test: the schema as the migrations make it, copied from one that was migrated once."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine

from appraisal import store
from appraisal.settings import Secrets, Settings
from appraisal.store import Session, schema

# What ./check fuzz asks for; tests that say how many examples they want are left alone.
hypothesis.settings.register_profile("fuzz", max_examples=1000, deadline=None)

NOW = datetime(2026, 11, 2, 9, 30)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "appraisal.db"
    engine = store.connect(path)
    schema.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated: Path) -> Settings:
    """An installation of its own, migrated, with fresh secrets."""
    settings = Settings(home=tmp_path / "var", demo=True)
    settings.home.mkdir()
    shutil.copy(migrated, settings.database)
    settings.keep_secrets(Secrets.fresh(demo=True))
    return settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = store.connect(settings.database)
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
