"""The office and the departments at work, through their pages."""

import hashlib
import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from appraisal import collect, followup, jobs, rounds, store
from appraisal.model.results import Change
from appraisal.model.round import Combine
from appraisal.model.slip import SlipView
from appraisal.model.slip_moves import SlipState
from appraisal.settings import Settings, city_now
from appraisal.store import people, tables
from appraisal.store.engine import reading
from appraisal.web import create_app
from appraisal.web.result_views import why
from appraisal.web.words import NAMES
from tests.makers import (
    default_questionnaire,
    default_source,
    make_ballot,
    make_plan,
    make_policy,
    make_scored_round,
    make_slip,
)
from tests.web.staffed import PAYLOAD, Objects, Visitor, crawl, fill_city

WRITTEN = {"statement": "窗口之间互相推诿。", "demand": "明确首问责任。", "basis": "首问负责制"}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, jobs.make_queue(settings, immediate=True))
    yield app
    engine_of(app).dispose()


@pytest.fixture
def objects(app: Flask) -> Objects:
    with store.transaction(engine_of(app)) as db:
        return fill_city(db)


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["appraisal"].engine
    return engine


def slip_at(app: Flask, state: SlipState) -> int:
    with store.transaction(engine_of(app)) as db:
        return make_slip(db, state, "2026-1", "D1")


def view(app: Flask, slip_id: int) -> SlipView:
    with reading(engine_of(app)) as db:
        return followup.slip(db, slip_id, city_now().date())


def answers(app: Flask, slip_id: int) -> dict[str, str]:
    numbers = [finding.number for finding in view(app, slip_id).findings]
    return {f"{number}-{name}": f"{name}内容" for number in numbers for name in ("cause", "measures")}


def test_a_flag_is_said_in_a_sentence_and_becomes_a_finding(app: Flask, objects: Objects) -> None:
    office = Visitor(app, "organiser")
    assert (
        "占75.0%；按这些评议人所属各类主体在各部门的平均勾选率预计为20.0%，实际是预计的3.8倍"
        in office.get("/office/rounds/2026-1/flags").text
    )
    assert (
        f'value="{objects.flag}" id="flags-1" checked'
        in office.get(f"/office/rounds/2026-1/flags/{objects.flag}/finding").text
    )
    answer = office.post("/office/rounds/2026-1/departments/D1/finding", flags=[objects.flag], **WRITTEN)
    page = office.get(answer.location).text
    assert WRITTEN["statement"] in page
    assert "待查核" in page


def test_a_finding_without_words_is_asked_for_and_what_was_typed_stays(app: Flask, objects: Objects) -> None:
    address = "/office/rounds/2026-1/departments/D1/finding"
    answer = Visitor(app, "organiser").post(address, flags=[objects.flag], statement="", demand="只写了要求")
    assert answer.status_code == 422
    assert "请填写这一项。" in answer.text
    assert "只写了要求" in answer.text


@pytest.mark.parametrize("mark", ["", "Z", "Z:Z99", "Z:nothing", "A3:S1", ":::"])
def test_a_finding_of_no_known_kind_is_refused_and_keeps_its_words(app: Flask, objects: Objects, mark: str) -> None:
    answer = Visitor(app, "organiser").post("/office/rounds/2026-1/departments/D1/finding", marks=[mark], **WRITTEN)
    assert answer.status_code == 409
    assert "本轮问卷没有这一项" in answer.text or "请至少勾选" in answer.text
    assert WRITTEN["statement"] in answer.text


def test_an_outcome_that_does_not_exist_is_refused(app: Flask, objects: Objects) -> None:
    answer = Visitor(app, "organiser").post(f"/office/findings/{objects.finding}/judge", outcome="maybe", note="查过")
    assert answer.status_code == 422
    assert "请选择查核结论。" in answer.text


