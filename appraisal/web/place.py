"""What every request works with: the settings, the database and the secrets of this installation."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, current_app

from appraisal.jobs import Queue
from appraisal.settings import Secrets, Settings
from appraisal.store import Engine
from appraisal.web.ballot_box import BallotBox

KEY: Final = "appraisal"


@dataclass(frozen=True, slots=True)
class Place:
    """One installation, opened: ``store.transaction(place.engine)`` begins a deed in it."""

    settings: Settings
    engine: Engine
    secrets: Secrets
    queue: Queue
    box: BallotBox


def set_place(app: Flask, place: Place) -> None:
    app.extensions[KEY] = place


def here() -> Place:
    """The place that serves the current request."""
    place = current_app.extensions[KEY]
    assert isinstance(place, Place)
    return place
