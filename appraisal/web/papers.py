"""The letter of a slip as the file that was kept."""

from io import BytesIO

from flask import abort, send_file
from werkzeug.wrappers import Response

from appraisal import followup
from appraisal.model.evidence import MEDIA_TYPES
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.evidence import evidence_file
from appraisal.store.slip_copies import copies_of
from appraisal.web.reads import note_look, writing


def slip_file(slip_id: int) -> Response:
    """The department's copy as it was issued, never made anew; that somebody took it is written down. 404 before it was issued."""
    with writing() as db:
        number = _issued_number(db, slip_id)
        content = followup.pdf(db, slip_id)
        note_look(db, "slip.download", number)
    return _letter(content, number)


def slip_copy_file(slip_id: int, copy: int) -> Response:
    """One copy of a letter, from 1; who took which is written down, since a copy tells whose it was. 404 where there is none."""
    with writing() as db:
        number = _issued_number(db, slip_id)
        if copy not in {each.number for each in copies_of(db, slip_id)}:
            abort(404)
        kept, content = followup.slip_copy(db, slip_id, copy)
        note_look(db, "slip.download", f"{number}/{kept.number:06d}")
    return _letter(content, f"{number}-{kept.number:06d}")


def _issued_number(db: Session, slip_id: int) -> str:
    line = followup.slip(db, slip_id, city_now().date()).line
    if line.sha256 is None or line.number is None:
        abort(404)
    return line.number


def _letter(content: bytes, name: str) -> Response:
    # The number is Chinese: send_file writes it as RFC 6266 asks, since a header takes Latin letters alone.
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=f"{name}.pdf")


def evidence_download(slip_id: int, file_id: int) -> Response:
    """A file that a department laid beside its answer, to be saved, never shown inside a page; the look is written down."""
    with writing() as db:
        found = evidence_file(db, slip_id, file_id)
        if found is None:
            abort(404)
        file, content = found
        note_look(db, "evidence.download", f"{slip_id}/{file_id}", file.sha256)
    response = send_file(BytesIO(content), MEDIA_TYPES[file.kind], as_attachment=True, download_name=file.name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
