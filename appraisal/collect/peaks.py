"""At the opening, before the batches are forgotten: which batch of the public log gave one department one end of the scale.

Kept are sums of at least ten ballots in a batch of at least fifty that exceed four times what the whole round leads one to
expect, and no ballot's batch: what can be read back is what is published of small cells anywhere.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from appraisal.model.ballot import Answers
from appraisal.model.questionnaire import Role
from appraisal.store.peaks import Peak
from appraisal.store.rounds import KeptRound

FEWEST: Final = 10
SMALLEST_BATCH: Final = 50
TIMES: Final = 4.0


def peaks(kept: KeptRound, batches: Sequence[int | None], answers: Sequence[Answers]) -> tuple[Peak, ...]:
    """Cells that stand out. ``batches`` and ``answers`` in the same order; ballots without a batch are left out."""
    ends = _ends(kept)
    sizes: Counter[int] = Counter(batch for batch in batches if batch is not None)
    cells: Counter[tuple[int, str, str]] = Counter()
    for batch, one in zip(batches, answers, strict=True):
        if batch is not None:
            cells.update((batch, department, option) for department, option in _said(kept, one) if option in ends)
    whole: Counter[tuple[str, str]] = Counter()
    for (_, department, option), count in cells.items():
        whole[department, option] += count
    every = sum(sizes.values())
    found = []
    for (batch, department, option), count in cells.items():
        expected = whole[department, option] / every * sizes[batch]
        if count >= FEWEST and sizes[batch] >= SMALLEST_BATCH and count > TIMES * expected:
            found.append(Peak(batch, kept.department_ids[department], option, count, sizes[batch], expected))
    return tuple(found)


def _said(kept: KeptRound, answers: Answers) -> Iterator[tuple[str, str]]:
    item = kept.plan.policy.score_item
    return (
        (department, sheet.ratings[item]) for department, sheet in answers.departments.items() if item in sheet.ratings
    )


def _ends(kept: KeptRound) -> frozenset[str]:
    """The worst and the best option of the score item."""
    valued = [
        (one.value or 0.0, one.code)
        for one in kept.plan.questionnaire.item(kept.plan.policy.score_item).options
        if one.role is Role.VALUE
    ]
    return frozenset({min(valued)[1], max(valued)[1]})