def test_a_judged_and_bundled_finding_waits_for_another_person(app: Flask, objects: Objects) -> None:
    office = Visitor(app, "organiser")
    office.post(f"/office/findings/{objects.finding}/judge", outcome="true", note="查过")
    drafted = office.post("/office/rounds/2026-1/departments/D1/bundle", findings=objects.finding).location
    assert "要由另一位同事审签" in office.get(drafted).text
    assert office.post(f"{drafted}/approve").status_code == 409
    assert Visitor(app, "second").post(f"{drafted}/approve").status_code == 303
    assert "已发出，待签收" in office.get(drafted).text


def test_an_approved_slip_is_rendered_and_downloaded_as_it_was_kept(app: Flask, objects: Objects) -> None:
    second = Visitor(app, "second")
    assert second.get(f"/office/slips/{objects.own_draft}/pdf").status_code == 404
    second.post(f"/office/slips/{objects.own_draft}/approve")
    letter = Visitor(app, "d1").get(f"/desk/slips/{objects.own_draft}/pdf")
    assert letter.data.startswith(b"%PDF")
    assert letter.headers["Content-Disposition"].isascii()
    assert hashlib.sha256(letter.data).hexdigest() == view(app, objects.own_draft).line.sha256


def test_the_department_sees_what_its_letter_tells_it_to_compare(app: Flask, objects: Objects) -> None:
    page = Visitor(app, "d1").get(f"/desk/slips/{objects.own_slip}").text
    with reading(engine_of(app)) as db:
        check_code = followup.slip_document(db, objects.own_slip).check_code
    assert f"<code>{check_code}</code>" in page
    assert f'<code class="hash">{view(app, objects.own_slip).line.sha256}</code>' in page


def test_a_department_signs_and_answers(app: Flask, objects: Objects) -> None:
    desk, address = Visitor(app, "d1"), f"/desk/slips/{objects.own_slip}"
    assert desk.post(f"{address}/sign", signer="").status_code == 422
    assert desk.post(f"{address}/sign", signer="办公室 科长").status_code == 303
    assert desk.post(f"{address}/answer", **answers(app, objects.own_slip)).status_code == 303
    assert view(app, objects.own_slip).line.state == SlipState.ANSWERED


def test_an_answer_with_a_gap_keeps_what_was_typed(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.SIGNED)
    given = answers(app, slip_id)
    gap = next(iter(given))
    answer = Visitor(app, "d1").post(f"/desk/slips/{slip_id}/answer", **{**given, gap: " "})
    assert answer.status_code == 422
    assert f'id="{gap}-fault"' in answer.text
    assert answer.text.count("measures内容") == 2
    assert view(app, slip_id).line.state == SlipState.SIGNED


def test_an_answer_with_a_file_that_is_not_taken_keeps_what_was_typed(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.SIGNED)
    given: dict[str, Any] = dict(answers(app, slip_id))
    files = {next(iter(given)).removesuffix("cause") + "files": (io.BytesIO(b"MZ"), "整改.exe")}
    answer = Visitor(app, "d1").post(f"/desk/slips/{slip_id}/answer", **{**given, **files})
    assert (answer.status_code, "“整改.exe”不能收" in answer.text) == (409, True)
    assert answer.text.count("measures内容") == 2
    assert view(app, slip_id).line.state == SlipState.SIGNED


@pytest.mark.parametrize("application", ["extension", "contest"])
def test_an_application_that_is_refused_says_why_on_the_slips_own_page(
    app: Flask, objects: Objects, application: str
) -> None:
    slip_id = slip_at(app, SlipState.SIGNED)
    fields = {f"{application}-{name}": "会签未完" for name in ("reason", "progress", "ground")}
    address = {"extension": "ask-extension", "contest": "contest"}[application]
    answer = Visitor(app, "d1").post(f"/desk/slips/{slip_id}/{address}", **fields, **{"extension-until": "2099-01-01"})
    assert (answer.status_code, 'role="alert"' in answer.text) == (409, True)
    assert str(view(app, slip_id).line.number) in answer.text


