"""Questionnaires published version by version: a text once published stays as it is, a code keeps its meaning for good."""

from datetime import datetime

from appraisal.model.faults import Faulty, Refused
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.questionnaire_history import history_faults
from appraisal.model.round import sha256_of
from appraisal.store import Session
from appraisal.store import questionnaires as rows
from appraisal.store.questionnaires import KeptQuestionnaire, NewVersion

FILE = "questionnaire.toml"


def publish_questionnaire(db: Session, source: str, actor: str, now: datetime) -> int:
    """Publish a questionnaire and return its version; a text that was published before keeps its version.

    Raises ``Faulty`` with line and field when it cannot be read or gives a code of an earlier version another meaning.
    """
    return keep_questionnaire(db, source, actor, now).version


def keep_questionnaire(db: Session, source: str, actor: str, now: datetime) -> KeptQuestionnaire:
    """As ``publish_questionnaire``, with the version as it is kept."""
    source = _plain(source)
    questionnaire, sha256 = check_questionnaire(db, source), sha256_of(source)
    earlier = rows.versions(db, questionnaire.code)
    for version in earlier:
        if version.sha256 == sha256:
            return version
    rows.add_version(db, NewVersion(questionnaire.code, len(earlier) + 1, source, sha256), actor, now)
    return rows.versions(db, questionnaire.code)[-1]


def check_questionnaire(db: Session, source: str) -> Questionnaire:
    """The questionnaire as it would be published; nothing is stored.

    Raises ``Faulty`` when it cannot be read or gives a code of an earlier version another meaning.
    """
    source = _plain(source)
    questionnaire = read_questionnaire(source, FILE)
    earlier = rows.versions(db, questionnaire.code)
    if sha256_of(source) not in {version.sha256 for version in earlier}:
        faults = history_faults([read_version(version) for version in earlier], questionnaire, source, FILE)
        if faults:
            raise Faulty(faults)
    return questionnaire


def _plain(source: str) -> str:
    """The text without what an editor or a browser adds: that alone makes no new version."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n")


def latest_questionnaire(db: Session, code: str) -> KeptQuestionnaire:
    """The newest version of a questionnaire. Raises ``Refused`` when there is none of that code."""
    versions = rows.versions(db, code)
    if not versions:
        raise Refused("没有代码为“%(code)s”的问卷。", code=code)
    return versions[-1]


def questionnaire_versions(db: Session, code: str) -> tuple[KeptQuestionnaire, ...]:
    """Every version of a questionnaire, oldest first."""
    return rows.versions(db, code)


def questionnaire_codes(db: Session) -> tuple[str, ...]:
    """The codes of all questionnaires."""
    return rows.codes(db)


def read_version(version: KeptQuestionnaire) -> Questionnaire:
    """The questionnaire that a kept version describes. Raises ``Refused`` when its text no longer has its hash."""
    if sha256_of(version.source) != version.sha256:
        raise Refused(
            "问卷“%(code)s”第%(version)s版与发布时的内容不一致，已停止使用。",
            code=version.code,
            version=version.version,
        )
    return read_questionnaire(version.source, FILE)
