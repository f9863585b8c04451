"""The paper of a mini-sample: the filter question and one question of the round before, word for word, as a questionnaire file."""

import json
from collections.abc import Iterator

from appraisal.model.questionnaire import Item, Kind, Option, Questionnaire
from appraisal.model.wording import Wording


def short_paper(code: str, whole: Questionnaire, score_item: str, item: str) -> str:
    """The TOML text of a questionnaire that asks ``score_item`` and then ``item``, with all their options in their order.

    All options, not the one in question alone: beside fewer choices the same problem is ticked more often.
    """
    section = next(each for each in whole.sections if each.each_department)
    asked = [whole.item(one) for one in (score_item, item)]
    parts = [f"code = {_text(code)}\n", "[title]", *_said(whole.title), ""]
    parts += _scale(whole.item(score_item))
    parts += ["[[section]]", f"code = {_text(section.code)}", 'each = "department"', *_said(section.title), ""]
    for one in asked:
        parts += _item(one)
    return "\n".join(parts)


def _scale(item: Item) -> Iterator[str]:
    yield from ("[[scale]]", f"code = {_text(item.scale)}", *_options(item), "")


def _item(item: Item) -> Iterator[str]:
    yield from ("[[section.item]]", f"code = {_text(item.code)}", f'kind = "{item.kind.value}"', *_said(item.wording))
    if item.hint is not None:
        yield from (f"hint_{line}" for line in _said(item.hint))
    if item.kind is Kind.RATING:
        yield f"scale = {_text(item.scale)}"
    else:
        yield from _options(item)
    yield ""


def _options(item: Item) -> Iterator[str]:
    yield "option = ["
    for option in item.options:
        yield f"  {{ {', '.join(_option(option))} }},"
    yield "]"


def _option(option: Option) -> Iterator[str]:
    yield f"code = {_text(option.code)}"
    yield f'role = "{option.role.value}"' if option.value is None else f"value = {option.value:g}"
    yield from _said(option.label)
    if option.text is not None:
        yield from (f"text_{line}" for line in _said(option.text))


def _said(wording: Wording) -> Iterator[str]:
    yield f"zh = {_text(wording.zh)}"
    if wording.en:
        yield f"en = {_text(wording.en)}"


def _text(said: str) -> str:
    """A TOML string: what JSON escapes TOML escapes alike."""
    return json.dumps(said, ensure_ascii=False)
