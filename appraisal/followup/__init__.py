"""From verified findings to struck-off ones: bundle, approve, issue, sign, answer, return, accept, verify, strike off, close.

``moving`` is the way where all goes well; ``contesting``, ``extending`` and ``recalling`` are the side roads, ``chasing`` is what
the clock does; ``objecting`` is the right of reply and of appeal. Moves are guarded (``model.faults.Moved`` when somebody was
faster) and leave an event in the same transaction. A move that the tables in ``model.slip_moves``, ``model.finding`` and
``model.objection`` do not have, or that its actor may not make, is ``Refused``.
"""

from appraisal.followup.chasing import Pressed, chase_slips, clock_has_work
from appraisal.followup.checking import check_slip, slip_copy
from appraisal.followup.contesting import contest, reassign, uphold
from appraisal.followup.drafting import approve, bundle, issue, pdf, slip_document
from appraisal.followup.extending import ask_extension, extend, keep_term
from appraisal.followup.moving import accept, answer, close, send_back, sign, verify
from appraisal.followup.noticing import organisers_untold, tell_organisers
from appraisal.followup.objecting import (
    appeal,
    appeals,
    grant_appeal,
    may_decide,
    move_reply,
    objections_to,
    reject_appeal,
    replies,
    reply,
    withdraw_appeal,
)
from appraisal.followup.printing import ask_print, note_misprint, print_run, waiting_letters, waits_for_letter
from appraisal.followup.reading import ledger, slip, slips
from appraisal.followup.recalling import correct, discard, recall
from appraisal.followup.striking import clear, strike_off, take_up_again, watch

__all__ = [
    "Pressed",
    "accept",
    "answer",
    "appeal",
    "appeals",
    "approve",
    "ask_extension",
    "ask_print",
    "bundle",
    "chase_slips",
    "check_slip",
    "clear",
    "clock_has_work",
    "close",
    "contest",
    "correct",
    "discard",
    "extend",
    "grant_appeal",
    "issue",
    "keep_term",
    "ledger",
    "may_decide",
    "move_reply",
    "note_misprint",
    "objections_to",
    "organisers_untold",
    "pdf",
    "print_run",
    "reassign",
    "recall",
    "reject_appeal",
    "replies",
    "reply",
    "send_back",
    "sign",
    "slip",
    "slip_copy",
    "slip_document",
    "slips",
    "strike_off",
    "take_up_again",
    "tell_organisers",
    "uphold",
    "verify",
    "waiting_letters",
    "waits_for_letter",
    "watch",
    "withdraw_appeal",
]
