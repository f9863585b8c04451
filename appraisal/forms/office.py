"""The small forms of the office, the departments and the log-in. Labels stand in the templates, where both languages are."""

from typing import Final

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, IntegerField, PasswordField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

LOGIN: Final = 64
PASSWORD: Final = 128
LINE: Final = 200
PARAGRAPH: Final = 2000


def _said(longest: int) -> list[InputRequired | Length]:
    return [InputRequired("请填写这一项。"), Length(max=longest, message="写得太长了。")]


def _stripped(typed: str | None) -> str | None:
    return typed.strip() if typed else typed


class LogInForm(FlaskForm):
    login = StringField(validators=_said(LOGIN))
    password = PasswordField(validators=_said(PASSWORD))


class Confirmed(FlaskForm):
    """A deed that needs nothing but the token: the page before it asked."""


class FindingForm(FlaskForm):
    """A finding in the office's own words; the basis is the rule it offends against. ``ballots`` is asked where no flag counts them."""

    item = StringField(validators=[Optional(), Length(max=16)])
    option = StringField(validators=[Optional(), Length(max=16)])
    ballots = IntegerField(
        validators=[Optional(), NumberRange(min=0, max=10_000_000, message="请填写一个不小于零的整数。")]
    )
    statement = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))
    demand = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))
    basis = TextAreaField(filters=[_stripped], validators=[Optional(), Length(max=PARAGRAPH, message="写得太长了。")])


class JudgeForm(FlaskForm):
    """What looking into a finding showed. Nothing is chosen beforehand."""

    outcome = RadioField(validators=[InputRequired("请选择查核结论。")], validate_choice=False)
    note = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))


class BundleForm(FlaskForm):
    findings = SelectMultipleField(validators=[InputRequired("请至少选择一个问题。")], validate_choice=False)


class NoteForm(FlaskForm):
    """A deed that has to be reasoned: return, acceptance, strike-off."""

    note = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))


class SignForm(FlaskForm):
    signer = StringField(filters=[_stripped], validators=_said(LINE))


class AnswerPart(FlaskForm):
    """The answer to one finding of a slip; its fields carry the finding's number as prefix."""

    cause = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))
    measures = TextAreaField(filters=[_stripped], validators=_said(PARAGRAPH))
    done_on = DateField(validators=[Optional()])


class QuestionnaireForm(FlaskForm):
    """A changed questionnaire file."""

    file = FileField(validators=[FileRequired("请选择问卷文件。")])


class SourceForm(FlaskForm):
    """The checked source on its way to publication."""

    source = TextAreaField(validators=[InputRequired("请先上传问卷文件。")])
