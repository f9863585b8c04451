"""Writing up a finding: what it rests on is ticked and counted, the words are the office's own."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.forms.office import SourcedFindingForm
from appraisal.model.faults import Refused
from appraisal.model.finding import Sources, Weight
from appraisal.model.flags import FlagLine
from appraisal.model.review import ReviewState
from appraisal.scoring.review import Shown
from appraisal.settings import city_now
from appraisal.store import Session
from appraisal.store.findings import findings_of_comments, findings_of_flags
from appraisal.store.rounds import KeptRound
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.office.flag_views import line_view
from appraisal.web.office.results import look_at_comments
from appraisal.web.reads import snapshot, the_round, writing
from appraisal.web.result_views import marks_of
from appraisal.web.row_numbers import row_numbers

Page = str | tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a finding may rest on. ``used``: findings that do already; ``twin``: the place of an earlier text nearly like it."""

    value: str
    words: str
    count: int | None = None
    used: tuple[str, ...] = ()
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything about one department that may be ticked."""

    flags: tuple[Source, ...]
    marks: tuple[Source, ...]
    comments: tuple[Source, ...]


@bp.get("/rounds/<round_code>/flags/<int:flag_id>/finding")
def flag_form(round_code: str, flag_id: int) -> str:
    """The form with one flag ticked; one of an older run is no longer there to be written up."""
    with snapshot() as db:
        found = [flag for flag in scoring.results(db, round_code).flags if flag.id == flag_id]
    if not found:
        abort(404)
    form = SourcedFindingForm(formdata=None, flags=[str(flag_id)])
    return _page(round_code, found[0].department, form)


@bp.get("/rounds/<round_code>/departments/<department>/finding")
def finding_form(round_code: str, department: str) -> str:
    return _page(round_code, department, SourcedFindingForm(formdata=None))


@bp.post("/rounds/<round_code>/departments/<department>/finding")
def register(round_code: str, department: str) -> Page:
    """Enter the finding, or only count what its sources come to."""
    form = SourcedFindingForm()
    if "count" in request.form:
        return _page(round_code, department, form, *_weighed(round_code, department, _chosen(form)))
    if not form.validate_on_submit():
        return _page(round_code, department, form), 422
    said = (form.statement.data or "", form.demand.data or "", form.basis.data or "")
    new = scoring.NewFinding(department, *said, _chosen(form))
    try:
        with writing() as db:
            number = scoring.register_finding(db, round_code, new, staff().login, city_now())
    except Refused as refusal:
        # On the form itself: what was written must not be lost over a tick too few.
        return _page(round_code, department, form, None, _(refusal.reason, **refusal.parts)), 409
    flash(_("已挂号：%(number)s。", number=number), "good")
    return redirect(url_for("office.finding", number=number), 303)


def _chosen(form: SourcedFindingForm) -> Sources:
    """What was ticked; what no page of ours offers is left out."""
    marks = [tuple(each.split(":", 1)) for each in form.marks.data or () if ":" in each]
    return Sources(
        marks=tuple((item, option) for item, option in dict.fromkeys(marks)),
        flags=row_numbers(form.flags.data or []),
        comments=tuple(dict.fromkeys(form.comments.data or ())),
    )


def _weighed(round_code: str, department: str, chosen: Sources) -> tuple[Weight | None, str]:
    """How much the sources come to, or why they cannot be used."""
    try:
        with snapshot() as db:
            kept = the_round(db, round_code)
            return scoring.weigh(db, kept, department, scoring.checked_sources(db, kept, department, chosen)), ""
    except Refused as refusal:
        return None, _(refusal.reason, **refusal.parts)


def _page(
    round_code: str, department: str, form: SourcedFindingForm, weight: Weight | None = None, refusal: str = ""
) -> str:
    """The form with the comments on it: to be understood, not to be copied. The look is written down."""
    comments = look_at_comments(round_code, department)
    with snapshot() as db:
        kept = the_round(db, round_code)
        offer = _offer(db, kept, department, comments)
    (named,) = [each for each in kept.plan.departments if each.code == department]
    return render_template(
        "staff/finding_form.html",
        round=kept,
        department=named,
        form=form,
        offer=offer,
        weight=weight,
        refusal=refusal,
        least=kept.plan.policy.minimum_ballots,
        unread=[one for one in comments if one.kept.state is not ReviewState.CONFIRMED],
    )


def _offer(db: Session, kept: KeptRound, department: str, comments: tuple[Shown, ...]) -> Offer:
    found = scoring.results(db, kept.plan.code)
    (own,) = [each for each in found.departments if each.code == department]
    lines = [line for line in found.flag_lines if line.department == department]
    written = findings_of_flags(db, [flag.id for flag in found.flags])
    counts = {(mark.item, mark.option): mark.count for mark in own.marks}
    marks = [
        Source(
            f"{name.item}:{name.code}", f"{name.code} {name.label[g.language]}", counts.get((name.item, name.code), 0)
        )
        for name in marks_of(kept.plan.questionnaire)
    ]
    read = tuple(one for one in comments if one.kept.state is ReviewState.CONFIRMED)
    return Offer(
        flags=tuple(_flag(kept, line, written) for line in lines),
        marks=tuple(sorted(marks, key=lambda one: -(one.count or 0))),
        comments=_texts(read, findings_of_comments(db, kept.id)),
    )


def _flag(kept: KeptRound, line: FlagLine, written: Mapping[int, str]) -> Source:
    """One line of the flags page; the strictest of its rules is what is ticked."""
    view = line_view(kept.plan, line, written, g.language)
    flag = line.raises or line.reasons[0]
    words = f"{view.mark}{_('：')}{view.reasons[0].sentence}"
    used = written.get(flag.id)
    return Source(str(flag.id), words, used=() if used is None else (used,))


def _texts(read: tuple[Shown, ...], used: Mapping[str, tuple[str, ...]]) -> tuple[Source, ...]:
    """The comments that may be ticked; a copy names the place of the text that it is a copy of."""
    twins: dict[int, int] = {}
    for group in scoring.alike_places([one.kept.text for one in read]):
        first, *copies = sorted(group.members)
        twins |= dict.fromkeys(copies, first + 1)
    return tuple(
        Source(one.kept.id, one.text, used=used.get(one.kept.id, ()), twin=twins.get(place))
        for place, one in enumerate(read)
    )
