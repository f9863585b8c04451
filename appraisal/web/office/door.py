"""Where the organiser's pages hang."""

from flask import Blueprint, render_template

from appraisal.model.faults import Refused
from appraisal.web.language import _

bp = Blueprint("office", __name__, url_prefix="/office")


@bp.errorhandler(Refused)
def refused(refusal: Refused) -> tuple[str, int]:
    """Why a deed was not done, on a page of the office, so that its menu stays at hand."""
    return render_template("staff/refused.html", reason=_(refusal.reason, **refusal.parts)), 409
