"""The small forms of the office, the departments and the log-in. Labels stand in the templates, where both languages are."""

from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import DateField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from appraisal.model.finding import Outcome
from appraisal.model.plain_text import plain_text
from appraisal.model.slip_moves import Check

LOGIN: Final = 64
PASSWORD: Final = 128
LINE: Final = 200
PARAGRAPH: Final = 2000
CODES: Final = 200_000
N_: Final = str
MISSING: Final = N_("请填写这一项。")
TOO_LONG: Final = N_("写得太长了。")
NO_OUTCOME: Final = N_("请选择查核结论。")
NO_FINDING: Final = N_("请至少选择一个问题。")
LATER: Final = N_("完成日期不能晚于今天；计划的日期请写在措施里。")
NO_MASK_KIND: Final = N_("请选择这是哪一类内容。")
# As the masks of comments are called where they are kept.
MASK_KINDS: Final = ("姓名", "单位", "项目", "电话", "地址", "编号", "日期", "隐去")
NO_FILE: Final = N_("请选择问卷文件。")


def _said(longest: int) -> list[DataRequired | Length]:
    # Asked after the blanks around it are gone: a space is no answer.
    return [DataRequired(MISSING), Length(max=longest, message=TOO_LONG)]


def _plain(typed: str | None) -> str | None:
    return plain_text(typed) if typed else typed


class LogInForm(FlaskForm):
    login = StringField(validators=_said(LOGIN))
    password = PasswordField(validators=_said(PASSWORD))


class FindingForm(FlaskForm):
    """A finding in the office's own words; the basis is the rule it offends against."""

    statement = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    demand = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    basis = TextAreaField(filters=[_plain], validators=[Optional(), Length(max=PARAGRAPH, message=TOO_LONG)])


class SourcedFindingForm(FindingForm):
    """A finding with what it rests on: flags by row id, marks as ``item:option``, comments by id. Any of them may be left out."""

    flags = SelectMultipleField(validators=[Optional()], validate_choice=False)
    marks = SelectMultipleField(validators=[Optional()], validate_choice=False)
    comments = SelectMultipleField(validators=[Optional()], validate_choice=False)


class JudgeForm(FlaskForm):
    """What looking into a finding showed. Nothing is chosen beforehand. ``department``: whose business it is, if another's."""

    outcome = StringField(validators=[AnyOf(tuple(Outcome), message=NO_OUTCOME)])
    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    department = StringField(validators=[Optional(), Length(max=LINE)])


class CodesForm(FlaskForm):
    """Codes that should be revoked or replaced: typed, a line each, or a file. Nothing is chosen beforehand."""

    kind = StringField(validators=[InputRequired(MISSING), AnyOf(("revoke", "reissue"), message=MISSING)])
    typed = TextAreaField(validators=[Optional(), Length(max=CODES, message=TOO_LONG)])
    file = FileField(validators=[Optional()])
    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class BundleForm(FlaskForm):
    findings = SelectMultipleField(validators=[InputRequired(NO_FINDING)], validate_choice=False)


class NoteForm(FlaskForm):
    """A deed that has to be reasoned: strike-off, watch, clearing."""

    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class MergeForm(FlaskForm):
    """Into which problem another one is merged, and why."""

    into = StringField(validators=[InputRequired(NO_FINDING), Length(max=LINE)])
    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class MaskForm(FlaskForm):
    """Words to be masked with what they are, and the numbers of masks to be laid open; any of them may be left out."""

    kinds = MASK_KINDS
    words = StringField(filters=[_plain], validators=[Optional(), Length(max=LINE, message=TOO_LONG)])
    kind = StringField(default=MASK_KINDS[-1], validators=[AnyOf(MASK_KINDS, NO_MASK_KIND)])
    pieces = SelectMultipleField(validators=[Optional()], validate_choice=False)


class MoveForm(FlaskForm):
    """What the office says for a move of a slip; which of it has to be there, the move says."""

    note = TextAreaField(filters=[_plain], validators=[Optional(), Length(max=PARAGRAPH, message=TOO_LONG)])
    how = StringField(validators=[Optional(), AnyOf(tuple(Check), message=MISSING)])
    until = DateField(validators=[Optional()])
    department = StringField(validators=[Optional(), Length(max=LINE)])

    def fits(self, asks: frozenset[str]) -> bool:
        """Whether everything that is asked for is there; what is missing stands at its field."""
        whole = self.validate_on_submit()
        missing = [self[name] for name in asks if not self[name].data and not self[name].errors]
        for field in missing:
            field.errors = [*field.errors, MISSING]
        return bool(whole) and not missing


class ContestForm(FlaskForm):
    """A department's application to give a slip back."""

    reason = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    ground = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    proposal = StringField(filters=[_plain], validators=[Optional(), Length(max=LINE, message=TOO_LONG)])


class ExtensionForm(FlaskForm):
    """A department's application for more time."""

    until = DateField(validators=[InputRequired(MISSING)])
    reason = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    progress = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class SignForm(FlaskForm):
    signer = StringField(filters=[_plain], validators=_said(LINE))


class AnswerPart(FlaskForm):
    """The answer to one finding of a slip; its fields carry the finding's number as prefix."""

    cause = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    measures = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    done_on = DateField(validators=[Optional()])
    files = MultipleFileField(validators=[Optional()])

    def fits(self, today: date) -> bool:
        """Whether this can be an answer given ``today``; what is wrong stands at its field. A day to come is a plan, not a completion."""
        whole = self.validate_on_submit()
        if self.done_on.data is None or self.done_on.data <= today:
            return bool(whole)
        self.done_on.errors = [*self.done_on.errors, LATER]
        return False


class AgainForm(FlaskForm):
    """A problem that is taken up again, with the same department or another one."""

    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    department = StringField(validators=[Optional(), Length(max=LINE)])


class QuestionnaireForm(FlaskForm):
    """A changed questionnaire file."""

    file = FileField(validators=[FileRequired(NO_FILE)])


class SourceForm(FlaskForm):
    """The checked source on its way to publication."""

    source = TextAreaField(validators=[InputRequired(NO_FILE)])
