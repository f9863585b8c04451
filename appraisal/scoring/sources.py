"""What a finding rests on, and how much that is: marks counted on the opened ballots, comments that two people read, flags.

Comments lie apart from ballots by design, so nobody can say whether a text and a tick came from one person. Marks are counted
as ballots, exactly; different texts on one item are different ballots; and the larger of the two is what is certain.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.finding import Sources, Weight
from appraisal.model.flags import FlagResult
from appraisal.model.questionnaire import Role
from appraisal.model.review import KeptComment, ReviewState
from appraisal.scoring.counted import known_options
from appraisal.scoring.words import alike_places
from appraisal.store import Session
from appraisal.store.comments import kept_comments
from appraisal.store.counted_ballots import Ballots
from appraisal.store.findings import findings_of_flags
from appraisal.store.problem_ballots import problem_ballots, unrated_problem_ballots
from appraisal.store.rounds import KeptRound
from appraisal.store.scores import find_flag

NO_MARK: Final = "本轮问卷没有这一项：%(item)s %(option)s。"
NO_SOURCE: Final = "请至少勾选一条预警、一类问题或者一条意见。"
TOO_FEW: Final = "至少要有 %(least)s 张评议票指出，才能写成问题；现在是 %(ballots)s 张。"
TOO_FEW_TEXTS: Final = "只有意见、没有勾选时，至少要有 %(least)s 条互不重复的意见，才能写成问题；现在是 %(texts)s 条。"
WRONG_FLAG: Final = "这条预警不属于这个部门和这一项。"
WRITTEN_UP: Final = "这条预警已经写成问题 %(number)s。"
NOT_READ_TWICE: Final = "勾选的意见里有%(n)s条不是关于这个部门的，或者还没有经两个人审阅。"


def checked_sources(db: Session, kept: KeptRound, department: str, chosen: Sources) -> Sources:
    """What was chosen, each flag with the mark that it speaks of.

    Raises ``Refused`` for a mark that the questionnaire lacks, a flag that is another's or written up already, and a comment that
    is about somebody else or was not confirmed by a second reader.
    """
    for item, option in chosen.marks:
        if not is_mark(kept, item, option):
            raise Refused(NO_MARK, item=item, option=option)
    flags = [_flag(db, kept, department, flag_id) for flag_id in chosen.flags]
    written = findings_of_flags(db, chosen.flags)
    if written:
        raise Refused(WRITTEN_UP, number=min(written.values()))
    _comments(db, kept, department, chosen.comments)
    named = tuple((flag.item, flag.option) for flag in flags if is_mark(kept, flag.item, flag.option))
    return chosen | Sources(marks=named)


def weigh(db: Session, kept: KeptRound, department: str, sources: Sources) -> Weight:
    """Count the ballots that ticked any of the marks, without those in quarantine, and the comments that are no copies."""
    marked = _marked(db, kept, department, sources.marks) if sources.marks else 0
    by_item = _different_texts(_comments(db, kept, department, sources.comments))
    return Weight(marked, by_item.total(), max(by_item.values(), default=0))


def _marked(db: Session, kept: KeptRound, department: str, marks: Sequence[tuple[str, str]]) -> int:
    row_id, score_item = kept.department_ids[department], kept.plan.policy.score_item
    if not kept.departments[department].ranked:
        return unrated_problem_ballots(db, kept.id, row_id, marks, Ballots.COUNTED)
    cells = problem_ballots(db, kept.id, score_item, known_options(kept), marks, Ballots.COUNTED)
    return sum(count for (_, about), count in cells.items() if about == row_id)


def refuse_light(kept: KeptRound, sources: Sources, weight: Weight) -> None:
    """Raises ``Refused`` for a finding that rests on nothing, or on fewer ballots than the policy asks for."""
    least = kept.plan.policy.minimum_ballots
    if sources == Sources():
        raise Refused(NO_SOURCE)
    if weight.ballots >= least:
        return
    if sources.comments and not sources.marks:
        raise Refused(TOO_FEW_TEXTS, least=least, texts=weight.ballots)
    raise Refused(TOO_FEW, least=least, ballots=weight.ballots)


def confirmed_comments(db: Session, kept: KeptRound, department: str) -> tuple[KeptComment, ...]:
    """Those about a department that were released by one person and confirmed by another."""
    every = kept_comments(db, kept.id, kept.department_ids[department])
    return tuple(one for one in every if one.state is ReviewState.CONFIRMED)


def is_mark(kept: KeptRound, item: str, option: str) -> bool:
    """Whether the round asks about this problem; "nothing found" and "no contact" are no problems."""
    return any(
        each.code == item and choice.code == option and choice.role is Role.MARK
        for each in kept.plan.questionnaire.department_items
        for choice in each.options
    )


def _flag(db: Session, kept: KeptRound, department: str, flag_id: int) -> FlagResult:
    found = find_flag(db, flag_id)
    if found is None or found[1] != kept.id or found[0].department != department:
        raise Refused(WRONG_FLAG)
    return found[0]


def _comments(db: Session, kept: KeptRound, department: str, ids: Sequence[str]) -> list[KeptComment]:
    if not ids:
        return []
    found = [one for one in confirmed_comments(db, kept, department) if one.id in set(ids)]
    if len(found) != len(set(ids)):
        raise Refused(NOT_READ_TWICE, n=len(set(ids)) - len(found))
    return found


def _different_texts(comments: Sequence[KeptComment]) -> Counter[str]:
    """Item → texts of it that are not nearly the same as another one, whichever item that one answers."""
    groups = alike_places([one.text for one in comments])
    copies = {place for group in groups for place in sorted(group.members)[1:]}
    return Counter(one.item for place, one in enumerate(comments) if place not in copies)
