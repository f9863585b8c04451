"""The Chinese texts that a person may read, found where they stand in templates and Python, and the catalogues beside them."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

TRANSLATING = frozenset({"_", "N_", "gettext", "ngettext"})
# Call → which of its arguments is a text that is translated later, where it is shown.
SAID_LATER = {"Refused": 0, "Fault": 3, "of": 3}


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def of_template(source: str) -> set[str]:
    """The texts of ``_()`` and ``{% trans %}`` in a template."""
    found = extract("jinja2.ext:babel_extract", io.BytesIO(source.encode()), options={"silent": "false"})
    return {each for _, message, _, _ in found for each in ([message] if isinstance(message, str) else message)}


def of_python(source: str) -> set[str]:
    """The texts that a module translates, or hands on to be translated where they are shown."""
    return {text for call in ast.walk(ast.parse(source)) if isinstance(call, ast.Call) for text in _of_call(call)}


def literals(source: str) -> set[str]:
    """Every string of a module, its docstrings too."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def named(source: str) -> set[str]:
    """Chinese strings that a module gives a name at its top: reasons, labels and titles, said elsewhere."""
    tops = [
        node.value for node in ast.parse(source).body if isinstance(node, ast.Assign | ast.AnnAssign) and node.value
    ]
    strings = (each.value for top in tops for each in ast.walk(top) if isinstance(each, ast.Constant))
    return {text for text in strings if isinstance(text, str) and is_chinese(text)}


def catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Name of the area → Chinese → English."""
    return {path.stem: dict(_of_catalogue(path)) for path in sorted(folder.glob("*.po"))}


def _of_call(call: ast.Call) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in TRANSLATING:
        given = call.args
    elif name in SAID_LATER:
        given = call.args[SAID_LATER[name] :][:1]
    else:
        return
    for argument in given:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and is_chinese(argument.value):
            yield argument.value


def _of_catalogue(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as source:
        for message in read_po(source, locale="en"):
            if message.id:
                yield str(message.id), str(message.string)
