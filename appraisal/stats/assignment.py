"""Who is asked about which departments: equally often each, every two equally often together, in an order drawn by lot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from appraisal.stats.blocks import affine_blocks
from appraisal.stats.design import Ints, Unusable, codes

Bools = NDArray[np.bool_]
LOAD = 12


@dataclass(frozen=True, eq=False)
class AssignmentReport:
    """How even an assignment came out.

    ``replication`` (H, 2): fewest and most respondents of a stratum that a department has, among departments that somebody of
    the stratum may rate; ``concurrence``: fewest and most respondents who have two departments together, among pairs that
    somebody may have, with ``mean`` and standard deviation ``spread``; ``apart``: such pairs that nobody has; ``position``:
    fewest and most times a department stands at a place of the order; ``short``: respondents with fewer departments than the load.
    """

    replication: Ints
    concurrence: tuple[int, int]
    mean: float
    spread: float
    apart: int
    position: tuple[int, int]
    short: int


@dataclass(frozen=True, eq=False)
class Assignment:
    """Departments for each respondent.

    Attributes
    ----------
    department : (n, load) int
        In the order to ask them; -1 after the last where fewer are eligible.
    eligible : (n, D) bool
    stratum : (n,) int
    """

    department: Ints
    eligible: Bools
    stratum: Ints

    @property
    def given(self) -> Bools:
        """(n, D) who has which department."""
        table = np.zeros((self.eligible.shape[0], self.eligible.shape[1] + 1), dtype=bool)
        np.put_along_axis(table, self.department, True, axis=1)
        return table[:, :-1]

    @property
    def replication(self) -> Ints:
        """(H, D) respondents of each stratum who have the department."""
        return _by_stratum(self.stratum, self.given)

    @property
    def concurrence(self) -> Ints:
        """(D, D) respondents who have both; the diagonal is the replication over all strata."""
        return _together(self.given)

    @property
    def position(self) -> Ints:
        """(load, D) times a department stands at each place."""
        return np.array(
            [np.bincount(place[place >= 0], minlength=self.eligible.shape[1]) for place in self.department.T]
        )

    def report(self) -> AssignmentReport:
        """The figures to look at before anybody is invited."""
        possible = _by_stratum(self.stratum, self.eligible) > 0
        rows = [_ends(each[may]) for each, may in zip(self.replication, possible, strict=True)]
        pairs = np.triu(_together(self.eligible) > 0, k=1)
        met = self.concurrence[pairs]
        places = self.position[:, possible.any(axis=0)]
        mean, spread = (float(met.mean()), float(met.std())) if met.size else (float("nan"), float("nan"))
        short = int(np.count_nonzero((self.department < 0).any(axis=1)))
        return AssignmentReport(np.array(rows), _ends(met), mean, spread, int((met == 0).sum()), _ends(places), short)


def _ends(values: Ints) -> tuple[int, int]:
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def _by_stratum(stratum: Ints, table: Bools) -> Ints:
    sums = np.zeros((int(stratum.max(initial=-1)) + 1, table.shape[1]), dtype=np.int64)
    np.add.at(sums, stratum, table)
    return sums


def _together(table: Bools) -> Ints:
    # Counts are exact in float64, whose matrix product is far faster than that of integers.
    each = table.astype(np.float64)
    return np.rint(each.T @ each).astype(np.int64)


class _Draft:
    """An assignment in the making, with the counts that choices are made by."""

    def __init__(self, eligible: Bools, stratum: Ints, load: int, rng: np.random.Generator) -> None:
        self.eligible, self.stratum, self.load, self.rng = eligible, stratum, load, rng
        self.given: Bools = np.zeros(eligible.shape, dtype=bool)
        self.replication = np.zeros((int(stratum.max(initial=-1)) + 1, eligible.shape[1]))
        self.met = np.zeros((eligible.shape[1], eligible.shape[1]))

    def move(self, i: int, department: int, by: int) -> None:
        """Give (1) or take (-1) a department."""
        mates = np.flatnonzero(self.given[i])
        mates = mates[mates != department]
        self.given[i, department] = by > 0
        self.replication[self.stratum[i], department] += by
        self.met[department, mates] += by
        self.met[mates, department] += by

    def start(self, i: int, block: Ints) -> None:
        """What of a block the respondent may rate, drawn by lot if that is too much."""
        fitting = self.rng.permutation(block[self.eligible[i, block]])
        for department in fitting[: self.load]:
            self.move(i, int(department), 1)

    def fill(self, i: int) -> None:
        """Up to the load: the department the stratum has least often, then the one that met the others least, then by lot."""
        while self.given[i].sum() < self.load:
            free = np.flatnonzero(self.eligible[i] & ~self.given[i])
            if not free.size:
                return
            seldom = self.replication[self.stratum[i], free]
            met = self.met[free][:, self.given[i]].sum(axis=1)
            self.move(i, int(free[np.lexsort((self.rng.random(free.size), met, seldom))[0]]), 1)

    def exchange(self, i: int) -> bool:
        """One department of the respondent for another that the stratum has at least two times less; the rarest pairs win."""
        often = self.replication[self.stratum[i]]
        mine, free = np.flatnonzero(self.given[i]), np.flatnonzero(self.eligible[i] & ~self.given[i])
        if not mine.size or not free.size:
            return False
        gain = often[mine][:, None] - often[free][None, :]
        if gain.max() < 2:
            return False
        loss = self.met[np.ix_(free, mine)].sum(axis=1)[None, :] - self.met[np.ix_(mine, mine)].sum(axis=1)[:, None]
        give, take = divmod(int(np.lexsort((loss.ravel(), -gain.ravel()))[0]), free.size)
        self.move(i, int(mine[give]), -1)
        self.move(i, int(free[take]), 1)
        return True

    def even_out(self) -> None:
        """Exchanges until nobody can make one; each brings two counts nearer to one another, so it ends."""
        while sum(self.exchange(int(i)) for i in self.rng.permutation(self.stratum.size)):
            pass

    def ordered(self) -> Ints:
        """(n, load) the departments in an order drawn by lot, -1 after the last."""
        keys = np.where(self.given, self.rng.random(self.given.shape), 2.0)
        width = min(self.load, self.eligible.shape[1])
        order = np.argsort(keys, axis=1)[:, :width]
        chosen = np.where(np.take_along_axis(self.given, order, axis=1), order, -1)
        return np.pad(chosen, ((0, 0), (0, self.load - width)), constant_values=-1)


def assign(
    eligible: ArrayLike, *, load: int = LOAD, stratum: ArrayLike | None = None, rng: np.random.Generator
) -> Assignment:
    """Departments for every respondent, near balance under eligibility.

    Parameters
    ----------
    eligible : (n, D) bool
        Who may rate what.
    load : int
        Departments each; plan for 不了解: 14 to obtain 12 known answers at 14 %.
    stratum : (n,) int, optional
        Replication is balanced within each; one stratum by default.
    rng : numpy.random.Generator

    Returns
    -------
    Assignment
        Where all may rate all, replications within a stratum differ by 1 at most.

    Raises
    ------
    Unusable
        Not a table of yes and no, a load under 1, strata of another length.

    Notes
    -----
    Each stratum goes through the blocks of ``affine_blocks`` in turn, departments and respondents permuted anew each time;
    ineligible departments fall out, the gaps are filled and the replication evened out greedily, each time with the department
    that met the others least. The order within a ballot is drawn by lot, as the place in it has an effect of its own.

    Examples
    --------
    >>> import numpy as np
    >>> found = assign(np.ones((50, 20), dtype=bool), load=4, rng=np.random.default_rng(1))
    >>> found.replication.tolist() == [[10] * 20], found.report().short
    (True, 0)
    """
    table = np.asarray(eligible)
    if table.ndim != 2 or table.dtype != np.bool_ or not table.shape[1]:
        raise Unusable("eligible must be a table of yes and no, a row a respondent, a column a department")
    if load < 1:
        raise Unusable(f"load is {load}: at least one department each is needed")
    member = codes("stratum", np.zeros(table.shape[0], dtype=int) if stratum is None else stratum)
    if member.size != table.shape[0]:
        raise Unusable(f"{member.size} strata for {table.shape[0]} respondents")
    draft = _Draft(table, member, load, rng)
    for i, block in _started(table.shape[1], member, rng):
        draft.start(i, block)
    for i in rng.permutation(member.size):
        draft.fill(int(i))
    draft.even_out()
    return Assignment(draft.ordered(), table, member)


def _started(departments: int, stratum: Ints, rng: np.random.Generator) -> list[tuple[int, Ints]]:
    """A block for each respondent: whole rounds of the blocks in each stratum, renamed and shuffled for each round."""
    blocks, pairs = affine_blocks(departments), []
    for h in np.unique(stratum):
        people = rng.permutation(np.flatnonzero(stratum == h))
        for first in range(0, people.size, len(blocks)):
            named, order = rng.permutation(departments), rng.permutation(len(blocks))
            part = people[first : first + len(blocks)]
            pairs += [(int(i), named[blocks[b]]) for i, b in zip(part, order[: part.size], strict=True)]
    return pairs
