"""Faulty files: every fault is told with file, row and column, and nothing is written."""

from pathlib import Path

import pytest

from tests.cli.surveys import RATINGS, RESPONDENTS, refused, survey_files, written


@pytest.mark.parametrize(
    ("respondents", "place"),
    [
        ("", "R.csv:1: "),
        ("respondent,stratum\n", "R.csv:1: "),
        ("respondent,weight\n1,2\n", "R.csv:1: stratum: "),
        ("respondent,stratum,stratum\n1,a,a\n", "R.csv:1: stratum: "),
        (RESPONDENTS.replace("1,a,10,5", "1,a,10,-5"), "R.csv:2: weight: -5"),
        (RESPONDENTS.replace("1,a,10,5", "1,a,10,NaN"), "R.csv:2: weight: “NaN”"),
        (RESPONDENTS.replace("1,a,10,5", "1,a,10,"), "R.csv:2: weight: "),
        (RESPONDENTS.replace("2,a,10,5", "2,a,10,inf"), "R.csv:3: weight: “inf”"),
        (RESPONDENTS.replace("2,a,10,5", "2,a,10,1_0"), "R.csv:3: weight: “1_0”"),
        (RESPONDENTS.replace("a,10,", "a,1,"), "R.csv:2: population: "),
        (RESPONDENTS.replace("a,10,", "a,-1,"), "R.csv:2: population: -1"),
        (RESPONDENTS.replace("2,a,10", "2,a,20"), "R.csv:3: population: "),
        (RESPONDENTS.replace("2,a,10", "2,a,"), "R.csv:3: population: "),
        (RESPONDENTS.replace("2,a,10,5,0.6", "2,a,10,5,0.7"), "R.csv:3: category_weight: "),
        (RESPONDENTS.replace("0.6", "0").replace("0.4", "0"), "R.csv: category_weight: "),
        (RESPONDENTS.replace("3,b", "1,b"), "R.csv:4: respondent: "),
        (RESPONDENTS.replace("3,b", "3,"), "R.csv:4: stratum: "),
        (RESPONDENTS.replace("2,a,10", '2,"a\n",10').replace("3,b", "1,b"), "R.csv:5: respondent: "),
        (RESPONDENTS + "4,b\n", "R.csv:5: "),
        (RESPONDENTS + '4,"b\n', "R.csv:5: "),
    ],
)
def test_a_faulty_respondent_is_told_by_row_and_column(tmp_path: Path, respondents: str, place: str) -> None:
    assert place in refused(tmp_path / "E.json", "estimate", *survey_files(tmp_path, respondents))


@pytest.mark.parametrize(
    ("ratings", "place"),
    [
        ("", "A.csv:1: "),
        ("respondent,department\n1,D1\n", "A.csv:1: score: "),
        (RATINGS.replace("2,D1", "9,D1"), "A.csv:3: respondent: “9”"),
        (RATINGS.replace("3,D1", "2,D1"), "A.csv:4: department: "),
        (RATINGS.replace("80", "NaN"), "A.csv:2: score: “NaN”"),
        (RATINGS.replace("80", "101"), "A.csv:2: score: 101"),
        (RATINGS.replace("80", "good"), "A.csv:2: score: “good”"),
        (RATINGS.replace("80,1", "80,2"), "A.csv:2: rude: “2”"),
        (RATINGS.replace("80,1", "80,"), "A.csv:2: rude: “”"),
        (RATINGS.replace("1,D2", "1,"), "A.csv:5: department: "),
    ],
)
@pytest.mark.parametrize("command", ["estimate", "flags"])
def test_a_faulty_rating_is_told_by_row_and_column(tmp_path: Path, command: str, ratings: str, place: str) -> None:
    assert place in refused(tmp_path / "E.json", command, *survey_files(tmp_path, ratings=ratings))


def test_all_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    files = survey_files(tmp_path, RESPONDENTS.replace("10,5", "1,-5"), RATINGS.replace("2,D1", "9,D1"))
    said = refused(tmp_path / "E.json", "estimate", *files)
    for place in ("R.csv:2: population", "R.csv:2: weight", "R.csv:3: weight", "A.csv:3: respondent", "4 处"):
        assert place in said


