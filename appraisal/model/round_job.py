"""What a worker does with a round outside any request, as the round's own history tells it: asked for, done, or failed.

Opening the ballots and scoring take seconds. Whoever asks for them writes an event and goes on; the worker writes another one
when it is through. So nothing that was asked for is lost with a queue or a worker.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from appraisal.model.faults import Refused


class RoundJob(StrEnum):
    OPENING = "opening"
    SCORING = "scoring"


FAILED: Final = "fail"
ASKING: Final[Mapping[str, RoundJob]] = {
    "close": RoundJob.OPENING,
    "ask_opening": RoundJob.OPENING,
    "ask_scoring": RoundJob.SCORING,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The job that a round waits for, or the one that failed last and was not asked for again."""

    waiting: RoundJob | None = None
    failed: RoundJob | None = None


def standing(actions: Iterable[str]) -> Standing:
    """How it stands with the jobs of a round, from the actions of its history, oldest first.

    >>> standing(["open", "close"]).waiting, standing(["open", "close", "fail"]).failed
    (<RoundJob.OPENING: 'opening'>, <RoundJob.OPENING: 'opening'>)
    """
    now = Standing()
    for action in actions:
        if action in ASKING:
            now = Standing(waiting=ASKING[action])
        else:
            now = Standing(failed=now.waiting if action == FAILED else None)
    return now


def failure_note(refusal: Refused) -> str:
    """The reason of a failure as one line, its parts apart, so that it can be read in either language."""
    return json.dumps([refusal.reason, refusal.parts], ensure_ascii=False)


def read_failure(note: str) -> Refused:
    """What ``failure_note`` wrote down.

    >>> str(read_failure(failure_note(Refused("还差%(n)s张", n=2))))
    '还差2张'
    """
    reason, parts = json.loads(note)
    return Refused(reason, **parts)
