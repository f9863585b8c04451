"""An open round of the default plan, committed, so that other connections see it."""

import pytest
from sqlalchemy import Engine

from appraisal import store
from appraisal.settings import Secrets
from tests.makers import OpenRound, make_open_round


@pytest.fixture
def opened(engine: Engine, secrets: Secrets) -> OpenRound:
    with store.transaction(engine) as db:
        return make_open_round(db, secrets)
