"""Everything that is said of a faulty file, folder or move is there in English, the parts that are put together elsewhere too."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from appraisal import i18n, rounds
from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire_file import read_questionnaire

PACKAGE = Path(rounds.__file__).parents[1]
MODEL = [
    PACKAGE / "model" / f"{name}.py"
    for name in ("questionnaire_file", "questionnaire_history", "table_reading", "round")
]
MODULES = [*MODEL, PACKAGE / "store" / "rounds.py", *sorted((PACKAGE / "rounds").glob("*.py"))]
# The two kinds of rounds are values of the file, not texts.
VALUES = {"综合", "专项"}


def said_in(path: Path) -> Iterator[str]:
    """Chinese strings of a module that are neither docstrings nor the words that a cell may hold."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    # What is written in both languages at once needs no catalogue.
    both = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Wording"]
    silent |= {id(part) for call in both for part in ast.walk(call)}
    silent |= {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    for node in strings:
        if id(node) not in silent and re.search("[\u4e00-\u9fff]", node.value) and node.value not in VALUES:
            yield node.value


def test_every_message_is_there_in_english() -> None:
    said = {text for path in MODULES for text in said_in(path)}
    assert len(said) > 80
    assert {text for text in said if i18n.text("en", text) == text} == set()


def test_a_fault_is_said_in_english_with_its_parts() -> None:
    def english(text: str) -> str:
        return i18n.text("en", text)

    try:
        read_questionnaire('code = "q"', "q.toml")
        faults: tuple[Fault, ...] = ()
    except Faulty as faulty:
        faults = faulty.faults
    told = [fault.said(english) for fault in faults]
    assert any(text.startswith("“q” is no code") for text in told)
    assert not any(re.search("[\u4e00-\u9fff]", text) for text in told)
