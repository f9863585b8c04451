"""The one place where a figure becomes text, so that page, chart and PDF can never disagree.

"No result" is a dash, never a 0. Scores have one decimal, shares one decimal of a per cent, differences always a sign.
"""

from typing import Final

from appraisal.i18n import text
from appraisal.model.places import PeerDifference, Place
from appraisal.model.results import Change, Estimate

NOTHING: Final = "—"
TO: Final = "–"
MINUS: Final = "\N{MINUS SIGN}"
SMALLEST_CELL: Final = 5
BANDS: Final = ((5, 9), (10, 29), (30, 99), (100, 299), (300, 999))


def score(value: float | None) -> str:
    """A score in [0, 100].

    >>> score(83.25), score(0.0), score(None)
    ('83.2', '0.0', '—')
    """
    return NOTHING if value is None else f"{value:.1f}"


def score_interval(estimate: Estimate) -> str:
    """The ends of a score's interval; a dash where none can be given.

    >>> score_interval(Estimate(83.2, 0.5, 40, 82.14, 84.26, 41))
    '82.1–84.3'
    """
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{score(estimate.low)}{TO}{score(estimate.high)}"


def points(value: float | None) -> str:
    """A difference of scores, always with its sign; one that rounds to nothing has none.

    >>> points(1.23), points(-0.5), points(-0.04)
    ('+1.2', '−0.5', '0.0')
    """
    if value is None:
        return NOTHING
    said = f"{abs(value):.1f}"
    if float(said) == 0:
        return said
    return f"{'+' if value > 0 else MINUS}{said}"


def distance(value: float | None) -> str:
    """How far two scores lie apart, where words say in which direction.

    >>> distance(-7.25), distance(None)
    ('7.2', '—')
    """
    return NOTHING if value is None else score(abs(value))


def share_points(value: float | None) -> str:
    """How far two shares lie apart, in percentage points without a sign.

    >>> share_points(0.0523), share_points(None)
    ('5.2', '—')
    """
    return NOTHING if value is None else f"{abs(value) * 100:.1f}"


def points_interval(change: Change | PeerDifference) -> str:
    """The ends of a difference's interval.

    >>> points_interval(Change(80.0, 1.0, -0.5, 2.5, 0.2, False))
    '−0.5 – +2.5'
    """
    return f"{points(change.low)} {TO} {points(change.high)}"


def share(value: float | None) -> str:
    """A share in [0, 1] as per cent.

    >>> share(0.3123), share(1.0), share(None)
    ('31.2%', '100.0%', '—')
    """
    return NOTHING if value is None else f"{value * 100:.1f}%"


def share_mark(value: float) -> str:
    """A round share on a scale or in a legend.

    >>> share_mark(0.05)
    '5%'
    """
    return f"{value:.0%}"


def percent(value: float | None) -> str:
    """A share for readers who might work back from it to a few ballots: whole per cent.

    >>> percent(0.314), percent(None)
    ('31%', '—')
    """
    return NOTHING if value is None else f"{value:.0%}"


def percent_interval(estimate: Estimate) -> str:
    """The ends of such a share's interval, in whole per cent.

    >>> percent_interval(Estimate(0.31, 0.02, 40, 0.2714, 0.35, 41))
    '27%–35%'
    """
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{percent(estimate.low)}{TO}{percent(estimate.high)}"


def fine_score(value: float | None) -> str:
    """A score or a part of one where others are to reckon with it: three decimals.

    >>> fine_score(83.2494), fine_score(None)
    ('83.249', '—')
    """
    return NOTHING if value is None else f"{value:.3f}"


def fine_share(value: float) -> str:
    """A part of one where others are to reckon with it: three decimals of a per cent.

    >>> fine_share(0.12345)
    '12.345%'
    """
    return f"{value * 100:.3f}%"


def factor(value: float) -> str:
    """A quantile or another bare factor that others are to reckon with.

    >>> factor(1.9634)
    '1.963'
    """
    return f"{value:.3f}"


def score_mark(value: float) -> str:
    """A round score on an axis.

    >>> score_mark(75.0)
    '75'
    """
    return f"{value:g}"


def share_interval(estimate: Estimate) -> str:
    """The ends of a share's interval.

    >>> share_interval(Estimate(0.31, 0.02, 40, 0.2714, 0.35, 41))
    '27.1%–35.0%'
    """
    if estimate.low is None or estimate.high is None:
        return NOTHING
    return f"{share(estimate.low)}{TO}{share(estimate.high)}"


def whole(number: float | None) -> str:
    """A count, thousands apart; a population that is an average of several is rounded.

    >>> whole(1033), whole(None)
    ('1,033', '—')
    """
    return NOTHING if number is None else f"{number:,.0f}"


