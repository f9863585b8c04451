"""How a ballot was answered: weak signals, each a number, that a person weighs together. None of them is a verdict.

An honest citizen may well be satisfied with all twelve departments. Scores are shown with and without the ballots that
somebody sets aside; nothing here sets one aside.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints
from appraisal.stats.items import MINIMUM_PAIRS, pairwise_covariance
from appraisal.stats.runs import answer_table, expected_run, longest_run, run_p

FEWEST_SYNONYMS = 3
CHUNK = 2_000_000


@dataclass(frozen=True, eq=False)
class BallotSignals:
    """(n,) each, one entry a ballot; nan where the ballot says too little.

    Attributes
    ----------
    answered : int
        Known answers.
    longest_run, expected_run, run_p
        As the functions of these names: own run, what own answers in random order give, and how rare a run this long is.
    alike : float
        Share of the most frequent answer, in (0, 1].
    variability : float
        Standard deviation of the answers, in points.
    distance, distance_p : float
        Mahalanobis' squared distance from the middle of the answers, and its χ² tail.
    synonyms : float
        Correlation between questions that other people answer alike, in [-1, 1].
    guttman : float
        Share of comparable pairs of steps in which the harder was passed and the easier failed, in [0, 1].
    """

    answered: Ints
    longest_run: Ints
    expected_run: Floats
    run_p: Floats
    alike: Floats
    variability: Floats
    distance: Floats
    distance_p: Floats
    synonyms: Floats
    guttman: Floats


def ballot_signals(answers: ArrayLike) -> BallotSignals:
    """All signals of single ballots (reviewed by Meade & Craig 2012, Psychol. Methods 17; Curran 2016, J. Exp. Soc. Psychol. 66).

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown, nan for 不了解 or not asked.

    Returns
    -------
    BallotSignals
        (n,) each, nan where a ballot says too little.

    Examples
    --------
    >>> found = ballot_signals([[1, 1, 1, 1], [1, 2, 1, 3]])
    >>> found.longest_run.tolist(), found.alike.tolist(), found.variability.round(3).tolist()
    ([4, 1], [1.0, 0.5], [0.0, 0.957])
    """
    table = answer_table(answers)
    distance, p = mahalanobis(table)
    return BallotSignals(
        np.count_nonzero(~np.isnan(table), axis=1),
        longest_run(table),
        expected_run(table),
        run_p(table),
        alike(table),
        variability(table),
        distance,
        p,
        synonyms(table),
        guttman(table)[1],
    )


def alike(answers: ArrayLike) -> Floats:
    """(n,) share of the most frequent answer among the known ones; nan without any.

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown; nan for 不了解 or not asked.

    Returns
    -------
    (n,) float
        In (0, 1].

    Examples
    --------
    >>> alike([[1, 1, 2, float("nan")]]).round(4).tolist()
    [0.6667]
    """
    table = answer_table(answers)
    known = np.count_nonzero(~np.isnan(table), axis=1)
    most = np.zeros(len(table))
    for value in np.unique(table[~np.isnan(table)]):
        most = np.maximum(most, np.count_nonzero(table == value, axis=1))
    return np.asarray(most / np.where(known > 0, known, np.nan))


def variability(answers: ArrayLike) -> Floats:
    """(n,) standard deviation of a ballot's answers, divisor one less than their number; nan below two answers.

    Dunn, Heggestad, Shanock & Theilgard 2018, J. Bus. Psychol. 33; R's ``careless::irv``.

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot, columns in the order shown; nan for 不了解 or not asked.

    Returns
    -------
    (n,) float
        In units of the answers; 0 where all agree.

    Examples
    --------
    >>> variability([[0, 50, 100], [50, 50, float("nan")]]).tolist()
    [50.0, 0.0]
    """
    table = answer_table(answers)
    known = ~np.isnan(table)
    n = np.where(known.sum(axis=1) > 1, known.sum(axis=1), np.nan)
    mean = np.nansum(table, axis=1) / n
    return np.asarray(np.sqrt(np.nansum((table - mean[:, None]) ** 2, axis=1) / (n - 1)))


def mahalanobis(answers: ArrayLike, minimum_pairs: int = MINIMUM_PAIRS) -> tuple[Floats, Floats]:
    """Squared distance of each ballot from the mean answers, in units of their covariance, with its χ² tail.

    Parameters
    ----------
    answers : (n, k) float
        nan for no answer: the distance is then that of the known answers.
    minimum_pairs : int
        Ballots that must have answered both of two questions.

    Returns
    -------
    distance, p : (n,) float
        p = P(χ²_r ≥ distance), r = rank of the covariance of the ballot's questions (k, if no question repeats the others).
        nan where a covariance is unknown, where pairwise covariances contradict each other, or where nothing varies.

    Notes
    -----
    D² = (y - ȳ)' S⁺ (y - ȳ) (Mahalanobis 1936; R's ``careless::mahad``). Answers on a five-step scale are not normal: the
    largest distances are worth a look, the p value is a rough guide.

    Examples
    --------
    >>> distance, p = mahalanobis([[0, 0], [0, 2], [2, 0], [2, 2]], minimum_pairs=2)
    >>> distance.round(4).tolist(), p.round(4).tolist()
    ([1.5, 1.5, 1.5, 1.5], [0.4724, 0.4724, 0.4724, 0.4724])
    """
    table = answer_table(answers)
    covariance = pairwise_covariance(table, minimum_pairs)
    known = ~np.isnan(table)
    away = np.nan_to_num(table - np.nansum(table, axis=0) / np.maximum(known.sum(axis=0), 1))
    distance, p = np.full(len(table), np.nan), np.full(len(table), np.nan)
    patterns, belongs = np.unique(known, axis=0, return_inverse=True)
    order = np.split(np.argsort(belongs, kind="stable"), np.cumsum(np.bincount(belongs))[:-1]) if len(table) else []
    for pattern, rows in zip(patterns, order, strict=True):
        root = _whitening(covariance[np.ix_(pattern, pattern)])
        if root is not None:
            distance[rows] = ((away[np.ix_(rows, np.flatnonzero(pattern))] @ root) ** 2).sum(axis=1)
            p[rows] = scipy.special.chdtrc(root.shape[1], distance[rows])
    return distance, p


def _whitening(covariance: Floats) -> Floats | None:
    """(q, r) root R of the pseudo-inverse, S⁺ = R R'; None where there is no such thing."""
    if not covariance.size or np.isnan(covariance).any():
        return None
    values, vectors = np.linalg.eigh(covariance)
    small = values[-1] * len(values) * 1e-12
    if values[-1] <= 0 or values[0] < -small:
        return None
    kept = values > small
    return np.asarray(vectors[:, kept] / np.sqrt(values[kept]))


