"""The organiser's pages."""

from appraisal.web.office import desk, finding, findings, ledger, outbox, quality, reminding, results, rounds, slips, tuning, words
from appraisal.web.office.door import bp

__all__ = ["bp", "desk", "finding", "findings", "ledger", "outbox", "quality", "reminding", "results", "rounds", "slips", "tuning", "words"]
