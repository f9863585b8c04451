"""Calm pages for what did not work: in both languages, without a detail that helps nobody but an attacker."""

from dataclasses import dataclass
from typing import Final

from flask import Flask, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from appraisal.model.faults import Faulty, Refused
from appraisal.web.language import _

N_: Final = str

Answer = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened and what to do, as Chinese texts that are in the catalogue."""

    title: str
    advice: str


TROUBLES: Final = {
    400: Trouble(N_("这个请求不完整"), N_("请返回上一页，再试一次。")),
    403: Trouble(N_("这里不对您开放"), N_("如果您认为应当能看到，请与主办单位联系。")),
    404: Trouble(N_("没有这个页面"), N_("请检查地址，或者从首页重新进入。")),
    405: Trouble(N_("这个地址不能这样用"), N_("请从首页重新进入，再按页面上的按钮操作。")),
    413: Trouble(N_("内容太长，没有收下"), N_("请返回上一页，把文字缩短一些再保存。")),
    415: Trouble(N_("这种格式读不了"), N_("请用浏览器打开本页面，再试一次。")),
    500: Trouble(N_("系统出了差错"), N_("这一步没有保存，已保存的内容还在。请稍后再试。")),
}
EXPIRED: Final = Trouble(N_("页面打开太久，已经过期"), N_("为了安全，这一步没有保存。请返回上一页，刷新后再试。"))


def answer_calmly(app: Flask) -> None:
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Faulty, _faulty)
    app.register_error_handler(HTTPException, _http)


def _expired(_error: CSRFError) -> Answer:
    return page(EXPIRED, 400)


def _refused(refusal: Refused) -> Answer:
    return render_template(
        "errors/trouble.html", title=_("这一步没有做成"), advice=_(refusal.reason, **refusal.parts)
    ), 409


def _faulty(faulty: Faulty) -> Answer:
    said = [(fault, fault.said(_)) for fault in faulty.faults]
    return render_template("errors/faults.html", faults=said), 422


def _http(error: HTTPException) -> Answer | HTTPException:
    if isinstance(error, SecurityError):
        # A host that is not ours: there are no addresses to build a page with, and nobody to read it.
        return "", 400
    status = error.code or 500
    if status < 400:
        return error
    return page(TROUBLES.get(status, TROUBLES[400 if status < 500 else 500]), status)


def page(trouble: Trouble, status: int) -> Answer:
    return render_template("errors/trouble.html", title=_(trouble.title), advice=_(trouble.advice)), status
