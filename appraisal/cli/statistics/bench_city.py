"""A round of made-up answers in an installation's own database, as large as a measurement wants it."""

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from appraisal import rounds, store
from appraisal.demo.city import demo_rounds, write_folder
from appraisal.model.questionnaire import Role
from appraisal.model.round import RoundPlan
from appraisal.store.engine import forget_order
from appraisal.store.opened import OpenedRows, add_opened
from appraisal.store.rounds import KeptRound, find_round

AT: Final = datetime(2026, 1, 1)
SEED: Final = 20260101
BATCH: Final = 10_000
# One rating in so many comes with a mark.
MARKED: Final = 0.15
# As many people in a stratum as there are ballots of it, times this.
PEOPLE: Final = 20


@contextmanager
def bench_city(respondents: int) -> Iterator[tuple[store.Engine, KeptRound]]:
    """A migrated database in a temporary folder with one round of so many opened ballots; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="appraisal-bench-") as folder:
        engine = store.connect(Path(folder) / "appraisal.db")
        try:
            store.upgrade(engine)
            with store.transaction(engine) as db:
                plan = _plan(Path(folder) / "round", respondents)
                rounds.create(db, plan, "bench", AT)
                kept = find_round(db, plan.code)
                assert kept is not None
                for rows in _answers(kept, respondents, np.random.default_rng(SEED)):
                    add_opened(db, kept.id, rows)
            # As after a close: tables in the order of their keys.
            forget_order(engine)
            yield engine, kept
        finally:
            engine.dispose()


def _plan(folder: Path, respondents: int) -> RoundPlan:
    """The demo city's round, with strata that have room for so many ballots."""
    plan, _ = rounds.read_folder(write_folder(demo_rounds(AT.date(), respondents)[0], folder))
    strata = tuple(dataclasses.replace(one, population=float(PEOPLE * respondents)) for one in plan.strata)
    return dataclasses.replace(plan, strata=strata)


def _answers(kept: KeptRound, respondents: int, rng: np.random.Generator) -> Iterator[OpenedRows]:
    """Ballots in batches: each rates ``per_ballot`` departments, some with a mark, 不了解 among the answers."""
    plan = kept.plan
    item = plan.questionnaire.item(plan.policy.score_item)
    options = [option.code for option in item.options]
    marks = [
        (one.code, option.code)
        for one in plan.questionnaire.department_items
        for option in one.options
        if option.role is Role.MARK
    ]
    strata = list(kept.stratum_ids.values())
    rated = [kept.department_ids[one.code] for one in plan.departments if one.ranked]
    for first in range(1, respondents + 1, BATCH):
        numbers = range(first, min(first + BATCH, respondents + 1))
        rows = OpenedRows()
        for number in numbers:
            rows.ballots.append((number, strata[number % len(strata)]))
            for department in rng.choice(rated, plan.per_ballot, replace=False).tolist():
                answer = options[min(int(rng.exponential(1.5)), len(options) - 1)]
                rows.ratings.append((number, department, item.code, answer))
                if rng.random() < MARKED:
                    rows.marks.append((number, department, *marks[int(rng.integers(len(marks)))]))
        yield rows
