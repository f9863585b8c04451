"""Who may ask for what over HTTP."""

from appraisal.web.app import create_app

__all__ = ["create_app"]