def test_an_extension_beyond_bounds_keeps_the_offices_reason(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.EXTENDING)
    answer = Visitor(app, "organiser").post(f"/office/slips/{slip_id}/extend", note="情况属实", until="2099-01-01")
    assert (answer.status_code, "延期最多15个工作日" in answer.text) == (409, True)
    assert ">情况属实</textarea>" in answer.text


def test_a_completion_date_to_come_is_refused_at_its_field(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.SIGNED)
    given, today = answers(app, slip_id), city_now().date()
    field = f"{next(iter(given)).removesuffix('-cause')}-done_on"
    address, desk = f"/desk/slips/{slip_id}/answer", Visitor(app, "d1")
    refused = desk.post(address, **{**given, field: (today + timedelta(days=1)).isoformat()})
    assert refused.status_code == 422
    fault = re.search(rf'id="{field}-fault">([^<]+)<', refused.text)
    assert fault is not None
    assert "不能晚于今天" in fault[1]
    assert desk.post(address, **{**given, field: today.isoformat()}).status_code == 303


def test_what_a_department_types_is_kept_without_control_signs(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.SIGNED)
    given = dict.fromkeys(answers(app, slip_id), "第一行\x00\r\n第二行\x1b")
    assert Visitor(app, "d1").post(f"/desk/slips/{slip_id}/answer", **given).status_code == 303
    kept = [each for attempts in view(app, slip_id).answers.values() for each in attempts]
    assert {text for each in kept for text in (each.cause, each.measures)} == {"第一行\n第二行"}


def test_a_verdict_on_a_change_is_shown_with_the_q_it_rests_on(app: Flask) -> None:
    part = app.jinja_env.get_template("staff/parts.html").module
    with app.test_request_context():
        said = {real: part.change(Change(80.0, -4.3, -8.2, -0.4, 0.12, real)) for real in (True, False)}  # type: ignore[attr-defined]
    assert all("同时比较全部部门之后q=0.120" in each for each in said.values())
    assert "变化不超过偶然" in said[False]


def test_a_department_sees_why_its_answer_was_returned(app: Flask, objects: Objects) -> None:
    slip_id = slip_at(app, SlipState.ANSWERED)
    Visitor(app, "organiser").post(f"/office/slips/{slip_id}/return", note="措施没有期限")
    page = Visitor(app, "d1").get(f"/desk/slips/{slip_id}").text
    assert "措施没有期限" in page
    assert page.count(">原因</textarea>") == 2


def test_a_slip_is_closed_once_every_finding_is_struck_off(app: Flask, objects: Objects) -> None:
    slip_id, office = slip_at(app, SlipState.VERIFIED), Visitor(app, "organiser")
    assert office.post(f"/office/slips/{slip_id}/close").status_code == 409
    for finding in view(app, slip_id).findings:
        assert office.post(f"/office/findings/{finding.number}/strike_off", note="回访过").status_code == 303
    assert office.post(f"/office/slips/{slip_id}/close").status_code == 303
    assert "已办结" in office.get(f"/office/slips/{slip_id}").text


def test_the_ledger_filters_lines_but_balances_all_of_them(app: Flask, objects: Objects) -> None:
    office = Visitor(app, "organiser")
    whole, part = office.get("/office/ledger").text, office.get("/office/ledger?state=registered&department=D1").text
    assert "挂号10 = 销号0 + 在办9 + 不属实1 + 转出0" in whole
    assert "相符" in whole
    assert "挂号10 =" in part
    assert (whole.count('<th scope="row">'), part.count('<th scope="row">')) == (10, 1)


def test_a_filter_that_means_nothing_is_left_out(app: Flask, objects: Objects) -> None:
    answer = Visitor(app, "organiser").get("/office/ledger?round=x&state=%27--&department=../&colour=mauve")
    assert answer.text.count('<th scope="row">') == 10


