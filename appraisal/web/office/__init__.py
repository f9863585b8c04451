"""The organiser's pages."""

from appraisal.web.office import (
    codes,
    desk,
    finding,
    findings,
    ledger,
    objections,
    open_channel,
    outbox,
    quality,
    reminding,
    results,
    review,
    rounds,
    slips,
    tuning,
    words,
    writing_up,
)
from appraisal.web.office.door import bp

__all__ = [
    "bp",
    "codes",
    "desk",
    "finding",
    "findings",
    "ledger",
    "objections",
    "open_channel",
    "outbox",
    "quality",
    "reminding",
    "results",
    "review",
    "rounds",
    "slips",
    "tuning",
    "words",
    "writing_up",
]
