"""Numbers that identify, written as people write them: spaced, full width, in Chinese digits, mixed."""

import random
from collections.abc import Callable

Draw = Callable[[random.Random], str]
FULL = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
SPOKEN = str.maketrans("0123456789", "洞幺二三四五六七八九".replace("洞", "〇"))
FORMAL = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _grouped(rng: random.Random, number: str, sizes: tuple[int, ...]) -> str:
    sign = rng.choice((" ", "-", "  ", ".", " - ", "·"))
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return sign.join([*parts, number[at:]] if number[at:] else parts)


def disguised(rng: random.Random, number: str, sizes: tuple[int, ...]) -> str:
    """A number plain, in groups, spaced sign by sign, full width, in Chinese digits, or in a mixture."""
    way = rng.randrange(9)
    if way == 0:
        return _grouped(rng, number, sizes)
    if way == 1:
        return " ".join(number)
    if way == 2:
        return number.translate(FULL)
    if way == 3:
        return number.translate(CHINESE)
    if way == 4:
        return number.translate(SPOKEN)
    if way == 5:
        return "".join(sign.translate(rng.choice((CHINESE, FULL, {}))) for sign in number)
    if way == 6:
        return _grouped(rng, number.translate(rng.choice((CHINESE, FULL, FORMAL))), sizes)
    return number


def mobile(rng: random.Random) -> str:
    number = "1" + rng.choice("3456789") + _digits(rng, 9)
    return rng.choice(("", "", "", "+86 ", "86-")) + disguised(rng, number, (3, 4, 4))


def landline(rng: random.Random) -> str:
    area = rng.choice(("010", "021", "0515", "0731", "025"))
    local = rng.choice("2345678") + _digits(rng, 7)
    return rng.choice(
        (
            f"{area}-{local}",
            f"({area}){local}",
            f"{area} {local[:4]} {local[4:]}",
            local,
            f"（{area}）{local}",
            f"{area}{local}转{_digits(rng, 3)}",
        )
    )


def identity(rng: random.Random) -> str:
    body = (
        rng.choice(("110101", "320106", "440305", "510104"))
        + f"{rng.randrange(1940, 2010)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}"
        + _digits(rng, 3)
    )
    total = sum(int(sign) * (2 ** (17 - at) % 11) for at, sign in enumerate(body))
    check = "0123456789X"[(12 - total % 11) % 11]
    return (
        disguised(rng, body, (6, 8)) + check
        if rng.random() < 0.5
        else body + (check.lower() if rng.random() < 0.3 else check)
    )


def old_identity(rng: random.Random) -> str:
    return f"3201{_digits(rng, 2)}{rng.randrange(30, 99)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{_digits(rng, 3)}"


def bank_card(rng: random.Random) -> str:
    body = rng.choice(("6222", "6217", "6228", "6214")) + _digits(rng, rng.choice((11, 14)))
    odd = [int(sign) * 2 for sign in body[::-1][::2]]
    total = sum(one - 9 if one > 9 else one for one in odd) + sum(int(sign) for sign in body[::-1][1::2])
    return disguised(rng, body + str(-total % 10), (4, 4, 4, 4))


def credit_code(rng: random.Random) -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = (
        "9"
        + rng.choice("123")
        + rng.choice(("110101", "320106", "440305"))
        + "MA"
        + "".join(rng.choice(signs) for _ in range(7))
    )
    weights, weight = [], 1
    for _ in body:
        weights.append(weight)
        weight = weight * 3 % 31
    check = signs[(31 - sum(signs.index(sign) * one for sign, one in zip(body, weights, strict=True)) % 31) % 31]
    code = body + check
    return rng.choice(
        (
            code,
            code,
            code.lower(),
            f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}",
            code[:2] + " " + code[2:8] + " " + code[8:],
        )
    )


def plate(rng: random.Random) -> str:
    signs = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    head = rng.choice("苏浙京沪粤川") + rng.choice("ABCDEFGH")
    tail = (
        rng.choice("DF") + _digits(rng, 5)
        if rng.random() < 0.4
        else _digits(rng, 2) + rng.choice(signs) + _digits(rng, 2)
    )
    return rng.choice(
        (head + tail, f"{head}·{tail}", f"{head} {tail}", f"{head}-{tail}", head.lower() + tail.translate(FULL))
    )


def passport(rng: random.Random) -> str:
    return rng.choice(("E", "G", "EA", "EJ", "PE")) + _digits(rng, rng.choice((7, 8)))


def email(rng: random.Random) -> str:
    user = "".join(rng.choice("abcdefghkmnprstuwxyz") for _ in range(rng.randrange(3, 9))) + _digits(
        rng, rng.randrange(0, 5)
    )
    return (
        user
        + rng.choice(("@", "@", "＠", " @ "))
        + rng.choice(("example.com", "example.net", "mail.example.org", "example.com.cn"))
    )


