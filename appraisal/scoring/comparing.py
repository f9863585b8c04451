"""One problem in two rounds: the counts of its mark by stratum, and from how many ticks on it would have been taken up."""

from collections.abc import Mapping
from typing import Final

from appraisal import stats
from appraisal.model.flags import FlagResult, Rule
from appraisal.model.helped import Compared, Ticked, Verdict, asked_alike
from appraisal.model.questionnaire import Role
from appraisal.scoring.counted import known_options
from appraisal.store import Session
from appraisal.store.following import LedgerFinding
from appraisal.store.mark_cells import Place, heard_cells, rated_cells
from appraisal.store.rounds import KeptRound
from appraisal.store.scores import flags_of, newest_run

# An improvement, or a worsening, is said where chance would bring it about in at most this share of cases, either side together.
SIGNIFICANT: Final = 0.05


def sides(
    db: Session, finding: LedgerFinding, before: KeptRound, now: KeptRound
) -> tuple[stats.Counts, stats.Counts] | None:
    """Ticks and ballots by stratum of the earlier round, then and now; ``None`` where the two did not ask alike."""
    department, mark = finding.department, (finding.item, finding.option)
    if not asked_alike(now.plan, before.plan, department, *mark):
        return None
    strata = [stratum.code for stratum in before.plan.strata]
    first, second = (_by_code(db, kept, finding) for kept in (before, now))
    nothing = (0, 0)
    columns = ([each.get(code, nothing) for code in strata] for each in (first, second))
    then, later = (stats.Counts.of([c[0] for c in cells], [c[1] for c in cells]) for cells in columns)
    return then, later


def _by_code(db: Session, kept: KeptRound, finding: LedgerFinding) -> Mapping[str, tuple[int, int]]:
    place = Place(kept.id, kept.department_ids[finding.department], finding.item, finding.option)
    if kept.departments[finding.department].ranked:
        cells = rated_cells(db, place, kept.plan.policy.score_item, known_options(kept))
    else:
        asked = (one for item in kept.plan.questionnaire.department_items for one in item.options)
        cells = heard_cells(db, place, sorted({one.code for one in asked if one.role in (Role.MARK, Role.NONE)}))
    return {code: cells[row_id] for code, row_id in kept.stratum_ids.items() if row_id in cells}


def chosen_from(db: Session, finding: LedgerFinding, before: KeptRound, ticks: int) -> int:
    """The fewest ticks with which the problem would have come to the office's notice, at most the ``ticks`` it had.

    Where the exact test flagged it: what that test would still have flagged, the other departments as they are. Where a person
    found it without a flag: the fewest ballots that the policy lets a problem rest on.
    """
    run = newest_run(db, before.id)
    raised = [] if run is None else [each for each in flags_of(db, run.id) if each.rule == Rule.EXCESS]
    own = [each for each in raised if (each.department, each.item, each.option) == _place(finding)]
    policy = before.plan.policy
    if not own:
        return min(ticks, policy.minimum_ballots)
    rule = stats.FlagRule(policy.flag_q, policy.flag_ratio, policy.flag_points, policy.flag_minimum_n)
    least = stats.fewest_flagged(own[0].n, own[0].expected, _let_through(raised, policy.flag_q), rule)
    return min(ticks, max(least, policy.minimum_ballots))


def _place(finding: LedgerFinding) -> tuple[str, str, str]:
    return finding.department, finding.item, finding.option


def _let_through(raised: list[FlagResult], q: float) -> float:
    """The largest p that Benjamini and Hochberg's procedure let through: rank by number of tests is p by its q; at least this."""
    return max((q * each.p / each.q_bh for each in raised if each.q_bh > 0), default=0.0)


def compare(first: stats.Counts, second: stats.Counts, chosen: int, level: float) -> stats.ShareChange:
    """The change of the share, with the interval at ``level``."""
    return stats.share_change(first, second, chosen_from=chosen, level=level)


def figures(
    first: stats.Counts, second: stats.Counts, found: stats.ShareChange, q: float, chosen: int, level: float
) -> Compared | None:
    """What is kept of a comparison; ``None`` where no stratum was asked both times."""
    if not found.n_now:
        return None
    both = (first.n > 0) & (second.n > 0)
    before = Ticked(int(first.ticked[both].sum()), found.n_before, found.before)
    now = Ticked(int(second.ticked[both].sum()), found.n_now, found.now)
    return Compared(before, now, found.difference, found.low, found.high, found.p, q, chosen, level)


def verdict(found: stats.ShareChange, q: float, least_n: int, error: float = SIGNIFICANT) -> Verdict:
    """What a comparison allows to be said.

    Improved or worse need both the test (``q`` at most ``error``) and an interval that leaves 0 out. Too few: fewer than
    ``least_n`` ballots on a side, or so few that not even no tick at all would have shown an improvement.
    """
    if min(found.n_before, found.n_now) < least_n:
        return Verdict.TOO_FEW
    if q <= error and found.high < 0:
        return Verdict.IMPROVED
    if q <= error and found.low > 0:
        return Verdict.WORSE
    return Verdict.TOO_FEW if found.p_best > error else Verdict.NOT_SHOWN
