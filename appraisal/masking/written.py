"""What is told by the words around it: e-mails, accounts, case numbers, addresses, days and times."""

import re
from collections.abc import Iterator
from typing import Final

from appraisal.masking.folding import Found
from appraisal.masking.kinds import Kind

WEB: Final = re.compile(r"(?:https?://|www\.)[A-Za-z0-9][A-Za-z0-9._~/?#=&%+:\-]{2,200}", re.IGNORECASE)
EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64} ?(?:@|\[at\]|\(at\)|艾特) ?[A-Za-z0-9\-]{1,63}"
    r"(?: ?(?:\.|点) ?[A-Za-z0-9\-]{2,63}){1,4}",
    re.IGNORECASE,
)
ACCOUNT: Final = re.compile(
    r"(?:(?:(?<![0-9A-Za-z])(?:vx|wx|weixin|wechat|qq|加v)|微信|薇信|威信|卫星|V信|加[vV]|[vV]我)(?:号码?|账号|ID)?|抖音号?|快手号?"
    r"|QQ(?:号码?|群)|QQ(?=[\d: 是])|扣扣号?|企鹅号?|旺旺号?|微博@?)"
    r"[是为:号码加我叫 ]{0,4}((?=[A-Za-z0-9_\-]{0,20}[0-9A-Za-z])[A-Za-z0-9](?:[ \-.·]{0,3}[A-Za-z0-9_]){4,19})",
    re.IGNORECASE,
)
ORDER: Final = re.compile(
    r"(?:案号|合同号?|协议|受理号?|工单号?|回执号?|订单号?|单号|流水号?|档案号?|许可证号?|执照号?|证号|编号|报名号|户号|查询码|凭证号?|文书号?|登记号?|房产证号?)"
    r"(?:编号|号码|号)?[是为: 第#]{0,3}((?=[A-Za-z0-9\-/()〔〕\[\] ]{0,10}\d)[A-Za-z0-9(〔\[][A-Za-z0-9\-/()〔〕\[\]._]{3,40})"
)
CASE: Final = re.compile(r"[(〔\[]\d{4}[)〕\]] ?[一-鿿A-Za-z0-9]{1,14}?第? ?\d{1,8}(?:[-之]\d{1,3})? ?号")
PAPER: Final = re.compile(r"[一-鿿]{1,8}[(〔\[]\d{4}[)〕\]] ?第? ?\d{1,6} ?号")
# What an authority gives out for everybody to read.
PUBLIC_PAPER: Final = re.compile(r"[发函令规告通电纪议办字][(〔\[]|第?\d{1,6}号(?:令|文|公告|通知)")
CODED: Final = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,6}[-_/]?\d{2,8}(?:[-_/][0-9A-Za-z]{1,8}){1,4}(?![0-9A-Za-z])")
YEAR: Final = r"(?:(?:19|20)?\d{2} ?[年./\-])"
CLOCK: Final = (
    r"(?:(?:上午|下午|中午|晚上|早上|凌晨|傍晚)? ?\d{1,2} ?(?::|点|时) ?(?:\d{1,2} ?分?|半|多|左右|一刻|3刻|整)?)"
)
DAY: Final = re.compile(
    rf"(?<![\d\-./])(?:{YEAR} ?\d{{1,2}} ?[月./\-] ?[\d十]{{1,3}}(?![\d\-])(?: ?[日号])?|[\d十]{{1,2}} ?月 ?[\d十]{{1,3}} ?[日号](?!文件))"
    rf"(?: ?(?:\(?(?:周|星期)[1-6日天末]\)?)?[,的]? ?{CLOCK}(?!间|候|常|期|效|限|机|代))?"
)
MINUTE: Final = re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]) ?(?::|点|时) ?(?!00|30|15|45)[0-5]\d ?分?(?![\d:])")
ROAD: Final = "(?:大道|大街|胡同|小区|花园|广场|大厦|社区|公寓|家园|新村|[路街巷弄村苑庄屯坊邸寨])"
ORDINAL: Final = r"(?:[甲乙丙丁A-Za-z]?[\d十百]{1,5}(?:[-—~]\d{1,5}){0,3}[A-Za-z]?)"
UNIT: Final = r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|层|楼|组|户|房|铺|#|巷|支弄)"
NOT_A_HOUSE: Final = r"(?!窗|柜|线|文|公告|令|机|台|通知|平台|厅|出口)"
HOUSE: Final = re.compile(
    rf"{ROAD}(?:[东西南北中][段侧路]?|[上下前后]段|内|里|附近)?[ ,]?第?{ORDINAL} ?{UNIT}{NOT_A_HOUSE}"
    rf"(?:[附之\-]?{ORDINAL}(?:{UNIT})?{NOT_A_HOUSE}){{0,6}}"
)
BLOCK: Final = re.compile(
    rf"(?<![\d年月]){ORDINAL} ?(?:号楼|栋|幢|座|单元)[ ,\-]?{ORDINAL}(?:{UNIT})?(?:[ ,\-]?{ORDINAL}(?:{UNIT})?){{0,4}}"
)
# Where an address begins at the latest, going left from the road.
BEFORE_ADDRESS: Final = frozenset(
    '的在住到去于是从往叫说和与及,。;:!?、\n\x00我你他她它们这那就把被给对向了着过找有个家址(「“"'
)
LONGEST_ADDRESS: Final = 22


