"""Stored figures → the results that pages, charts and documents share. Nothing is computed anew here."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from appraisal.model.faults import Refused
from appraisal.model.flags import Rule
from appraisal.model.questionnaire import Role
from appraisal.model.results import (
    Change,
    DepartmentResult,
    Estimate,
    MarkResult,
    Response,
    RoundResults,
    Standing,
    StratumResult,
)
from appraisal.model.round import Department, Policy, RoundState
from appraisal.scoring import standings
from appraisal.scoring.runs import NO_ROUND
from appraisal.scoring.standings import SIGNIFICANT, Figures, estimate
from appraisal.store import Session
from appraisal.store.casting import issued_by_stratum
from appraisal.store.counted_ballots import Ballots
from appraisal.store.opened import opened_by_stratum
from appraisal.store.ratings import overall_counts
from appraisal.store.rounds import KeptRound, find_round
from appraisal.store.scores import Figure, KeptRun, figures_of, flags_of, newest_run

NOT_SCORED: Final = "本轮评议还没有计分，结果封存。"


def results(db: Session, round_code: str) -> RoundResults:
    """What the newest run of a round says. Raises ``Refused`` before the round is scored."""
    kept, run = scored(db, round_code)
    by_department = figures_of(db, run.id)
    raised = flags_of(db, run.id)
    flags = tuple(flag for flag in raised if flag.rule == Rule.EXCESS)
    flagged = {(flag.department, flag.item, flag.option) for flag in flags}
    reader = _Reader(kept, flagged)
    plan = kept.plan
    return RoundResults(
        code=plan.code,
        title=plan.title,
        policy_sha256=run.frozen_sha256,
        input_sha256=run.input_sha256,
        departments=tuple(
            reader.department(each, by_department[kept.department_ids[each.code]]) for each in plan.departments
        ),
        groups={group.code: group.name for group in plan.groups},
        response=_response(db, kept),
        flags=flags,
        overall=overall_counts(db, kept.id, Ballots.COUNTED),
        covariance=_matrix(run.covariance),
        design_covariance=_matrix(run.design_covariance),
        hints=tuple(flag for flag in raised if flag.rule != Rule.EXCESS),
        funnel=standings.funnel(run),
        rank_draws=run.rank_draws,
        rank_seed=run.rank_seed,
    )


def scored(db: Session, round_code: str) -> tuple[KeptRound, KeptRun]:
    """A round with the run that counts. Raises ``Refused`` before it is scored."""
    kept = find_round(db, round_code)
    if kept is None:
        raise Refused(NO_ROUND, code=round_code)
    run = newest_run(db, kept.id) if kept.state in (RoundState.SCORED, RoundState.PUBLISHED) else None
    if run is None:
        raise Refused(NOT_SCORED)
    return kept, run


class _Reader:
    """Puts one department's figures together, given what the round asked."""

    def __init__(self, kept: KeptRound, flagged: set[tuple[str, str, str]]) -> None:
        questionnaire = kept.plan.questionnaire
        self.policy = kept.plan.policy
        self.strata = tuple(stratum.code for stratum in kept.plan.strata)
        self.options = tuple(option.code for option in questionnaire.item(self.policy.score_item).options)
        self.marks = tuple(
            (item.code, option.code)
            for item in questionnaire.department_items
            for option in item.options
            if option.role not in (Role.VALUE, Role.UNKNOWN)
        )
        self.flagged = flagged

    def department(self, one: Department, found: Figures) -> DepartmentResult:
        by_stratum = tuple(self._stratum(code, found) for code in self.strata)
        score = estimate(found["score", ""])
        return DepartmentResult(
            code=one.code,
            name=one.name,
            group=one.group,
            ranked=one.ranked,
            standing=standing(self.policy, score, sum(each.score.n > 0 for each in by_stratum)),
            score=score,
            design_score=estimate(found["design_score", ""]),
            satisfied=estimate(found["satisfied", ""]),
            dissatisfied=estimate(found["dissatisfied", ""]),
            awareness=estimate(found["awareness", ""]),
            weight_covered=found["weight_covered", ""].value or 0.0,
            counts=self._counts("", found),
            by_stratum=by_stratum,
            marks=tuple(self._mark(one.code, mark, found) for mark in self.marks),
            change=_change(found.get(("change", ""))),
            in_group=standings.place(found, "place_group"),
            overall=standings.place(found, "place_all"),
            peers=standings.peers(found),
            band=standings.band(found),
            negatives=standings.negatives(found),
        )

    def _stratum(self, code: str, found: Figures) -> StratumResult:
        score, satisfied, dissatisfied = (
            estimate(found[measure, code]) for measure in ("score", "satisfied", "dissatisfied")
        )
        return StratumResult(code, score, satisfied, dissatisfied, self._counts(code, found))

    def _counts(self, stratum: str, found: Figures) -> Mapping[str, int]:
        return {option: found[f"option:{option}", stratum].count or 0 for option in self.options}

    def _mark(self, department: str, mark: tuple[str, str], found: Figures) -> MarkResult:
        item, option = mark
        figure = found[f"mark:{item}:{option}", ""]
        flagged = (department, item, option) in self.flagged
        return MarkResult(item, option, figure.count or 0, estimate(figure), figure.reference, flagged)


def standing(policy: Policy, score: Estimate, strata: int) -> Standing:
    """How far a score carries, given in how many strata the department was rated."""
    if score.value is None:
        return Standing.NONE
    if score.n < policy.minimum_n or strata < policy.minimum_strata:
        return Standing.INDICATIVE
    return Standing.RESULT


def _change(figure: Figure | None) -> Change | None:
    if figure is None:
        return None
    parts = (figure.reference, figure.value, figure.low, figure.high, figure.q)
    previous, difference, low, high, q = (part for part in parts if part is not None)
    return Change(previous, difference, low, high, q, real=q < SIGNIFICANT)


def _response(db: Session, kept: KeptRound) -> tuple[Response, ...]:
    issued, ballots = issued_by_stratum(db, kept.id), opened_by_stratum(db, kept.id, Ballots.COUNTED)
    return tuple(
        Response(stratum.code, stratum.name, stratum.population, issued.get(row_id, 0), ballots.get(row_id, 0))
        for stratum, row_id in zip(kept.plan.strata, kept.stratum_ids.values(), strict=True)
    )


def _matrix(kept: bytes) -> tuple[tuple[float | None, ...], ...]:
    flat = np.frombuffer(kept, dtype="<f8")
    size = round(len(flat) ** 0.5)
    return tuple(tuple(None if np.isnan(cell) else float(cell) for cell in row) for row in flat.reshape(size, size))
