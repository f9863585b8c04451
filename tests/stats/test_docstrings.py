"""Every exported function says what goes in, what comes out, and shows it."""

import inspect
import re
from collections.abc import Callable

import pytest

from appraisal import stats

EXPORTED = [getattr(stats, name) for name in stats.__all__]
FUNCTIONS = [one for one in EXPORTED if inspect.isfunction(one)]
REFUSING = [one for one in FUNCTIONS if re.search(r"^ +raise ", inspect.getsource(one), re.MULTILINE)]
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "Examples")


def sections(function: Callable[..., object]) -> list[str]:
    said = inspect.getdoc(function) or ""
    return re.findall(rf"^({'|'.join(SECTIONS)})\n-+$", said, re.MULTILINE)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.__name__)
def test_a_function_tells_its_parameters_and_returns_and_has_an_example(function: Callable[..., object]) -> None:
    found = sections(function)
    assert {"Parameters", "Returns", "Examples"} <= set(found)
    assert found == sorted(found, key=SECTIONS.index)
    assert "\n>>> " in (inspect.getdoc(function) or "").partition("Examples\n--------")[2]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.__name__)
def test_a_function_names_every_parameter_it_has(function: Callable[..., object]) -> None:
    told = (inspect.getdoc(function) or "").partition("Parameters\n")[2].partition("\n\n")[0]
    named = {name for line in re.findall(r"^\w[\w, ]*", told, re.MULTILINE) for name in re.split(r",\s*", line.strip())}
    assert set(inspect.signature(function).parameters) <= named


@pytest.mark.parametrize("function", REFUSING, ids=lambda one: one.__name__)
def test_a_function_that_refuses_says_what(function: Callable[..., object]) -> None:
    assert "Raises" in sections(function)


@pytest.mark.parametrize("kind", [one for one in EXPORTED if inspect.isclass(one)], ids=lambda one: one.__name__)
def test_a_class_says_what_it_is(kind: type) -> None:
    said = kind.__doc__ or ""
    assert said
    assert not said.startswith(f"{kind.__name__}(")
