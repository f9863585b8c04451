"""The review desk: comments masked, one at a time; released by one person, confirmed by a second for what may be quoted.

Masking is done outside transactions: what is read here is masked by ``shown`` on the way to the page.
"""

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from appraisal.masking import Kind, Masked, Roster, Span, covered, mask
from appraisal.model.faults import Moved, Refused
from appraisal.model.plain_text import plain_text
from appraisal.model.review import IN_WORK, KeptComment, Mask, ReviewAction, ReviewState, next_review_state
from appraisal.scoring.comments import NO_COMMENT, NO_DEPARTMENT, closed_comments
from appraisal.scoring.words import alike_places
from appraisal.store import Session
from appraisal.store.comments import find_comment, kept_comments, move_comment
from appraisal.store.rounds import KeptRound

NOT_POSSIBLE: Final = "这条意见现在不能这样处理。"
SAME_READER: Final = "放行的人不能自己复核，请另一个账号的同事来看。"
TAKE_BACK_FIRST: Final = "已经放行的意见不能再改，请先撤回。"
NOT_AS_SEEN: Final = "刚有同事处理过这条意见，您看到的已不是最新的样子，没有改动。请返回再看一遍。"
NOT_IN_TEXT: Final = "原文里没有“%(words)s”，没有改动。"


@dataclass(frozen=True, slots=True)
class Piece:
    """What one placeholder stands for; ``at`` is its place in the list."""

    at: int
    kind: Kind
    said: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as the desk shows it: masked first, with what was masked. ``mark`` stands for just this: state, text and masks."""

    kept: KeptComment
    text: str
    pieces: tuple[Piece, ...]
    mark: str


def comments_to_review(db: Session, round_code: str, department: str | None) -> tuple[KeptComment, ...]:
    """Every comment of a closed round, or those about one department. Raises ``Refused`` while the round is open."""
    kept = closed_comments(db, round_code)
    if department is not None and department not in kept.department_ids:
        raise Refused(NO_DEPARTMENT, code=department)
    return kept_comments(db, kept.id, None if department is None else kept.department_ids[department])


def by_state(comments: Iterable[KeptComment]) -> Mapping[str | None, Counter[ReviewState]]:
    """How many comments about each department are in each state; ``None`` is the city as a whole."""
    counts: dict[str | None, Counter[ReviewState]] = {}
    for one in comments:
        counts.setdefault(one.department, Counter())[one.state] += 1
    return counts


def next_comment(
    comments: Iterable[KeptComment], department: str | None, state: ReviewState, reader: str
) -> KeptComment | None:
    """The first of a state about a department; of the released ones, the first that the reader did not release."""
    wanted = (one for one in comments if one.department == department and one.state is state)
    return next((one for one in wanted if one.released_by != reader), None)


def alike(comments: Iterable[KeptComment], comment_id: str) -> tuple[KeptComment, ...]:
    """Those about the same department that are nearly the same: copied, dictated, or of one hand."""
    listed = list(comments)
    about = next(one.department for one in listed if one.id == comment_id)
    same = [one for one in listed if one.department == about]
    groups = ([same[at] for at in group.members] for group in alike_places([one.text for one in same]))
    mine = next((group for group in groups if any(one.id == comment_id for one in group)), [])
    return tuple(one for one in mine if one.id != comment_id)


def one_comment(db: Session, round_code: str, comment_id: str) -> KeptComment:
    """Raises ``Refused`` for an id that is not of this closed round."""
    return _one(db, closed_comments(db, round_code), comment_id)


def public_terms(kept: KeptRound) -> Roster:
    """The names of the round's departments, in which no name of a person or a firm is looked for."""
    return Roster(public=frozenset(one.name.zh for one in kept.plan.departments))


def shown(comment: KeptComment, known: Roster) -> Shown:
    """The comment with the masks that people gave it, or else with the automatic ones."""
    masked = masked_comment(comment, known)
    said = [(span.kind, comment.text[span.start : span.end]) for span in masked.spans]
    pieces = tuple(Piece(at, kind, words) for at, (kind, words) in enumerate(said))
    return Shown(comment, masked.text, pieces, _mark(comment, masked))


