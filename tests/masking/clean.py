"""Texts without personal data: by hand, and put together from sayings that name nobody."""

import random
from pathlib import Path

BY_HAND = Path(__file__).with_name("plain.txt")
WHEN = ("", "去年", "今年上半年", "上个月", "前阵子", "疫情以后", "每到年底", "周一上午", "这两年", "早上一开门")
WHO = (
    "窗口",
    "工作人员",
    "市场监督管理局",
    "税务局",
    "发展改革局",
    "街道办",
    "住建局",
    "科室",
    "大厅前台",
    "审批部门",
    "公安局",
    "城管",
    "教育局",
    "主管单位",
    "政务服务中心",
    "水务集团",
    "热线",
    "法院",
    "人社局",
    "评估机构",
)
WHAT = (
    "让我们来回跑",
    "说要请示领导",
    "一直不给答复",
    "要求重复提交材料",
    "解释得很清楚",
    "态度不冷不热",
    "当天就办好了",
    "把责任推给别的部门",
    "随意增加条件",
    "上门服务很主动",
    "收费没有依据",
    "从来没有人接电话",
    "电脑坏了就不办",
    "只开两个窗口",
    "让找中介代办",
    "管得太宽",
    "高效便民",
    "马上就安排了",
    "说程序没有走完",
    "连个说法都没有",
)
MATTER = (
    "办营业执照",
    "申请补贴",
    "消防验收",
    "孩子转学",
    "医保报销",
    "房产过户",
    "项目备案",
    "环评审批",
    "缴税开票",
    "车辆年检",
    "社保转移",
    "占道审批",
    "食品经营许可",
    "工程款结算",
    "招投标",
    "职称评审",
    "农机补贴",
    "低保申请",
    "规划许可",
    "信访答复",
)
CLOSE = (
    "希望改进。",
    "建议公开标准。",
    "请给个明确说法。",
    "总体还算满意。",
    "企业都等着。",
    "老百姓看在眼里。",
    "不知道找谁。",
    "一共跑了6趟。",
    "前后花了两个多月。",
    "比去年好多了。",
    "希望严肃处理。",
    "常年如此。",
    "时间成本太高。",
    "",
    "",
)


def by_hand() -> list[str]:
    return [line for line in BY_HAND.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def clean_comment(rng: random.Random) -> str:
    """One to three sentences in which nobody and nothing is named but authorities."""
    return "".join(
        f"{rng.choice(WHEN)}{rng.choice(MATTER)}，{rng.choice(WHO)}{rng.choice(WHAT)}，{rng.choice(CLOSE)}".replace(
            "，" + "", "，"
        )
        for _ in range(rng.choice((1, 2, 3)))
    )
