"""Whether a slip is genuine: for everybody who holds one, without a log-in. Told is what the register says, never what a slip says."""

import hashlib
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from appraisal import followup
from appraisal.model.slip_check import SlipCheck, Verdict
from appraisal.store.engine import reading
from appraisal.web.language import _
from appraisal.web.place import here

N_: Final = str

TOO_LARGE: Final = N_("文件太大，没有收下。工作提示单的文件都在 500 KB 以下。")
NOTHING_GIVEN: Final = N_("请填写校验码，或者选择要核对的 PDF 文件。")
# Read and hashed piece by piece; the whole request is bounded as every other is.
PIECE: Final = 64 * 1024

bp = Blueprint("slip_check", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of a slip: its number where the register has it, which copy of how many a file is (0: not known)."""

    verdict: Verdict
    number: str = ""
    replaced_by: str = ""
    copy: int = 0
    copies: int = 0
    file: bool = False


@bp.get("/slips/check")
def ask() -> str:
    """The form; with the code of a QR code, the answer to it."""
    code = request.args.get("code", "")[:64]
    return _page(_look("", code, ""), code=code) if code else _page(None)


@bp.post("/slips/check")
def look() -> str | tuple[str, int]:
    """Number and code, a file, or all of them. The file is hashed as it comes and kept nowhere."""
    number, code = (request.form.get(name, "").strip()[:64] for name in ("number", "code"))
    sha256 = _sha256(request.files.get("file"))
    if not code and not sha256:
        return _page(None, number, code, _(NOTHING_GIVEN)), 422
    return _page(_look(number, code, sha256), number, code)


@bp.errorhandler(413)
def too_large(_error: HTTPException) -> tuple[str, int]:
    """Whoever chose some other, larger file is told so, on the same page."""
    return _page(None, trouble=_(TOO_LARGE)), 413


def _look(number: str, code: str, sha256: str) -> Told:
    with reading(here().engine) as db:
        return _told(followup.check_slip(db, number, code, sha256), bool(sha256))


def _told(found: SlipCheck, file: bool) -> Told:
    if found.slip is None:
        return Told(found.verdict, file=file)
    copy = found.copy.number if found.copy is not None and len(found.slip.copies) > 1 else 0
    return Told(found.verdict, found.slip.number, found.slip.replaced_by, copy, len(found.slip.copies), file)


def _sha256(file: FileStorage | None) -> str:
    """Of the file's bytes, in hexadecimal; "" where no file was chosen."""
    if file is None or not file.filename:
        return ""
    digest = hashlib.sha256()
    while piece := file.stream.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _page(told: Told | None, number: str = "", code: str = "", trouble: str = "") -> str:
    return render_template("public/slip_check.html", told=told, number=number, code=code, trouble=trouble)