def test_every_item_has_its_page_and_the_city_its_card(app: Flask, objects: Objects) -> None:
    office, start = Visitor(app, "organiser"), "/office/rounds/2026-1"
    index = office.get(f"{start}/items").text
    for item in default_questionnaire().items():
        assert f'href="{start}/items/{item.code}"' in index
        assert item.wording["zh"] in office.get(f"{start}/items/{item.code}").text
    assert "意见与评议票分开保存" in office.get(f"{start}/items/T1").text
    assert f'href="{start}/items/O1"' in office.get(f"{start}/results").text
    assert office.get(f"{start}/items/A9").status_code == 404


def test_the_record_of_the_auditor_tells_every_deed(app: Flask, objects: Objects) -> None:
    page = Visitor(app, "auditor").get("/audit/events").text
    for deed in ("审签", "发出", "挂号", "查核", "截止评议", "计分", "发布结果"):
        assert f"<td>{deed}</td>" in page
    assert "更早的记录" not in page


def test_a_long_record_is_told_page_by_page(app: Flask, objects: Objects) -> None:
    with store.transaction(engine_of(app)) as db:
        for number in range(150):
            people.record(db, "zhuban", "comments.look", f"look {number}", city_now())
    pages = crawl(Visitor(app, "auditor"), "/audit/events")
    told = [look for page in pages.values() for look in re.findall(r"look \d+", page)]
    assert sorted(told) == sorted(f"look {number}" for number in range(150))


def test_a_department_sees_bands_and_its_own_figures_alone(app: Flask, objects: Objects) -> None:
    page = Visitor(app, "d1").get("/desk/results/2026-1").text
    assert "30–99人次" in page
    assert ">40<" not in page
    assert "市场监管局" not in page


def test_a_round_goes_from_draft_to_published_by_its_buttons(app: Flask, objects: Objects) -> None:
    office, settings = Visitor(app, "organiser"), app.extensions["appraisal"].settings
    address = "/office/rounds/2026-3"
    assert office.get(f"{address}/open").status_code == 200
    assert office.post(f"{address}/open").status_code == 303
    assert settings.tally_key("2026-3").stat().st_mode & 0o777 == 0o400
    with store.transaction(engine_of(app)) as db:
        collect.take_imported(db, "2026-3", [make_ballot("citizen", {"D1": "S5"})] * 12, random.Random(1))
    for move in ("close", "score", "publish"):
        assert office.post(f"{address}/{move}").status_code == 303
        assert office.post(f"{address}/open").status_code == 409
    assert "已发布" in office.get(address).text


def test_a_round_is_not_closed_while_its_key_is_away(app: Flask, objects: Objects) -> None:
    answer = Visitor(app, "organiser").post("/office/rounds/2026-2/close")
    assert answer.status_code == 409
    assert "密钥不在这台机器上" in answer.text
    with reading(engine_of(app)) as db:
        assert rounds.kept_round(db, "2026-2").state == "open"


@pytest.mark.parametrize("combine", list(Combine))
def test_the_parts_of_a_score_add_up_to_it(app: Flask, combine: Combine) -> None:
    ballots = [make_ballot("enterprise", {"D1": f"S{number % 5 + 1}"}) for number in range(20)]
    ballots += [make_ballot("deputy", {"D1": f"S{number % 3 + 3}"}) for number in range(11)]
    with store.transaction(engine_of(app)) as db:
        policy = make_policy(combine=combine, missing_weight=0.5)
        strata = tuple(replace(each, population=each.population or 5000) for each in make_plan().strata)
        found = make_scored_round(db, ballots, policy=policy, strata=strata)
        plan = rounds.kept_round(db, found.code).plan
    result = found.departments[0]
    told = why(plan, found, result)
    assert sum(row.part for row in told.rows) == pytest.approx(1)
    assert told.total == pytest.approx(result.score.value, abs=1e-9)


def test_a_faulty_questionnaire_is_told_line_by_line_and_nothing_is_stored(app: Flask, objects: Objects) -> None:
    source = default_source().replace('kind = "rating"', 'kind = "raiting"', 1)
    line = source[: source.index("raiting")].count("\n") + 1
    answer = upload(app, source)
    assert answer.status_code == 422
    assert f"questionnaire.toml:{line}" in answer.text
    assert versions(app) == 1


