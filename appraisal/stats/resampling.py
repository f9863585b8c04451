"""Replicate weights: bootstraps and the jackknife of a stratified sample."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from appraisal.stats.design import Design, Floats, Ints, Lonely, Strata, Unusable
from appraisal.stats.replicates import Replicates

COUNT = 500
# A jackknife needs a matrix of n × n: 200 MB at this n.
JACKKNIFE_LIMIT = 5000


def _units(design: Design) -> list[tuple[Ints, int, float]]:
    """Rows, n_h and f_h of every stratum that varies; lonely strata are merged or refused."""
    strata: Strata = design.strata.gathered
    member = design.strata.merged_into[design.stratum]
    if strata.alone.any() and design.strata.lonely is not Lonely.CERTAINTY:
        raise Unusable(
            f"stratum {np.flatnonzero(strata.alone)[0]} has a single respondent, whom no replicate can do without: "
            "use Lonely.MERGE"
        )
    varying = np.flatnonzero((strata.sampled > 1) & (strata.fraction < 1))
    return [(np.flatnonzero(member == h), int(strata.sampled[h]), float(strata.fraction[h])) for h in varying]


def _bootstrap(design: Design, count: int, drawn: Callable[[int, float], Floats]) -> Replicates:
    if count < 2:
        raise Unusable(f"{count} replicates: two or more are needed")
    factor = np.ones((design.stratum.size, count))
    for rows, n, fraction in _units(design):
        factor[rows] = drawn(n, fraction).T
    return Replicates.of(design.weight[:, None] * factor, 1 / (count - 1), degf=design.degf)


def rao_wu(design: Design, count: int = COUNT, *, rng: np.random.Generator) -> Replicates:
    """Rescaling bootstrap: n_h - 1 draws with replacement in each stratum.

    Parameters
    ----------
    design : Design
        Without populations (weights given) it is the classic bootstrap; with them the correction is built in. Lonely strata:
        ``Lonely.MERGE`` or ``CERTAINTY``.
    count : int
        R; 500 give a standard error ± 3 %.
    rng : numpy.random.Generator

    Returns
    -------
    Replicates
        (n, R) weights.

    Raises
    ------
    Unusable
        A lonely stratum, fewer than two replicates.

    Notes
    -----
    w_i (1 - λ + λ n_h / (n_h - 1) m_i), λ = sqrt(1 - f_h), m the number of times drawn (Rao & Wu 1988, eq. 4.1; Rao, Wu & Yue
    1992). With f_h = 0 it is R's ``as.svrepdesign(type="subbootstrap")``.

    Examples
    --------
    >>> rao_wu(Design.of([0, 0], [4]), 2, rng=np.random.default_rng(1)).weight.sum(axis=0).round(9).tolist()
    [4.0, 4.0]
    """

    def drawn(n: int, fraction: float) -> Floats:
        share = np.sqrt(1 - fraction)
        return np.asarray(1 - share + share * n / (n - 1) * rng.multinomial(n - 1, np.full(n, 1 / n), size=count))

    return _bootstrap(design, count, drawn)


def preston(design: Design, count: int = COUNT, *, rng: np.random.Generator) -> Replicates:
    """Half-sample bootstrap without replacement: right for large sampling fractions. Parameters and errors as ``rao_wu``.

    Parameters
    ----------
    design : Design
        With its populations the correction is built in; at least two respondents in a stratum.
    count : int
        Replicates, at least 2.
    rng : numpy.random.Generator
        Where chance comes from; the same seed gives the same replicates.

    Returns
    -------
    Replicates
        (n, R) weights.

    Raises
    ------
    Unusable
        As ``rao_wu``.

    Notes
    -----
    w_i (1 - λ + λ (n_h / m_h) δ_i), m_h = floor(n_h / 2) respondents drawn, λ = sqrt(m_h (1 - f_h) / (n_h - m_h)) (Preston 2009,
    one stage; R's ``type="mrbbootstrap"``).

    Examples
    --------
    >>> preston(Design.of([0, 0], [4]), 2, rng=np.random.default_rng(1)).weight.sum(axis=0).round(9).tolist()
    [4.0, 4.0]
    """

    def drawn(n: int, fraction: float) -> Floats:
        half = n // 2
        share = np.sqrt(half * (1 - fraction) / (n - half))
        chosen = rng.permuted(np.tile(np.arange(n) < half, (count, 1)), axis=1)
        return np.asarray(1 - share + share * n / half * chosen)

    return _bootstrap(design, count, drawn)


def canty_davison(design: Design, count: int = COUNT, *, rng: np.random.Generator) -> Replicates:
    """Samples without replacement from a population built of copies of the sample. Parameters and errors as ``rao_wu``.

    Every stratum needs a population. The scale is one number for strata of all sizes: with few respondents in some of them the
    others are better.

    Parameters
    ----------
    design : Design
        Every stratum with its population.
    count : int
        Replicates, at least 2.
    rng : numpy.random.Generator
        Where chance comes from; the same seed gives the same replicates.

    Returns
    -------
    Replicates
        (n, R) weights.

    Raises
    ------
    Unusable
        As ``rao_wu``; a stratum without a population.

    Notes
    -----
    floor(N_h / n_h) copies of everybody, the rest by lot anew for each replicate (Canty & Davison 1999; Booth, Butler & Hall
    1994). Scale 1 / (R - 1) over the mean of (n_h - 1) / n_h, as R's ``type="bootstrap"`` has it.

    Examples
    --------
    >>> canty_davison(Design.of([0, 0], [5]), 2, rng=np.random.default_rng(1)).weight.sum(axis=0).round(9).tolist()
    [5.0, 5.0]
    """

    def drawn(n: int, fraction: float) -> Floats:
        if fraction == 0:
            raise Unusable("a stratum without a population cannot be built up from copies: use rao_wu")
        copies, rest = divmod(round(n / fraction), n)
        extra = rng.permuted(np.tile(np.arange(n) < rest, (count, 1)), axis=1)
        return np.array([rng.multivariate_hypergeometric(copies + more, n, method="marginals") for more in extra])

    found = _bootstrap(design, count, drawn)
    shrunk = [(n - 1) / n for _, n, _ in _units(design)]
    return replace(found, scale=float(found.scale / np.mean(shrunk or [1.0])))


def jackknife(design: Design) -> Replicates:
    """Everybody left out in turn: for checks, and samples of a few thousand at most.

    Parameters
    ----------
    design : Design
        With its populations the correction is built in.

    Returns
    -------
    Replicates
        (n, n) weights, a column for everybody who is left out.

    Raises
    ------
    Unusable
        A lonely stratum, no stratum with two respondents, more than 5,000 respondents.

    Notes
    -----
    The others of the stratum weigh n_h / (n_h - 1) times as much; replicate factor (n_h - 1) / n_h (1 - f_h) (R's
    ``type="JKn"``; Wolter 2007, ch. 4.5).

    Examples
    --------
    >>> jackknife(Design.of([0, 0, 1, 1])).weight.tolist()[0]
    [0.0, 2.0, 1.0, 1.0]
    """
    n = design.stratum.size
    if n > JACKKNIFE_LIMIT:
        raise Unusable(f"{n} respondents make a jackknife of {n} × {n} weights: use a bootstrap")
    factor, rscales = np.ones((n, n)), np.zeros(n)
    for rows, size, fraction in _units(design):
        factor[np.ix_(rows, rows)] = (1 - np.eye(size)) * size / (size - 1)
        rscales[rows] = (size - 1) / size * (1 - fraction)
    kept = rscales > 0
    return Replicates.of(design.weight[:, None] * factor[:, kept], 1.0, rscales[kept], design.degf)
