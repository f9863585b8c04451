"""Wording that steers the answer is found; the neutral wording of real questionnaires is not."""

import pytest

from appraisal.model.leading import leading_phrase

STEERING = [
    "请您给予满意评价",
    "请给我们一个满意的评价",
    "请您选择“很满意”",
    "请务必打出满分",
    "希望您对我们的工作满意",
    "感谢您的好评",
    "请在评价中勾选非常满意",
    "看好您的满意度",
    "您难道不满意吗",
    "Please rate us as very satisfied",
    "We hope you are satisfied with the service",
    "Don't you think the service is good?",
    "Give us five stars",
]
NEUTRAL = [
    "您对该部门总体上是否满意?",
    "请选择您的满意程度",
    "很满意",
    "很不满意",
    "请选择满意或不满意",
    "不满意的，请说明原因",
    "How satisfied are you with this department?",
    "Please choose one answer, from very dissatisfied to very satisfied.",
    "Very satisfied",
    "Please describe what you were not content with",
]


@pytest.mark.parametrize("text", STEERING)
def test_a_phrase_that_steers_is_found(text: str) -> None:
    assert leading_phrase(text) in text
    assert leading_phrase(text) != ""


@pytest.mark.parametrize("text", NEUTRAL)
def test_neutral_wording_is_let_through(text: str) -> None:
    assert leading_phrase(text) == ""
