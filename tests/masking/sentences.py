"""Complaints with personal data at known places, made without the rules that look for them: other lists, other templates.

Nobody in here is meant: names are drawn sign by sign, numbers by chance, firms from two coined syllables.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.masking.numerals import NUMBERS

NUMBER, NAME, FIRM = "number", "name", "firm"

# Frequent surnames thrice, so that they come as often as in a telephone book; then rarer ones, and those that are words.
SURNAMES = (
    "王李张刘陈杨黄赵吴周" * 3
    + "徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢"
    + "傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严"
    + "覃武戴莫孔向汤常温康施文牛樊葛邢安齐"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "慕容", "令狐", "皇甫", "尉迟", "东方", "司徒")
FIRST = (
    "嘉泽钰梓沐奕景怀承砚书澜芷若清雨凌星逸初惠翠秀桂玉凤银巧月长德广永全福根富贵兴有来宝连大小国建卫红援"
    "朝跃爱新春志文学光耀俊伟海鹏振启世绍洪"
)
SECOND = (
    "宸萱妍琪怡彤诺瑶霖辰轩泽涵睿曦朗阳远航舟峰林森杰豪强斌磊勇刚军明平华英芳兰娟霞燕梅花香珍莲菊琴芬云娥"
    "仙妹生发旺财堂才山川河江波涛龙虎彪雷震宇鑫焱淼垚民胜利庆祥义信忠孝礼廉洁静淑贤慧敏"
)
# Names that are words as well: each is used only where the sentence says that it is a person.
WORDS = (
    "高兴",
    "安全",
    "马上",
    "文明",
    "白天",
    "平安",
    "方便",
    "石头",
    "金融",
    "温暖",
    "钱财",
    "严格",
    "时光",
    "路遥",
    "常青",
    "于是",
    "江山",
    "田野",
    "张扬",
    "叶子",
)

PERSON = (
    "经办的{n}让我回去等通知。",
    "窗口{n}说系统坏了，其实是不想办。",
    "我找{n}三次，次次说在开会。",
    "当天是{n}接待的，一句话没解释。",
    "{n}态度生硬，问两句就发火。",
    "{n}科长答应一周内解决，到现在没有消息。",
    "听{n}主任讲这个事归街道管。",
    "打电话给{n}没人接，发短信也不回。",
    "执法的{n}和{n}没有出示证件。",
    "{n}、{n}两个人互相推。",
    "本人{n}，已经跑了五趟。",
    "我叫{n}，是开小饭店的。",
    "后来{n}帮我把材料补齐了，谢谢他。",
    "材料交给{n}以后就没有下文。",
    "请查一查{n}为什么卡着不批。",
    "副局长{n}来调研的时候说得很好听。",
    "我爱人{n}在这里上班，被人说闲话。",
    "联系人：{n}。",
    "邻居{n}违建没人管，我家修个棚子就来拆。",
    "那个叫{n}的办事员一直看手机。",
    "被{n}训了一顿，心里很不舒服。",
    "{n}队长带人来检查，态度还可以。",
    "儿子{n}转学的事办了一个学期。",
    "同一件事{n}说能办，换个人又说不能。",
    "我向{n}反映过，没有结果。",
    "审批科的{n}收了材料不给回执。",
    "多亏{n}耐心讲解，不然还要跑。",
    "{n}老师傅一看就懂，年轻人反而不会。",
    "点名表扬{n}，真心为群众办事。",
    "建议给{n}换个岗位，业务太不熟。",
    "是{n}让我去找中介的。",
    "签字的人是{n}，盖章的是另一个。",
    "{n}当着大家的面把表格扔回来。",
    "去年{n}经手的，今年没人认账。",
    "投诉人{n}，请给个答复。",
)
AS_PERSON = (
    "经办人叫{n}，请核实。",
    "姓名：{n}。",
    "我是{n}，住在附近。",
    "{n}科长一直不在。",
    "{n}主任答应过的。",
    "窗口的工作人员名叫{n}，很耐心。",
    "联系人{n}，随时可以来。",
)
NICK = (
    "窗口的{k}爱理不理。",
    "{k}说要等领导签字。",
    "找{k}帮忙才办下来的。",
    "多亏{k}指点。",
    "前台{k}态度很好。",
    "又被{k}推给别的科室。",
    "{k}不在，谁也不敢办。",
    "{k}和{k}天天聊天。",
)
KNOWN_AS = (
    "老{s}",
    "小{s}",
    "{s}姐",
    "{s}哥",
    "{s}总",
    "{s}科长",
    "{s}主任",
    "{s}师傅",
    "{s}老师",
    "{s}局长",
    "{s}某",
    "{s}某某",
    "{s}大姐",
    "{s}叔",
    "{s}女士",
    "{s}先生",
)
HELD = {"科长", "主任", "师傅", "老师", "局长", "女士", "先生"}

COINED = (
    "鑫",
    "瑞",
    "恒",
    "晟",
    "泓",
    "昊",
    "博",
    "隆",
    "顺",
    "源",
    "泰",
    "铭",
    "诚",
    "佳",
    "旺",
    "禾",
    "腾",
    "盈",
    "振",
    "润",
    "祥",
    "丰",
    "华",
    "威",
    "利",
    "和",
    "德",
    "康",
    "万",
    "茂",
)
TRADE = (
    "科技",
    "建材",
    "餐饮管理",
    "物流",
    "装饰工程",
    "商贸",
    "食品",
    "机械制造",
    "农业发展",
    "环保设备",
    "服饰",
    "电子",
    "医疗器械",
    "文化传播",
    "汽车销售",
    "塑料制品",
    "",
)
FORM = ("有限公司", "有限责任公司", "股份有限公司", "公司", "集团", "集团有限公司", "")
SMALL = (
    "面馆",
    "超市",
    "五金店",
    "便利店",
    "包子铺",
    "大药房",
    "理发店",
    "汽修厂",
    "种植专业合作社",
    "家具厂",
    "印刷厂",
    "酒店",
    "商行",
    "经营部",
    "早餐店",
    "幼儿园",
    "养殖场",
    "茶楼",
    "服装店",
    "烟酒店",
)
COMPANY = (
    "我们{f}申请补贴等了半年。",
    "{f}的消防验收一直没过。",
    "指定要去{f}做检测，价格高一倍。",
    "隔壁{f}同样的情况就没人罚。",
    "我在{f}上班，社保断了没人管。",
    "明显偏袒{f}，招标走过场。",
    "{f}排污扰民，投诉没有用。",
    "我是{f}的法人，执照变更跑了四次。",
    "我单位名称是{f}，请保密。",
    "中标的又是{f}。",
    "{f}欠薪，劳动部门不立案。",
    "为{f}办环评，材料退了三次。",
    "听说{f}不用排队。",
    "{f}和{f}都遇到过这种情况。",
    "今年三月{f}被罚了两万，没有说明理由。",
    "我家开的{f}，一年被检查八次。",
)
NUMBERED = (
    "我的号码是{x}，请回电。",
    "有事联系{x}。",
    "已经登记过{x}，还要再填。",
    "{x}，麻烦核实一下。",
    "材料上写的是{x}，他们录错了。",
    "反馈请发到{x}",
    "留的信息是{x}，三个月没有人联系我。",
    "就是{x}这个，查一下就知道。",
    "系统里{x}显示异常，窗口说不归他管。",
)


@dataclass(frozen=True)
class Planted:
    """``hidden``: kind, start and end of every stretch that must not be readable."""

    text: str
    hidden: tuple[tuple[str, int, int], ...]


Draw = Callable[[random.Random], str]


def full_name(rng: random.Random) -> str:
    """A surname, sometimes of two signs, and one or two signs more."""
    surname = rng.choice(COMPOUND) if rng.random() < 0.06 else rng.choice(SURNAMES)
    return surname + (rng.choice(FIRST) + rng.choice(SECOND) if rng.random() < 0.72 else rng.choice(SECOND))


def firm(rng: random.Random) -> str:
    """A firm or a shop with a coined name."""
    own = "".join(rng.sample(COINED, rng.choice((2, 2, 3))))
    if rng.random() < 0.4:
        return own + rng.choice(SMALL)
    place = rng.choice(("", "", "", "示范市", "江东", "城北区"))
    trade = rng.choice(TRADE)
    return place + own + trade + (rng.choice(FORM) or "有限公司")


def filled(template: str, draws: dict[str, tuple[str, Draw]], rng: random.Random) -> Planted:
    """The template with something drawn for each letter in braces, and where it was put."""
    text, hidden, rest = "", [], template
    while "{" in rest:
        front, rest = rest.split("{", 1)
        letter, rest = rest.split("}", 1)
        kind, draw = draws[letter]
        drawn = draw(rng)
        text += front
        hidden.append((kind, len(text), len(text) + len(drawn)))
        text += drawn
    return Planted(text + rest, tuple(hidden))


def _nick(rng: random.Random) -> Planted:
    planted = filled(rng.choice(NICK), {"k": (NAME, _called)}, rng)
    return Planted(planted.text, tuple((k, a, b - _held(planted.text[a:b])) for k, a, b in planted.hidden))


def _called(rng: random.Random) -> str:
    return rng.choice(KNOWN_AS).format(s=rng.choice(SURNAMES))


def _held(called: str) -> int:
    """Signs of a title, which may stay."""
    return next((len(title) for title in HELD if called.endswith(title)), 0)


def _number(rng: random.Random) -> Planted:
    lead, draw = NUMBERS[rng.choice(sorted(NUMBERS))]
    template = rng.choice(lead) if lead else rng.choice(NUMBERED)
    return filled(template, {"x": (NUMBER, draw)}, rng)


def planted_sentence(rng: random.Random) -> Planted:
    """One complaint with one or more things to hide."""
    chosen = rng.random()
    if chosen < 0.36:
        return filled(rng.choice(PERSON), {"n": (NAME, full_name)}, rng)
    if chosen < 0.40:
        return filled(rng.choice(AS_PERSON), {"n": (NAME, lambda one: one.choice(WORDS))}, rng)
    if chosen < 0.48:
        return _nick(rng)
    if chosen < 0.68:
        return filled(rng.choice(COMPANY), {"f": (FIRM, firm)}, rng)
    return _number(rng)


def comment(rng: random.Random) -> Planted:
    """One to three complaints one after another, as people write."""
    text, hidden = "", list[tuple[str, int, int]]()
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        one = planted_sentence(rng)
        hidden += [(kind, start + len(text), end + len(text)) for kind, start, end in one.hidden]
        text += one.text
    return Planted(text, tuple(hidden))
