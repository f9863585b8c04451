"""What everything is measured against: a bare Flask view that inserts one row as durably and renders a page of the same size.

``BENCH_HOME``: folder of its database; ``BENCH_BYTES``: how large its page is, like that of the ballot it stands beside.
It has no code to check, no secrecy, no receipt that means anything, no language and no token.
"""

import json
import os
import secrets as chance
import threading
from pathlib import Path
from typing import Any, Final

from flask import Flask, request

from appraisal.store import engine

RATINGS: Final = 12
OPTIONS: Final = ("很满意", "满意", "基本满意", "不满意", "很不满意", "不了解")
FORM: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<form method="post" action="/bare">
{% for rating in ratings %}<fieldset><legend>{{ rating }}</legend>
{% for option in options %}<label><input type="radio" name="r{{ loop.index0 }}-{{ rating }}" value="{{ loop.index }}">
<span>{{ option }}</span></label>
{% endfor %}</fieldset>
{% endfor %}<button>{{ button }}</button></form><!--{{ filling }}--></body></html>
"""
THANKS: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<p class="receipt">{{ receipt }}</p></body></html>
"""
_own = threading.local()


def create_app() -> Flask:
    """The bare application on a fresh table."""
    app = Flask(__name__)
    _connection().execute("CREATE TABLE IF NOT EXISTS answer (id BLOB PRIMARY KEY, content TEXT) WITHOUT ROWID")
    form, thanks = app.jinja_env.from_string(FORM), app.jinja_env.from_string(THANKS)
    filling = ""
    short = int(os.environ.get("BENCH_BYTES", "0")) - len(_form(form, filling).encode())
    filling = "." * max(0, short)

    @app.get("/bare")
    def ask() -> str:
        return _form(form, filling)

    @app.post("/bare")
    def keep() -> str:
        receipt = chance.token_hex(16)
        kept = (bytes.fromhex(receipt), json.dumps(request.form.to_dict()))
        _connection().execute("INSERT INTO answer VALUES (?, ?)", kept)
        return thanks.render(title="谢谢", receipt=receipt)

    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app


def _form(form: Any, filling: str) -> str:
    ratings = [f"第{number}个部门" for number in range(1, RATINGS + 1)]
    page: str = form.render(title="问卷", button="提交", ratings=ratings, options=OPTIONS, filling=filling)
    return page


def _connection() -> Any:
    """This thread's connection, set as ours are; every statement is a transaction of its own."""
    if not hasattr(_own, "connection"):
        _own.connection = engine.dbapi.connect(Path(os.environ["BENCH_HOME"]) / "bare.db", isolation_level=None)
        for pragma in engine.PRAGMAS:
            _own.connection.execute(f"PRAGMA {pragma}")
    return _own.connection


app = create_app() if "BENCH_HOME" in os.environ else None
