"""The respondent's pages hang on this blueprint."""

from flask import Blueprint

bp = Blueprint("respondent", __name__)
