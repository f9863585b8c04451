"""Whatever is in a file, a statistics command either writes its result whole or names the file and writes nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal.cli import main
from tests.cli.surveys import csv_text, refused

DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
FILES = {
    "R.csv": csv_text(
        ("respondent", "stratum", "population", "weight", "category_weight"),
        [(number, "ab"[number % 2], 50, 1 + number % 3, (0.6, 0.4)[number % 2]) for number in range(1, 13)],
    ),
    "A.csv": csv_text(
        ("respondent", "department", "score", "rude"),
        [(number, f"D{d}", number * d * 20 % 101, (number + d) % 2) for number in range(1, 13) for d in range(1, 4)],
    ),
    "M.csv": "margin,level,total\nstratum,a,60\nstratum,b,40\n",
    "I.csv": csv_text(("stratum", "q1", "q2"), [("ab"[n % 2], n * 20 % 101, n * 40 % 101) for n in range(40)]),
    "S.csv": "stratum,population,sd,weight\na,100,20,0.5\nb,300,25,0.5\n",
    "D.csv": csv_text(("department", "a"), [(f"D{d:02}", d % 2) for d in range(14)]),
    "V.json": json.dumps({"names": ["a", "b"], "estimate": [3, 2], "covariance": [[1, 0], [0, 1]]}),
}
COMMANDS = {
    "estimate": ("--respondents", "R.csv", "--ratings", "A.csv"),
    "flags": ("--respondents", "R.csv", "--ratings", "A.csv"),
    "rake": ("--respondents", "R.csv", "--margins", "M.csv"),
    "items": ("--answers", "I.csv"),
    "plan": ("--strata", "S.csv"),
    "assign": ("--respondents", "R.csv", "--departments", "D.csv", "--load", "3"),
    "ranks": ("--values", "V.json", "--draws", "100"),
}
READ = [(command, word) for command, words in COMMANDS.items() for word in words if word in FILES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def words(folder: Path, command: str) -> list[str]:
    return [command, *(str(folder / word) if word in FILES else word for word in COMMANDS[command])]


@pytest.mark.parametrize(("command", "file"), READ)
def test_no_bytes_at_all_a_heading_alone_and_another_encoding_are_refused(
    folder: Path, command: str, file: str
) -> None:
    text = FILES[file]
    for content in (
        b"",
        b"\n\n",
        text.partition("\n")[0].encode()[:24],
        text.encode("utf-16"),
        b"\xff" + text.encode(),
    ):
        (folder / file).write_bytes(content)
        assert f"{file}:" in refused(folder / "out", *words(folder, command)), content


@pytest.mark.parametrize(("command", "file"), [pair for pair in READ if pair[1].endswith(".csv")])
def test_a_column_without_a_name_twice_there_or_with_invisible_characters_is_refused(
    folder: Path, command: str, file: str
) -> None:
    rows = FILES[file].splitlines()
    for lines, place in (
        ([f"{row}," for row in rows], f"{file}:1: 第"),
        ([f"{row},{row.split(',')[0]}" for row in rows], f"{file}:1: {rows[0].split(',')[0]}: "),
        ([*rows[:2], rows[2].replace(",", "\0,", 1), *rows[3:]], f"{file}:3: 有不可见"),
    ):
        (folder / file).write_text("\n".join(lines) + "\n", "utf-8")
        assert place in refused(folder / "out", *words(folder, command))


@pytest.mark.parametrize(("command", "file"), READ)
def test_a_mark_at_the_start_and_other_line_ends_change_nothing(folder: Path, command: str, file: str) -> None:
    outs = folder / "plain", folder / "saved"
    for out, content in zip(outs, (FILES[file], "\ufeff" + FILES[file].replace("\n", "\r\n")), strict=True):
        (folder / file).write_bytes(content.encode())
        result = CliRunner().invoke(main, ["stats", *words(folder, command), "--out", str(out)])
        assert result.exit_code == 0, result.output
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("command", "file", "before", "after", "place"),
    [
        ("estimate", "R.csv", ",50,", ",５０,", "R.csv:2: population: “５０”"),
        ("estimate", "R.csv", ",50,", ",1e13,", "R.csv:2: population: 1e13"),
        ("flags", "A.csv", "D1,20,", "D1,２０,", "A.csv:2: score: “２０”"),
        ("rake", "M.csv", "60", "1e300", "M.csv:2: total: 1e300"),
        ("items", "I.csv", "b,20,", "b,２０,", "I.csv:3: q1: “２０”"),
        ("plan", "S.csv", "a,100", "a,1e308", "S.csv:2: population: 1e308"),
        ("assign", "D.csv", "D01,1", "D01,１", "D.csv:3: a: “１”"),
        ("ranks", "V.json", "[3", "[1e400", "V.json: estimate[0]: inf"),
        ("ranks", "V.json", "[3", "[1" + "0" * 400, "V.json: estimate[0]: 1000"),
        ("ranks", "V.json", "[3", "[" * 100_000, "V.json:1: "),
    ],
)
def test_figures_that_are_none_or_too_large_are_told_by_their_place(
    folder: Path, command: str, file: str, before: str, after: str, place: str
) -> None:
    assert before in FILES[file]
    (folder / file).write_text(FILES[file].replace(before, after), "utf-8")
    assert place in refused(folder / "out", *words(folder, command))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_place_that_cannot_be_written_is_refused_before_the_work(folder: Path, command: str) -> None:
    before = sorted(folder.iterdir())
    for out in (folder, folder / "absent" / "out", folder / "R.csv" / "out"):
        result = CliRunner().invoke(main, ["stats", *words(folder, command), "--out", str(out)])
        assert result.exit_code == 2, result.output
        assert str(out.parent) in result.stderr
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(("command", "file"), READ)
def test_a_missing_file_is_named(folder: Path, command: str, file: str) -> None:
    (folder / file).unlink()
    assert file in refused(folder / "out", *words(folder, command))


@given(
    pair=st.sampled_from(READ),
    cut=st.tuples(st.floats(0, 1), st.integers(0, 12)),
    put=st.sampled_from(["", ",", "\n", '"', "-", "e9", "1e400", "nan", "\0", "[", "null", "０", "\r", "民", "."])
    | st.text(max_size=3),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_file_gives_a_whole_result_or_a_fault_and_nothing(
    tmp_path: Path, pair: tuple[str, str], cut: tuple[float, int], put: str
) -> None:
    command, file = pair
    out, text = tmp_path / "out", FILES[file]
    out.unlink(missing_ok=True)
    place = int(cut[0] * len(text))
    for name, content in (FILES | {file: text[:place] + put + text[place + cut[1] :]}).items():
        (tmp_path / name).write_bytes(content.encode(errors="surrogatepass"))
    result = CliRunner().invoke(main, ["stats", *words(tmp_path, command), "--out", str(out)])
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert out.exists() == (result.exit_code == 0)
    assert {path.name for path in tmp_path.iterdir()} - {"out"} == set(FILES)
    if result.exit_code == 2:
        assert any(f"{name}:" in result.stderr for name in FILES), result.stderr
    elif result.exit_code == 0:
        assert "NaN" not in out.read_text("utf-8")
