"""``ballots.csv``: ballots that were collected elsewhere, one row a rating, mark or text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from appraisal.model.ballot import Answers, ImportedBallot, Sheet
from appraisal.model.faults import Fault
from appraisal.model.questionnaire import Item, Kind, Questionnaire
from appraisal.model.round import Stratum
from appraisal.rounds.csv_rows import records

COLUMNS: Final = ("ballot", "stratum", "department", "item", "answer")


@dataclass(slots=True)
class _Ballot:
    stratum: str
    line: int
    sheets: dict[str, Sheet] = field(default_factory=dict)


class BallotReading:
    """Reads the rows one by one; ``faults`` holds what was wrong, by line and column."""

    def __init__(
        self, file: str, questionnaire: Questionnaire, departments: frozenset[str], strata: Mapping[str, Stratum]
    ) -> None:
        self.file = file
        self.departments = departments
        self.strata = strata
        self.of_department = {item.code: item for item in questionnaire.department_items}
        self.of_ballot = {item.code: item for item in questionnaire.ballot_items}
        self.options = {item.code: {option.code for option in item.options} for item in questionnaire.items()}
        self.exclusive = {
            item.code: {option.code for option in item.options if option.exclusive} for item in questionnaire.items()
        }
        self.ballots: dict[str, _Ballot] = {}
        self.faults: list[Fault] = []

    def read(self, text: str) -> tuple[ImportedBallot, ...]:
        """Every ballot in the order of its first row. Raises ``Faulty`` for a heading or quoting that cannot be read."""
        for line, cells in records(text, self.file, COLUMNS):
            if cells:
                self._row(line, *cells)
            else:
                self._fault(line, "", "这一行应当有%(wanted)d个单元格；多了或少了逗号", wanted=len(COLUMNS))
        self._check_counts()
        return tuple(ImportedBallot(ballot.stratum, _answers(ballot)) for ballot in self.ballots.values())

    def _fault(self, line: int, column: str, message: str, /, **parts: Any) -> None:
        self.faults.append(Fault.of(self.file, line, column, message, **parts))

    def _row(self, line: int, number: str, stratum: str, department: str, code: str, answer: str) -> None:
        ballot = self._ballot(line, number, stratum)
        if ballot is None:
            return
        if not code:
            if department or answer:
                self._fault(line, "item", "没有写是哪一题；整张票没有作答时,department和answer也要空着")
            return
        if department and department not in self.departments:
            self._fault(line, "department", "departments.csv里没有“%(code)s”", code=department[:40])
            return
        item = (self.of_department if department else self.of_ballot).get(code)
        if item is None:
            self._fault(line, "item", "问卷里这里没有“%(code)s”这一题", code=code[:40])
        elif not answer:
            self._fault(line, "answer", "没有答案；没有回答的题不要写成一行")
        else:
            self._answer(line, ballot.sheets.setdefault(department, Sheet({}, {}, {})), item, answer)

    def _ballot(self, line: int, number: str, stratum: str) -> _Ballot | None:
        if not number:
            self._fault(line, "ballot", "缺少票号")
            return None
        if stratum not in self.strata:
            self._fault(line, "stratum", "strata.csv里没有“%(code)s”", code=stratum[:40])
            return None
        ballot = self.ballots.get(number)
        if ballot is None:
            ballot = self.ballots[number] = _Ballot(stratum, line)
        elif ballot.stratum != stratum:
            message = "同一张票在第%(line)d行属于“%(stratum)s”"
            self._fault(line, "stratum", message, line=ballot.line, stratum=ballot.stratum)
        return ballot

    def _answer(self, line: int, sheet: Sheet, item: Item, answer: str) -> None:
        if item.kind is Kind.TEXT:
            self._text(line, sheet.texts, item, answer)
        elif answer not in self.options[item.code]:
            self._fault(line, "answer", "“%(item)s”没有“%(answer)s”这个选项", item=item.code, answer=answer[:40])
        elif item.kind is Kind.RATING:
            self._once(line, sheet.ratings, item, answer)
        else:
            self._mark(line, sheet.marks, item, answer)

    def _text(self, line: int, texts: Mapping[str, str], item: Item, answer: str) -> None:
        if len(answer) > item.limit:
            self._fault(line, "answer", "文字太长：最多%(most)d个字", most=item.limit)
        self._once(line, texts, item, answer)

    def _once(self, line: int, answers: Mapping[str, str], item: Item, answer: str) -> None:
        if item.code in answers:
            self._fault(line, "item", "这张票在这里已经答过“%(item)s”", item=item.code)
        _put(answers, item.code, answer)

    def _mark(self, line: int, marks: Mapping[str, tuple[str, ...]], item: Item, answer: str) -> None:
        before = marks.get(item.code, ())
        if answer in before:
            self._fault(line, "answer", "“%(answer)s”勾了两次", answer=answer)
        elif before and self.exclusive[item.code] & {answer, *before}:
            self._fault(line, "answer", "“没有”或“没有接触”不能与其他项同时勾选")
        _put(marks, item.code, (*before, answer))

    def _check_counts(self) -> None:
        """No stratum may have more ballots than members: its sample cannot be larger than its population."""
        counts = dict.fromkeys(self.strata, 0)
        for ballot in self.ballots.values():
            counts[ballot.stratum] += 1
            population = self.strata[ballot.stratum].population
            if population is not None and counts[ballot.stratum] == int(population) + 1:
                message = "“%(stratum)s”的票数从这里起超过总体人数(%(population)g)"
                self._fault(ballot.line, "stratum", message, stratum=ballot.stratum, population=population)


def _put(answers: Mapping[str, Any], code: str, answer: object) -> None:
    # While a ballot is being read its sheets are plain dictionaries; nobody else holds them yet.
    if isinstance(answers, dict):
        answers[code] = answer


def _answers(ballot: _Ballot) -> Answers:
    overall = ballot.sheets.pop("", Sheet())
    return Answers(ballot.sheets, overall)
