"""Whether it helped, and mini-samples, through the pages of the office and the department."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask

from appraisal import jobs, rounds, scoring, store
from appraisal.settings import Settings, city_now
from appraisal.store.rechecks import rechecks_of
from appraisal.web import create_app
from tests.makers import NOW, make_account
from tests.scoring.two_rounds import LAST, THIS, last_round, recheck, run_recheck, this_round
from tests.web.staffed import Visitor
from tests.web.test_office import engine_of


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, jobs.make_queue(settings, immediate=True))
    yield app
    engine_of(app).dispose()


@pytest.fixture
def number(app: Flask) -> str:
    """A problem that was struck off and ticked much less in the next round."""
    with store.transaction(engine_of(app)) as db:
        found = last_round(db)
        this_round(db, 10)
        make_account(db, "zhuban", "organiser")
        make_account(db, "d1", "department", "D1")
    return found


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_of_a_problem_says_whether_it_got_better(app: Flask, number: str) -> None:
    said = plain(Visitor(app, "zhuban").get(f"/office/findings/{number}").text)
    assert "有改善" in said
    assert "40.0%（120/300份）" in said
    assert "−30.0个百分点" in said


def test_the_results_of_a_round_list_what_became_of_the_last_ones_problems(app: Flask, number: str) -> None:
    visitor = Visitor(app, "zhuban")
    assert number in visitor.get(f"/office/rounds/{THIS}/results").text
    assert "整改见效了吗" not in visitor.get(f"/office/rounds/{LAST}/results").text


def test_the_department_sees_it_once_the_round_is_published(app: Flask, number: str) -> None:
    visitor = Visitor(app, "d1")
    assert "有改善" not in visitor.get("/desk/ledger").text
    with store.transaction(engine_of(app)) as db:
        rounds.publish(db, THIS, "zhuban", NOW)
    said = plain(visitor.get("/desk/ledger").text)
    assert "有改善" in said
    assert "原来40%，后来10%" in said


def test_the_ledger_to_download_has_a_column_for_it(app: Flask, number: str) -> None:
    book = zipfile.ZipFile(io.BytesIO(Visitor(app, "zhuban").get("/office/ledger/workbook").data))
    texts = book.read("xl/sharedStrings.xml").decode()
    assert "整改成效" in texts
    assert re.search(r">[^<]+：有改善<", texts)


def test_a_mini_sample_is_worked_out_and_set_up(app: Flask, number: str) -> None:
    visitor, address = Visitor(app, "zhuban"), f"/office/findings/{number}/recheck"
    assert "建立这次复测" not in visitor.get(address).text
    asked = visitor.get(f"{address}?strata=citizen&aim=15&days=7").text
    assert "80.0%的把握" in plain(asked)
    done = visitor.post(address, strata="citizen", aim="15", days="7")
    assert done.status_code == 303
    with store.reading(engine_of(app)) as db:
        (kept,) = rechecks_of(db, number)
    assert done.location.endswith(kept.round_code)
    assert (kept.closes_on - kept.opens_on).days == 7


@pytest.mark.parametrize(
    "asked", ["aim=15", "strata=citizen&aim=", "strata=citizen&aim=120", "strata=citizen&aim=1&days=0"]
)
def test_what_is_missing_for_a_mini_sample_is_said_at_its_field(app: Flask, number: str, asked: str) -> None:
    answer = Visitor(app, "zhuban").get(f"/office/findings/{number}/recheck?{asked}")
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_an_aim_that_cannot_be_shown_is_not_set_up(app: Flask, number: str) -> None:
    visitor, address = Visitor(app, "zhuban"), f"/office/findings/{number}/recheck"
    assert "问到所有人" in visitor.get(f"{address}?strata=citizen&aim=39&days=7").text
    assert "低于原来" in visitor.get(f"{address}?strata=citizen&aim=60&days=7").text
    assert visitor.post(address, strata="citizen", aim="39", days="7").status_code == 409


def test_the_result_of_a_mini_sample_is_recorded_from_the_page_of_its_problem(
    app: Flask, number: str, settings: Settings
) -> None:
    visitor, now = Visitor(app, "zhuban"), city_now()
    with store.transaction(engine_of(app)) as db:
        code = recheck(db, number, now=now)
    assert visitor.post(f"/office/rounds/{code}/recheck-result").status_code == 409
    with store.transaction(engine_of(app)) as db:
        run_recheck(db, settings.read_secrets(), code, 8, now=now)
    assert "把结论记入台账" in visitor.get(f"/office/findings/{number}").text
    assert visitor.post(f"/office/rounds/{code}/recheck-result").status_code == 303
    page = visitor.get(f"/office/findings/{number}").text
    assert f"{code}：有改善" in page
    assert "把结论记入台账" not in page
    with store.reading(engine_of(app)) as db:
        assert scoring.outcomes(db, [LAST])[number][-1].round_code == code


def test_the_department_sees_a_mini_sample_once_its_round_is_published(
    app: Flask, number: str, settings: Settings
) -> None:
    visitor, now = Visitor(app, "d1"), city_now()
    with store.transaction(engine_of(app)) as db:
        code = recheck(db, number, now=now)
        run_recheck(db, settings.read_secrets(), code, 3, now=now)
        scoring.conclude_recheck(db, code, "zhuban", now)
    assert "有改善" not in visitor.get("/desk/ledger").text
    with store.transaction(engine_of(app)) as db:
        rounds.publish(db, code, "zhuban", now)
    said = plain(visitor.get("/desk/ledger").text)
    assert "有改善" in said
    assert "不足5" in said
    assert "个百分点" not in said
    assert number in Visitor(app, "zhuban").get(f"/office/rounds/{code}").text


def test_a_mini_sample_does_not_hide_the_flags_that_wait_on_the_desk(app: Flask, settings: Settings) -> None:
    with store.transaction(engine_of(app)) as db:
        found = last_round(db)
        this_round(db, 120)
        make_account(db, "zhuban", "organiser")
        code = recheck(db, found, now=city_now())
        run_recheck(db, settings.read_secrets(), code, 8, now=city_now())
        assert scoring.results(db, THIS).flags
    assert f"/office/rounds/{THIS}/flags" in Visitor(app, "zhuban").get("/office/").text
