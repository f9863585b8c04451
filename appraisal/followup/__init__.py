"""From verified findings to struck-off ones: bundle, approve, issue, sign, answer, return, accept, strike off, close.

Moves are guarded (``model.faults.Moved`` when somebody was faster) and leave an event in the same transaction. A move that the
tables in ``model.slip`` and ``model.finding`` do not have, or that its actor may not make, is ``Refused``.
"""

from appraisal.followup.drafting import approve, bundle, issue, pdf, slip_document
from appraisal.followup.moving import accept, answer, close, send_back, sign, strike_off
from appraisal.followup.reading import ledger, slip, slips

__all__ = [
    "accept",
    "answer",
    "approve",
    "bundle",
    "close",
    "issue",
    "ledger",
    "pdf",
    "send_back",
    "sign",
    "slip",
    "slip_document",
    "slips",
    "strike_off",
]
