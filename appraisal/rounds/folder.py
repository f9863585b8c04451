"""A round read from a folder of plain files; every fault of every file is found before anything is said."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar

from appraisal.model.ballot import ImportedBallot
from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Combine, Custody, Department, Group, Policy, RoundPlan, Stratum
from appraisal.model.table_reading import Reading
from appraisal.model.wording import Wording
from appraisal.rounds.ballots_file import BallotReading
from appraisal.rounds.csv_rows import Row, rows
from appraisal.rounds.plain_files import read_text
from appraisal.rounds.round_file import POLICY, read_groups, read_head, read_office, read_policy, reading_of

T = TypeVar("T")
ROUND: Final = "round.toml"
QUESTIONNAIRE: Final = "questionnaire.toml"
DEPARTMENTS: Final = "departments.csv"
STRATA: Final = "strata.csv"
BALLOTS: Final = "ballots.csv"
STRATA_COLUMNS: Final = ("code", "name_zh", "name_en", "population", "codes")
MOST_BYTES: Final = 2_000_000
MOST_BYTES_OF_BALLOTS: Final = 200_000_000


def read_folder(folder: Path) -> tuple[RoundPlan, tuple[ImportedBallot, ...]]:
    """The round that the folder describes, and the ballots of ``ballots.csv`` where there is one.

    Raises ``Faulty`` with every fault of every file: name, line from 1, column or field, remedy.
    """
    faults: list[Fault] = []
    source = _tried(lambda: read_text(folder / QUESTIONNAIRE, MOST_BYTES), faults)
    questionnaire = None if source is None else _tried(lambda: read_questionnaire(source, QUESTIONNAIRE), faults)
    strata = _read_rows(folder / STRATA, STRATA_COLUMNS, _stratum, faults)
    columns = ("code", "name_zh", "name_en", "group", "ranked")
    departments = _read_rows(folder / DEPARTMENTS, columns, _department, faults)
    reading = _tried(lambda: reading_of(read_text(folder / ROUND, MOST_BYTES), ROUND), faults)
    plan = None
    if reading is not None:
        plan = _plan(reading, source or "", questionnaire, departments, strata, faults)
    if plan is not None and plan.tally_key is Custody.SHARES and (folder / BALLOTS).exists():
        faults.append(
            Fault.of(ROUND, 0, "round.tally_key", '有ballots.csv时密钥只能是文件：请写成"file"或者删去这一行')
        )
    ballots = _ballots(folder / BALLOTS, questionnaire, departments, strata, faults)
    if faults or plan is None:
        raise Faulty(tuple(faults))
    return plan, ballots


def read_strata(path: Path) -> tuple[Stratum, ...]:
    """The strata of such a file alone, with how many codes each gets. Raises ``Faulty`` with every fault."""
    faults: list[Fault] = []
    strata = _read_rows(path, STRATA_COLUMNS, _stratum, faults)
    if faults:
        raise Faulty(tuple(faults))
    return tuple(stratum for stratum, _ in strata.values())


def _tried(read: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return read()
    except Faulty as faulty:
        faults += faulty.faults
        return None


def _read_rows(
    path: Path, columns: Sequence[str], one: Callable[[Row], T], faults: list[Fault]
) -> dict[str, tuple[T, int]]:
    """Code → what its row says and the row's line. Codes that differ only in case are twins: a log-in knows no case."""
    text = _tried(lambda: read_text(path, MOST_BYTES), faults)
    found = None if text is None else _tried(lambda: rows(text, path.name, columns, faults), faults)
    kept: dict[str, tuple[T, int]] = {}
    seen: dict[str, int] = {}
    for row in found or []:
        made, code = one(row), row.cells["code"]
        if code.lower() in seen:
            row.fault("code", "代码“%(code)s”与第%(line)d行重复", code=code[:40], line=seen[code.lower()])
        seen.setdefault(code.lower(), row.line)
        kept.setdefault(code, (made, row.line))
    return kept


