"""Tuning a questionnaire: take the file, change it, see what is wrong with it and what is new in it, publish a version."""

from flask import flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appraisal import rounds
from appraisal.forms.office import QuestionnaireForm, SourceForm
from appraisal.model.ballot import Sheet
from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire import Questionnaire
from appraisal.model.questionnaire_diff import compare
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.settings import city_now
from appraisal.web.access import staff
from appraisal.web.language import _
from appraisal.web.office.door import bp
from appraisal.web.reads import note_look, snapshot, writing
from appraisal.web.respondent.views import Question, question

Page = str | tuple[str, int] | Response
UNSHUFFLED = bytes(16)
FILE = "questionnaire.toml"


@bp.get("/questionnaires")
def questionnaires() -> str:
    with snapshot() as db:
        found = [rounds.latest_questionnaire(db, code) for code in rounds.questionnaire_codes(db)]
    return render_template(
        "staff/questionnaires.html", questionnaires=[(each, rounds.read_version(each)) for each in found]
    )


@bp.get("/questionnaires/<questionnaire>", endpoint="questionnaire")
def one_questionnaire(questionnaire: str) -> str:
    return _page(questionnaire, QuestionnaireForm(), ())


@bp.get("/questionnaires/<questionnaire>/file")
def questionnaire_file(questionnaire: str) -> Response:
    """The newest version as the file it was read from."""
    with writing() as db:
        kept = rounds.latest_questionnaire(db, questionnaire)
        note_look(db, "questionnaire.download", f"{kept.code} v{kept.version}")
    answer = Response(kept.source, mimetype="application/toml")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{kept.code}-v{kept.version}.toml")
    return answer


@bp.post("/questionnaires/<questionnaire>/compare", endpoint="compare")
def compare_upload(questionnaire: str) -> Page:
    """Check an uploaded file; nothing is stored yet."""
    form = QuestionnaireForm()
    if not form.validate_on_submit():
        return _page(questionnaire, form, ()), 422
    try:
        source = form.file.data.read().decode("utf-8-sig").replace("\r\n", "\n")
        changed = read_questionnaire(source, FILE)
    except UnicodeDecodeError:
        return _page(questionnaire, form, (Fault(FILE, 0, "", _("文件不是UTF-8编码，请另存为UTF-8后再上传。")),)), 422
    except Faulty as faulty:
        return _page(questionnaire, form, faulty.faults), 422
    with snapshot() as db:
        latest = rounds.latest_questionnaire(db, questionnaire)
    if changed.code != questionnaire:
        return _page(questionnaire, form, (_other_code(changed, questionnaire),)), 422
    return render_template(
        "staff/questionnaire_changes.html",
        latest=latest,
        changed=changed,
        differences=compare(rounds.read_version(latest), changed),
        form=SourceForm(formdata=None, source=source),
        same=source == latest.source,
        preview=preview(changed, g.language),
    )


def _other_code(changed: Questionnaire, questionnaire: str) -> Fault:
    source = "代码是“%(found)s”，这份问卷的代码是“%(wanted)s”；代码不能改。"
    return Fault.of(FILE, 0, "code", source, found=changed.code, wanted=questionnaire)


@bp.post("/questionnaires/<questionnaire>/publish")
def publish_questionnaire(questionnaire: str) -> Page:
    """Publish the source that was checked on the page before; it is checked once more."""
    form = SourceForm()
    if not form.validate_on_submit():
        return _page(questionnaire, QuestionnaireForm(formdata=None), ()), 422
    changed = read_questionnaire(form.source.data or "", FILE)
    if changed.code != questionnaire:
        return _page(questionnaire, QuestionnaireForm(formdata=None), (_other_code(changed, questionnaire),)), 422
    with writing() as db:
        version = rounds.publish_questionnaire(db, form.source.data or "", staff().login, city_now())
        note_look(db, "questionnaire.publish", f"{questionnaire} v{version}")
    flash(_("已发布第%(n)s版。新的评议轮次会用它；已经开始的轮次不变。", n=version), "good")
    return redirect(url_for("office.questionnaire", questionnaire=questionnaire), 303)


def preview(questionnaire: Questionnaire, language: str) -> tuple[Question, ...]:
    """The page about one department as a respondent sees it, with nothing chosen."""
    return tuple(question(item, Sheet(), language, UNSHUFFLED, ()) for item in questionnaire.department_items)


def _page(code: str, form: QuestionnaireForm, faults: tuple[Fault, ...]) -> str:
    with snapshot() as db:
        versions = rounds.questionnaire_versions(db, code)
    read = rounds.read_version(versions[-1])
    said = [(fault, fault.said(_)) for fault in faults]
    return render_template(
        "staff/questionnaire.html", versions=versions[::-1], questionnaire=read, form=form, faults=said
    )