def synonyms(answers: ArrayLike, at_least: float = 0.6, minimum_pairs: int = MINIMUM_PAIRS) -> Floats:
    """(n,) correlation, within a ballot, over the pairs of questions that ballots in general answer alike.

    Parameters
    ----------
    answers : (n, k) float
        nan for no answer.
    at_least : float
        Correlation over ballots that makes two questions a pair.
    minimum_pairs : int
        Ballots that must have answered both.

    Returns
    -------
    (n,) float
        nan with fewer than three pairs known, or where one side does not vary.

    Notes
    -----
    Psychometric synonyms (Meade & Craig 2012; R's ``careless::psychsyn``). Low or negative: answered without reading, or a
    person who sees differences that others do not.

    Examples
    --------
    >>> rows = [[0, 0, 1, 1, 2, 2], [2, 2, 0, 0, 1, 1], [1, 1, 2, 2, 0, 0], [0, 1, 1, 2, 2, 0]]
    >>> synonyms(rows, at_least=0.3, minimum_pairs=4).round(2).tolist()
    [1.0, 1.0, 1.0, -0.5]
    """
    table = answer_table(answers)
    covariance = pairwise_covariance(table, minimum_pairs)
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    paired = np.triu(covariance / np.where(spread > 0, spread, np.nan) >= at_least - 1e-12, 1)
    first, second = np.nonzero(paired)
    step = max(CHUNK // max(first.size, 1), 1)
    parts = [
        _row_correlation(table[start : start + step][:, first], table[start : start + step][:, second])
        for start in range(0, len(table), step)
    ]
    return np.concatenate([np.empty(0), *parts])


def _row_correlation(left: Floats, right: Floats) -> Floats:
    known = ~np.isnan(left + right)
    n = known.sum(axis=1)
    usable = np.where(n >= FEWEST_SYNONYMS, n, np.nan)[:, None]
    x, y = (np.where(known, side, 0.0) for side in (left, right))
    x, y = (np.where(known, side - side.sum(axis=1, keepdims=True) / usable, 0.0) for side in (x, y))
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    found = (x * y).sum(axis=1) / np.where(scale > 1e-12, scale, np.nan)
    return np.where(n >= FEWEST_SYNONYMS, found, np.nan)


def guttman(answers: ArrayLike) -> tuple[Ints, Floats]:
    """Person fit without a model: how often a ballot passes a hard step and fails an easier one of another question.

    Parameters
    ----------
    answers : (n, k) float
        A row for each ballot; nan for 不了解 or not asked.

    Returns
    -------
    errors : (n,) int
        Pairs of steps in the wrong order. A step is "at least this answer" to one question; the more ballots pass it, the
        easier it is. Equally easy steps make no error.
    share : (n,) float
        Errors over the pairs of different questions with one step passed and one failed, in [0, 1]; nan without such a pair,
        as for somebody who gives the best answer everywhere.

    Notes
    -----
    Guttman errors for ordered answers (Molenaar 1991; Emons 2008, Appl. Psychol. Meas. 32), divided by the comparable pairs
    (van der Flier 1982 for two answers) instead of the largest count that the ballot's sum allows.

    Examples
    --------
    >>> errors, share = guttman([[1, 0, 0], [1, 1, 0], [1, 1, 0], [1, 0, 0], [0, 0, 1]])
    >>> errors.tolist(), share.tolist()
    ([0, 0, 0, 0, 2], [0.0, 0.0, 0.0, 0.0, 1.0])
    """
    table = answer_table(answers)
    known = ~np.isnan(table)
    marks = np.unique(table[known])[1:]
    if not marks.size:
        return np.zeros(len(table), dtype=np.int64), np.full(len(table), np.nan)
    passed = np.concatenate([table >= mark for mark in marks], axis=1)
    failed = np.tile(known, (1, marks.size)) & ~passed
    base = np.maximum(known.sum(axis=0), 1)
    ease = np.round(passed.sum(axis=0) / np.tile(base, marks.size), 12)
    order = np.argsort(-ease, kind="stable")
    easier = np.searchsorted(-ease[order], -ease[order], side="left")
    misses = np.concatenate([np.zeros((len(table), 1), dtype=np.int64), failed[:, order].cumsum(axis=1)], axis=1)
    errors = (passed[:, order] * misses[:, easier]).sum(axis=1)
    inside = (_by_question(passed, marks.size) * _by_question(failed, marks.size)).sum(axis=1)
    pairs = passed.sum(axis=1) * failed.sum(axis=1) - inside
    return errors, errors / np.where(pairs > 0, pairs, np.nan)


def _by_question(steps: ArrayLike, marks: int) -> Ints:
    """(n, k) counts of steps, from (n, marks × k)."""
    flat = np.asarray(steps, dtype=np.int64)
    return np.asarray(flat.reshape(len(flat), marks, flat.shape[1] // marks).sum(axis=1))
