"""What a reminder may say: one text for everybody, that steers nobody, carries no code and thanks nobody for anything."""

import re
from dataclasses import dataclass
from typing import Final

from appraisal.model.faults import Fault, Faulty
from appraisal.model.leading import leading_phrase
from appraisal.model.message import LONGEST_BODY, LONGEST_SUBJECT, is_one_line

STEP: Final = 20
MOST_BATCHES: Final = 2
# Two lists close to one another would tell who answered in between.
DAYS_BETWEEN: Final = 3
KEPT_DAYS: Final = 30
_CODE: Final = re.compile(r"/q/|(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-－—][0-9A-Za-z]{4}[-－—][0-9A-Za-z]{4}(?![0-9A-Za-z])")
_THANKS: Final = re.compile(r"感谢.{0,6}(?:评议|参与|提交|填写|作答|答复)|\bthanks?\b(?: you)? for\b", re.IGNORECASE)
_PRESSURE: Final = re.compile(
    r"(?:必须|务必|不得不|否则|通报|扣分|排名)|\b(?:must|mandatory|or else|ranking)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ReminderText:
    """Subject (of mails alone) and body of a reminder, both languages in one text."""

    subject: str
    body: str


def read_wording(text: str, file: str) -> ReminderText:
    """The wording in a plain text: the subject in the first line, an empty line, the body. Raises ``Faulty`` with every fault.

    >>> read_wording("提醒\\n\\n请看信函。", "w.txt")
    ReminderText(subject='提醒', body='请看信函。')
    """
    first, _, rest = text.removeprefix("\ufeff").replace("\r\n", "\n").partition("\n")
    wording = ReminderText(first.strip(), rest.strip())
    found = faults_of(wording, file)
    if found:
        raise Faulty(found)
    return wording


def faults_of(wording: ReminderText, file: str) -> tuple[Fault, ...]:
    """Everything that keeps a wording from being sent; row 1 is the subject, the body begins behind it."""
    lines = [(1, wording.subject), *((number, line) for number, line in enumerate(wording.body.split("\n"), start=3))]
    faults = [fault for number, line in lines for fault in _faults_of_line(file, number, line)]
    if not wording.subject:
        faults.append(Fault.of(file, 1, "", "第一行应当是标题"))
    if not wording.body:
        faults.append(Fault.of(file, 3, "", "标题下空一行，再写正文"))
    if len(wording.subject) > LONGEST_SUBJECT or len(wording.body) > LONGEST_BODY:
        most = {"subject": LONGEST_SUBJECT, "body": LONGEST_BODY}
        faults.append(Fault.of(file, 0, "", "标题最多%(subject)d个字，正文最多%(body)d个字", **most))
    return tuple(faults)


def shown_count(count: int) -> int:
    """A count as it is told while a round is open: in whole steps of 20, so that nobody is seen coming.

    >>> shown_count(19), shown_count(45)
    (0, 40)
    """
    return count // STEP * STEP


def _faults_of_line(file: str, number: int, line: str) -> list[Fault]:
    faults = []
    if leading := leading_phrase(line):
        faults.append(Fault.of(file, number, "", "“%(phrase)s”会引导评议人怎样评价，请删去", phrase=leading))
    if _CODE.search(line):
        faults.append(Fault.of(file, number, "", "提醒里不能有评议码或带评议码的链接；请让评议人看信函"))
    if thanks := _THANKS.search(line):
        faults.append(
            Fault.of(file, number, "", "“%(phrase)s”：提醒只发给还没有用过的评议码，不能感谢谁评议过", phrase=thanks[0])
        )
    if pressure := _PRESSURE.search(line):
        faults.append(
            Fault.of(file, number, "", "“%(phrase)s”是施压的话，参加评议是自愿的，请删去", phrase=pressure[0])
        )
    if not is_one_line(line):
        faults.append(Fault.of(file, number, "", "这一行含有控制字符"))
    return faults
