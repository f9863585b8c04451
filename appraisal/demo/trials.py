"""Made-up rounds, honest and attacked, put through the signals: what is found, and what honest ballots would pay."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from appraisal.demo.attacks import ATTACKS, attacked_round, held, honest_round, made_city
from appraisal.model.signal import SignalRules
from appraisal.scoring.signals import find_signals

HONEST: Final = "honest"
# A signal has found an attack when so many of its ballots, and such a share of them, are forged.
FEWEST_FORGED: Final = 20
LEAST_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Trial:
    """One round. ``kinds``: of the signals raised; ``found``: an attack was; ``caught``: share of the forged ballots that the
    signals name; ``honest_held``: share of the honest ones that they name."""

    kinds: tuple[str, ...]
    found: bool
    caught: float
    honest_held: float


@dataclass(frozen=True, slots=True)
class TrialSummary:
    """So many rounds of one scenario. ``detected``, ``caught``: None for honest rounds; shares are means, ``most_held`` the largest."""

    scenario: str
    rounds: int
    with_signal: float
    detected: float | None
    caught: float | None
    honest_held: float
    most_held: float
    kinds: dict[str, int]


def trial(scenario: str, ballots: int, seed: int) -> Trial:
    """One round of that scenario, judged under the default limits. The same seed gives the same round."""
    rng = np.random.default_rng([seed, [HONEST, *ATTACKS].index(scenario)])
    city = made_city(rng)
    made = honest_round(city, ballots, rng) if scenario == HONEST else attacked_round(scenario, city, ballots, rng)
    found = find_signals(made.table(), SignalRules(), rng, made.batch_sums())
    named, forged = held(found, len(made.forged)), made.forged
    hits = [one for one in found if forged[one.members].sum() >= FEWEST_FORGED]
    return Trial(
        kinds=tuple(one.kind.value for one in found),
        found=any(forged[one.members].mean() >= LEAST_SHARE for one in hits),
        caught=float(named[forged].mean()) if forged.any() else float("nan"),
        honest_held=float(named[~forged].mean()),
    )


def summary(scenario: str, trials: Iterable[Trial]) -> TrialSummary:
    """What the rounds of one scenario come to."""
    every = tuple(trials)
    attacked = scenario != HONEST
    shares = np.array([one.honest_held for one in every])
    return TrialSummary(
        scenario,
        len(every),
        float(np.mean([bool(one.kinds) for one in every])),
        float(np.mean([one.found for one in every])) if attacked else None,
        float(np.mean([one.caught for one in every])) if attacked else None,
        float(shares.mean()),
        float(shares.max()),
        dict(sorted(Counter(kind for one in every for kind in one.kinds).items())),
    )


def run_trials(honest: int, attacked: int, ballots: int, seed: int, workers: int) -> Iterator[TrialSummary]:
    """``honest`` rounds without and ``attacked`` with each attack, scenario by scenario as they are done."""
    with ProcessPoolExecutor(workers) as pool:
        for scenario, rounds in ((HONEST, honest), *((attack, attacked) for attack in ATTACKS)):
            if rounds:
                seeds = range(seed, seed + rounds)
                yield summary(scenario, pool.map(partial(trial, scenario, ballots), seeds, chunksize=4))
