"""The ballot check as an organiser sees it: signals, what they would change, and quarantine by two people."""

import re

import pytest
from flask import Flask

from appraisal import i18n, scoring, store
from appraisal.model.signal import SignalKind
from appraisal.reports.signal_wording import KINDS, SENTENCES
from tests.makers import NOW, make_account, make_lone_key, make_stuffed_round
from tests.web.staffed import Visitor

ROUND = "/office/rounds/2026-1"
REASON = "已核对发放记录。"


@pytest.fixture
def key(app: Flask) -> str:
    """The signal of a scored round with 40 ballots that say the worst of D1 alone."""
    with store.transaction(app.extensions["appraisal"].engine) as db:
        code = make_stuffed_round(db)
        scoring.score_round(db, code, "zhuban", NOW)
        for login in ("zhuban", "fuhe"):
            make_account(db, login, "organiser")
        return make_lone_key(db, code)


def test_the_check_tells_the_signal_its_chance_and_both_scores(app: Flask, key: str) -> None:
    page = Visitor(app, "organiser").get(f"{ROUND}/quality").text
    assert "40份评议票只评了部门1一个部门" in page
    assert f"/quality/{key}" in page
    assert re.search(r"部门1</th><td[^>]*>[\d.]+</td><td[^>]*>[\d.]+</td>", page)
    assert "系统不记" in page


def test_two_people_set_aside_and_the_page_asks_for_scoring(app: Flask, key: str) -> None:
    first, second = Visitor(app, "organiser"), Visitor(app, "second")
    proposed = first.post(f"{ROUND}/quality/{key}/propose", note=REASON)
    assert proposed.status_code == 303
    own = first.post(f"{proposed.location}/hold", note=REASON)
    assert (own.status_code, "不能自己复核" in own.text) == (409, True)
    assert second.post(f"{proposed.location}/hold", note="已另行核对").status_code == 303
    page = first.get(f"{ROUND}/quality").text
    assert "隔离中" in page
    assert "请重新计分" in page


def test_a_proposal_without_a_reason_comes_back_with_what_is_missing(app: Flask, key: str) -> None:
    answer = Visitor(app, "organiser").post(f"{ROUND}/quality/{key}/propose", note=" ")
    assert (answer.status_code, "请填写这一项" in answer.text) == (422, True)


def test_the_proposer_is_not_offered_the_confirmation(app: Flask, key: str) -> None:
    first = Visitor(app, "organiser")
    cohort = first.post(f"{ROUND}/quality/{key}/propose", note=REASON).location
    assert "同意隔离</button>" not in first.get(cohort).text
    assert "同意隔离</button>" in Visitor(app, "second").get(cohort).text


@pytest.mark.parametrize("address", [f"{ROUND}/quality/none", f"{ROUND}/quarantine/99"])
def test_what_is_not_there_is_not_found(app: Flask, key: str, address: str) -> None:
    assert key
    assert Visitor(app, "organiser").get(address).status_code == 404


def test_the_sensitivity_page_puts_every_choice_beside_the_official_score(app: Flask, key: str) -> None:
    assert key
    page = Visitor(app, "organiser").get(f"{ROUND}/sensitivity").text
    assert all(words in page for words in ("正式得分", "计入隔离的评议票", "各类主体权重相同", "满意算100分"))


def test_every_kind_of_signal_is_said_in_both_languages(app: Flask) -> None:
    assert set(KINDS) == set(SENTENCES) == set(SignalKind)
    assert all(i18n.text("en", words) != words for words in KINDS.values())