def web_spans(text: str) -> Iterator[Found]:
    """Addresses of sites, but for those of authorities."""
    for match in WEB.finditer(text):
        if ".gov.cn" not in match.group():
            yield *match.span(), Kind.WEB


def email_spans(text: str) -> Iterator[Found]:
    """Electronic mail, also with the sign spelt out."""
    for match in EMAIL.finditer(text):
        yield *match.span(), Kind.EMAIL


def account_spans(text: str) -> Iterator[Found]:
    """The account after the name of a messenger."""
    for match in ACCOUNT.finditer(text):
        yield *match.span(1), Kind.ACCOUNT


def case_spans(text: str) -> Iterator[Found]:
    """Numbers of cases, contracts, orders; papers that an authority gives out for everybody to read are left."""
    for match in ORDER.finditer(text):
        yield *match.span(1), Kind.CASE


def court_spans(text: str) -> Iterator[Found]:
    for pattern in (CASE, PAPER):
        for match in pattern.finditer(text):
            if not PUBLIC_PAPER.search(text[max(0, match.start() - 1) : match.end() + 2]):
                yield *match.span(), Kind.CASE


def coded_spans(text: str) -> Iterator[Found]:
    """Codes of letters, digits and strokes, such as contracts have."""
    for match in CODED.finditer(text):
        if sum(sign.isdigit() for sign in match.group()) >= 5:
            yield *match.span(), Kind.CASE


def day_spans(text: str) -> Iterator[Found]:
    """Days, with the time of day if it follows."""
    for match in DAY.finditer(text):
        yield *match.span(), Kind.DATE


def minute_spans(text: str) -> Iterator[Found]:
    """A time to the minute tells who was there; whole, half and quarter hours are hours of business."""
    for match in MINUTE.finditer(text):
        yield *match.span(), Kind.DATE


def house_spans(text: str) -> Iterator[Found]:
    """A road with the number of a house, from where its name begins."""
    last = 0
    for match in HOUSE.finditer(text):
        start = match.start()
        while start > last and match.start() - start < LONGEST_ADDRESS and text[start - 1] not in BEFORE_ADDRESS:
            start -= 1
        yield start, match.end(), Kind.ADDRESS
        last = match.end()


def block_spans(text: str) -> Iterator[Found]:
    """A house by its block and flat alone."""
    for match in BLOCK.finditer(text):
        yield *match.span(), Kind.ADDRESS
