"""What is kept about a round, put together for its report; the scores under other choices are computed beside it."""

from appraisal.model.results import RoundResults
from appraisal.model.round import RoundPlan, RoundState, sha256_of
from appraisal.model.round_report import CohortFact, RoundFacts, RoundProblems
from appraisal.scoring.quarantine import round_cohorts
from appraisal.scoring.reading import results, scored
from appraisal.store import Session
from appraisal.store.following import find_findings
from appraisal.store.rounds import find_round
from appraisal.store.scores import newest_run


def round_facts(db: Session, round_code: str) -> RoundFacts:
    """The facts of a round's report. Raises ``Refused`` before the round is scored."""
    kept, run = scored(db, round_code)
    return RoundFacts(
        plan=kept.plan,
        results=results(db, round_code),
        published=kept.state is RoundState.PUBLISHED,
        computed_on=run.at.date(),
        code_version=run.code_version,
        questionnaire_sha256=sha256_of(kept.plan.questionnaire_source),
        before=_before(db, kept.plan),
        cohorts=_cohorts(db, round_code),
        problems=_problems(db, kept.plan),
    )


def _before(db: Session, plan: RoundPlan) -> RoundResults | None:
    before = find_round(db, plan.previous) if plan.previous else None
    if before is None or newest_run(db, before.id) is None:
        return None
    return results(db, before.plan.code)


def _cohorts(db: Session, round_code: str) -> tuple[CohortFact, ...]:
    return tuple(
        CohortFact(one.signal, one.kept.state, one.kept.ballots, tuple(step.note for step in one.kept.steps))
        for one in round_cohorts(db, round_code)
    )


def _problems(db: Session, plan: RoundPlan) -> tuple[RoundProblems, ...]:
    rounds = (found for found in (find_round(db, code) for code in (plan.previous, plan.code) if code) if found)
    return tuple(
        RoundProblems(kept.plan.code, kept.plan.title, tuple(each.state for each in find_findings(db, kept.plan.code)))
        for kept in rounds
    )
