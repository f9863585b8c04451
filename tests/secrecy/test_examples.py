"""The examples in the docstrings are true."""

import doctest
from types import ModuleType

import pytest

from appraisal.collect import papers
from appraisal.reports import letters
from appraisal.secrecy import chain, codes, cookies, drafts, keys, merkle, padding, sealed, shares, signing


@pytest.mark.parametrize(
    "module",
    [codes, keys, padding, sealed, shares, drafts, cookies, papers, letters, merkle, signing, chain],
    ids=lambda m: m.__name__,
)
def test_the_examples_are_true(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted > 0
