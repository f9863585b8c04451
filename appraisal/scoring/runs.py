"""Scoring a closed round: a run with its estimates, flags and covariances, added beside the earlier ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from appraisal import __version__, stats
from appraisal.model.faults import Refused
from appraisal.model.round import ROUND_MOVES, Combine, RoundState
from appraisal.scoring import flags
from appraisal.scoring.before import read_before
from appraisal.scoring.change import change_figures
from appraisal.scoring.counted import Counted, count, rating_cells
from appraisal.scoring.estimates import figures, marked, official_scores
from appraisal.scoring.further_flags import Found, hints
from appraisal.scoring.negatives import Negatives, count_negatives, negative_figures
from appraisal.scoring.places import DRAWS, SEED, place_figures
from appraisal.store import Session
from appraisal.store.opened import opened_count
from appraisal.store.ratings import input_sha256
from appraisal.store.rounds import KeptRound, find_round, move_round
from appraisal.store.scores import Figure, NewFlag, NewRun, add_run

Matrix = NDArray[np.float64]

NO_ROUND: Final = "没有代码为 %(code)s 的评议轮次。"
SEALED: Final = "本轮评议还没有结束，结果封存，不能计分。"
PUBLISHED: Final = "本轮结果已经发布，不能重新计分。"
UNOPENED: Final = "本轮没有已开启的评议票，不能计分。"


@dataclass(frozen=True, slots=True)
class Computed:
    """A run that is not kept yet, with everything it found."""

    kept: KeptRound
    run: NewRun
    figures: tuple[Figure, ...]
    flags: tuple[NewFlag, ...]


def score_round(db: Session, round_code: str, actor: str, now: datetime) -> int:
    """``compute_round`` and ``keep_run`` in one; the id of the run."""
    return keep_run(db, compute_round(db, round_code, actor, now))


def compute_round(db: Session, round_code: str, actor: str, now: datetime) -> Computed:
    """Compute a round. It only reads: a snapshot will do.

    Raises ``Refused`` before the round is closed and its ballots are opened, and once it is published.
    """
    kept = round_to_score(db, round_code)
    counted, before = count(db, kept), read_before(db, kept.plan)
    scores, marks = official_scores(counted), marked(counted)
    tested, negatives = flags.against_pooled(counted, marks), count_negatives(db, counted)
    official, by_population = _covariances(db, counted)
    found = (
        *figures(counted, scores, marks, tested.expected, tested.q_bh),
        *change_figures(counted, scores, before),
        *place_figures(counted, scores, official),
        *negative_figures(counted, negatives),
    )
    raised = (*flags.raised(counted, marks, tested), *hints(Found(counted, marks, tested), scores, before))
    return Computed(kept, _run(db, counted, (official, by_population), negatives, actor, now), found, raised)


def keep_run(db: Session, computed: Computed) -> int:
    """Keep a run; its id. Scoring again adds a run, the newest counts. Raises ``Moved`` when somebody moved the round meanwhile."""
    kept, run = computed.kept, computed.run
    run_id = add_run(db, run, computed.figures, computed.flags)
    move_round(db, kept, ROUND_MOVES[kept.state, "score"], run.actor, "score", run.at, f"run {run_id}")
    return run_id


def round_to_score(db: Session, code: str) -> KeptRound:
    """The round, if it may be scored now. Raises ``Refused``."""
    kept = find_round(db, code)
    if kept is None:
        raise Refused(NO_ROUND, code=code)
    if kept.state is RoundState.PUBLISHED:
        raise Refused(PUBLISHED)
    if (kept.state, "score") not in ROUND_MOVES:
        raise Refused(SEALED)
    if not opened_count(db, kept.id):
        raise Refused(UNOPENED)
    return kept


def _covariances(db: Session, counted: Counted) -> tuple[Matrix, Matrix]:
    """(D, D) of the official scores, and of the population-weighted ones."""
    cells = rating_cells(db, counted)
    by_population = stats.means_covariance(cells)
    if counted.policy.combine is Combine.POPULATION:
        return by_population, by_population
    return stats.preset_covariance(cells, counted.weights, limit=counted.policy.missing_weight), by_population


def _run(
    db: Session, counted: Counted, covariances: tuple[Matrix, Matrix], negatives: Negatives, actor: str, now: datetime
) -> NewRun:
    kept, (official, by_population) = counted.kept, covariances
    hidden = np.full(by_population.shape, np.nan)
    return NewRun(
        round_id=kept.id,
        at=now,
        actor=actor,
        code_version=__version__,
        frozen_sha256=kept.frozen_sha256 or "",
        input_sha256=input_sha256(db, kept.id),
        covariance=_bytes(counted, official),
        design_covariance=_bytes(counted, by_population if counted.even_frame else hidden),
        rank_draws=DRAWS,
        rank_seed=SEED,
        funnel_target=negatives.funnel.target,
        funnel_tau2=negatives.funnel.tau2,
    )


def _bytes(counted: Counted, covariance: Matrix) -> bytes:
    both = counted.ranked[:, None] & counted.ranked[None, :]
    return np.where(both, covariance, np.nan).astype("<f8").tobytes()
