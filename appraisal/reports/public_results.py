"""Published figures in the shape that the charts draw, with nothing in it that is not published."""

from typing import Final

from appraisal.model.places import Place
from appraisal.model.publication import Publication, PublicDepartment, Reach
from appraisal.model.results import DepartmentResult, Estimate, RoundResults, Standing

UNSAID: Final = Estimate(None, None, None, None, None, 0)
STANDINGS: Final = {
    Reach.FULL: Standing.RESULT,
    Reach.INDICATIVE: Standing.INDICATIVE,
    Reach.NONE: Standing.NONE,
}


def compared(said: Publication, group: str) -> tuple[PublicDepartment, ...]:
    """The departments of a group that are compared with one another, best score first."""
    found = [each for each in said.departments if each.group == group and each.places and each.score]
    return tuple(sorted(found, key=lambda each: (-(each.score.value if each.score else 0.0), each.code)))


def as_results(said: Publication) -> RoundResults:
    """The departments that are compared, as results that know no more than their public scores and places."""
    made = (
        _department(one, len(members)) for code in said.groups for members in [compared(said, code)] for one in members
    )
    return RoundResults(
        code=said.code,
        title=said.title,
        policy_sha256=said.policy_sha256,
        input_sha256="",
        departments=tuple(made),
        groups=said.groups,
        response=(),
        flags=(),
        overall={},
        covariance=(),
        design_covariance=(),
    )


def _department(one: PublicDepartment, of: int) -> DepartmentResult:
    first, last = one.places or (1, of)
    return DepartmentResult(
        code=one.code,
        name=one.name,
        group=one.group,
        ranked=one.ranked,
        standing=STANDINGS[one.reach],
        score=_score(one),
        design_score=UNSAID,
        satisfied=UNSAID,
        dissatisfied=UNSAID,
        awareness=UNSAID,
        weight_covered=0.0,
        counts={},
        by_stratum=(),
        marks=(),
        change=None,
        # Tiers are not published: a chart without lines between them says no more than the places do.
        in_group=Place(first, last, first, last, 1, of),
    )


def _score(one: PublicDepartment) -> Estimate:
    if one.score is None:
        return UNSAID
    return Estimate(one.score.value, None, None, one.score.low, one.score.high, one.n or 0)
