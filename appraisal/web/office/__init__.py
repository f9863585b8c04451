"""The organiser's pages."""

from appraisal.web.office import desk, rounds, tuning
from appraisal.web.office.door import bp

__all__ = ["bp", "desk", "rounds", "tuning"]
