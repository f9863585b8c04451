"""Do the questions measure one thing: a single common factor and the share of the sum that it explains."""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Unusable

LEAST_UNIQUE = 0.005


@dataclass(frozen=True, eq=False)
class Factor:
    """One common factor. ``loadings`` (k,): correlations of the items with it, mostly positive; ``uniqueness`` (k,): 1 - loading².

    ``heywood``: an item leaves nothing to chance (uniqueness at its bound); its loading is then not to be trusted.
    """

    loadings: Floats
    uniqueness: Floats
    heywood: bool


def one_factor(correlation: ArrayLike) -> Factor:
    """Maximum likelihood fit of one factor to a correlation matrix.

    Parameters
    ----------
    correlation : (k, k) float
        Positive definite; nan where unknown.

    Returns
    -------
    Factor
        All nan below three items, with an unknown correlation or a matrix that is not positive definite.

    Raises
    ------
    Unusable
        Not square.

    Notes
    -----
    Minimises Σ_{j>1} (λ_j - log λ_j - 1) over the uniquenesses ψ in [0.005, 1], λ the falling eigenvalues of ψ^-½ R ψ^-½
    (Jöreskog 1967, Psychometrika 32; R's ``factanal``).

    Examples
    --------
    >>> found = one_factor([[1, 0.48, 0.4], [0.48, 1, 0.3], [0.4, 0.3, 1]])
    >>> found.loadings.round(3).tolist(), found.heywood
    ([0.8, 0.6, 0.5], False)
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise Unusable(f"correlation has shape {matrix.shape}: a square of items is needed")
    items = len(matrix)
    if items < 3 or np.isnan(matrix).any() or np.linalg.eigvalsh(matrix)[0] <= 1e-10:
        return Factor(np.full(items, np.nan), np.full(items, np.nan), False)
    start = np.clip((1 - 0.5 / items) / np.diag(np.linalg.inv(matrix)), LEAST_UNIQUE, 1)
    bounds = [(LEAST_UNIQUE, 1.0)] * items
    fit = scipy.optimize.minimize(
        _misfit, start, (matrix,), "L-BFGS-B", jac=True, bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-10}
    )
    unique = np.asarray(fit.x, dtype=np.float64)
    loadings = _loadings(unique, matrix)
    return Factor(loadings, unique, bool((unique <= LEAST_UNIQUE * 1.0001).any()))


def _loadings(unique: Floats, matrix: Floats) -> Floats:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
    loadings = root * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    return np.asarray(-loadings if loadings.sum() < 0 else loadings)


def _misfit(unique: Floats, matrix: Floats) -> tuple[float, Floats]:
    """Criterion and its gradient."""
    root = np.sqrt(unique)
    rest = np.linalg.eigvalsh(matrix / np.outer(root, root))[:-1]
    loadings = _loadings(unique, matrix)
    gradient = (loadings**2 + unique - np.diag(matrix)) / unique**2
    return float((rest - np.log(rest) - 1).sum()), np.asarray(gradient)


def omega_total(loadings: ArrayLike) -> float:
    """Share of the variance of the sum of standardised items that the common factor explains, in [0, 1]; nan with nan.

    (Σ l)² / ((Σ l)² + Σ (1 - l²)) (McDonald 1999, Test Theory, ch. 6). Unlike alpha it does not suppose equal loadings.

    Parameters
    ----------
    loadings : (k,) float
        In [-1, 1], as ``one_factor`` gives them.

    Returns
    -------
    float
        In [0, 1].

    Examples
    --------
    >>> round(omega_total([0.8, 0.6, 0.5]), 4)
    0.6735
    """
    each = np.asarray(loadings, dtype=np.float64)
    common = float(each.sum()) ** 2
    whole = common + float((1 - each**2).sum())
    return common / whole if whole > 0 else float("nan")
