"""Which words stick to a department's comments, and which comments are nearly the same. For the organiser's eyes alone.

Comments lie apart from their ballots: those of ballots in quarantine cannot be told from others and are in here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from appraisal import stats
from appraisal.model.faults import Refused
from appraisal.model.results import CommentLine
from appraisal.scoring.comments import NO_DEPARTMENT
from appraisal.scoring.quality import closed_round
from appraisal.store import Session
from appraisal.store.comments import comments_of

if TYPE_CHECKING:
    import rjieba

SIGNIFICANT: Final = 0.05
MOST_WORDS: Final = 30
LIKENESS: Final = 0.8
# Letters that are compared as one, and letters below which two texts are alike by chance.
SHINGLE: Final = 5
SHORTEST: Final = 10
FREQUENT: Final = 1_000_000
# First letters of the parts of speech that say something: nouns, verbs, adjectives, idioms, place and foreign words.
SAYING: Final = ("n", "v", "a", "i", "l", "j", "s", "eng", "z")
LETTER: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class WordLine:
    """A word: texts about the department that hold it, texts about all others that do, z of the log-odds, q."""

    word: str
    here: int
    elsewhere: int
    z: float
    q: float


@dataclass(frozen=True, slots=True)
class AlikeTexts:
    """Comments that are nearly the same; ``likeness``: of the weakest link between them, in [0.8, 1]."""

    likeness: float
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DepartmentWords:
    """``comments`` about the department, ``others`` about the rest; words from the most to the least telling."""

    comments: int
    others: int
    words: tuple[WordLine, ...]
    alike: tuple[AlikeTexts, ...]


def department_words(db: Session, round_code: str, department: str) -> DepartmentWords:
    """Words of the comments about one department against all others, and its near-duplicates.

    Raises ``Refused`` before the ballots lie open and for a department that was not in the round.
    """
    kept = closed_round(db, round_code)
    if department not in kept.department_ids:
        raise Refused(NO_DEPARTMENT, code=department)
    names = frozenset(one.name.zh for one in kept.plan.departments)
    place = {code: at for at, code in enumerate(kept.department_ids)}
    about = [line for line in comments_of(db, kept.id, None) if line.department is not None]
    own = [line.text for line in about if line.department == department]
    words = _telling(about, place, names, place[department])
    return DepartmentWords(len(own), len(about) - len(own), words, alike_texts(own))


def _telling(
    about: list[CommentLine], place: dict[str, int], names: frozenset[str], department: int
) -> tuple[WordLine, ...]:
    texts = [saying_words(line.text, names) for line in about]
    counted = stats.count_words(texts, [place[line.department or ""] for line in about], departments=len(place))
    if not counted.words:
        return ()
    found = stats.over_represented(counted.counts)
    here, whole = counted.counts[department], counted.counts.sum(axis=0)
    z, q = found.z[department], found.q[department]
    telling = [w for w in np.argsort(-np.nan_to_num(z)).tolist() if z[w] > 0 and q[w] <= SIGNIFICANT]
    return tuple(
        WordLine(counted.words[w], int(here[w]), int(whole[w] - here[w]), float(z[w]), float(q[w]))
        for w in telling[:MOST_WORDS]
    )


def alike_texts(texts: Iterable[str]) -> tuple[AlikeTexts, ...]:
    """Groups of nearly the same texts, the largest first: five letters in a row are compared as one, punctuation is passed over.

    >>> [len(group.texts) for group in alike_texts(["窗口办事要排很长时间的队", "窗口办事要排很长时间的队！", "态度很好"])]
    [2]
    """
    listed = list(texts)
    return tuple(
        AlikeTexts(group.likeness, tuple(listed[at] for at in group.members)) for group in alike_places(listed)
    )


def alike_places(texts: Iterable[str]) -> tuple[stats.TextGroup, ...]:
    """The same groups by the places of their texts."""
    letters = [LETTER.findall(stats.normalised(text)) for text in texts]
    return stats.near_duplicates(letters, LIKENESS, shingle=SHINGLE, minimum_tokens=SHORTEST)


def saying_words(text: str, names: frozenset[str]) -> list[str]:
    """The words of a text that say something, a department's name as one word.

    >>> saying_words("发展改革局的窗口排队太久", frozenset({"发展改革局"}))
    ['发展改革局', '窗口', '排队', '太久']
    """
    tagged = _segmenter(names).tag(stats.normalised(text))
    return [word for word, kind in tagged if word in names or kind.startswith(SAYING)]


@lru_cache(maxsize=4)
def _segmenter(names: frozenset[str]) -> "rjieba.Jieba":
    # The dictionary takes 30 MB, in whoever cuts words and in nobody else.
    import rjieba

    segmenter = rjieba.Jieba()
    for name in sorted(names):
        segmenter.add_word(name, FREQUENT, "n")
    return segmenter
