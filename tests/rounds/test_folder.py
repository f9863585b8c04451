"""A round is read from a folder of plain files, and every fault of every file is told by row and column."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal import rounds
from appraisal.model.ballot import Sheet
from appraisal.model.faults import Fault, Faulty
from tests.rounds.folders import BALLOTS, DEPARTMENTS, ROUND, STRATA, write_folder


def faults_in(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as told:
        rounds.read_folder(folder)
    return told.value.faults


def only_fault(folder: Path) -> tuple[str, int, str, str]:
    (fault,) = faults_in(folder)
    return fault.file, fault.row, fault.field, fault.message


def test_a_folder_is_read_as_it_says(tmp_path: Path) -> None:
    plan, _ = rounds.read_folder(write_folder(tmp_path))
    assert (plan.code, plan.kind, plan.per_ballot, plan.previous) == ("2026-1", "综合", 3, "")
    assert [(d.code, d.group, d.ranked) for d in plan.departments] == [
        ("D1", "EC", True),
        ("D2", "EC", True),
        ("D4", "PS", False),
    ]
    assert [(s.code, s.population, s.codes) for s in plan.strata] == [("enterprise", 2, 2), ("citizen", None, 60)]
    assert plan.groups[1].weights == {"enterprise": 0.0, "citizen": 1.0}
    assert plan.policy.values == {"S5": 100, "S4": 75, "S3": 50, "S2": 25, "S1": 0}
    assert (plan.policy.satisfied, plan.policy.dissatisfied) == (("S5", "S4"), ("S2", "S1"))
    assert (plan.policy.minimum_n, plan.policy.minimum_strata) == (20, 2)
    assert plan.office.copy_to == ("市政府办公室",)


def test_ballots_are_read_with_all_their_answers_and_an_empty_one_counts(tmp_path: Path) -> None:
    _, (first, second) = rounds.read_folder(write_folder(tmp_path))
    assert first.stratum == "enterprise"
    assert first.answers.departments["D1"] == Sheet({"A3": "S5"}, {"Z": ("Z01", "Z02")}, {"T1": "窗口，排队"})
    assert first.answers.departments["D4"].ratings == {"A3": "S0"}
    assert first.answers.overall.ratings == {"O1": "S4"}
    assert (second.stratum, dict(second.answers.departments), second.answers.overall.empty) == ("citizen", {}, True)


def test_a_folder_without_ballots_is_a_round_to_be_asked(tmp_path: Path) -> None:
    assert rounds.read_folder(write_folder(tmp_path, ballots_csv=None))[1] == ()


@pytest.mark.parametrize("missing", ["round.toml", "departments.csv", "strata.csv", "questionnaire.toml"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    changes: dict[str, None] = {missing.replace(".", "_"): None}
    assert (missing, 0, "", "缺少这个文件") in [
        (fault.file, fault.row, fault.field, fault.message) for fault in faults_in(write_folder(tmp_path, **changes))
    ]


IN_ROUND = [
    ('code = "2026-1"', 'code = "2026 1"', 2, "round.code", "不合格"),
    ('kind = "综合"', 'kind = "年度"', 5, "round.kind", "综合, 专项"),
    ("closes_on = 2026-11-30", "closes_on = 2026-10-30", 7, "round.closes_on", "早于开始日期(2026-11-01)"),
    ("opens_on = 2026-11-01", 'opens_on = "2026-11-01"', 6, "round.opens_on", "不加引号"),
    ("opens_on = 2026-11-01", "opens_on = 2026-11-01T08:00:00", 6, "round.opens_on", "应当是日期"),
    ("opens_on = 2026-11-01", "opens_on = 2026-11-31", 6, "", "不是合格的TOML"),
    ("per_ballot = 3", "per_ballot = 0", 9, "round.per_ballot", "超出范围"),
    ("per_ballot = 3", "per_balot = 3", 9, "round.per_balot", "可以用:per_ballot"),
    ('number_mark = "示评办提"', "", 11, "office.number_mark", "缺少"),
    ('copy_to = ["市政府办公室"]', "copy_to = [1]", 16, "office.copy_to", "一列文字"),
    ('contact = "督办组"', 'contact = "督办组"\nslip_form = "memo"', 16, "office.slip_form", "ordinary, letter"),
    ('contact = "督办组"', 'contact = "督办组"\nwebsite = "http://a.example"', 16, "office.website", "以https://开头"),
    ('contact = "督办组"', 'contact = "督办组"\nwebsite = "https://a.example/"', 16, "office.website", "末尾没有斜线"),
    ('score_item = "A3"', 'score_item = "Z"', 19, "policy.score_item", "A1, A2, A3"),
    ('score_item = "A3"', "", 18, "policy.score_item", "缺少“score_item”"),
    ("minimum_n = 20", 'satisfied = ["S5", "S0"]', 20, "policy.satisfied", "“S0”不是计分的选项"),
    ("minimum_n = 20", 'satisfied = ["S5", "S2"]', 18, "policy.dissatisfied", "不能既算满意又算不满意"),
    ("minimum_n = 20", "values = { S5 = 100, S4 = 80, S3 = 60, S2 = 30 }", 20, "policy.values.S1", "缺少"),
    (
        "minimum_n = 20",
        "values = { S5 = 90, S4 = 80, S3 = 60, S2 = 30, S1 = 0 }",
        20,
        "policy.values",
        "最好的必须是100分",
    ),
    ("minimum_n = 20", "values = { S5 = 0, S4 = 30, S3 = 60, S2 = 80, S1 = 100 }", 20, "policy.values", "次序"),
    ("minimum_n = 20", 'combine = "population"', 20, "policy.combine", "citizen"),
    ("minimum_n = 20", 'quotations = "yes"', 20, "policy.quotations", "true或false"),
    ("minimum_n = 20", "flag_q = 2", 20, "policy.flag_q", "超出范围"),
    ("enterprise = 0.7,", "enterprise = -0.7,", 26, "group[1].weights.enterprise", "超出范围"),
    ("enterprise = 0.7,", "enterprise = inf,", 26, "group[1].weights.enterprise", "应当是数"),
    ("enterprise = 0.7,", "firm = 0.7,", 26, "group[1].weights.firm", "strata.csv里没有“firm”"),
    ("citizen = 1 }", "citizen = 0 }", 32, "group[2].weights", "权重全是0"),
    ("weights = { enterprise = 0, citizen = 1 }", "", 28, "group[2].weights", "缺少权重"),
]


@pytest.mark.parametrize(("old", "new", "line", "field", "message"), IN_ROUND)
def test_a_fault_in_the_round_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, field: str, message: str
) -> None:
    assert ROUND.count(old) == 1
    file, row, said_field, said = only_fault(write_folder(tmp_path, round_toml=ROUND.replace(old, new)))
    assert (file, row, said_field) == ("round.toml", line, field)
    assert message in said


IN_LISTS = [
    ("departments", "D2,", "d1,", 3, "code", "与第2行重复"),
    ("departments", "D2,", "D 2,", 3, "code", "不合格"),
    ("departments", "市场监管局", "", 3, "name_zh", "不能为空"),
    ("departments", "EC,是", "XX,是", 3, "group", "没有序列“XX”"),
    ("departments", "EC,是", "EC,maybe", 3, "ranked", "yes或no"),
    ("departments", "EC,是", "EC", 3, "", "5个单元格"),
    ("departments", "group,ranked", "group,rank", 1, "ranked", "表头缺少"),
    ("departments", "发展改革局", '"发展', 2, "", "引号"),
    ("strata", "企业", "企业\x07", 2, "name_zh", "控制字符"),
    ("strata", ",2,2", ',"2,000",2', 2, "population", "不加逗号"),
    ("strata", ",2,2", ",0,0", 2, "population", "大于0"),
    ("strata", ",2,2", ",2,3", 2, "codes", "比总体人数(2)还多"),
    ("strata", ",2,2", ",2,-1", 2, "codes", "整数"),
    ("strata", "citizen,市民,Citizens,,60", "citizen,市民,Citizens,,60\nENTERPRISE,企业,,,", 4, "code", "与第2行重复"),
]
LISTS = {"departments": DEPARTMENTS, "strata": STRATA}


@pytest.mark.parametrize(("name", "old", "new", "line", "column", "message"), IN_LISTS)
def test_a_fault_in_a_list_is_named_with_its_row_and_column(
    tmp_path: Path, name: str, old: str, new: str, line: int, column: str, message: str
) -> None:
    assert LISTS[name].count(old) == 1
    folder = write_folder(tmp_path, **{f"{name}_csv": LISTS[name].replace(old, new), "ballots_csv": None})
    told = [
        (fault.row, fault.field)
        for fault in faults_in(folder)
        if fault.file == f"{name}.csv" and message in fault.message
    ]
    assert told == [(line, column)]


IN_BALLOTS = [
    ("3,nobody,D1,A3,S5", "stratum", "没有“nobody”"),
    ("3,citizen,D9,A3,S5", "department", "没有“D9”"),
    ("3,citizen,D1,A9,S5", "item", "没有“A9”"),
    ("3,citizen,D1,O1,S5", "item", "没有“O1”"),
    ("3,citizen,,A3,S5", "item", "没有“A3”"),
    ("3,citizen,D1,A3,S9", "answer", "没有“S9”"),
    ("3,citizen,D1,A3,", "answer", "没有答案"),
    ("3,citizen,D1,,S5", "item", "没有写是哪一题"),
    (",citizen,D1,A3,S5", "ballot", "缺少票号"),
    ("1,citizen,D2,A3,S5", "stratum", "第2行属于“enterprise”"),
    ("1,enterprise,D1,A3,S4", "item", "已经答过“A3”"),
    ("1,enterprise,D1,Z,Z01", "answer", "勾了两次"),
    ("1,enterprise,D1,Z,Z00", "answer", "不能与其他项同时勾选"),
    ("1,enterprise,D1,T1,again", "item", "已经答过“T1”"),
    ("3,citizen,D1,T1," + "长" * 501, "answer", "最多500个字"),
    ("3,citizen,D1,A3,S5,extra", "", "5个单元格"),
]


@pytest.mark.parametrize(("line", "column", "message"), IN_BALLOTS)
def test_a_fault_in_a_ballot_is_named_with_its_row_and_column(
    tmp_path: Path, line: str, column: str, message: str
) -> None:
    file, row, field, said = only_fault(write_folder(tmp_path, ballots_csv=BALLOTS + line + "\n"))
    assert (file, row, field) == ("ballots.csv", 9, column)
    assert message in said


def test_a_stratum_never_has_more_ballots_than_members(tmp_path: Path) -> None:
    more = BALLOTS + "3,enterprise,,,\n4,enterprise,,,\n5,enterprise,,,\n"
    file, row, column, said = only_fault(write_folder(tmp_path, ballots_csv=more))
    assert (file, row, column) == ("ballots.csv", 10, "stratum")
    assert "超过总体人数(2)" in said


def test_a_row_is_counted_by_the_lines_of_an_editor_even_after_a_cell_of_several_lines(tmp_path: Path) -> None:
    long_cell = BALLOTS + '3,citizen,D1,T1,"一\n二\n三"\n\n3,citizen,D1,A3,S9\n'
    assert only_fault(write_folder(tmp_path, ballots_csv=long_cell))[1] == 13


def test_faults_of_every_file_are_told_at_once(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        round_toml=ROUND.replace("per_ballot = 3", "per_ballot = 0"),
        strata_csv=STRATA.replace(",2,2", ",2,3"),
        departments_csv=DEPARTMENTS.replace("EC,是", "EC,maybe"),
        ballots_csv=BALLOTS + "3,citizen,D9,A3,S5\n3,citizen,D1,A9,S5\n",
    )
    told = sorted((fault.file, fault.row) for fault in faults_in(folder))
    assert told == [
        ("ballots.csv", 9),
        ("ballots.csv", 10),
        ("departments.csv", 3),
        ("round.toml", 9),
        ("strata.csv", 2),
    ]


def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(tmp_path: Path) -> None:
    plain = rounds.read_folder(write_folder(tmp_path))
    windows = {f"{name}_csv": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in LISTS.items()}
    assert rounds.read_folder(write_folder(tmp_path, **windows)) == plain


OTHER_ENCODINGS = [("gb18030", 2, "GB18030"), ("utf-16", 1, "UTF-16")]


@pytest.mark.parametrize(("encoding", "row", "guess"), OTHER_ENCODINGS)
def test_another_encoding_is_said_with_how_to_save_the_file(
    tmp_path: Path, encoding: str, row: int, guess: str
) -> None:
    folder = write_folder(tmp_path, departments_csv=DEPARTMENTS.encode(encoding), ballots_csv=None)
    told = [fault for fault in faults_in(folder) if fault.file == "departments.csv"]
    assert [(fault.row, guess in fault.message, "CSV UTF-8" in fault.message) for fault in told] == [(row, True, True)]


def test_a_nul_byte_is_named_by_its_row(tmp_path: Path) -> None:
    file, row, _, said = only_fault(write_folder(tmp_path, ballots_csv=BALLOTS.replace("Z02", "Z\x0002")))
    assert (file, row, "NUL" in said) == ("ballots.csv", 4, True)


def test_a_file_too_big_to_be_a_list_is_refused(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, strata_csv=STRATA + "#" * 2_000_000)
    assert ("strata.csv", "文件太大：最多2 MB") in [(fault.file, fault.message) for fault in faults_in(folder)]


def test_three_thousand_ballots_are_read_in_seconds(tmp_path: Path) -> None:
    asked = [("A1", "S4"), ("A2", "S3"), ("A3", "S5"), ("Z", "Z01"), ("B", "B02")]
    departments = DEPARTMENTS + "".join(f"E{n},部门{n},,EC,yes\n" for n in range(12))
    rows = [f"{b},citizen,E{n},{item},{answer}" for b in range(3000) for n in range(12) for item, answer in asked]
    folder = write_folder(tmp_path, departments_csv=departments, ballots_csv="\n".join([BALLOTS.split("\n")[0], *rows]))
    started = time.perf_counter()
    assert len(rounds.read_folder(folder)[1]) == 3000
    assert time.perf_counter() - started < 10


NAMES = st.sampled_from(["round_toml", "departments_csv", "strata_csv", "ballots_csv", "questionnaire_toml"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=NAMES,
    content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))),
)
def test_any_bytes_in_any_file_are_told_as_faults_and_nothing_else(tmp_path: Path, name: str, content: bytes) -> None:
    assert faults_in(write_folder(tmp_path, **{name: content}))
