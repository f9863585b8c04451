"""The web application on a real database with an open round."""

from collections.abc import Iterator

import pytest
from flask import Flask

from appraisal import store
from appraisal.settings import Settings
from appraisal.web import create_app
from appraisal.web.place import Place
from tests.makers import OpenRound, make_running_round


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    place_of(app).engine.dispose()


def place_of(app: Flask) -> Place:
    place = app.extensions["appraisal"]
    assert isinstance(place, Place)
    return place


@pytest.fixture
def opened(app: Flask) -> OpenRound:
    place = place_of(app)
    with store.transaction(place.engine) as db:
        return make_running_round(db, place.secrets)
