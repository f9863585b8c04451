"""``appraisal bench helped``: how often a struck-off problem is said to have improved where nothing has changed."""

from dataclasses import asdict, dataclass
from typing import Final

import click
import numpy as np

from appraisal import stats
from appraisal.cli.edge import as_json, say

DEPARTMENTS: Final = 100
MARKS: Final = 17
Q: Final = 0.05
# Ordinary shares around 2.5 %; real problems, and many more that only just stand out.
ORDINARY: Final = (0.025, 0.35)
CLEAR: Final = (26, 0.15, 0.30)
NEAR: Final = (40, 0.05, 0.09)
# Ballots of a department in the round that raised it, and in what it is compared with.
SIZES: Final = ((150, 300), (350, 350), (350, 1500))


@dataclass(frozen=True, slots=True)
class Line:
    """Shares of the flagged problems, nothing having changed: said to be improved when how they were chosen is ignored, when it
    is allowed for, when adjusted over all of the round besides, said to be worse, and too few to say."""

    before: int
    now: int
    flagged: int
    ignored: float
    improved: float
    adjusted: float
    worse: float
    too_few: float


@click.command("helped")
@click.option("--cities", type=click.IntRange(1, 1000), default=30, show_default=True, help="Cities drawn a line.")
@click.option("--seed", default=7, show_default=True)
@as_json
def helped(cities: int, seed: int, as_json: bool) -> None:
    """Simulate cities in which nothing changes: how often is a flagged problem said to be improved or worse?"""
    lines = [_line(before, now, cities, np.random.default_rng(seed)) for before, now in SIZES]
    head = "before   now flagged  ignored improved adjusted  worse too few"
    rows = [
        f"{one.before:>6} {one.now:>5} {one.flagged:>7} {one.ignored:>8.1%} {one.improved:>8.1%} {one.adjusted:>8.1%}"
        f" {one.worse:>6.1%} {one.too_few:>7.1%}"
        for one in lines
    ]
    say(as_json, "\n".join([head, *rows]), cities=cities, seed=seed, lines=[asdict(one) for one in lines])


def _line(before: int, now: int, cities: int, rng: np.random.Generator) -> Line:
    found = [row for _ in range(cities) for row in _city(before, now, rng)]
    shares = np.mean(np.array(found, dtype=np.float64), axis=0).tolist() if found else [float("nan")] * 5
    return Line(before, now, len(found), *shares)


def _city(before: int, now: int, rng: np.random.Generator) -> list[tuple[bool, bool, bool, bool, bool]]:
    rate = _rates(rng)
    ticked = rng.binomial(before, rate)
    flags = stats.flag_counts(ticked[None], np.full((1, DEPARTMENTS), before))
    cutoff = float((Q * flags.p[flags.flagged] / flags.q_bh[flags.flagged]).max(initial=0.0))
    plain, chosen = [], []
    for d, m in np.argwhere(flags.flagged):
        then, later = int(ticked[d, m]), int(rng.binomial(now, rate[d, m]))
        sides = stats.Counts.of([then], [before]), stats.Counts.of([later], [now])
        least = min(then, stats.fewest_flagged(before, float(flags.expected[d, m]), cutoff))
        plain.append(stats.share_change(*sides))
        chosen.append(stats.share_change(*sides, chosen_from=least))
    q = stats.benjamini_hochberg([each.p for each in chosen])
    return [
        (
            naive.p <= Q and naive.high < 0,
            found.p <= Q and found.high < 0,
            bool(adjusted <= Q) and found.high < 0,
            found.p <= Q and found.low > 0,
            found.p_best > Q,
        )
        for naive, found, adjusted in zip(plain, chosen, q.tolist(), strict=True)
    ]


def _rates(rng: np.random.Generator) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """(D, M) true shares, the same in both rounds."""
    rate = np.clip(rng.lognormal(np.log(ORDINARY[0]), ORDINARY[1], (DEPARTMENTS, MARKS)), 0.002, 0.3)
    picked = rng.choice(rate.size, CLEAR[0] + NEAR[0], replace=False)
    rate.flat[picked[: CLEAR[0]]] = rng.uniform(*CLEAR[1:], CLEAR[0])
    rate.flat[picked[CLEAR[0] :]] = rng.uniform(*NEAR[1:], NEAR[0])
    return np.asarray(rate, dtype=np.float64)
