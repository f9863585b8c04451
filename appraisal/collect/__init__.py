"""Issue codes, hand out the ballot paper, take a ballot in, open the ballots after the close.

Every deed takes the session first and never commits. Refusals are ``model.faults.Refused`` with a Chinese reason; what is
wrong with answers is ``model.faults.Faulty``.
"""

from appraisal.collect.casting import (
    SealedBallot,
    cast,
    keep_ballot,
    receipt_of,
    seal_ballot,
    take_imported,
    try_to_keep,
)
from appraisal.collect.entry import Entry, enter, keep_draft, read_draft, resume
from appraisal.collect.offline_codes import CodeKit, code_kit, digests_file, import_digests, make_codes
from appraisal.collect.open_channel import LONGEST as LONGEST_SAID
from appraisal.collect.open_channel import fit_to_say, open_channel, said_openly, say_openly
from appraisal.collect.opening import Unsealed, keep_opened, open_ballots, participation, unseal_ballots
from appraisal.collect.own_secrets import know_secrets, knows_secrets, refuse_foreign_secrets, refuse_missing_secrets
from appraisal.collect.papers import draw_codes, issue_codes, keep_codes, make_papers, missing_codes, small_strata
from appraisal.collect.reissue import (
    RequestKind,
    TypedCode,
    agree,
    ask_for,
    code_requests_of,
    decline,
    read_lines,
    read_returns,
    request_kind,
)
from appraisal.collect.tally_key import keep_split_key, rehearse, splittable_round
from appraisal.model.ballot import DraftBallot, ImportedBallot, IssuedCode

__all__ = [
    "LONGEST_SAID",
    "CodeKit",
    "DraftBallot",
    "Entry",
    "ImportedBallot",
    "IssuedCode",
    "RequestKind",
    "SealedBallot",
    "TypedCode",
    "Unsealed",
    "agree",
    "ask_for",
    "cast",
    "code_kit",
    "code_requests_of",
    "decline",
    "digests_file",
    "draw_codes",
    "enter",
    "fit_to_say",
    "import_digests",
    "issue_codes",
    "keep_ballot",
    "keep_codes",
    "keep_draft",
    "keep_opened",
    "keep_split_key",
    "know_secrets",
    "knows_secrets",
    "make_codes",
    "make_papers",
    "missing_codes",
    "open_ballots",
    "open_channel",
    "participation",
    "read_draft",
    "read_lines",
    "read_returns",
    "receipt_of",
    "refuse_foreign_secrets",
    "refuse_missing_secrets",
    "rehearse",
    "request_kind",
    "resume",
    "said_openly",
    "say_openly",
    "seal_ballot",
    "small_strata",
    "splittable_round",
    "take_imported",
    "try_to_keep",
    "unseal_ballots",
]
