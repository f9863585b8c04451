"""``python -m appraisal.cli``: the same as the command ``appraisal``."""

from appraisal.cli import main

main()
