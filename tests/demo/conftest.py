"""The demo city, filled once by the command that ``./run`` gives, for every test of this folder."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appraisal import store
from appraisal.cli import main
from appraisal.store import Session

BALLOTS = 1500


@dataclass(frozen=True)
class DemoHome:
    home: Path
    said: str

    def run(self, *words: str) -> Any:
        return CliRunner(env={"APPRAISAL_HOME": str(self.home)}).invoke(main, list(words))

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").stdout)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> DemoHome:
    home = tmp_path_factory.mktemp("demo") / "var"
    runner = CliRunner(env={"APPRAISAL_HOME": str(home)})
    result = runner.invoke(main, ["demo", "--ballots", str(BALLOTS)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return DemoHome(home, result.stdout)


@pytest.fixture
def city_db(city: DemoHome) -> Iterator[Session]:
    engine = store.connect(city.home / "appraisal.db")
    with store.reading(engine) as db:
        yield db
    engine.dispose()
