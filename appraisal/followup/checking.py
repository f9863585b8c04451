"""Whether a slip that somebody holds was issued here: by its number and code, by the file, or by both."""

import hashlib
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.slip_check import (
    IssuedSlip,
    SlipCheck,
    SlipCopy,
    Verdict,
    is_hash_prefix,
    read_code,
    tidy_code,
    tidy_number,
)
from appraisal.reports.copies import numbered
from appraisal.store import Session, slip_copies, slips

NOTHING: Final = SlipCheck(Verdict.UNKNOWN)


def check_slip(db: Session, number: str, code: str, sha256: str) -> SlipCheck:
    """Hold what somebody typed and the SHA-256 of a file, in hexadecimal, against the register; "" for what was not given.

    ``code``: the check code, or at least 12 digits of the file's SHA-256. A number alone says nothing, since numbers can be guessed. What
    does not fit together is as unknown as what was never issued; only who has the right code is told that a file was altered.
    """
    by_file = slip_copies.issued_with_hash(db, sha256) if sha256 else None
    by_code = _with_code(db, tidy_code(code)) if code.strip() else None
    found = by_code if code.strip() else by_file
    if found is None or (number.strip() and tidy_number(number) != tidy_number(found.number)):
        return NOTHING
    if sha256 and by_file is None:
        return SlipCheck(Verdict.ALTERED, found)
    if by_file is not None and by_file.id != found.id:
        return NOTHING
    copy = next((each for each in found.copies if each.sha256 == sha256), None)
    return SlipCheck(Verdict.RECALLED if found.recalled else Verdict.GENUINE, found, copy)


def slip_copy(db: Session, slip_id: int, number: int) -> tuple[SlipCopy, bytes]:
    """One copy of an issued slip and its bytes: the letter with the digits of that copy, held against its hash.

    Raises ``Refused`` when there is no such copy, or when it is no longer what was entered at the issue.
    """
    kept = {copy.number: copy for copy in slip_copies.copies_of(db, slip_id)}
    letter = slips.slip_pdf(db, slip_id)
    if number not in kept or letter is None:
        raise Refused("这份工作提示单没有这个份号。")
    content = numbered(letter, number)
    if hashlib.sha256(content).hexdigest() != kept[number].sha256:
        raise Refused("存档的文件与登记的校验值不一致，没有给出。请联系管理员核查数据库。")
    return kept[number], content


def _with_code(db: Session, code: str) -> IssuedSlip | None:
    found = slip_copies.issued_with_code(db, read_code(code))
    if found is None and is_hash_prefix(code):
        return slip_copies.issued_with_hash(db, code.lower())
    return found
