"""The same deeds, later: opening ballots, scoring and rendering wait in a queue beside the database, for a worker of their own.

A job may be done twice without harm: a slip that is issued is left alone, and so is a round that waits for nothing. What a
killed worker left undone is picked up by the sweep, which looks every minute for approved slips without a letter and for rounds
that wait.
"""

from appraisal.jobs.logs import tend_audit, tend_log, tend_logs
from appraisal.jobs.publications import tend_publications
from appraisal.jobs.queue import Queue, make_queue, sweep, work
from appraisal.jobs.rounds import BROKEN, NO_KEY, tend_round, tend_rounds
from appraisal.jobs.slips import issue_slip, issue_waiting

__all__ = [
    "BROKEN",
    "NO_KEY",
    "Queue",
    "issue_slip",
    "issue_waiting",
    "make_queue",
    "sweep",
    "tend_audit",
    "tend_log",
    "tend_logs",
    "tend_publications",
    "tend_round",
    "tend_rounds",
    "work",
]
