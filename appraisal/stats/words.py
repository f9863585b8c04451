"""Which words stick to which departments. Texts come as lists of words: cutting them is the caller's, names are masked before."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from appraisal.stats.design import Floats, Ints, Unusable, codes
from appraisal.stats.families import benjamini_hochberg
from appraisal.stats.flags import upper_tail

Texts = Sequence[Sequence[str]]


@dataclass(frozen=True, eq=False)
class WordCounts:
    """``words``: W, in the order of their code points; ``counts`` (D, W): texts about a department that hold the word."""

    words: tuple[str, ...]
    counts: Ints


@dataclass(frozen=True, eq=False)
class Words:
    """Departments × words, (D, W) each; nan for a department without words, or where no other department has any.

    ``log_odds``: of the word in the department, minus that in all others, drawn towards 0; ``se``: its standard error; ``z``: their
    ratio; ``p``: exact, one-sided, for more often than elsewhere; ``q``: over all pairs (Benjamini & Hochberg).
    """

    log_odds: Floats
    se: Floats
    z: Floats
    p: Floats
    q: Floats


def normalised(token: str) -> str:
    """One spelling for full and half width, compatibility forms (NFKC) and letter case, without space around.

    Parameters
    ----------
    token : str
        A word as it was segmented.

    Returns
    -------
    str
        May be empty.

    Notes
    -----
    Unicode Standard Annex 15, normalisation form KC.

    Examples
    --------
    >>> normalised(" ＡＢｃ１２ "), normalised("㈱")
    ('abc12', '(株)')
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", token).casefold()).strip()


def count_words(texts: Texts, department: ArrayLike, *, departments: int, minimum_texts: int = 3) -> WordCounts:
    """How many texts about each department hold each word.

    Parameters
    ----------
    texts : list of T lists of str
        Words; equal ones by ``normalised``. A text counts a word once: evidence is people, not repetition.
    department : (T,) int
        Codes below ``departments``.
    departments : int
        D.
    minimum_texts : int
        Words in fewer texts are left out: they identify people and show nothing.

    Returns
    -------
    WordCounts
        Words in their order and (D, W) counts; W is 0 where no word is in enough texts.

    Raises
    ------
    Unusable
        Codes that do not fit.

    Examples
    --------
    >>> found = count_words([["态度", "好"], ["态度", "态度", "差"], ["快"]], [0, 1, 1], departments=2, minimum_texts=2)
    >>> found.words, found.counts.tolist()
    (('态度',), [[1], [1]])
    """
    own = codes("department", department, departments)
    if len(own) != len(texts):
        raise Unusable(f"department has {len(own)} entries for {len(texts)} texts")
    held = [sorted({normalised(token) for token in text} - {""}) for text in texts]
    among = Counter(word for text in held for word in text)
    words = tuple(sorted(word for word, count in among.items() if count >= minimum_texts))
    place = {word: at for at, word in enumerate(words)}
    counts = np.zeros((departments, len(words)), dtype=np.int64)
    for code, text in zip(own.tolist(), held, strict=True):
        counts[code, [place[word] for word in text if word in place]] += 1
    return WordCounts(words, counts)


def over_represented(counts: ArrayLike, strength: float = 100.0) -> Words:
    """Words that a department has more often than all others together, rare words held back.

    Parameters
    ----------
    counts : (D, W) int
        As ``count_words`` gives them.
    strength : float
        Words that the prior is worth, spread like the words of all departments: the larger, the more a rare word needs.

    Returns
    -------
    Words
        (D, W) log-odds, z, p and q; nan for a department without words.

    Raises
    ------
    Unusable
        Not a table of whole numbers of at least 0; a strength that is not positive.

    Notes
    -----
    Log-odds ratio with an informative Dirichlet prior, α_w = strength · share of w, and z = δ / sqrt(1/(y + α) + 1/(y' + α))
    (Monroe, Colaresi & Quinn 2008, Political Analysis 16, eq. 16, 19, 22): rank by z. For words that a handful of texts hold, z is
    far from normal and a thousand words would raise false alarms; therefore p is exact, P(X ≥ y) with X binomial: all texts with
    the word, each at the department with its share of all words (Przyborowski & Wilenski 1940, Biometrika 31). Texts of one
    person count as independent.

    Examples
    --------
    >>> found = over_represented([[20, 5, 40], [5, 20, 40], [5, 5, 40]])
    >>> found.z.round(1).tolist()
    [[2.8, -1.8, -1.3], [-1.8, 2.8, -1.3], [-1.0, -1.0, 2.6]]
    """
    table = np.asarray(counts)
    if table.ndim != 2 or (table.size and (table.dtype.kind not in "iu" or table.min() < 0)):
        raise Unusable("counts must be departments × words, whole numbers of at least 0")
    if not strength > 0:
        raise Unusable(f"strength is {strength:g}: a number above 0 is needed")
    whole = table.sum(axis=0)
    prior = strength * whole / max(whole.sum(), 1)
    here = _log_odds(table, prior)
    elsewhere = _log_odds(whole - table, prior)
    rate = np.where(prior > 0, prior, np.nan)
    log_odds, se = here - elsewhere, np.sqrt(1 / (table + rate) + 1 / (whole - table + rate))
    se = np.where(np.isnan(log_odds), np.nan, se)
    share = np.where(np.isnan(log_odds), np.nan, table / np.maximum(whole, 1))
    p = upper_tail(share, whole, table.sum(axis=1, keepdims=True) / max(whole.sum(), 1))
    return Words(log_odds, se, log_odds / se, p, benjamini_hochberg(p))


def _log_odds(counts: Ints, prior: Floats) -> Floats:
    """(D, W) log odds with the prior added; nan without words, or where there is but one word."""
    total = counts.sum(axis=1, keepdims=True)
    own, other = counts + prior, (total + prior.sum()) - (counts + prior)
    usable = (total > 0) & (own > 0) & (other > 1e-9)
    return np.where(usable, np.log(np.where(usable, own, 1.0) / np.where(usable, other, 1.0)), np.nan)
