"""The examples in the docstrings run."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

from appraisal import stats

MODULES = [importlib.import_module(f"appraisal.stats.{found.name}") for found in pkgutil.iter_modules(stats.__path__)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_in_the_docstrings_of_a_module_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_public_function_shows_an_example_or_explains_its_fields() -> None:
    bare = [name for name in stats.__all__ if not (getattr(stats, name).__doc__ or "").strip()]
    assert bare == []
    functions = [getattr(stats, name) for name in stats.__all__ if not isinstance(getattr(stats, name), type)]
    assert [each.__name__ for each in functions if ">>>" not in each.__doc__] == []
