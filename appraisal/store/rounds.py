"""Rounds as they are kept: written once from a plan, read back as the same plan with the ids of its rows."""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from appraisal.model.faults import Moved, Refused
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import (
    Custody,
    Department,
    Group,
    Layout,
    Office,
    Policy,
    RoundPlan,
    RoundState,
    SlipForm,
    Stratum,
    sha256_of,
)
from appraisal.model.wording import Wording
from appraisal.store import statements, tables
from appraisal.store.statements import Database, connection_of


@dataclass(frozen=True, slots=True)
class KeptRound:
    """A round and where its parts lie: department and stratum codes → row ids; ``departments``: those of the plan by their codes."""

    id: int
    plan: RoundPlan
    state: RoundState
    questionnaire_version: int
    frozen_sha256: str | None
    tally_public_key: bytes | None
    department_ids: Mapping[str, int]
    stratum_ids: Mapping[str, int]
    departments: Mapping[str, Department]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list."""

    code: str
    title: Wording
    kind: str
    state: RoundState


def all_rounds(db: Session) -> tuple[RoundLine, ...]:
    """Every round, newest first."""
    rows = db.scalars(select(tables.Round).order_by(tables.Round.opens_on.desc(), tables.Round.id.desc()))
    return tuple(
        RoundLine(row.code, Wording(row.title_zh, row.title_en), row.kind, RoundState(row.state)) for row in rows
    )


def find_round(db: Session, code: str) -> KeptRound | None:
    """The round of that code with everything it is made of, read anew from its rows, or ``None``."""
    row = db.scalar(select(tables.Round).where(tables.Round.code == code))
    return None if row is None else _kept(db, row, _read_parts(db, row.id))


def find_round_by_id(db: Database, round_id: int) -> KeptRound:
    """The round of that id; a frozen one is built and checked once a process, and again when its own row has changed.

    Raises ``LookupError`` when there is none, ``Refused`` when it is no longer what was frozen.
    """
    connection = connection_of(db)
    row = statements.row(connection, OWN_COLUMNS, id=round_id)
    if row is None:
        raise LookupError(f"round {round_id}")
    key = (connection.engine.url.database, *row)
    known = _KNOWN.get(key)
    if known is None:
        # Within the transaction that is under way: closing this session leaves it as it is.
        with Session(bind=connection) as session:
            known = _known_anew(session, session.get_one(tables.Round, round_id), key)
    return known


def move_round(
    db: Session, kept: KeptRound, to: RoundState, actor: str, action: str, now: datetime, note: str = ""
) -> None:
    """Guarded move with its event. Raises ``Moved`` when the round is no longer in the state it was read in."""
    moved = db.execute(
        update(tables.Round).where(tables.Round.id == kept.id, tables.Round.state == kept.state).values(state=to)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved
    note_round(db, kept.id, actor, action, now, note)


def note_round(db: Session, round_id: int, actor: str, action: str, now: datetime, note: str = "") -> None:
    """Write an event into the history of a round."""
    db.execute(insert(tables.RoundEvent).values(round_id=round_id, at=now, actor=actor, action=action, note=note))


def freeze_round(db: Session, kept: KeptRound, frozen_sha256: str, tally_public_key: bytes) -> None:
    """Write down what opening freezes. Raises ``Moved`` when the round is no longer in the state it was read in."""
    frozen = db.execute(
        update(tables.Round)
        .where(tables.Round.id == kept.id, tables.Round.state == kept.state)
        .values(frozen_sha256=frozen_sha256, tally_public_key=tally_public_key)
    )
    if frozen.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved


def keep_tally_key(db: Session, kept: KeptRound, public: bytes) -> None:
    """Keep the public half of a draft round's key before it opens. Raises ``Moved`` when it is a draft no longer."""
    which = (tables.Round.id == kept.id) & (tables.Round.state == RoundState.DRAFT)
    done = db.execute(update(tables.Round).where(which).values(tally_public_key=public))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Moved


@dataclass(frozen=True, slots=True)
class _Parts:
    """What opening freezes, with the ids of its rows."""

    departments: tuple[Department, ...]
    strata: tuple[Stratum, ...]
    groups: tuple[Group, ...]
    department_ids: Mapping[str, int]
    stratum_ids: Mapping[str, int]


NOT_AS_FROZEN: Final = "评议轮次“%(code)s”的规则与开始时封存的不一致，已停止使用。请联系管理员核查数据库。"
# A frozen round is read on every page of every respondent and cannot change any more: its rows are read and checked
# against the hash once a process, and what was checked is what is served. Its own row is read on every page.
_KNOWN: Final[OrderedDict[tuple[object, ...], KeptRound]] = OrderedDict()
_MOST_KNOWN: Final = 16
OWN_COLUMNS: Final = """
    SELECT r.id, r.code, r.title_zh, r.title_en, r.kind, r.state, r.opens_on, r.closes_on, r.per_ballot, r.policy_json,
        r.office_json, r.frozen_sha256, r.tally_key, r.layout, r.open_channel, r.tally_public_key, r.previous_id, v.version, v.source
    FROM round r JOIN questionnaire_version v ON v.id = r.questionnaire_version_id WHERE r.id = :id"""


