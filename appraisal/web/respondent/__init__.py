"""What a respondent sees: from the access code to the receipt, without a line of JavaScript."""

from appraisal.web.respondent import cards, entry, hub, sheets, submit
from appraisal.web.respondent.blueprint import bp

__all__ = ["bp", "cards", "entry", "hub", "sheets", "submit"]
