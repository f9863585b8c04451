"""A flag's sentence says what was measured, and with what confidence."""

import pytest

from appraisal.model.flags import FlagResult, Rule
from appraisal.reports import flag_wording
from tests.makers import make_plan


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "得分是70.2，上一轮是78.0；有95%的把握至少降了5.1分。"),
        ("en", "it was 78.0 in the last round; a drop of at least 5.1 points, with 95% confidence."),
    ],
)
def test_a_fall_is_told_with_the_confidence_that_its_bound_has(language: str, said: str) -> None:
    flag = FlagResult(1, "D1", "", "", Rule.WORSE, 300, 300, 70.2, 78.0, 0.9, 0.0, 0.0, 0.0, bound=-5.1)
    assert flag_wording.why(make_plan(), flag, language).endswith(said)
