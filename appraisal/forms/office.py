"""The small forms of the office, the departments and the log-in. Labels stand in the templates, where both languages are."""

from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, PasswordField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from appraisal.model.finding import Outcome
from appraisal.model.plain_text import plain_text

LOGIN: Final = 64
PASSWORD: Final = 128
LINE: Final = 200
PARAGRAPH: Final = 2000
N_: Final = str
MISSING: Final = N_("请填写这一项。")
TOO_LONG: Final = N_("写得太长了。")
NO_KIND: Final = N_("请选择问题类别。")
NO_OUTCOME: Final = N_("请选择查核结论。")
NO_FINDING: Final = N_("请至少选择一个问题。")
LATER: Final = N_("完成日期不能晚于今天；计划的日期请写在措施里。")
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


class MarkedFindingForm(FindingForm):
    """A finding that no flag led to: what kind of problem it is has to be said, as ``item:option``."""

    mark = StringField(validators=[InputRequired(NO_KIND), Length(max=64)])


class JudgeForm(FlaskForm):
    """What looking into a finding showed. Nothing is chosen beforehand."""

    outcome = StringField(validators=[AnyOf(tuple(Outcome), message=NO_OUTCOME)])
    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class BundleForm(FlaskForm):
    findings = SelectMultipleField(validators=[InputRequired(NO_FINDING)], validate_choice=False)


class NoteForm(FlaskForm):
    """A deed that has to be reasoned: return, acceptance, strike-off."""

    note = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))


class SignForm(FlaskForm):
    signer = StringField(filters=[_plain], validators=_said(LINE))


class AnswerPart(FlaskForm):
    """The answer to one finding of a slip; its fields carry the finding's number as prefix."""

    cause = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    measures = TextAreaField(filters=[_plain], validators=_said(PARAGRAPH))
    done_on = DateField(validators=[Optional()])

    def fits(self, today: date) -> bool:
        """Whether this can be an answer given ``today``; what is wrong stands at its field. A day to come is a plan, not a completion."""
        whole = self.validate_on_submit()
        if self.done_on.data is None or self.done_on.data <= today:
            return bool(whole)
        self.done_on.errors = [*self.done_on.errors, LATER]
        return False


class QuestionnaireForm(FlaskForm):
    """A changed questionnaire file."""

    file = FileField(validators=[FileRequired(NO_FILE)])


class SourceForm(FlaskForm):
    """The checked source on its way to publication."""

    source = TextAreaField(validators=[InputRequired(NO_FILE)])