def _known_anew(db: Session, row: tables.Round, key: tuple[object, ...]) -> KeptRound:
    kept = _kept(db, row, _read_parts(db, row.id))
    if row.frozen_sha256 is None:
        return kept
    verify_frozen(kept)
    _KNOWN[key] = kept
    if len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.popitem(last=False)
    return kept


def verify_frozen(kept: KeptRound) -> None:
    """That an opened round is still what was frozen when it opened; a draft is free to differ.

    Raises ``Refused``: the database was changed behind the platform, and no ballot may be taken on other terms.
    """
    if kept.frozen_sha256 is not None and sha256_of(kept.plan.frozen_json()) != kept.frozen_sha256:
        raise Refused(NOT_AS_FROZEN, code=kept.plan.code)


def _read_parts(db: Session, round_id: int) -> _Parts:
    departments, strata = _departments(db, round_id), _strata(db, round_id)
    return _Parts(
        departments=tuple(department for department, _ in departments),
        strata=tuple(stratum for stratum, _ in strata),
        groups=_groups(db, round_id, {stratum_id: stratum.code for stratum, stratum_id in strata}),
        department_ids={department.code: key for department, key in departments},
        stratum_ids={stratum.code: key for stratum, key in strata},
    )


def _kept(db: Session, row: tables.Round, parts: _Parts) -> KeptRound:
    version = db.get_one(tables.QuestionnaireVersion, row.questionnaire_version_id)
    previous = None if row.previous_id is None else db.get_one(tables.Round, row.previous_id).code
    plan = RoundPlan(
        code=row.code,
        title=Wording(row.title_zh, row.title_en),
        kind=row.kind,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        questionnaire=_questionnaire(version.source),
        questionnaire_source=version.source,
        departments=parts.departments,
        strata=parts.strata,
        groups=parts.groups,
        policy=Policy.from_json(row.policy_json),
        office=_office(row.office_json),
        previous=previous or "",
        per_ballot=row.per_ballot,
        tally_key=Custody(row.tally_key),
        layout=Layout(row.layout),
        open_channel=bool(row.open_channel),
    )
    return KeptRound(
        id=row.id,
        plan=plan,
        state=RoundState(row.state),
        questionnaire_version=version.version,
        frozen_sha256=row.frozen_sha256,
        tally_public_key=row.tally_public_key,
        department_ids=parts.department_ids,
        stratum_ids=parts.stratum_ids,
        departments={department.code: department for department in parts.departments},
    )


@lru_cache(maxsize=16)
def _questionnaire(source: str) -> Questionnaire:
    return read_questionnaire(source, "questionnaire.toml")


def _departments(db: Session, round_id: int) -> list[tuple[Department, int]]:
    rows = db.execute(
        select(tables.RoundDepartment, tables.Department.code)
        .join(tables.Department, tables.Department.id == tables.RoundDepartment.department_id)
        .where(tables.RoundDepartment.round_id == round_id)
        .order_by(tables.RoundDepartment.position)
    )
    return [
        (Department(code, Wording(row.name_zh, row.name_en), row.group_code, row.ranked), row.department_id)
        for row, code in rows
    ]


def _strata(db: Session, round_id: int) -> list[tuple[Stratum, int]]:
    rows = db.scalars(
        select(tables.RoundStratum)
        .where(tables.RoundStratum.round_id == round_id)
        .order_by(tables.RoundStratum.position)
    )
    return [(Stratum(row.code, Wording(row.name_zh, row.name_en), row.population, row.codes), row.id) for row in rows]


def _groups(db: Session, round_id: int, strata: Mapping[int, str]) -> tuple[Group, ...]:
    weights: dict[str, dict[str, float]] = {}
    for weight in db.scalars(select(tables.RoundWeight).where(tables.RoundWeight.round_id == round_id)):
        weights.setdefault(weight.group_code, {})[strata[weight.stratum_id]] = weight.weight
    rows = db.scalars(
        select(tables.RoundGroup).where(tables.RoundGroup.round_id == round_id).order_by(tables.RoundGroup.position)
    )
    return tuple(Group(row.code, Wording(row.name_zh, row.name_en), weights.get(row.code, {})) for row in rows)


def _office(line: str) -> Office:
    kept = json.loads(line)
    return Office(
        name=Wording(**kept["name"]),
        number_mark=kept["number_mark"],
        contact=kept["contact"],
        copy_to=tuple(kept["copy_to"]),
        slip_form=SlipForm(kept.get("slip_form", SlipForm.ORDINARY)),
        website=kept.get("website", ""),
    )
