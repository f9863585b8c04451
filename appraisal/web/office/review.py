"""The review desk: one comment at a time, masked first; released by one person and confirmed by another."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appraisal import scoring
from appraisal.forms.office import MaskForm
from appraisal.masking import Kind
from appraisal.model.review import IN_WORK, KeptComment, ReviewAction, ReviewState, next_review_state
from appraisal.model.wording import Wording
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, snapshot, the_round, writing

Page = str | tuple[str, int] | Response
HERE = "office.review_comment"
# What somebody vouches for by having read it: a colleague may have changed the masks since the page was shown.
READ_OVER = frozenset({ReviewAction.RELEASE, ReviewAction.CONFIRM})


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A department, ``None`` for the city as a whole, with state, number and first id of its comments."""

    name: Wording | None
    counts: tuple[tuple[ReviewState, int, str | None], ...]


@bp.get("/rounds/<round_code>/review")
def review(round_code: str) -> str:
    """How far the reading is, by department. No text is shown here."""
    with snapshot() as db:
        kept = the_round(db, round_code)
        every = scoring.comments_to_review(db, round_code, None)
    counts = scoring.by_state(every)
    named: dict[str | None, Wording | None] = {None: None} | {one.code: one.name for one in kept.plan.departments}
    lines = [
        ReviewLine(name, tuple((state, counts[code][state], _first(every, code, state)) for state in ReviewState))
        for code, name in named.items()
        if code in counts
    ]
    return render_template("staff/review.html", round=kept, lines=lines, states=_states())


@bp.get("/rounds/<round_code>/review/<comment>")
def review_comment(round_code: str, comment: str) -> str:
    """One text. Nothing is shown before the look is on record."""
    return _page(round_code, comment, MaskForm(formdata=None))


@bp.post("/rounds/<round_code>/review/<comment>/mask")
def remask(round_code: str, comment: str) -> Page:
    """Mask more words, and lay open what was masked for nothing."""
    form = MaskForm()
    if not form.validate_on_submit():
        return _page(round_code, comment, form), 422
    laid_open = {int(at) for at in form.pieces.data or () if at.isdecimal()}
    with writing() as db:
        known = scoring.public_terms(the_round(db, round_code))
        scoring.refuse_unseen(db, round_code, comment, request.form.get("seen", ""), known)
        scoring.remask(
            db, round_code, comment, form.words.data or "", Kind(form.kind.data or Kind.OTHER), laid_open, known
        )
        note_look(db, "comment.mask", f"{round_code}/{comment}")
    flash(_("已按您的意见隐去或恢复。"), "good")
    return redirect(url_for(HERE, round_code=round_code, comment=comment), 303)


@bp.post("/rounds/<round_code>/review/<comment>/<any(read, release, confirm, take_back):action>")
def move_comment(round_code: str, comment: str, action: str) -> Response:
    with writing() as db:
        known = scoring.public_terms(the_round(db, round_code))
        if action in READ_OVER:
            scoring.refuse_unseen(db, round_code, comment, request.form.get("seen", ""), known)
        scoring.review_comment(db, round_code, comment, ReviewAction(action), staff().login, known)
        note_look(db, f"comment.{action}", f"{round_code}/{comment}")
    flash(_("已记录。"), "good")
    return redirect(url_for(HERE, round_code=round_code, comment=comment), 303)


def _page(round_code: str, comment_id: str, form: MaskForm) -> str:
    with writing() as db:
        kept = the_round(db, round_code)
        comment = scoring.one_comment(db, round_code, comment_id)
        beside = scoring.comments_to_review(db, round_code, comment.department)
        note_look(db, "comment.look", f"{round_code}/{comment_id}")
    known = scoring.public_terms(kept)
    about = next((one.name for one in kept.plan.departments if one.code == comment.department), None)
    own = comment.released_by == staff().login
    deeds = [one for one in ReviewAction if next_review_state(comment.state, one)]
    return render_template(
        "staff/review_comment.html",
        round=kept,
        about=about,
        next=_next(beside, comment),
        comment=scoring.shown(comment, known),
        alike=[scoring.shown(one, known) for one in scoring.alike(beside, comment_id)],
        in_work=comment.state in IN_WORK,
        deeds=[one for one in deeds if not (own and one is ReviewAction.CONFIRM)],
        own=own,
        form=form,
        states=_states(),
        actions=_actions(),
        kinds=_kinds(),
    )


def _first(every: tuple[KeptComment, ...], department: str | None, state: ReviewState) -> str | None:
    found = scoring.next_comment(every, department, state, staff().login)
    same = (one.id for one in every if one.department == department and one.state is state)
    return found.id if found else next(same, None)


def _next(beside: tuple[KeptComment, ...], comment: KeptComment) -> str | None:
    """The next of the same department that somebody still has to look at; texts in work before those to be confirmed."""
    after = [one for one in beside if one.id > comment.id] + [one for one in beside if one.id < comment.id]
    for state in (ReviewState.RAW, ReviewState.READ, ReviewState.RELEASED):
        found = scoring.next_comment(after, comment.department, state, staff().login)
        if found:
            return found.id
    return None


def _states() -> dict[ReviewState, str]:
    return {
        ReviewState.RAW: _("未读"),
        ReviewState.READ: _("已读"),
        ReviewState.RELEASED: _("已放行"),
        ReviewState.CONFIRMED: _("已复核"),
    }


def _actions() -> dict[ReviewAction, str]:
    return {
        ReviewAction.READ: _("标为已读"),
        ReviewAction.RELEASE: _("放行"),
        ReviewAction.CONFIRM: _("复核同意"),
        ReviewAction.TAKE_BACK: _("撤回"),
    }


def _kinds() -> dict[Kind, str]:
    return {
        Kind.PERSON: _("姓名"),
        Kind.COMPANY: _("单位"),
        Kind.PROJECT: _("项目"),
        Kind.PHONE: _("电话"),
        Kind.IDENTITY: _("身份证号"),
        Kind.BANK_CARD: _("银行卡号"),
        Kind.CREDIT_CODE: _("信用代码"),
        Kind.PLATE: _("车牌"),
        Kind.PASSPORT: _("证件号"),
        Kind.EMAIL: _("邮箱"),
        Kind.WEB: _("网址"),
        Kind.ACCOUNT: _("微信或QQ"),
        Kind.ADDRESS: _("地址"),
        Kind.CASE: _("编号"),
        Kind.DATE: _("日期"),
        Kind.NUMBER: _("号码"),
        Kind.OTHER: _("其他"),
    }
