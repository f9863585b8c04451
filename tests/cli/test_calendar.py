"""The calendar at the command line: days off, worked weekends, and what a wrong row says."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from appraisal.cli import main
from appraisal.settings import Settings


def run(settings: Settings, *words: str) -> Result:
    return CliRunner(env={"APPRAISAL_HOME": str(settings.home)}).invoke(main, ["calendar", *words])


def test_days_are_kept_and_a_day_given_again_is_replaced(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,working,note\n2026-10-01,no,国庆节\n2026-10-10,yes,调休\n", "utf-8-sig")
    assert "2 days" in run(settings, "import", str(file)).output
    file.write_text("day,working,note\n2026-10-10,no,改为休息\n", "utf-8")
    run(settings, "import", str(file))
    listed = json.loads(run(settings, "list", "--json").stdout)["days"]
    assert listed == [["2026-10-01", False, "国庆节"], ["2026-10-10", False, "改为休息"]]


def test_a_day_is_given_back_to_the_weeks_rule_once(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,working,note\n2026-10-01,no,国庆节\n2026-10-10,yes,调休\n", "utf-8")
    run(settings, "import", str(file))
    assert run(settings, "remove", "2026-10-10").exit_code == 0
    assert json.loads(run(settings, "list", "--json").stdout)["days"] == [["2026-10-01", False, "国庆节"]]
    again = run(settings, "remove", "2026-10-10")
    assert (again.exit_code, "no such day is kept" in again.stderr) == (1, True)


def test_every_row_that_is_no_day_is_named_and_none_is_kept(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "days.csv"
    file.write_text("day,working,note\n2026-10-01,no,国庆节\n10月2日,no,\n2026-10-03,maybe,\n", "utf-8")
    result = run(settings, "import", str(file))
    assert result.exit_code == 2
    assert "days.csv:3: day" in result.stderr
    assert "days.csv:4: working" in result.stderr
    assert "no day yet" in run(settings, "list").output
