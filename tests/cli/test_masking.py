"""``appraisal mask``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appraisal.cli import main


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(main, ["mask", *map(str, arguments)])


def test_lines_of_text_become_lines_of_masked_text(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"id": "a", "text": "找王芳科长"}', "", '{"id": 2, "text": "排队太久"}')
    target = tmp_path / "out.jsonl"
    assert run(source, target).exit_code == 0
    kept = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert kept == [{"id": "a", "masked": "找【姓名】科长"}, {"id": 2, "masked": "排队太久"}]


def test_every_faulty_line_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in.jsonl",
        '{"id": "a", "text": 5}',
        "no json",
        '{"text": "x"}',
        '{"id": "b", "text": "x"}',
        '{"id": "b", "text": "y"}',
    )
    target = tmp_path / "out.jsonl"
    done = run(source, target)
    assert done.exit_code == 2
    assert not target.exists()
    for place in (":1: text:", ":2: ", ":3: id:", ":5: id:"):
        assert f"{source}{place}" in done.stderr


def test_a_file_in_another_encoding_is_refused_with_its_row(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes('{"id": "a", "text": "x"}\n{"id": "b", "text": "窗口"}\n'.encode("gb18030"))
    done = run(source, tmp_path / "out.jsonl")
    assert done.exit_code == 2
    assert f"{source}:2: " in done.stderr


def test_what_the_roster_lists_is_masked(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"id": 1, "text": "呼噜娃说要等"}')
    roster = write(tmp_path / "roster.csv", "kind,text", "name,呼噜娃")
    assert run(source, tmp_path / "out.jsonl", "--roster", roster).exit_code == 0
    assert "【姓名】说要等" in (tmp_path / "out.jsonl").read_text("utf-8")


@pytest.mark.parametrize(("line", "place"), [("person,甲乙", ":2: kind:"), ("name,", ":2: text:")])
def test_a_faulty_roster_is_named_by_row_and_column(tmp_path: Path, line: str, place: str) -> None:
    source = write(tmp_path / "in.jsonl", '{"id": 1, "text": "x"}')
    roster = write(tmp_path / "roster.csv", "kind,text", line)
    done = run(source, tmp_path / "out.jsonl", "--roster", roster)
    assert (done.exit_code, (tmp_path / "out.jsonl").exists()) == (2, False)
    assert f"{roster}{place}" in done.stderr


def test_the_file_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", '{"id": 1, "text": "x"}')
    assert run(source, source).exit_code == 2
    assert source.read_text("utf-8") == '{"id": 1, "text": "x"}\n'
