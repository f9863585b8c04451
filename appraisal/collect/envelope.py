"""What is inside a sealed ballot and a sealed comment, as bytes. Neither names the other."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from appraisal.model.ballot import Answers, Sheet


@dataclass(frozen=True, slots=True)
class SealedText:
    """One comment: about which department (its code, "" for the city as a whole), to which item. No stratum, no ballot."""

    department: str
    item: str
    text: str


def pack_ballot(stratum: str, answers: Answers) -> bytes:
    """Stratum and answers without their texts, on two lines of JSON."""
    sheets = {code: _without_texts(sheet) for code, sheet in answers.departments.items()}
    # A sheet with a comment alone leaves no trace here, or its being empty would lead to the comment.
    bare = Answers({code: sheet for code, sheet in sheets.items() if not sheet.empty}, _without_texts(answers.overall))
    return f"{json.dumps(stratum)}\n{bare.to_json()}".encode()


def _without_texts(sheet: Sheet) -> Sheet:
    return Sheet(sheet.ratings, sheet.marks)


def unpack_ballot(plain: bytes) -> tuple[str, Answers]:
    stratum, _, answers = plain.decode().partition("\n")
    return str(json.loads(stratum)), Answers.from_json(answers)


def texts_of(answers: Answers) -> Iterator[SealedText]:
    """Every text of a ballot, each to be sealed on its own."""
    for department, sheet in (*answers.departments.items(), ("", answers.overall)):
        yield from _texts_on(department, sheet)


def pack_text(text: SealedText) -> bytes:
    return json.dumps([text.department, text.item, text.text], ensure_ascii=False).encode()


def unpack_text(plain: bytes) -> SealedText:
    return SealedText(*json.loads(plain))


def _texts_on(department: str, sheet: Sheet) -> Iterator[SealedText]:
    for item, text in sheet.texts.items():
        yield SealedText(department, item, text)
