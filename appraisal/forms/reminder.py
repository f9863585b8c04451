"""The text of a reminder, the same for everybody."""

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from appraisal.forms.office import MISSING, TOO_LONG
from appraisal.model.message import LONGEST_BODY, LONGEST_SUBJECT


class ReminderForm(FlaskForm):
    subject = StringField(validators=[DataRequired(MISSING), Length(max=LONGEST_SUBJECT, message=TOO_LONG)])
    body = TextAreaField(validators=[DataRequired(MISSING), Length(max=LONGEST_BODY, message=TOO_LONG)])
