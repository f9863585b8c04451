"""Where a department stands among others, as surely as that can be said."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Between which places of ``of`` a department lies, 1 the best; no single place is kept, none would be true.

    ``first``, ``last``: holds its true place with 95 % confidence, looked at alone (Mogstad et al. 2024). ``joint_first``,
    ``joint_last``: wider, right for all departments of the table at once. ``tier``: 1 the best; inside one no line can be drawn
    between departments that can be told apart.
    """

    first: int
    last: int
    joint_first: int
    joint_last: int
    tier: int
    of: int

    def may_be_worst(self, tau: int) -> bool:
        """Whether it may be among the ``tau`` last, all departments looked at together.

        >>> Place(8, 10, 7, 10, 1, 10).may_be_worst(1), Place(1, 3, 1, 4, 1, 10).may_be_worst(5)
        (True, False)
        """
        return self.joint_last > self.of - tau


@dataclass(frozen=True, slots=True)
class PeerDifference:
    """The score minus the mean of the others of the group, in points; q over all departments; ``real``: more than chance."""

    peers: float
    difference: float
    low: float
    high: float
    q: float
    real: bool


@dataclass(frozen=True, slots=True)
class Band:
    """1 (worst) to 5: off the middle only where place, chance and reliability (in [0, 1]) all say so."""

    band: int
    reliability: float
