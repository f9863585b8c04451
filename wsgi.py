"""What the production server loads: one application, its settings from the environment."""

from appraisal.settings import Settings
from appraisal.web import create_app

app = create_app(Settings.from_env())
