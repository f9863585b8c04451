"""The names of states, outcomes, colours and roles, as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import Flask, request, url_for

from appraisal.reports import choice_wording, figures, flag_wording
from appraisal.web.access import staff
from appraisal.web.language import _

N_: Final = str

NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "round": {
        "draft": N_("筹备中"),
        "open": N_("评议中"),
        "closed": N_("已截止"),
        "scored": N_("已计分"),
        "published": N_("已发布"),
    },
    "finding": {
        "registered": N_("待查核"),
        "confirmed": N_("已查实"),
        "on_slip": N_("已入提示单"),
        "watched": N_("长期坚持"),
        "closed": N_("已销号"),
        "unfounded": N_("不属实或无法查核"),
        "transferred": N_("已转出"),
        "merged": N_("已并入"),
    },
    "outcome": {
        "": N_("尚未查核"),
        "true": N_("属实"),
        "partly": N_("部分属实"),
        "unfounded": N_("不属实"),
        "unverifiable": N_("无法查核"),
        "elsewhere": N_("非本机关职责"),
    },
    "appeal": {
        "filed": N_("等待复核"),
        "withdrawn": N_("已撤回"),
        "upheld": N_("申诉成立"),
        "rejected": N_("维持原结论"),
    },
    "reply": {"kept": N_("已留存"), "shown": N_("附在部门报告里")},
    "slip": {
        "drafted": N_("拟稿"),
        "discarded": N_("草稿已作废"),
        "approved": N_("已审签，待发出"),
        "issued": N_("已发出，待签收"),
        "served": N_("逾期未签收，视同送达"),
        "signed": N_("已签收，待反馈"),
        "contested": N_("申请退回，待答复"),
        "reassigned": N_("已退回改派"),
        "extending": N_("申请延期，待答复"),
        "answered": N_("已反馈，待审核"),
        "accepted": N_("反馈已通过，待核验"),
        "verified": N_("已核验，待销号"),
        "closed": N_("已办结"),
        "recalled": N_("已撤回"),
    },
    "code_request": {
        "revoke": N_("作废，不再补发"),
        "reissue": N_("作废并补发新码"),
        "asked": N_("等待复核"),
        "done": N_("已办"),
        "declined": N_("未同意"),
    },
    "check": {
        "papers": N_("查阅资料"),
        "visit": N_("现场核验"),
        "call_back": N_("回访"),
        "mini_survey": N_("小样本复测"),
    },
    "colour": {
        "green": N_("时间充裕"),
        "blue": N_("临近期限"),
        "yellow": N_("有一步没有办好"),
        "red": N_("已逾期或两次没有办好"),
        "grey": N_("已办结"),
    },
    "action": {
        "create": N_("建立"),
        "open": N_("开始评议"),
        "close": N_("办结"),
        "round.close": N_("截止评议"),
        "open_ballots": N_("开启评议票"),
        "ask_opening": N_("要求再次开启评议票"),
        "ask_scoring": N_("要求计分"),
        "fail": N_("没有做成"),
        "split_key": N_("拆分开票密钥"),
        "rehearse_key": N_("演练开票密钥"),
        "score": N_("计分"),
        "propose": N_("提请隔离"),
        "hold": N_("同意隔离"),
        "decline": N_("不隔离"),
        "ask_release": N_("提请放回"),
        "release": N_("同意放回"),
        "keep": N_("继续隔离"),
        "publish": N_("发布结果"),
        "register": N_("挂号"),
        "judge": N_("查核"),
        "bundle": N_("列入提示单"),
        "draft": N_("拟稿"),
        "approve": N_("审签"),
        "misprint": N_("正式文件没有印成"),
        "ask_print": N_("要求再次印制"),
        "issue": N_("发出"),
        "sign": N_("签收"),
        "answer": N_("反馈"),
        "return": N_("退回"),
        "accept": N_("反馈通过"),
        "verify": N_("核验"),
        "strike_off": N_("销号"),
        "watch": N_("长期坚持"),
        "clear": N_("澄清正名"),
        "take_up_again": N_("重新挂号"),
        "merge": N_("并入"),
        "take_in": N_("合并进来"),
        "rejudge": N_("重新查核"),
        "reply": N_("申辩"),
        "show_reply": N_("同意把申辩附在报告里"),
        "hide_reply": N_("不再把申辩附在报告里"),
        "appeal": N_("申诉"),
        "withdraw_appeal": N_("撤回申诉"),
        "grant_appeal": N_("申诉成立"),
        "reject_appeal": N_("维持原结论"),
        "recheck": N_("建立小样本复测"),
        "recheck_result": N_("小样本复测的结论"),
        "unbundle": N_("退出提示单"),
        "discard": N_("草稿作废"),
        "serve": N_("视同送达"),
        "contest": N_("申请退回"),
        "uphold": N_("不同意退回"),
        "reassign": N_("同意退回"),
        "ask_extension": N_("申请延期"),
        "extend": N_("同意延期"),
        "keep_term": N_("不同意延期"),
        "recall": N_("撤回"),
        "remind": N_("到期提醒"),
        "remind_unused": N_("提醒评议码未用的人"),
        "retry": N_("再次发送失败的消息"),
        "supervise": N_("逾期督办"),
        "refer": N_("移交督查"),
        "ask_revoke": N_("提请作废评议码"),
        "ask_reissue": N_("提请补发评议码"),
        "revoke_codes": N_("同意作废评议码"),
        "reissue_codes": N_("同意补发评议码"),
        "decline_codes": N_("不同意作废或补发"),
        "codes.storm": N_("有人大量试探评议码"),
        "login": N_("登录"),
        "login.refused": N_("登录未成功"),
        "logout": N_("退出"),
        "logout.everywhere": N_("在所有设备上退出"),
        "comments.look": N_("查看评议人写的话"),
        "comment.look": N_("查看一条意见"),
        "comment.mask": N_("修改意见里隐去的内容"),
        "comment.read": N_("标为已读"),
        "comment.release": N_("放行一条意见"),
        "comment.confirm": N_("复核同意一条意见"),
        "comment.take_back": N_("撤回一条意见"),
        "words.look": N_("查看意见里的词"),
        "slip.download": N_("下载提示单"),
        "evidence.download": N_("下载佐证材料"),
        "ledger.download": N_("下载台账"),
        "report.download": N_("下载报告"),
        "questionnaire.download": N_("下载问卷文件"),
        "questionnaire.publish": N_("发布问卷"),
    },
    "waiting": {
        "opening": N_("评议票正在打乱顺序开启，可能要几分钟。"),
        "scoring": N_("正在计分，可能要几分钟。"),
    },
    "failed": {
        "opening": N_("评议票没有开启："),
        "scoring": N_("没有计分："),
    },
    "choice": choice_wording.CHOICES,
    "asked": {"rating": N_("单选"), "marks": N_("多选"), "text": N_("文字")},
    "kind": {"综合": N_("综合"), "专项": N_("专项")},
    "role": {
        "organiser": N_("主办单位"),
        "department": N_("被评议部门"),
        "auditor": N_("审计"),
    },
    "rule": flag_wording.RULES,
    "message": {"queued": N_("待发"), "sent": N_("已发"), "failed": N_("失败")},
    "position": {
        "far_above": N_("远高于通常范围"),
        "above": N_("高于通常范围"),
        "within": N_("在通常范围内"),
        "below": N_("低于通常范围"),
        "far_below": N_("远低于通常范围"),
    },
    "standing": {
        "result": N_("正式结果"),
        "indicative": N_("仅供参考"),
        "none": N_("没有结果"),
    },
}
FIGURES: Final = (
    figures.score,
    figures.score_interval,
    figures.points,
    figures.points_interval,
    figures.share,
    figures.share_interval,
    figures.place,
    figures.place_range,
    figures.joint_place_range,
    figures.whole,
    figures.ratio,
    figures.chance,
    figures.correlation,
    figures.weight,
    figures.band,
    figures.few,
    figures.shown_count,
)
TONES: Final[Mapping[str, str]] = {"green": "good", "blue": "info", "yellow": "warn", "red": "bad"}

MENUS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "organiser": (
        ("office.home", N_("待办")),
        ("office.rounds", N_("评议轮次")),
        ("office.slips", N_("提示单")),
        ("office.ledger", N_("台账")),
        ("office.objections", N_("申辩和申诉")),
        ("office.questionnaires", N_("问卷")),
        ("office.outbox", N_("发件箱")),
    ),
    "department": (("desk.home", N_("待办")), ("desk.ledger", N_("台账"))),
    "auditor": (
        ("audit.home", N_("概览")),
        ("audit.ledger", N_("台账")),
        ("audit.slips", N_("提示单登记")),
        ("audit.events", N_("操作记录")),
    ),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu; ``current`` is ``page`` on it, ``true`` below it, else empty."""

    address: str
    words: str
    current: str


def named(kind: str, code: str) -> str:
    """The name of a state or outcome in the language of the page; a code without a name is shown as it is."""
    words = NAMES[kind].get(str(code))
    return str(code) if words is None else _(words)


def teach_words(app: Flask) -> None:
    """Let templates say ``named('slip', slip.state)`` and know the menu of whoever is asking."""
    app.jinja_env.filters.update({figure.__name__: figure for figure in FIGURES})
    app.jinja_env.globals.update(named=named, tone=lambda colour: TONES.get(str(colour), "plain"), staff_menu=_menu)


def _menu() -> list[Entry]:
    """The menu of whoever is asking, first the desk, then what lies under each address."""
    entries = []
    for place, (endpoint, words) in enumerate(MENUS[staff().role]):
        address = url_for(endpoint)
        under = place > 0 and request.path.startswith(address)
        current = "page" if request.path == address else "true" if under else ""
        entries.append(Entry(address, _(words), current))
    return entries