def ratio(value: float) -> str:
    """How many times.

    >>> ratio(2.345)
    '2.3'
    """
    return f"{value:.1f}"


def weight(value: float) -> str:
    """A weight as it was set, without idle zeros.

    >>> weight(0.5), weight(2.0)
    ('0.5', '2')
    """
    return f"{value:.6g}"


def chance(p: float) -> str:
    """A p or q value, to be read after its letter and an equals sign or alone.

    >>> chance(0.0342), chance(0.00002), chance(1.0)
    ('0.034', '<0.001', '1.000')
    """
    return "<0.001" if p < 0.0005 else f"{p:.3f}"


def correlation(value: float | None) -> str:
    """A correlation in [-1, 1], with its sign.

    >>> correlation(0.534), correlation(-0.2), correlation(None)
    ('+0.53', '−0.20', '—')
    """
    if value is None:
        return NOTHING
    said = f"{abs(value):.2f}"
    if float(said) == 0:
        return said
    return f"{'+' if value > 0 else MINUS}{said}"


def band(count: int, language: str) -> str:
    """How many ballots, as a range: an exact number could tell a department who they were. Under 5 even the range is withheld.

    >>> band(3, "zh"), band(12, "zh"), band(1200, "zh")
    ('不足5人次', '10–29人次', '1000人次以上')
    """
    if count < SMALLEST_CELL:
        return text(language, "不足%(n)s人次", n=SMALLEST_CELL)
    for low, high in BANDS:
        if count <= high:
            return text(language, "%(low)s–%(high)s人次", low=low, high=high)
    return text(language, "%(n)s人次以上", n=BANDS[-1][1] + 1)


def few(count: int) -> bool:
    """Whether so few ballots are behind a figure that it could tell what one of them says; of none there is nothing to tell.

    >>> few(4), few(5), few(0)
    (True, False, False)
    """
    return 0 < count < SMALLEST_CELL


def shown_count(count: int, language: str) -> str:
    """An exact count for the office, withheld where the cell is so small that it could point at a person; 0 points at nobody.

    >>> shown_count(4, "zh"), shown_count(0, "zh"), shown_count(12, "zh")
    ('不足5', '0', '12')
    """
    return text(language, "不足%(n)s", n=SMALLEST_CELL) if few(count) else whole(count)


def place(one: Place | None, language: str) -> str:
    """Between which places a department lies, never a single place that would not be true.

    >>> place(Place(12, 47, 10, 50, 1, 96), "zh"), place(Place(3, 3, 2, 4, 1, 9), "zh"), place(None, "zh")
    ('在96个部门中排第12至第47位之间', '在9个部门中排第3位', '—')
    >>> place(Place(12, 47, 10, 50, 1, 96), "en")
    'between 12th and 47th of 96'
    """
    if one is None:
        return NOTHING
    ends = {"first": _ordinal(one.first, language), "last": _ordinal(one.last, language), "of": one.of}
    if one.first == one.last:
        return text(language, "在%(of)s个部门中排第%(first)s位", **ends)
    if (one.first, one.last) == (1, one.of):
        return text(language, "在%(of)s个部门中分不出位次", **ends)
    return text(language, "在%(of)s个部门中排第%(first)s至第%(last)s位之间", **ends)


def place_range(one: Place | None) -> str:
    """The same for a narrow column.

    >>> place_range(Place(12, 47, 10, 50, 1, 96)), place_range(Place(3, 3, 2, 4, 1, 9)), place_range(None)
    ('12–47', '3', '—')
    """
    if one is None:
        return NOTHING
    return str(one.first) if one.first == one.last else f"{one.first}{TO}{one.last}"


def joint_place_range(one: Place | None) -> str:
    """The wider places that hold for all departments of the table at once.

    >>> joint_place_range(Place(12, 47, 10, 50, 1, 96))
    '10–50'
    """
    if one is None:
        return NOTHING
    return f"{one.joint_first}{TO}{one.joint_last}" if one.joint_first != one.joint_last else str(one.joint_first)


def _ordinal(number: int, language: str) -> str:
    """A place in a language: 1st, 2nd, 3rd, 11th in English.

    >>> [_ordinal(each, "en") for each in (1, 2, 3, 11, 22, 113)], _ordinal(2, "zh")
    (['1st', '2nd', '3rd', '11th', '22nd', '113th'], '2')
    """
    if language != "en":
        return str(number)
    last = 0 if number % 100 in (11, 12, 13) else number % 10
    return f"{number}{('th', 'st', 'nd', 'rd')[last if last < 4 else 0]}"
