"""A round written down for the first time: its own row and everything it is made of."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.model.round import Department, Group, RoundPlan, RoundState, Stratum
from appraisal.store import tables


def add_round(db: Session, plan: RoundPlan, version_id: int, actor: str, now: datetime) -> int:
    """Write a draft round with its departments, groups, strata, weights and first event; return its id.

    ``plan.previous`` has to be the code of a round that is there, or empty.
    """
    round_id = db.scalars(insert(tables.Round).values(_columns(db, plan, version_id)).returning(tables.Round.id)).one()
    _add_groups(db, round_id, plan.groups)
    _add_departments(db, round_id, plan.departments)
    strata = _add_strata(db, round_id, plan.strata)
    weights = [
        {"round_id": round_id, "group_code": group.code, "stratum_id": strata[code], "weight": weight}
        for group in plan.groups
        for code, weight in group.weights.items()
    ]
    if weights:
        db.execute(insert(tables.RoundWeight), weights)
    db.execute(insert(tables.RoundEvent).values(round_id=round_id, at=now, actor=actor, action="create", note=""))
    return round_id


def _columns(db: Session, plan: RoundPlan, version_id: int) -> dict[str, object]:
    table = tables.Round
    previous = db.scalar(select(table.id).where(table.code == plan.previous)) if plan.previous else None
    return {
        "code": plan.code,
        "title_zh": plan.title.zh,
        "title_en": plan.title.en,
        "kind": plan.kind,
        "state": RoundState.DRAFT,
        "opens_on": plan.opens_on,
        "closes_on": plan.closes_on,
        "per_ballot": plan.per_ballot,
        "tally_key": plan.tally_key,
        "layout": plan.layout,
        "open_channel": plan.open_channel,
        "questionnaire_version_id": version_id,
        "policy_json": plan.policy.to_json(),
        "office_json": json.dumps(asdict(plan.office), ensure_ascii=False, sort_keys=True),
        "previous_id": previous,
    }


def _add_groups(db: Session, round_id: int, groups: Sequence[Group]) -> None:
    rows = [
        {
            "round_id": round_id,
            "code": group.code,
            "name_zh": group.name.zh,
            "name_en": group.name.en,
            "position": place,
        }
        for place, group in enumerate(groups)
    ]
    if rows:
        db.execute(insert(tables.RoundGroup), rows)


def _add_departments(db: Session, round_id: int, departments: Sequence[Department]) -> None:
    ids = _department_ids(db, [department.code for department in departments])
    rows = [
        {
            "round_id": round_id,
            "department_id": ids[department.code],
            "name_zh": department.name.zh,
            "name_en": department.name.en,
            "group_code": department.group,
            "ranked": department.ranked,
            "position": place,
        }
        for place, department in enumerate(departments)
    ]
    if rows:
        db.execute(insert(tables.RoundDepartment), rows)


def _department_ids(db: Session, codes: Sequence[str]) -> dict[str, int]:
    """Code → id; a department that was in an earlier round keeps its id."""
    table = tables.Department
    known = {code: key for key, code in db.execute(select(table.id, table.code))}
    for code in codes:
        if code not in known:
            known[code] = db.scalars(insert(table).values(code=code).returning(table.id)).one()
    return known


def _add_strata(db: Session, round_id: int, strata: Sequence[Stratum]) -> dict[str, int]:
    table = tables.RoundStratum
    ids = {}
    for place, stratum in enumerate(strata):
        row = insert(table).values(
            round_id=round_id,
            code=stratum.code,
            name_zh=stratum.name.zh,
            name_en=stratum.name.en,
            population=stratum.population,
            codes=stratum.codes,
            position=place,
        )
        ids[stratum.code] = db.scalars(row.returning(table.id)).one()
    return ids
