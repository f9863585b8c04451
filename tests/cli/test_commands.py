"""The command line: every deed as an operator does it, refusals in a line, faults one by one."""

import csv
import json
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from appraisal import store
from appraisal.cli import main
from appraisal.demo.city import demo_rounds, write_folder
from appraisal.model.slip_moves import SlipState
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Secrets, Settings, city_now
from tests.makers import PASSWORD, make_account, make_ballot, make_scored_round, make_slip
from tests.sending.mail_servers import Postbox, served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's round R11, as if today were its first day."""
    today = city_now().date()
    days = {"opens_on": today, "closes_on": today + timedelta(days=20)}
    return write_folder(replace(demo_rounds(today, 300)[0], **days), tmp_path / "round")


@pytest.fixture
def past_folder(tmp_path: Path) -> Path:
    """The demo's round R11, whose days were last year."""
    return write_folder(demo_rounds(city_now().date(), 300)[0], tmp_path / "past")


@pytest.fixture
def run(settings: Settings) -> Any:
    def runner(*words: str, exit_code: int = 0) -> Result:
        result = CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, list(words))
        assert result.exit_code == exit_code, result.output
        return result

    return runner


def test_a_past_round_is_imported_with_its_ballots_scored_and_published(run: Any, past_folder: Path) -> None:
    rows = [f"{number},citizen,ZH02,A3,S{1 + number % 5}" for number in range(1, 41)]
    (past_folder / "ballots.csv").write_text("\n".join(["ballot,stratum,department,item,answer", *rows]), "utf-8")
    assert "closed" in run("round", "import", str(past_folder)).stdout
    assert "scored" in run("round", "score", "R11").stdout
    run("round", "publish", "R11")
    assert json.loads(run("round", "list", "--json").stdout)["rounds"][0]["state"] == "published"
    exported = json.loads(run("export", "estimates", "R11", "--json").stdout)["departments"]
    assert next(one for one in exported if one["code"] == "ZH02")["design_score"]["value"] == pytest.approx(50)


