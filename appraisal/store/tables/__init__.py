"""Every table, one class each, columns only."""

from appraisal.store.tables.base import Base
from appraisal.store.tables.casting import Ballot, Draft, Invitation, Paper, SealedComment
from appraisal.store.tables.following import (
    Answer,
    AnswerEvidence,
    CalendarDay,
    Evidence,
    Finding,
    FindingComment,
    FindingEvent,
    FindingFlag,
    FindingMark,
    Serial,
    Slip,
    SlipChase,
    SlipCopy,
    SlipEvent,
)
from appraisal.store.tables.installation import KeyCheck
from appraisal.store.tables.limits import CodeRequest, OpenComment, RequestedCode
from appraisal.store.tables.logs import AuditHead, LogBatch
from appraisal.store.tables.objecting import Appeal, Reply
from appraisal.store.tables.opened import Comment, Mark, OpenedBallot, OverallAnswer, Rating
from appraisal.store.tables.outbox import Contact, Outbox, ReminderBatch
from appraisal.store.tables.peaks import BatchPeak
from appraisal.store.tables.people import Account, AuditEvent, StaffSession
from appraisal.store.tables.quarantine import Quarantine, QuarantineBallot, QuarantineEvent
from appraisal.store.tables.rechecking import Recheck
from appraisal.store.tables.scores import EstimateRow, FlagRow, ScoreRun
from appraisal.store.tables.setup import (
    Department,
    QuestionnaireVersion,
    Round,
    RoundDepartment,
    RoundEvent,
    RoundGroup,
    RoundStratum,
    RoundWeight,
)

__all__ = [
    "Account",
    "Answer",
    "AnswerEvidence",
    "Appeal",
    "AuditEvent",
    "AuditHead",
    "Ballot",
    "Base",
    "BatchPeak",
    "CalendarDay",
    "CodeRequest",
    "Comment",
    "Contact",
    "Department",
    "Draft",
    "EstimateRow",
    "Evidence",
    "Finding",
    "FindingComment",
    "FindingEvent",
    "FindingFlag",
    "FindingMark",
    "FlagRow",
    "Invitation",
    "KeyCheck",
    "LogBatch",
    "Mark",
    "OpenComment",
    "OpenedBallot",
    "Outbox",
    "OverallAnswer",
    "Paper",
    "Quarantine",
    "QuarantineBallot",
    "QuarantineEvent",
    "QuestionnaireVersion",
    "Rating",
    "Recheck",
    "ReminderBatch",
    "Reply",
    "RequestedCode",
    "Round",
    "RoundDepartment",
    "RoundEvent",
    "RoundGroup",
    "RoundStratum",
    "RoundWeight",
    "ScoreRun",
    "SealedComment",
    "Serial",
    "Slip",
    "SlipChase",
    "SlipCopy",
    "SlipEvent",
    "StaffSession",
]