def refuse_unseen(db: Session, round_code: str, comment_id: str, mark: str, known: Roster) -> None:
    """That what somebody decides upon is what they saw. Raises ``Refused`` when the comment has another mark by now."""
    comment = one_comment(db, round_code, comment_id)
    if not hmac.compare_digest(mark.encode(), _mark(comment, masked_comment(comment, known)).encode()):
        raise Refused(NOT_AS_SEEN)


def _mark(comment: KeptComment, masked: Masked) -> str:
    places = ",".join(f"{span.start}-{span.end}-{span.kind}" for span in masked.spans)
    return hashlib.sha256(f"{comment.id}\n{comment.state}\n{places}\n{masked.text}".encode()).hexdigest()[:16]


def masked_comment(comment: KeptComment, known: Roster) -> Masked:
    """The masked text and the places of what is masked."""
    if comment.masks is None:
        return mask(comment.text, known)
    spans = tuple(Span(one.start, one.end, Kind(one.kind)) for one in comment.masks)
    return Masked(covered(comment.text, spans), spans)


def remask(
    db: Session, round_code: str, comment_id: str, more: str, kind: Kind, laid_open: Collection[int], known: Roster
) -> None:
    """Mask words wherever they stand in the text, and lay open the pieces of those numbers.

    Raises ``Refused`` for words that are not in the text, and once the comment was released.
    """
    kept = closed_comments(db, round_code)
    comment = _one(db, kept, comment_id)
    if comment.state not in IN_WORK:
        raise Refused(TAKE_BACK_FIRST)
    spans = masked_comment(comment, known).spans
    left = [span for at, span in enumerate(spans) if at not in laid_open]
    added = _places(comment.text, plain_text(more), kind)
    masks = tuple(Mask(span.start, span.end, span.kind) for span in _merged([*left, *added]))
    _move(db, kept, comment, replace(comment, masks=masks, state=ReviewState.READ))


def review_comment(
    db: Session, round_code: str, comment_id: str, action: ReviewAction, actor: str, known: Roster
) -> None:
    """Read, release, confirm or take back a comment. What was released keeps the masks it was seen with.

    Raises ``Refused`` for a step that is not possible and for who confirms what they released, ``Moved`` when somebody was faster.
    """
    kept = closed_comments(db, round_code)
    comment = _one(db, kept, comment_id)
    state = next_review_state(comment.state, action)
    if state is None:
        raise Refused(NOT_POSSIBLE)
    if action is ReviewAction.CONFIRM and actor == comment.released_by:
        raise Refused(SAME_READER)
    _move(db, kept, comment, _decided(comment, state, actor, known))


def _decided(comment: KeptComment, state: ReviewState, actor: str, known: Roster) -> KeptComment:
    if state is ReviewState.RELEASED:
        masks = tuple(Mask(one.start, one.end, one.kind) for one in masked_comment(comment, known).spans)
        return replace(comment, state=state, masks=masks, released_by=actor, confirmed_by=None)
    if state is ReviewState.CONFIRMED:
        return replace(comment, state=state, confirmed_by=actor)
    return replace(comment, state=state, released_by=None, confirmed_by=None)


def _move(db: Session, kept: KeptRound, old: KeptComment, new: KeptComment) -> None:
    if not move_comment(db, kept.id, old, new):
        raise Moved


def _one(db: Session, kept: KeptRound, comment_id: str) -> KeptComment:
    try:
        found = find_comment(db, kept.id, bytes.fromhex(comment_id))
    except ValueError:
        found = None
    if found is None:
        raise Refused(NO_COMMENT)
    return found


def _places(text: str, words: str, kind: Kind) -> list[Span]:
    if not words:
        return []
    found = [Span(*match.span(), kind) for match in re.finditer(re.escape(words), text)]
    if not found:
        raise Refused(NOT_IN_TEXT, words=words)
    return found


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Rising and apart: what overlaps becomes one, of the kind of the first."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = replace(merged[-1], end=max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
