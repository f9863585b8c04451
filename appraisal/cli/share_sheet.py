"""The sheet that a trustee gets: one share of a tally key, in both languages, to be printed and locked away."""

from datetime import date
from typing import Final

from appraisal.model.round import RoundPlan
from appraisal.secrecy.shares import NEEDED, SHARES, Share, show_fingerprint, write_share

SHEET: Final = """\
开票密钥份额 / Share of a tally key

评议轮次 / Round        {code}  {title_zh}  {title_en}
密钥指纹 / Key          {key}
份额 / Share            {number} / {shares}（任意{needed}份可以开票 / any {needed} open the ballots）
拆分日期 / Split on     {day}

{lines}

请保管人 / To the trustee:
* 打印后由您一人保管，锁好；存有这份文件的介质请收回或销毁。
  Print it, keep it alone and locked; take back or destroy the medium that held this file.
* 不要拍照，不要用手机或邮件传送，不要与另一份放在一起：两份合起来就能开票。
  No photograph, no phone, no mail, never beside another share: two together open the ballots.
* 评议开始前要演练一次，截止时再带来。每一行最后一个符号是校验，抄错会被发现。
  Bring it to the rehearsal before the round opens, and again at its close. The last symbol of each line is a check.
* 丢了一份，另外两份仍能开票；丢了两份，谁也开不了。丢失请立即告诉主办单位和另外两位保管人。
  With one share lost the other two still open; with two lost nobody can. Tell the office and the other trustees at once.
"""


def sheet(share: Share, plan: RoundPlan, public: bytes, day: date) -> str:
    """The whole sheet as plain text; ``read_share`` finds the five lines in it again."""
    return SHEET.format(
        code=plan.code,
        title_zh=plan.title.zh,
        title_en=plan.title.en,
        key=show_fingerprint(public),
        number=share.number,
        shares=SHARES,
        needed=NEEDED,
        day=day.isoformat(),
        lines=write_share(share, plan.code),
    )
