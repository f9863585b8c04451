"""Sessions are for staff and for what is said once: who has none gets an empty one, without a signature to check."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """As Flask's own; where no cookie came the signer, which takes as long as the routing, is not built."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of this browser, a fresh one where it brought none or a forged one."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