def test_a_file_in_another_encoding_is_refused_with_the_row(tmp_path: Path) -> None:
    files = survey_files(tmp_path)
    (tmp_path / "A.csv").write_bytes("respondent,department,score\n1,D1,80\n2,民政局,60\n".encode("gb18030"))
    assert "A.csv:3: 不是UTF-8" in refused(tmp_path / "E.json", "estimate", *files)


def test_a_file_as_a_spreadsheet_saves_it_is_read(tmp_path: Path) -> None:
    files = survey_files(tmp_path)
    (tmp_path / "A.csv").write_bytes("\ufeffrespondent, department ,score\r\n1,D1,80\r\n\r\n2,D1, 60 \r\n".encode())
    assert written(tmp_path / "E.json", "estimate", *files)["departments"][0]["mean"] == 70


def test_a_lonely_stratum_is_named_where_it_must_not_be(tmp_path: Path) -> None:
    files = survey_files(tmp_path)
    assert "R.csv:4: stratum: " in refused(tmp_path / "E.json", "estimate", *files, "--lonely", "fail")


def test_an_older_result_stays_as_it_was_when_the_input_is_faulty(tmp_path: Path) -> None:
    out = tmp_path / "old" / "E.json"
    out.parent.mkdir()
    out.write_text("{}", "utf-8")
    with pytest.raises(AssertionError):
        refused(out, "estimate", *survey_files(tmp_path, ""))
    assert [path.name for path in out.parent.iterdir()] == ["E.json"]
    assert out.read_text("utf-8") == "{}"


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ("", "V.json:1: "),
        ("[]", "V.json:1: "),
        ('{"names": ["a"], "estimate": [1]}', "V.json: covariance: "),
        ('{"names": [], "estimate": [], "covariance": []}', "V.json: names: "),
        ('{"names": ["a", "a"], "estimate": [1, 2], "covariance": [[1, 0], [0, 1]]}', "V.json: names: "),
        ('{"names": ["a", "b"], "estimate": [1], "covariance": [[1, 0], [0, 1]]}', "V.json: estimate: "),
        ('{"names": ["a", "b"], "estimate": [1, "x"], "covariance": [[1, 0], [0, 1]]}', "V.json: estimate[1]: “x”"),
        ('{"names": ["a", "b"], "estimate": [1, 2], "covariance": [[1, 0], [0]]}', "V.json: covariance[1]: "),
        ('{"names": ["a", "b"], "estimate": [1, 2], "covariance": [[1, 0]]}', "V.json: covariance: "),
        ('{"names": ["a", "b"], "estimate": [1, 2], "covariance": [[1, 0], [0, NaN]]}', "V.json: covariance[1][1]: "),
        ('{"names": ["a", "b"], "estimate": [1, 2], "covariance": [[1, 9], [9, 1]]}', "V.json: "),
        ('{"names": ["a"], "estimate": [1], "covariance": [[1]], "df": [3, 4]}', "V.json: df: "),
        ('{"names": ["a"], "estimate": [1], "covariance": [[1]], "df": ["x"]}', "V.json: df[0]: “x”"),
        ('{"names": ["a"], "estimate": [1], "covariance": [[1]], "df": [0]}', "V.json: df[0]: 0不大于0"),
        ('{"names": ["a"], "estimate": [1], "covariance": [[1]], "df": [null]}', "V.json: df[0]: "),
    ],
)
def test_faulty_values_are_told_by_their_place(tmp_path: Path, values: str, place: str) -> None:
    (tmp_path / "V.json").write_text(values, "utf-8")
    assert place in refused(tmp_path / "K.json", "ranks", "--values", tmp_path / "V.json")


def test_a_value_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "V.json").write_bytes('{\n"names": ["民政局"]}'.encode("gb18030"))
    assert "V.json:2: 不是UTF-8" in refused(tmp_path / "K.json", "ranks", "--values", tmp_path / "V.json")
