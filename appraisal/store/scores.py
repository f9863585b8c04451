"""Score runs with their estimates and flags. A run is added whole and never changed; the newest of a round counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from appraisal.model.flags import FlagResult
from appraisal.store import tables
from appraisal.store.tables import EstimateRow, FlagRow, ScoreRun


@dataclass(frozen=True, slots=True)
class NewRun:
    """One computation: who, when, with which code, policy and input. Covariances are D × D float64 as bytes, row by row."""

    round_id: int
    at: datetime
    actor: str
    code_version: str
    frozen_sha256: str
    input_sha256: str
    covariance: bytes
    design_covariance: bytes
    rank_draws: int | None = None
    rank_seed: int | None = None
    funnel_target: float | None = None
    funnel_tau2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun(NewRun):
    """A computation as it is kept, under its number."""

    id: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of estimates: a measure of one department (by row id), in one stratum (by code) or in all together ("")."""

    department_id: int
    measure: str
    stratum: str
    value: float | None
    se: float | None = None
    df: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    count: int | None = None
    reference: float | None = None
    q: float | None = None


@dataclass(frozen=True, slots=True)
class NewFlag:
    """A flag as it is stored; see ``model.results.FlagResult`` for what the numbers are."""

    department_id: int
    item: str
    option: str
    rule: str
    n: int
    count: int
    share: float
    expected: float
    ratio: float
    p: float
    q_bh: float
    q_by: float
    stratum: str = ""
    other: str = ""
    bound: float | None = None


def add_run(db: Session, run: NewRun, figures: Iterable[Figure], flags: Iterable[NewFlag]) -> int:
    """Store one run with everything it found; its id."""
    run_id: int = db.execute(insert(ScoreRun).values(**asdict(run)).returning(ScoreRun.id)).scalar_one()
    _insert_many(db, EstimateRow, [{"run_id": run_id, **asdict(figure)} for figure in figures])
    _insert_many(db, FlagRow, [{"run_id": run_id, **asdict(flag)} for flag in flags])
    return run_id


def newest_run(db: Session, round_id: int) -> KeptRun | None:
    """The run that counts, or ``None`` before the round was scored."""
    row = db.scalar(select(ScoreRun).where(ScoreRun.round_id == round_id).order_by(ScoreRun.id.desc()).limit(1))
    if row is None:
        return None
    return KeptRun(**{each.name: getattr(row, each.name) for each in fields(KeptRun)})


def figures_of(db: Session, run_id: int) -> Mapping[int, Mapping[tuple[str, str], Figure]]:
    """Every figure of a run: department id → (measure, stratum code) → figure."""
    found: dict[int, dict[tuple[str, str], Figure]] = {}
    columns = [getattr(EstimateRow, name) for name in Figure.__slots__]
    for row in db.execute(select(*columns).where(EstimateRow.run_id == run_id)):
        found.setdefault(row[0], {})[row[1], row[2]] = Figure(*row)
    return found


def scores_of(db: Session, run_id: int) -> Mapping[str, Figure]:
    """The official score of every department of a run, by the department's code."""
    query = (
        select(tables.Department.code, EstimateRow)
        .join(tables.Department, tables.Department.id == EstimateRow.department_id)
        .where(EstimateRow.run_id == run_id, EstimateRow.measure == "score", EstimateRow.stratum == "")
    )
    return {code: Figure(*(getattr(row, name) for name in Figure.__slots__)) for code, row in db.execute(query)}


def flags_of(db: Session, run_id: int) -> tuple[FlagResult, ...]:
    """The flags of a run, strongest evidence first."""
    query = (
        select(FlagRow, tables.Department.code)
        .join(tables.Department, tables.Department.id == FlagRow.department_id)
        .where(FlagRow.run_id == run_id)
        .order_by(FlagRow.q_bh, FlagRow.ratio.desc(), FlagRow.id)
    )
    return tuple(_flag(row, code) for row, code in db.execute(query))


def find_flag(db: Session, flag_id: int) -> tuple[FlagResult, int] | None:
    """A flag and the id of the round it was raised in, or ``None``."""
    query = (
        select(FlagRow, tables.Department.code, ScoreRun.round_id)
        .join(tables.Department, tables.Department.id == FlagRow.department_id)
        .join(ScoreRun, ScoreRun.id == FlagRow.run_id)
        .where(FlagRow.id == flag_id)
    )
    found = db.execute(query).one_or_none()
    return None if found is None else (_flag(found[0], found[1]), found[2])


def _flag(row: FlagRow, department: str) -> FlagResult:
    numbers = (
        row.n,
        row.count,
        row.share,
        row.expected,
        row.ratio,
        row.p,
        row.q_bh,
        row.q_by,
        row.stratum,
        row.other,
        row.bound,
    )
    return FlagResult(row.id, department, row.item, row.option, row.rule, *numbers)


def _insert_many(db: Session, table: type[EstimateRow] | type[FlagRow], rows: Sequence[Mapping[str, object]]) -> None:
    # An insert of an empty list would write one row of defaults.
    if rows:
        db.execute(insert(table.__table__), rows)  # type: ignore[arg-type]
