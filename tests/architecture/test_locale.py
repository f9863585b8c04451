"""Everything that a person reads is there in both languages, and nothing is translated that nobody reads."""

import re
from pathlib import Path

import pytest

from appraisal import i18n
from tests.architecture import texts

PACKAGE = Path(__file__).parents[2] / "appraisal"
MODULES = sorted(PACKAGE.rglob("*.py"))
# The slips are Chinese official letters; they have no English form.
CHINESE_ALONE = ("slip", "letters")
TEMPLATES = sorted(
    [
        *(PACKAGE / "web" / "templates").rglob("*.html"),
        *(path for path in (PACKAGE / "reports").rglob("*.html") if not path.stem.startswith(CHINESE_ALONE)),
    ]
)
PARTS = re.compile(r"%\((\w+)\)")


def english() -> dict[str, str]:
    return {
        chinese: said for area in texts.catalogues(i18n.LOCALE_FOLDER / "en").values() for chinese, said in area.items()
    }


def shown() -> dict[str, set[str]]:
    """Relative name of every template and module → the texts that it shows."""
    found = {path: texts.of_template(path.read_text("utf-8")) for path in TEMPLATES}
    found |= {path: texts.of_python(path.read_text("utf-8")) for path in MODULES}
    found |= {path: texts.named(path.read_text("utf-8")) for path in MODULES if path.stem == "refusals"}
    return {str(path.relative_to(PACKAGE)): said for path, said in found.items() if said}


def test_there_are_texts_to_look_at() -> None:
    found = shown()
    assert sum(len(said) for said in found.values()) > 100
    assert "web/templates/respondent/front.html" in found


def test_every_text_is_there_in_english() -> None:
    known = english()
    missing = {place: sorted(said - known.keys()) for place, said in shown().items()}
    assert {place: said for place, said in missing.items() if said} == {}


def test_no_english_text_is_left_that_nobody_says() -> None:
    said = set().union(*shown().values(), *(texts.literals(path.read_text("utf-8")) for path in MODULES))
    assert sorted(english().keys() - said) == []


def test_no_text_is_translated_in_two_ways() -> None:
    ways: dict[str, set[str]] = {}
    for area in texts.catalogues(i18n.LOCALE_FOLDER / "en").values():
        for chinese, said in area.items():
            ways.setdefault(chinese, set()).add(said)
    assert {chinese: said for chinese, said in ways.items() if len(said) > 1} == {}


def test_every_translation_says_something_with_the_same_parts() -> None:
    for chinese, said in english().items():
        assert said.strip(), chinese
        assert set(PARTS.findall(said)) == set(PARTS.findall(chinese)), chinese
        assert not texts.is_chinese(said) or "示范" in said, chinese


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("提交")', {"提交"}),
        ('raise Refused("不行 %(n)s", n=1)', {"不行 %(n)s"}),
        ('Fault.of("f", 1, "x", "错了")', {"错了"}),
        ('Fault("f", 1, "x", "错了")', {"错了"}),
        ('print("不译"); _("plain")', set()),
    ],
)
def test_a_planted_text_of_python_is_found(source: str, expected: set[str]) -> None:
    assert texts.of_python(source) == expected


def test_a_planted_text_of_a_template_is_found() -> None:
    assert texts.of_template('{{ _("甲") }}{% trans %}乙{% endtrans %}<p>{{ _("丙 %(n)s", n=1) }}') == {
        "甲",
        "乙",
        "丙 %(n)s",
    }
