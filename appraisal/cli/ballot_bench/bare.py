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
# As anybody would write it: every department a card, every option a label, set by the template at each request.
FORM: Final = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ title }}</title></head>
<body>
{% macro choice(name, option) %}
<label class="choice">
  <input type="radio" name="{{ name }}" value="{{ option.code }}" autocomplete="off">
  <span class="choice-label">{{ option.label }}</span>
</label>
{% endmacro %}
<main>
<h1>{{ title }}</h1>
<form method="post" action="/bare" autocomplete="off">
{% for question in questions %}
  <section class="paper-card" aria-labelledby="card-{{ question.name }}">
    <h2 id="card-{{ question.name }}">{{ question.department }}</h2>
    <fieldset class="question" id="{{ question.name }}">
      <legend>{{ question.wording }}</legend>
      <div class="choices scale">
      {% for option in options %}{{ choice(question.name, option) }}{% endfor %}
      </div>
    </fieldset>
  </section>
{% endfor %}
<button>{{ button }}</button>
</form>
</main>
<!--{{ filling }}-->
</body></html>
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
    questions = [
        {"name": f"r{number}", "department": f"第{number}个部门", "wording": "总的来说，您对这个部门的工作满意吗？"}
        for number in range(1, RATINGS + 1)
    ]
    options = [{"code": f"S{place}", "label": label} for place, label in enumerate(OPTIONS)]
    page: str = form.render(title="问卷", button="提交", questions=questions, options=options, filling=filling)
    return page


def _connection() -> Any:
    """This thread's connection, set as ours are; every statement is a transaction of its own."""
    if not hasattr(_own, "connection"):
        _own.connection = engine.dbapi.connect(Path(os.environ["BENCH_HOME"]) / "bare.db", isolation_level=None)
        for pragma in engine.PRAGMAS:
            _own.connection.execute(f"PRAGMA {pragma}")
    return _own.connection


app = create_app() if "BENCH_HOME" in os.environ else None
