"""What a mini-sample is asked for: which strata, down to which share, for how many days."""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import DecimalField, IntegerField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

N_: Final = str
NO_STRATUM: Final = N_("请至少选择一类评议主体。")
NO_AIM: Final = N_("请填写0到99之间的百分数。")
NO_DAYS: Final = N_("请填写1到60之间的天数。")


class RecheckForm(FlaskForm):
    """``aim`` in per cent; nothing is chosen beforehand but the days."""

    strata = SelectMultipleField(validators=[InputRequired(NO_STRATUM)], validate_choice=False)
    aim = DecimalField(places=None, validators=[InputRequired(NO_AIM), NumberRange(0, 99, message=NO_AIM)])
    days = IntegerField(default=14, validators=[InputRequired(NO_DAYS), NumberRange(1, 60, message=NO_DAYS)])

    @property
    def share(self) -> float:
        """The aim in [0, 1]."""
        return float(self.aim.data or 0) / 100
