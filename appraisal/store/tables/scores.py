"""What scoring found: runs, estimates, flags."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from appraisal.store.tables.base import WITHOUT_ROWID, Base


class ScoreRun(Base):
    """One computation: which code, which policy, which input. Covariances are D × D float64, rows in the round's department order.

    ``rank_draws``, ``rank_seed``: what the rank sets were drawn with; ``funnel_target``, ``funnel_tau2``: pooled share of the
    negative situations and what departments differ by; None in runs made before these were computed, or without departments."""

    __tablename__ = "score_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    code_version: Mapped[str]
    frozen_sha256: Mapped[str]
    input_sha256: Mapped[str]
    covariance: Mapped[bytes] = mapped_column(LargeBinary)
    design_covariance: Mapped[bytes] = mapped_column(LargeBinary)
    rank_draws: Mapped[int | None]
    rank_seed: Mapped[int | None]
    funnel_target: Mapped[float | None]
    funnel_tau2: Mapped[float | None]


class EstimateRow(Base):
    """One figure of one department. ``measure``: score, design_score, satisfied, dissatisfied, awareness, weight_covered, change,
    ``option:OPTION`` (of the score item), ``mark:ITEM:OPTION``, or a measure of ``scoring/places.py`` and
    ``scoring/negatives.py``; ``stratum``: a stratum's code, or "" for all together.

    ``count``: how many ballots of ``n``, where the figure is a share; ``reference``: what it is compared with."""

    __tablename__ = "estimate"
    __table_args__ = WITHOUT_ROWID
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id"), primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    stratum: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    se: Mapped[float | None]
    df: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    n: Mapped[int]
    count: Mapped[int | None]
    reference: Mapped[float | None]
    q: Mapped[float | None]


class FlagRow(Base):
    """One department × mark that a rule raised, or with item and option "" a department as a whole, with the numbers behind it.

    ``stratum``, ``other``: the two strata of a gap; ``bound``: the rule's own figure, see ``model.results.FlagResult``."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("run_id", "department_id", "item", "option", "rule"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    item: Mapped[str]
    option: Mapped[str]
    rule: Mapped[str]
    n: Mapped[int]
    count: Mapped[int]
    share: Mapped[float]
    expected: Mapped[float]
    ratio: Mapped[float]
    p: Mapped[float]
    q_bh: Mapped[float]
    q_by: Mapped[float]
    stratum: Mapped[str] = mapped_column(server_default="")
    other: Mapped[str] = mapped_column(server_default="")
    bound: Mapped[float | None]


class PublishedFigures(Base):
    """What was told everybody of a published round: JSON, computed once from one run and never changed.

    ``sha256``: of ``content``; ``code_version``: of the program that decided what may be said."""

    __tablename__ = "published_figures"
    __table_args__ = WITHOUT_ROWID
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("score_run.id"), index=True)
    at: Mapped[datetime]
    code_version: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[str]
