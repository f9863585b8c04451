"""Set up, open, close, publish a round; publish the questionnaires that rounds are asked with."""

from appraisal.model.questionnaire_diff import compare
from appraisal.rounds.asking import ask_opening, ask_scoring, asked_by, note_failure, note_opened, standing
from appraisal.rounds.folder import read_folder, read_strata
from appraisal.rounds.key_gate import untried_shares
from appraisal.rounds.plain_files import read_text as read_text_file
from appraisal.rounds.questionnaires import (
    check_questionnaire,
    latest_questionnaire,
    publish_questionnaire,
    questionnaire_codes,
    questionnaire_versions,
    read_version,
)
from appraisal.rounds.rechecking import NewRecheck, plan_recheck
from appraisal.rounds.running import all_rounds, close, create, kept_round, open_for_import, open_round, publish
from appraisal.store.rounds import verify_frozen

__all__ = [
    "NewRecheck",
    "all_rounds",
    "ask_opening",
    "ask_scoring",
    "asked_by",
    "check_questionnaire",
    "close",
    "compare",
    "create",
    "kept_round",
    "latest_questionnaire",
    "note_failure",
    "note_opened",
    "open_for_import",
    "open_round",
    "plan_recheck",
    "publish",
    "publish_questionnaire",
    "questionnaire_codes",
    "questionnaire_versions",
    "read_folder",
    "read_strata",
    "read_text_file",
    "read_version",
    "standing",
    "untried_shares",
    "verify_frozen",
]
