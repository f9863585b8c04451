"""The ledger as a workbook, for the office, the auditor and the command line."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Final

from flask import request, send_file
from werkzeug.wrappers import Response

from appraisal import followup, scoring
from appraisal.reports.helped_wording import ledger_words
from appraisal.reports.ledger_book import LedgerRow, ledger_book
from appraisal.scoring.outcomes import Outcome
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.rounds import all_rounds
from appraisal.web.catalogue import Catalogue
from appraisal.web.reads import note_look, snapshot, writing

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(db: Session, round_code: str | None, today: date) -> bytes:
    """Every problem of a round, or of all, with the balance over just these."""
    found = followup.ledger(db, round_code, today)
    seen = scoring.outcomes(db, (line.round_code for line in found.lines))
    later = (one.round_code for each in seen.values() for one in each if one.round_code)
    names = Catalogue.of(db, (*(line.round_code for line in found.lines), *later))
    rows = [
        LedgerRow(
            line,
            names.round(line.round_code).zh,
            names.department(line.round_code, line.department).zh,
            names.mark(line.round_code, line.item, line.option).zh,
            _helped(seen.get(line.number, ()), names),
        )
        for line in found.lines
    ]
    return ledger_book(rows, found.balance, today)


def _helped(seen: Sequence[Outcome], names: Catalogue) -> str:
    return ledger_words([(names.round(one.round_code).zh if one.round_code else "", one.verdict) for one in seen])


def ledger_download() -> Response:
    """The ledger of the round that is asked for, or of all; the look is written down."""
    today = city_now().date()
    with snapshot() as db:
        known = {line.code for line in all_rounds(db)}
        asked = request.args.get("round", "")
        code = asked if asked in known else None
        content = workbook(db, code, today)
    with writing() as db:
        note_look(db, "ledger.download", code or "")
    return send_file(BytesIO(content), MEDIA_TYPE, as_attachment=True, download_name=f"ledger-{code or 'all'}.xlsx")
