"""Reports to download: printed by the worker, never inside a request; until it is there, a page that waits for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from flask import g, make_response, render_template, request, send_file
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.model.faults import Refused
from appraisal.model.round_job import read_failure
from appraisal.scoring.report_file import asked_path, failed_path, report_path, round_report_path
from appraisal.web.language import _
from appraisal.web.place import here
from appraisal.web.reads import note_look, snapshot, the_round, writing

# Seconds until somebody who still waits may have it asked for again: a worker that was killed left the mark behind.
PATIENCE: Final = 120
LOOK_AGAIN: Final = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that the worker prints: where it will lie, and the job to put into the queue."""

    path: Path
    put: Callable[[], object]

    def failure(self) -> Refused | None:
        """Why it could not be printed, unless it was since."""
        note = failed_path(self.path)
        return read_failure(note.read_text("utf-8")) if note.exists() and not self.path.exists() else None

    def ask(self) -> None:
        """Put it into the queue, once however often the page is loaded."""
        mark = asked_path(self.path)
        if mark.exists() and time.time() - mark.stat().st_mtime < PATIENCE:
            return
        mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark.touch()
        failed_path(self.path).unlink(missing_ok=True)
        self.put()


def department_report(round_code: str, department: str, back: str) -> Response:
    """The PDF, and that somebody took it is written down; else the page that waits. ``back``: where the reader came from."""
    place = here()
    with snapshot() as db:
        facts = scoring.department_facts(db, round_code, department)
    path = report_path(place.settings, facts, g.language)
    asked = Asked(path, lambda: place.queue.print_report(round_code, department, g.language))
    title = f"{_('部门报告')} {facts.own.name[g.language]}"
    return _document(asked, round_code, f"{round_code}/{department}", title, back)


def round_report(round_code: str, back: str) -> Response:
    """The same for the report on the whole round."""
    place = here()
    with snapshot() as db:
        facts = scoring.round_facts(db, round_code)
    path = round_report_path(place.settings, facts, g.language)
    asked = Asked(path, lambda: place.queue.print_round_report(round_code, g.language))
    return _document(asked, round_code, round_code, _("评议结果报告"), back)


def _document(asked: Asked, round_code: str, subject: str, title: str, back: str) -> Response:
    """``subject``: what it is on, as the trail names it and, with dashes, the file."""
    path, failed = asked.path, asked.failure() if "again" not in request.args else None
    if not path.exists() and failed is None:
        asked.ask()
        failed = asked.failure()
    # An installation that does its jobs at once has it by now.
    if path.exists():
        with writing() as db:
            note_look(db, "report.download", subject, path.stem)
        name = f"{subject.replace('/', '-')}.pdf"
        return send_file(BytesIO(path.read_bytes()), "application/pdf", as_attachment=True, download_name=name)
    with snapshot() as db:
        kept = the_round(db, round_code)
    page = render_template("staff/report_waiting.html", round=kept, title=title, back=back, failed=failed)
    answer = make_response(page)
    if failed is None:
        # Without what was asked for again, which would be asked for each time.
        answer.headers["Refresh"] = f"{LOOK_AGAIN}; url={request.path}" if request.args else str(LOOK_AGAIN)
    return answer