def test_a_changed_questionnaire_shows_its_differences_and_a_preview_before_it_is_published(
    app: Flask, objects: Objects
) -> None:
    source = default_source().replace("办事效率", "办事快慢")
    page = upload(app, source).text
    assert "<del>办事效率</del> <ins>办事快慢</ins>" in page
    assert '<div class="phone">' in page
    assert 'type="radio"' in page
    assert versions(app) == 1
    assert Visitor(app, "organiser").post(f"{tuned(app)}/publish", source=source).status_code == 303
    assert versions(app) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"", "code"), (b"<script>alert(1)</script>", "questionnaire.toml:1")],
)
def test_a_file_that_is_no_questionnaire_is_told_calmly(
    app: Flask, objects: Objects, content: bytes, said: str
) -> None:
    answer = upload(app, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>" not in answer.text


def test_a_wording_in_an_uploaded_file_becomes_no_script(app: Flask, objects: Objects) -> None:
    page = upload(app, default_source().replace("办事效率", PAYLOAD.replace('"', "'"))).text
    assert "&lt;script&gt;alert" in page
    assert "<script" not in page


def test_publishing_checks_the_source_once_more(app: Flask, objects: Objects) -> None:
    answer = Visitor(app, "organiser").post(f"{tuned(app)}/publish", source="code = 1")
    assert answer.status_code == 422
    assert versions(app) == 1


def test_publishing_under_another_code_is_refused_like_uploading_it(app: Flask, objects: Objects) -> None:
    source = default_source().replace('code = "', 'code = "X', 1)
    answer = Visitor(app, "organiser").post(f"{tuned(app)}/publish", source=source)
    assert answer.status_code == 422
    assert "代码不能改" in answer.text
    assert versions(app) == 1


def tuned(app: Flask) -> str:
    with reading(engine_of(app)) as db:
        return f"/office/questionnaires/{rounds.questionnaire_codes(db)[0]}"


def upload(app: Flask, source: str | bytes) -> TestResponse:
    content = source.encode() if isinstance(source, str) else source
    return Visitor(app, "organiser").post(f"{tuned(app)}/compare", file=(io.BytesIO(content), "<script>x.toml"))


def versions(app: Flask) -> int:
    with reading(engine_of(app)) as db:
        return len(db.scalars(select(tables.QuestionnaireVersion.id)).all())


def test_every_look_on_record_has_a_name_in_the_auditors_list() -> None:
    sources = (Path(__file__).parents[2] / "appraisal" / "web").rglob("*.py")
    noted = {name for each in sources for name in re.findall(r'note_look\(db, "([^"]+)"', each.read_text("utf-8"))}
    assert {"report.download", "slip.download"} <= noted
    assert noted - set(NAMES["action"]) == set()


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("organiser", "/office/slips/{huge}"),
        ("organiser", "/office/rounds/2026-1/flags/{huge}/finding"),
        ("organiser", "/office/slips/1/evidence/{huge}"),
        ("d1", "/desk/slips/{huge}"),
    ],
)
def test_a_number_that_no_row_can_have_leads_to_no_page(app: Flask, objects: Objects, who: str, address: str) -> None:
    assert Visitor(app, who).get(address.format(huge="9" * 20)).status_code == 404


def test_a_place_in_the_record_that_cannot_be_shows_its_newest_lines(app: Flask, objects: Objects) -> None:
    answer = Visitor(app, "auditor").get(f"/audit/events?before=2026-11-04T12:00:00_slip_{'9' * 20}")
    assert (answer.status_code, "视同送达" in answer.text or "挂号" in answer.text) == (200, True)


def test_a_flag_number_that_cannot_be_is_no_source(app: Flask, objects: Objects) -> None:
    address = "/office/rounds/2026-1/departments/D1/finding"
    answer = Visitor(app, "organiser").post(address, flags="9" * 20, **WRITTEN)
    assert (answer.status_code, "请至少勾选一条" in answer.text) == (409, True)
