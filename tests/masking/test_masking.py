"""One text masked: what stands for what, and what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.masking import Kind, Masked, Roster, Span, covered, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("找王芳科长，电话１３８ 0013 8000", "找【姓名】科长，电话【电话】"),
        ("电话一三八零零一三八零零零", "电话【电话】"),
        ("打幺三九 一二三四 五六七八", "打【电话】"),
        ("打1三9一2三4五六7八", "打【电话】"),
        ("打13\u200b800138000一直没人接", "打【电话】一直没人接"),
        ("身份证11010519491231002X。", "身份证【身份证号】。"),
        ("代码91350100M000100Y43查不到", "代码【信用代码】查不到"),
        ("卡号4111 1111 1111 1111", "卡号【银行卡号】"),
        ("车牌苏A·D12345停在门口", "车牌【车牌】停在门口"),
        ("住在光明路28号3栋2单元501室", "住在【地址】"),
        ("（2024）苏0102民初1234号判了不执行", "【编号】判了不执行"),
        ("2024年5月6日上午9点30分去的", "【日期】去的"),
        ("小李和老王互相推，王姐不在", "【姓名】和【姓名】互相推，【姓名】不在"),
        ("阿依古丽·买买提说不行", "【姓名】说不行"),
        ("隔壁鑫源泰商行没人罚，鑫源泰不用排队", "隔壁【单位】没人罚，【单位】不用排队"),
    ],
)
def test_personal_data_gives_way_to_a_readable_word(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "高兴、安全、马上、文明、白天、平安，这些词都不是人名。",
        "政府办发〔2024〕12号文件写得很清楚，打12345没有用。",
        "我们公司今年上半年申请补贴300000元，窗口3号没人。",
        "供电公司和自来水公司互相推，指定的测绘公司收费高。",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask(text) == Masked(text, ())


def test_a_word_that_is_also_a_name_is_masked_where_it_is_said_to_be_one() -> None:
    assert mask("办事员名叫高兴，他很高兴。").text == "办事员名叫【姓名】，他很高兴。"


def test_what_the_roster_knows_is_found_without_any_other_sign() -> None:
    roster = Roster(frozenset({"呼噜娃"}), frozenset({"云梯有限公司"}))
    assert mask("呼噜娃去过云梯有限公司", roster).text == "【姓名】去过【单位】"


def test_no_name_is_looked_for_in_a_public_term() -> None:
    hall = "温和路便民站"
    assert mask(f"{hall}不错", Roster(public=frozenset({hall}))).text == f"{hall}不错"


def test_places_are_told_in_the_text_as_it_was_written() -> None:
    text = "打１３８\u200b００１３８０００！"
    (span,) = mask(text).spans
    assert span == Span(1, len(text) - 1, Kind.PHONE)


def test_a_wrong_check_digit_hides_a_number_all_the_same() -> None:
    assert mask("身份证110105194912310021").text == "身份证【身份证号】"


@given(st.text(alphabet="王李张小老公司厂店0123456789一二三零号路栋室姐说的，。 @.aX〔〕年月日１８微信Q", max_size=80))
def test_spans_rise_apart_within_the_text_and_make_the_masked_one(text: str) -> None:
    masked = mask(text)
    edges = [edge for span in masked.spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in masked.spans)
    assert masked.text == covered(text, masked.spans)


@given(st.text(max_size=60))
def test_any_text_at_all_can_be_masked(text: str) -> None:
    assert covered(text, mask(text).spans) == mask(text).text