def wechat(rng: random.Random) -> str:
    return (
        rng.choice("abcdwxyz")
        + "".join(rng.choice("abcdefgh_0123456789") for _ in range(rng.randrange(6, 12)))
        + rng.choice("0123456789")
    )


def qq(rng: random.Random) -> str:
    return disguised(rng, rng.choice("123456789") + _digits(rng, rng.randrange(6, 10)), (3, 3))


def address(rng: random.Random) -> str:
    road = rng.choice(("长宁", "新华", "青石", "渡口", "柳塘", "望江", "前进", "光明")) + rng.choice(
        ("路", "街", "大道", "巷", "弄")
    )
    house = f"{rng.randrange(1, 400)}号" + rng.choice(
        (
            "",
            f"{rng.randrange(1, 30)}栋{rng.randrange(101, 2500)}室",
            f"{rng.randrange(1, 9)}单元{rng.randrange(101, 900)}",
            f"-{rng.randrange(1, 9)}",
        )
    )
    return rng.choice(
        (
            road + house,
            rng.choice(("清河区", "示范市城东区", "桥头镇")) + road + house,
            f"{rng.choice(('翠湖', '锦绣', '兴业'))}小区{rng.randrange(1, 60)}号楼{rng.randrange(1, 5)}单元{rng.randrange(101, 1900)}室",
            road + house.translate(FULL),
        )
    )


def case_number(rng: random.Random) -> str:
    year = rng.randrange(2015, 2026)
    return rng.choice(
        (
            f"（{year}）苏0{_digits(rng, 3)}民初{rng.randrange(1, 9999)}号",
            f"〔{year}〕第{rng.randrange(10, 999)}号",
            f"HT-{year}-{_digits(rng, 4)}",
            f"GF{year}{_digits(rng, 6)}",
            f"{year}{_digits(rng, 8)}",
        )
    )


def day(rng: random.Random) -> str:
    year, month, date = rng.randrange(2019, 2026), rng.randrange(1, 13), rng.randrange(1, 29)
    hour = rng.choice(("", "", "上午9点20分", " 14:35", "下午三点"))
    return rng.choice(
        (
            f"{year}年{month}月{date}日{hour}",
            f"{month}月{date}号{hour}",
            f"{year}-{month:02}-{date:02}",
            f"{year}/{month}/{date}",
            f"{year}.{month}.{date}",
            f"{year}年{month}月{date}日".translate(CHINESE) if date != 10 else f"{year}年{month}月{date}日",
            f"{'一二三四五六七八九'[month % 9]}月二十{'一二三四五六七八'[date % 8]}日",
        )
    )


# Leads: sentences of their own where only the words around tell what the number is; () for those that stand anywhere.
NUMBERS: dict[str, tuple[tuple[str, ...], Draw]] = {
    "mobile": ((), mobile),
    "mobile again": (("打我手机{x}。", "电话{x}一直没人接", "我的手机号{x}留了三遍。"), mobile),
    "landline": (("办公室电话{x}永远占线。", "打{x}没人接。", "请回拨{x}"), landline),
    "identity": ((), identity),
    "old identity": (("老的身份证号{x}系统不认。",), old_identity),
    "bank card": (("补贴一直没打到卡上，卡号{x}。", "账号{x}，请查。", "钱退到{x}了没有？"), bank_card),
    "credit code": (("统一社会信用代码{x}。", "代码{x}查不到。", "我司{x}一直异常。"), credit_code),
    "plate": (("车牌{x}被贴了三次条。", "{x}停在门口没人管。", "我的车{x}年检办不了。"), plate),
    "passport": (("护照{x}换发等了一个月。", "证件号{x}录错了。"), passport),
    "email": (("发到{x}没有回。", "邮箱{x}。", "请回复{x}，谢谢"), email),
    "wechat": (("加我微信{x}。", "微信号：{x}", "微信是{x}，发过照片。"), wechat),
    "qq": (("QQ{x}。", "我的QQ号是{x}。", "扣扣{x}有聊天记录。"), qq),
    "address": (
        ("我家住{x}，下水道堵了两年。", "{x}门口天天占道。", "店开在{x}，被要求换招牌。", "地址：{x}。"),
        address,
    ),
    "case number": (
        ("案号{x}，判了不执行。", "合同编号{x}。", "受理编号：{x}，查不到进度。", "工单号{x}已经办结，其实没人来。"),
        case_number,
    ),
    "day": (("{x}去的，等到下班。", "我{x}交的材料。", "事情发生在{x}，有录像。"), day),
}
