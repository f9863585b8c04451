"""Every key and element of a TOML text is found on its line, however the text is laid out."""

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from appraisal.model.toml_lines import Path, lines_of

LAID_OUT = '''# comment with [table] and key = 1
title = "a # no comment, [no] table"
long = """
[[section]]
x = 1 \\""" still text
"""
after = 1
raw = \'\'\'
it's "raw" \\
\'\'\'
"quoted key" . 'inner' = 2
list = [
  1, # one ]
  { a = "}", b = [ 2,
  3 ] },
]

[[scale]]
code = "S"
[[scale.option]]
code = "S5"
[[scale.option]]
code = "S4"
[[scale]]
[[scale.option]]
code = "T"
[scale.note.deep]
last = true
'''


def paths_in(content: Any, path: Path = ()) -> set[Path]:
    """Every path that a parsed text has."""
    if isinstance(content, dict):
        inner = [(*path, key) for key in content]
    elif isinstance(content, list):
        inner = [(*path, number) for number in range(len(content))]
    else:
        return set()
    return set(inner).union(*(paths_in(content[child[-1]], child) for child in inner))


def test_a_place_is_found_through_comments_long_strings_and_inline_tables() -> None:
    lines = lines_of(LAID_OUT)
    assert lines[("long",)] == 3
    assert lines[("after",)] == 7
    assert lines[("raw",)] == 8
    assert lines[("quoted key", "inner")] == 11
    assert lines[("list", 1, "a")] == 14
    assert lines[("list", 1, "b", 1)] == 15


def test_a_place_is_found_in_arrays_of_tables() -> None:
    lines = lines_of(LAID_OUT)
    assert lines[("scale", 0, "option", 1)] == 22
    assert lines[("scale", 0, "option", 1, "code")] == 23
    assert lines[("scale", 1)] == 24
    assert lines[("scale", 1, "option", 0, "code")] == 26
    assert lines[("scale", 1, "note", "deep", "last")] == 28


def test_every_path_of_a_text_has_a_line_and_no_other_has() -> None:
    assert set(lines_of(LAID_OUT)) == paths_in(tomllib.loads(LAID_OUT))


def test_line_ends_of_windows_count_once() -> None:
    assert lines_of("a = 1\r\nb = '''\r\n\r\n'''\r\nc = 3")[("c",)] == 5


@given(st.text(alphabet="ab.=[]{}\"'#\\\n, 1\r\t\x00汉", max_size=60))
def test_any_text_at_all_is_scanned_to_its_end(source: str) -> None:
    last = source.count("\n") + 1
    assert all(1 <= line <= last for line in lines_of(source).values())


KEYS = st.sampled_from(["a", "b", "汉 字", 'quo"te', "back\\slash", ""])
SCALARS = st.one_of(st.integers(), st.booleans(), st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[ # list ]\n" + ",\n".join(written(one) for one in value) + "\n]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{written(key)} = {written(one)}" for key, one in value.items()) + " }"
    return str(value)


@given(st.dictionaries(KEYS, VALUES), st.lists(st.dictionaries(KEYS, VALUES, max_size=3), max_size=3))
def test_whatever_is_written_every_path_is_found(top: dict[str, Any], tables: list[dict[str, Any]]) -> None:
    pairs = [f"{written(key)} = {written(value)}" for key, value in top.items()]
    for table in tables:
        pairs += ["[[t.x]]", *(f"{written(key)} = {written(value)}" for key, value in table.items())]
    source = "\n".join(pairs)
    assert set(lines_of(source)) == paths_in(tomllib.loads(source))
