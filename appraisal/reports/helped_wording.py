"""Whether it helped, in words and figures: for the office with counts, for a department with small numbers in bands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appraisal.i18n import text
from appraisal.model.helped import VERDICTS, Compared, Helped, Ticked, Verdict
from appraisal.reports import figures

# How a verdict is coloured where it is a tag; the words always stand beside.
TONES: Final = {Verdict.IMPROVED: "good", Verdict.WORSE: "bad"}


@dataclass(frozen=True, slots=True)
class HelpedRow:
    """A comparison as it is read: ``then`` and ``now`` the shares, ``step`` their difference in points, ``interval`` its ends at ``level``.

    ``reason``: what has to be known beside the verdict, "" where nothing.
    """

    number: str
    department: str
    verdict: str
    tone: str
    then: str
    now: str
    step: str
    interval: str
    level: str
    reason: str


def office_row(found: Helped, language: str) -> HelpedRow:
    """Everything, for those who see all counts anyway."""
    seen = found.figures
    shares = ("", "") if seen is None else (_counted(seen.before, language), _counted(seen.now, language))
    return _row(found, language, *shares, shown=seen)


def department_row(found: Helped, language: str) -> HelpedRow:
    """For the department itself: whole per cent, a band where fewer than five ballots ticked, and then no difference either."""
    seen = found.figures
    if seen is None:
        return _row(found, language, figures.NOTHING, figures.NOTHING, shown=None)
    small = min(seen.before.count, seen.now.count) < figures.SMALLEST_CELL
    shares = (_banded(seen.before, language), _banded(seen.now, language))
    return _row(found, language, *shares, shown=None if small else seen)


def verdict_words(verdict: Verdict, language: str) -> str:
    """A verdict as it is said everywhere.

    >>> verdict_words(Verdict.IMPROVED, "en")
    'improved'
    """
    return text(language, VERDICTS[verdict])


def ledger_words(found: Sequence[tuple[str, Verdict]]) -> str:
    """What the rounds and mini-samples since then have shown, for a cell of the ledger: each round's title or code, and the verdict.

    >>> ledger_words([("第12届", Verdict.IMPROVED)])
    '第12届：有改善'
    """
    return "；".join(f"{round_}：{VERDICTS[verdict]}" if round_ else VERDICTS[verdict] for round_, verdict in found)


def _row(found: Helped, language: str, then: str, now: str, shown: Compared | None) -> HelpedRow:
    step = figures.NOTHING if shown is None else figures.points(100 * shown.difference)
    ends = figures.NOTHING
    if shown is not None:
        ends = f"{figures.points(100 * shown.low)} {figures.TO} {figures.points(100 * shown.high)}"
    return HelpedRow(
        number=found.number,
        department=found.department,
        verdict=verdict_words(found.verdict, language),
        tone=TONES.get(found.verdict, "plain"),
        then=then,
        now=now,
        step=step,
        interval=ends,
        level="" if shown is None else figures.share(shown.level),
        reason=_reason(found, language),
    )


def _reason(found: Helped, language: str) -> str:
    seen = found.figures
    if seen is None or found.verdict not in (Verdict.TOO_FEW, Verdict.NOT_SHOWN):
        return ""
    if found.verdict is Verdict.TOO_FEW and seen.before.count <= seen.chosen_from:
        return text(language, "提出时刚到预警的份数，高出的部分可能只是偶然，再低也证明不了改善。")
    if found.verdict is Verdict.NOT_SHOWN and (seen.high < 0 or seen.low > 0):
        return text(language, "单独看区间不含0；和本轮其他问题一起校正以后，还不能下结论。")
    return ""


def _counted(seen: Ticked, language: str) -> str:
    return text(
        language,
        "%(share)s（%(count)s/%(n)s份）",
        share=figures.share(seen.share),
        count=figures.whole(seen.count),
        n=figures.whole(seen.n),
    )


def _banded(seen: Ticked, language: str) -> str:
    if seen.count < figures.SMALLEST_CELL:
        return figures.band(seen.count, language)
    return figures.percent(seen.share)
