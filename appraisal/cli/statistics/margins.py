"""M.csv: what is known of the population, one row a level of a characteristic."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from appraisal import stats
from appraisal.cli.statistics import wrong
from appraisal.cli.statistics.table import Table, coded
from appraisal.model.faults import Refused
from appraisal.stats.design import Floats, Ints

MARGIN_COLUMNS: Final = ("margin", "level", "total")
NOT_MET: Final = "边际合计无法同时满足，未写出权重。请合并人数很少的类别。"


@dataclass(frozen=True, eq=False)
class Known:
    """One margin as read: (n,) level of each respondent, totals by level. ``margin`` raises ``Unusable`` where they do not fit."""

    name: str
    level: Ints
    total: Floats

    @property
    def margin(self) -> stats.Margin:
        return stats.Margin.of(self.name, self.level, self.total)


def margins_of(asked: Table, known: Table) -> list[Known]:
    """Every margin; faults of either table are noted."""
    names, levels, totals = known.names("margin"), known.names("level"), known.numbers("total")
    known.refuse("total", totals <= 0, wrong.NOT_OVER_0)
    known.once("level", list(zip(names, levels, strict=True)))
    found = []
    for name in dict.fromkeys(names):
        rows = [place for place, one in enumerate(names) if one == name]
        if name not in asked.columns:
            known.fault(rows[0], "margin", wrong.NO_COLUMN, value=name, source=asked.file)
            continue
        level = coded(asked.columns[name], [levels[place] for place in rows])[1]
        asked.refuse(name, level < 0, wrong.NO_LEVEL, source=known.file)
        found.append(Known(name, np.asarray(level), totals[rows]))
    return found


def met(found: stats.Calibration) -> stats.Calibration:
    """The weights, if they meet the margins. Raises ``Refused``."""
    if not found.converged:
        raise Refused(NOT_MET)
    return found
