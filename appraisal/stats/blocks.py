"""Blocks in which every two departments meet equally often: lines of a finite plane, cut to the number of departments."""

import numpy as np

from appraisal.stats.design import Ints, Unusable


def _prime_order(points: int) -> int:
    """The least prime q with q² >= points."""
    q = 2
    while q * q < points or any(q % d == 0 for d in range(2, int(q**0.5) + 1)):
        q += 1
    return q


def _lines(q: int) -> list[Ints]:
    """The q (q + 1) lines of the affine plane over the integers modulo q; a point (x, y) is x q + y."""
    step = np.arange(q)
    upright = [x * q + step for x in range(q)]
    return upright + [step * q + (slope * step + start) % q for slope in range(q) for start in range(q)]


def affine_blocks(departments: int) -> list[Ints]:
    """Blocks of departments 0..D-1 in which every two of them stand together exactly once.

    Parameters
    ----------
    departments : int
        At least 1.

    Returns
    -------
    list of (k,) int
        For 100 departments 130 blocks of 9 to 11, every department in 11 or 12 of them.

    Raises
    ------
    Unusable
        No department.

    Notes
    -----
    The affine plane AG(2, q), q the least prime with q² >= D: q² points on q² + q lines of q points, any two points on exactly
    one line (Bose 1939). The last points are left out, upright line by upright line; lines of fewer than two points are
    dropped. A balanced design with blocks of 12 would need a multiple of 75 blocks and for every pair to meet 9 times as often;
    AG(2, 11) needs 130 blocks.

    Examples
    --------
    >>> [block.tolist() for block in affine_blocks(4)]
    [[0, 1], [2, 3], [0, 2], [1, 3], [0, 3], [1, 2]]
    """
    if departments < 1:
        raise Unusable("at least one department is needed")
    cut = [line[line < departments] for line in _lines(_prime_order(departments))]
    return [line for line in cut if line.size > 1] or [np.arange(departments)]
