"""Why something is refused, in the words that the person reads, and the round that a deed is about."""

from typing import Final

from appraisal.model.faults import Refused
from appraisal.store import Session
from appraisal.store.rounds import KeptRound, find_round

# One text for unknown, used, revoked and mistyped codes and for a round that is not open: it tells a guesser nothing.
CODE: Final = "这个评议码现在不能使用。请对照信函逐个核对；如果仍然不行，请联系信函上的主办单位。"
SPENT: Final = "这个评议码已经提交过评议票，不能再交一张。"
NOT_OPEN: Final = "本轮评议现在不接收评议票。"
NOTHING_ANSWERED: Final = "还没有任何一题作答。请至少回答一题再提交；不了解也是一种回答。"
NOT_STORED: Final = "评议票没有存好，请再提交一次。"
NO_ROUND: Final = "没有代码为 %(code)s 的评议轮次。"
ISSUE_TIME: Final = "评议码只能在本轮评议结束之前发放。"
NO_PAPERS: Final = "本轮还没有评议卷，请先生成评议卷再发放评议码。"
UNKNOWN_STRATUM: Final = "本轮没有评议主体类别 %(stratum)s。"
ISSUE_COUNT: Final = "评议码的数量不能是负数：%(stratum)s %(count)s。"
TOO_MANY_CODES: Final = "%(stratum)s 的评议码将有 %(codes)s 个，多于总数 %(population)s。"
ISSUE_AFTER_IMPORT: Final = "本轮已导入别处收集的评议票，不能再发放评议码。"
IMPORT_AFTER_ISSUE: Final = "本轮已发放评议码，不能再导入别处收集的评议票。"
STILL_SEALED: Final = "评议票要到本轮评议结束之后才能开启。"
UNOPENED: Final = "%(count)s 张评议票或意见打不开：密钥不是本轮的，或者内容已被改动。没有开启任何一张。"
MISCOUNT: Final = "评议票有 %(ballots)s 张，用过的评议码有 %(spent)s 个，两者应当相等。请先查明原因，没有开启任何一张。"
KEY_IS_A_FILE: Final = (
    '本轮的开票密钥是文件，不拆分。要拆成份额，请在round.toml写上tally_key = "shares"，换一个轮次代码重新导入。'
)
SPLIT_TIME: Final = "开票密钥只能在本轮评议还在筹备时拆分。"
NO_KEY_YET: Final = "本轮还没有开票密钥可以演练。请先运行appraisal round key split %(code)s。"
REHEARSAL_TIME: Final = "开票密钥只能在评议截止之前演练。"
OTHER_KEY: Final = "演练没有成功：这些份额或者这个文件打不开本轮的评议票，不是本轮现在的密钥。"

NO_REQUEST: Final = "没有这一份申请。"
NO_REASON: Final = "请写明理由。"
NO_CODES: Final = "请至少写一个评议码。"
REQUEST_TIME: Final = "评议码只能在本轮评议结束之前作废或补发。"
SAME_PERSON: Final = "提出的人不能自己复核，请另一个账号的同事来决定。"
DECIDED: Final = "这份申请已经有人决定，请刷新后再看。"
USED_MEANWHILE: Final = (
    "其中%(count)s个评议码在提出之后已经用过或者作废，一个也没有改动。请不同意这份申请，重新核对后再提。"
)
MISTYPED: Final = "不是评议码：十二个字母或数字，请对照信函核对"
UNKNOWN_CODE: Final = "本轮没有发放过这个评议码"
USED_CODE: Final = "这个评议码已经用过，不能作废，也不能补发"
REVOKED_CODE: Final = "这个评议码已经作废"
REQUESTED_CODE: Final = "这个评议码已在另一份等待复核的申请里"
TWICE: Final = "与第%(line)s行重复"
NO_COLUMN: Final = "表头缺少“%(name)s”这一列"
QUOTES: Final = "从这一行起引号不成对，或单元格太长"
NO_STRATUM: Final = "本轮没有这个评议主体类别"
NO_PAPER: Final = "评议卷的号码应当是1到%(papers)s"
NO_DIGEST: Final = "应当是64个十六进制数字"
KNOWN_DIGEST: Final = "这个评议码已经登记过"
NO_KIT: Final = "这不是appraisal codes key写出的文件"
OTHER_CODE_KEY: Final = "不是用本轮的发码密钥生成的：请用appraisal codes key导出的文件重新生成"

NO_CHANNEL: Final = "本轮的公开渠道现在没有开放。"
NO_DEPARTMENT: Final = "请选择一个部门。"
NOTHING_SAID: Final = "还没有写内容。"
TOO_MUCH_SAID: Final = "写得太长了，最多%(most)s字。"
STILL_OPEN: Final = "公开渠道的意见要到本轮评议结束之后才能查看。"


def round_of(db: Session, code: str) -> KeptRound:
    """The round of that code. Raises ``Refused`` when there is none."""
    kept = find_round(db, code)
    if kept is None:
        raise Refused(NO_ROUND, code=code)
    return kept