def _stratum(row: Row) -> Stratum:
    name = Wording(row.name("name_zh"), row.optional_name("name_en"))
    population, codes = row.positive("population"), row.count("codes")
    if population is not None and codes > population:
        row.fault("codes", "评议码比总体人数(%(population)g)还多", population=population)
    return Stratum(row.handle("code"), name, population, codes)


def _department(row: Row) -> Department:
    name = Wording(row.name("name_zh"), row.optional_name("name_en"))
    return Department(row.handle("code"), name, row.cells["group"], row.truth("ranked"))


def _plan(
    reading: Reading,
    source: str,
    questionnaire: Questionnaire | None,
    departments: Mapping[str, tuple[Department, int]],
    strata: Mapping[str, tuple[Stratum, int]],
    faults: list[Fault],
) -> RoundPlan | None:
    head, office = read_head(reading), read_office(reading)
    by_code = {code: stratum for code, (stratum, _) in strata.items()}
    # Where strata.csv could not be read, saying of every weight that its stratum is unknown would help nobody.
    groups = read_groups(reading, by_code) if by_code else ()
    policy = None if questionnaire is None else read_policy(reading, questionnaire)
    _check_populations(reading, policy, by_code)
    faults += reading.faults()
    if by_code:
        faults += _group_faults(departments, groups)
    if questionnaire is None or policy is None:
        return None
    return RoundPlan(
        code=head.code,
        title=head.title,
        kind=head.kind,
        opens_on=head.opens_on,
        closes_on=head.closes_on,
        questionnaire=questionnaire,
        questionnaire_source=source,
        departments=tuple(department for department, _ in departments.values()),
        strata=tuple(by_code.values()),
        groups=groups,
        policy=policy,
        office=office,
        previous=head.previous,
        per_ballot=head.per_ballot,
        tally_key=head.tally_key,
        layout=head.layout,
        open_channel=head.open_channel,
    )


def _check_populations(reading: Reading, policy: Policy | None, strata: Mapping[str, Stratum]) -> None:
    """Populations may be missing altogether, then every ballot weighs the same; some known and some not would mix two weights."""
    unknown = [code for code, stratum in strata.items() if stratum.population is None]
    if policy is not None and policy.combine is Combine.POPULATION and 0 < len(unknown) < len(strata):
        message = "按总体人数合成需要每一类的人数，或者都不写;strata.csv里缺少:%(unknown)s"
        reading.fault(POLICY, "combine", message, unknown=", ".join(unknown))


def _group_faults(departments: Mapping[str, tuple[Department, int]], groups: Sequence[Group]) -> list[Fault]:
    known = {group.code for group in groups}
    faults = []
    for department, line in departments.values():
        if department.group not in known:
            message = "round.toml里没有序列“%(group)s”；有:%(known)s"
            parts = {"group": department.group[:40], "known": ", ".join(sorted(known))}
            faults.append(Fault.of(DEPARTMENTS, line, "group", message, **parts))
    used = {department.group for department, _ in departments.values()}
    if departments:
        unused = (group.code for group in groups if group.code not in used)
        faults += [Fault.of(ROUND, 0, "group", "序列“%(group)s”里一个部门也没有", group=code) for code in unused]
    return faults


def _ballots(
    path: Path,
    questionnaire: Questionnaire | None,
    departments: Mapping[str, object],
    strata: Mapping[str, tuple[Stratum, int]],
    faults: list[Fault],
) -> tuple[ImportedBallot, ...]:
    # Against a questionnaire or lists that could not be read, nearly every row would look wrong.
    if not path.exists() or questionnaire is None or not departments or not strata:
        return ()
    by_code = {code: stratum for code, (stratum, _) in strata.items()}
    reading = BallotReading(path.name, questionnaire, frozenset(departments), by_code)
    ballots = _tried(lambda: reading.read(read_text(path, MOST_BYTES_OF_BALLOTS)), faults)
    faults += reading.faults
    return ballots or ()
