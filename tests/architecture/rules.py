"""The house rules that a linter has no word for, each as a function from source to the places that break it."""

import ast
import re
import sys
from collections.abc import Iterator

LONGEST_MODULE = 300
LONGEST_FUNCTION = 40
EMPTY_NAMES = frozenset(
    [
        "util",
        "utils",
        "helper",
        "helpers",
        "common",
        "misc",
        "manager",
        "managers",
        "handler",
        "handlers",
        "process",
        "data",
        "info",
    ]
)
CLOCKS = frozenset({"now", "utcnow", "today"})
CLOCK_OWNERS = frozenset({"datetime", "date"})
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "deb.debian" + ".org")
MACHINE_PATH = re.compile(r"(?<![\w.~$}\-])/(?:wo" + r"rk|ro" + r"ot)/\w")
FOREIGN_RESOURCE = re.compile(
    r"""(?:\ssrc\s*=|<link\b[^>]*\shref\s*=|\burl\(|@import\s|\bfetch\()\s*["']?(?:https?:)?//""", re.IGNORECASE
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def too_long_functions(source: str) -> list[str]:
    return [f"{each.name} ({length(each)} lines)" for each in functions(source) if length(each) >= LONGEST_FUNCTION]


def is_too_long(source: str) -> bool:
    return len(source.splitlines()) >= LONGEST_MODULE


def has_empty_name(stem: str) -> bool:
    """Whether a module's name says nothing: ``utils`` does, and so does ``ballot_utils``."""
    return bool(EMPTY_NAMES & set(stem.lower().split("_")))


def calls(source: str) -> Iterator[ast.Attribute]:
    """Every ``owner.name(...)`` of a source."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func


def commits(source: str) -> list[int]:
    """Lines that end a transaction by hand."""
    return [each.lineno for each in calls(source) if each.attr in {"commit", "rollback"}]


def clock_readings(source: str) -> list[int]:
    """Lines that ask the clock, where the time should be an argument."""
    return [
        each.lineno
        for each in calls(source)
        if each.attr in CLOCKS and ast.unparse(each.value).split(".")[-1] in CLOCK_OWNERS
    ]


def late_sessions(source: str) -> list[str]:
    """Functions that take ``db``, but not first."""
    found = []
    for function in functions(source):
        arguments = function.args
        names = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        if "db" in [name for name in names if name not in {"self", "cls"}][1:]:
            found.append(function.name)
    return found


def foreign_imports(source: str, own: str) -> list[str]:
    """Imports that are neither of the standard library nor of the package ``own``."""
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.append(node.module or "")
    return [name for name in names if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(own)]


def addresses(text: str) -> list[str]:
    """Lines that name a registry or a folder of some machine."""
    return [line for line in text.splitlines() if any(host in line for host in REGISTRIES) or MACHINE_PATH.search(line)]


def foreign_resources(text: str) -> list[str]:
    """Lines of a page, style sheet or script that would load something from another host."""
    return [line for line in text.splitlines() if FOREIGN_RESOURCE.search(line)]