def test_a_round_is_opened_and_closed_with_its_codes(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    run("codes", "R11", "--count", "citizen=40", "--list", str(tmp_path / "codes.csv"))
    run("round", "open", "R11")
    assert "0 ballots" in run("round", "close", "R11").stdout


def test_a_round_whose_last_day_is_past_is_not_opened_and_leaves_no_key(
    run: Any, past_folder: Path, settings: Settings
) -> None:
    run("round", "import", str(past_folder))
    assert "closes_on" in run("round", "open", "R11", exit_code=1).stderr
    assert not settings.tally_key("R11").exists()
    assert json.loads(run("round", "list", "--json").stdout)["rounds"][0]["state"] == "draft"


def test_closing_needs_the_tally_key_and_leaves_the_round_open_without_it(
    run: Any, folder: Path, settings: Settings
) -> None:
    run("round", "import", str(folder))
    run("round", "open", "R11")
    settings.tally_key("R11").unlink()
    assert "tally key" in run("round", "close", "R11", exit_code=1).stderr
    assert json.loads(run("round", "list", "--json").stdout)["rounds"][0]["state"] == "open"


def test_a_round_is_not_opened_over_the_tally_key_of_another(run: Any, folder: Path, settings: Settings) -> None:
    run("round", "import", str(folder))
    settings.tally_key("R11").write_bytes(b"another key")
    assert "is there already" in run("round", "open", "R11", exit_code=1).stderr
    assert settings.tally_key("R11").read_bytes() == b"another key"
    assert json.loads(run("round", "list", "--json").stdout)["rounds"][0]["state"] == "draft"


def test_codes_are_listed_once_and_work(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    run("codes", "R11", "--count", "citizen=3", "--count", "peer=2", "--list", str(tmp_path / "codes.csv"))
    with (tmp_path / "codes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["stratum"] for row in rows] == ["citizen"] * 3 + ["peer"] * 2
    assert len({row["code"] for row in rows}) == 5
    assert all(row["link"].endswith(row["code"]) for row in rows)


def test_codes_that_would_go_nowhere_are_not_issued(run: Any, folder: Path) -> None:
    run("round", "import", str(folder))
    assert "--list" in run("codes", "R11", exit_code=2).stderr


def test_every_fault_of_a_folder_is_listed_and_nothing_is_stored(run: Any, folder: Path) -> None:
    with (folder / "departments.csv").open("a", encoding="utf-8") as file:
        file.write("DQ01,重复,Twice,dq,yes\nXX01,无此序列,No group,nowhere,yes\n")
    said = run("round", "import", str(folder), exit_code=2).stderr
    assert "departments.csv:98" in said
    assert "departments.csv:99" in said
    assert json.loads(run("round", "list", "--json").stdout)["rounds"] == []


def test_results_are_sealed_until_the_round_is_scored(run: Any, folder: Path) -> None:
    run("round", "import", str(folder))
    run("round", "open", "R11")
    for words in (("export", "estimates", "R11"), ("flags", "R11"), ("round", "score", "R11")):
        assert run(*words, exit_code=1).stderr.strip()


def test_a_questionnaire_is_checked_published_and_printed_as_it_was_written(run: Any, folder: Path) -> None:
    file = folder / "questionnaire.toml"
    assert "A1" in run("questionnaire", "check", str(file)).stdout
    assert "version 1" in run("questionnaire", "publish", str(file)).stdout
    assert "version 1" in run("questionnaire", "publish", str(file)).stdout
    assert run("questionnaire", "show", "CITY").stdout == file.read_text("utf-8")


def test_a_faulty_questionnaire_is_named_by_line(run: Any, tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text('code = "Q"\n[title\n', "utf-8")
    assert "q.toml:2" in run("questionnaire", "check", str(tmp_path / "q.toml"), exit_code=2).stderr


def test_the_doctor_says_what_is_well_and_what_is_not(run: Any, settings: Settings) -> None:
    run("db", "upgrade")
    assert "ok   typesetter: prints Chinese" in run("doctor").stdout
    (settings.keys / "secrets.json").unlink()
    assert "BAD  secrets" in run("doctor", exit_code=1).stdout


def test_the_doctor_knocks_at_the_mail_server_and_sends_nothing(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run("db", "upgrade")
    assert "ok   mail: no server is named" in run("doctor").stdout
    postbox = Postbox()
    with served(postbox) as server:
        for name, value in (("HOST", server.host), ("PORT", server.port), ("FROM", server.sender), ("TLS", "none")):
            monkeypatch.setenv(f"APPRAISAL_SMTP_{name}", str(value))
        assert "lets us in, as pingyi@example.cn" in run("doctor").stdout
    assert "BAD  mail" in run("doctor", exit_code=1).stdout
    assert postbox.mails == []


def test_the_doctor_misses_the_tally_key_of_an_open_round(run: Any, folder: Path, settings: Settings) -> None:
    run("db", "upgrade")
    run("round", "import", str(folder))
    run("round", "open", "R11")
    assert "tally key R11: fits the round" in run("doctor").stdout
    settings.tally_key("R11").unlink()
    assert "BAD  tally key R11" in run("doctor", exit_code=1).stdout


def test_a_database_that_is_not_there_is_not_made_by_accident(tmp_path: Path) -> None:
    result = CliRunner(env={"APPRAISAL_HOME": str(tmp_path / "none")}).invoke(main, ["round", "list"])
    assert result.exit_code == 1
    assert "db upgrade" in result.stderr
    assert not (tmp_path / "none").exists()


def test_the_demo_is_served_on_the_loopback_address_alone(run: Any) -> None:
    assert "127.0.0.1" in run("serve", "--demo", "--host", "0.0.0.0", exit_code=2).stderr


def test_the_demos_secrets_are_refused_where_it_is_not_the_demo(run: Any) -> None:
    assert "demo city" in run("serve", exit_code=1).stderr


def test_a_file_that_is_no_slip_of_ours_is_not_in_the_register(run: Any, tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(b"%PDF-1.7 forged")
    assert "not in the register" in run("slips", "check", str(tmp_path / "slip.pdf"), exit_code=1).stderr


def test_an_account_of_a_department_needs_its_department(run: Any) -> None:
    words = ("account", "add", "d1", "--name", "联络岗", "--role", "department", "--password", "correct horse battery")
    assert "--department" in run(*words, exit_code=2).stderr


def test_a_list_of_codes_is_never_written_over(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    listed = tmp_path / "codes.csv"
    run("codes", "R11", "--count", "citizen=3", "--list", str(listed))
    first = listed.read_bytes()
    assert "is there already" in run("codes", "R11", "--count", "citizen=3", "--list", str(listed), exit_code=1).stderr
    assert listed.read_bytes() == first


def test_left_to_itself_it_issues_the_codes_that_are_still_missing(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    run("codes", "R11", "--count", "peer=100", "--list", str(tmp_path / "1.csv"))
    rest = json.loads(run("codes", "R11", "--list", str(tmp_path / "2.csv"), "--json").stdout)["issued"]
    assert rest == 2000 + 1900 + 320 + 340 + 460 + 92


def test_there_are_never_more_codes_than_people(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    run("codes", "R11", "--count", "peer=192", "--list", str(tmp_path / "1.csv"))
    said = run("codes", "R11", "--count", "peer=1", "--list", str(tmp_path / "2.csv"), exit_code=1).stderr
    assert "193" in said
    assert not (tmp_path / "2.csv").exists()


def test_codes_of_a_real_installation_need_the_address_that_is_printed_on_letters(
    run: Any, folder: Path, settings: Settings, tmp_path: Path
) -> None:
    run("round", "import", str(folder))
    (settings.keys / "secrets.json").unlink()
    settings.keep_secrets(Secrets.fresh(demo=False))
    assert "--address" in run("codes", "R11", "--list", str(tmp_path / "1.csv"), exit_code=2).stderr


def test_a_round_is_not_closed_with_the_tally_key_of_another(run: Any, folder: Path, settings: Settings) -> None:
    run("round", "import", str(folder))
    run("round", "open", "R11")
    settings.tally_key("R11").unlink()
    settings.tally_key("R11").write_bytes(new_tally_key().private)
    assert "of another round" in run("round", "close", "R11", exit_code=1).stderr
    assert json.loads(run("round", "list", "--json").stdout)["rounds"][0]["state"] == "open"


def test_a_round_with_ballots_is_not_stored_where_its_key_has_no_place(
    run: Any, folder: Path, settings: Settings
) -> None:
    (folder / "ballots.csv").write_text("ballot,stratum,department,item,answer\n1,citizen,ZH02,A3,S4\n", "utf-8")
    settings.tally_key("R11").write_bytes(b"another key")
    assert "is there already" in run("round", "import", str(folder), exit_code=1).stderr
    assert json.loads(run("round", "list", "--json").stdout)["rounds"] == []


@pytest.mark.parametrize("words", [("ledger", "NOPE"), ("slips", "list", "NOPE"), ("flags", "NOPE")])
def test_a_round_that_is_not_there_is_not_an_empty_one(run: Any, words: tuple[str, ...]) -> None:
    assert "NOPE" in run(*words, exit_code=1).stderr


def test_a_file_that_cannot_be_written_is_named_in_a_line(run: Any, folder: Path, tmp_path: Path) -> None:
    run("round", "import", str(folder))
    said = run("codes", "R11", "--list", str(tmp_path / "nowhere" / "codes.csv"), exit_code=1).stderr
    assert "nowhere" in said
    assert "Traceback" not in said


def test_a_questionnaire_in_another_encoding_is_a_fault_and_no_traceback(run: Any, tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_bytes('code = "问卷"'.encode("gb18030"))
    assert "q.toml" in run("questionnaire", "check", str(tmp_path / "q.toml"), exit_code=2).stderr


def test_a_port_that_is_taken_is_said_in_a_line(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env = {"APPRAISAL_HOME": str(settings.home), "PORT": str(taken.getsockname()[1])}
        result = CliRunner(env=env).invoke(main, ["serve", "--demo"])
    assert result.exit_code == 1
    assert "PORT=8080" in result.stderr


def test_approving_at_the_console_takes_another_organisers_password(run: Any, settings: Settings) -> None:
    slip = prepare_draft(settings)
    approve = ("slips", "approve", str(slip), "--password", PASSWORD, "--as")
    assert "wrong" in run("slips", "approve", str(slip), "--password", "x", "--as", "fuhe", exit_code=1).stderr
    assert "另一人" in run(*approve, "zhuban", exit_code=1).stderr
    assert "only an organiser" in run(*approve, "shenji", exit_code=1).stderr
    assert "号" in run(*approve, "fuhe").stdout


def prepare_draft(settings: Settings) -> int:
    engine = store.connect(settings.database)
    with store.transaction(engine) as db:
        for login, role in (("zhuban", "organiser"), ("fuhe", "organiser"), ("shenji", "auditor")):
            make_account(db, login, role)
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S4"}) for _ in range(4)]).code
        return make_slip(db, SlipState.DRAFTED, code)
