"""The papers are held to what they say: links, commands, keys, examples and diagrams."""

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest

from appraisal import rounds
from appraisal.cli import main
from appraisal.model.faults import Fault, Faulty
from appraisal.model.questionnaire import Kind
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Policy
from appraisal.model.table_reading import Reading
from appraisal.rounds.ballots_file import COLUMNS as BALLOT_COLUMNS
from appraisal.rounds.round_file import read_groups, read_head, read_office, read_policy
from tests.makers import default_questionnaire
from tools.state_tables import PAGE, filled

TOP = Path(__file__).parents[2]
PAPERS = sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md")])
QUESTIONNAIRE = TOP / "docs" / "questionnaire.md"
IMPORT = TOP / "docs" / "import.md"
STRANGER = "qqqqqqqq"


def fenced(paper: Path, language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", paper.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def listed(paper: Path, introduction: str) -> set[str]:
    """First cells, without their backticks, of the table that comes next after ``introduction``."""
    behind = paper.read_text("utf-8").split(f"\n{introduction}", 1)[1]
    table = re.search(r"(?:^\|.*\n)+", behind, re.MULTILINE)
    assert table is not None, introduction
    return set(re.findall(r"^\| `([^`]+)` ", table[0], re.MULTILINE))


def anchors(paper: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", paper.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(paper: Path) -> Iterator[str]:
    for link in re.findall(r"\]\(([^)\s]+)\)", paper.read_text("utf-8")):
        path, _, anchor = link.partition("#")
        target = (paper.parent / path) if path else paper
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(TOP)))
def test_every_link_of_a_paper_leads_somewhere(paper: Path) -> None:
    assert list(broken_links(paper)) == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    paper = tmp_path / "paper.md"
    paper.write_text("# One\n[a](gone.md) [b](#two) [c](#one) [d](https://example.org/)\n", "utf-8")
    assert list(broken_links(paper)) == ["gone.md", "#two"]


def commands(paper: Path) -> Iterator[list[str]]:
    """What follows ``appraisal`` in shell blocks and in code within a line."""
    text = paper.read_text("utf-8")
    code = [*fenced(paper, "sh"), *re.findall(r"(?<!`)`((?:\.venv/bin/)?appraisal [^`]+)`", text)]
    for line in "\n".join(code).splitlines():
        called = re.match(r"\s*(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?appraisal (.+)", line)
        if called:
            yield shlex.split(called[1].split(" > ")[0].rstrip("…"), comments=True)


def complaint(words: list[str]) -> str:
    """What is wrong with a command line: a command or an option that there is not, or an argument too many."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"no command {words[0]}"
        command, words = found, words[1:]
    options = {name for one in command.params if isinstance(one, click.Option) for name in one.opts}
    unknown = [word for word in words if word.startswith("--") and word not in options]
    return f"no option {unknown[0]}" if unknown else ""


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: str(paper.relative_to(TOP)))
def test_every_command_in_a_paper_can_be_given(paper: Path) -> None:
    assert {" ".join(words): complaint(words) for words in commands(paper) if complaint(words)} == {}


def test_the_papers_name_the_commands_that_an_operator_needs() -> None:
    named = {" ".join(words[:2]) for paper in PAPERS for words in commands(paper)}
    assert {"round import", "round open", "round close", "round score", "round publish", "account add"} <= named
    assert complaint(["round", "reopen", "R1"]) == "no command reopen"
    assert complaint(["codes", "issue", "R1", "--post"]) == "no option --post"


def test_both_readmes_have_the_same_headings_pictures_and_commands() -> None:
    readmes = [TOP / "README.md", TOP / "README.zh-CN.md"]
    for pattern in (r"^#+ ", r"!\[", r"^\d+\. ", r"^\* "):
        first, second = (len(re.findall(pattern, paper.read_text("utf-8"), re.MULTILINE)) for paper in readmes)
        assert first == second > 0, pattern
    assert list(commands(readmes[0])) == list(commands(readmes[1]))


def test_the_states_in_the_papers_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page) == page, "python -m tools.state_tables writes them anew"
    assert filled(page.replace("drafted --> approved", "drafted --> issued")) == page


def test_the_example_of_a_questionnaire_is_one() -> None:
    found = read_questionnaire(fenced(QUESTIONNAIRE, "toml")[0], "questionnaire.md")
    assert [item.kind for item in found.items()] == [Kind.RATING, Kind.MARKS, Kind.TEXT]


def known_keys(faults: tuple[Fault, ...]) -> set[str]:
    """The keys that a message offers in place of a strange one."""
    (remedy,) = {str(fault.parts["remedy"]) for fault in faults if fault.parts.get("key") == STRANGER}
    return set(remedy.split(", "))


def keys_where(before: str) -> set[str]:
    """The keys that the reader knows at the place where ``before`` ends, in the example with a strange key put there."""
    source = fenced(QUESTIONNAIRE, "toml")[0]
    assert before in source
    strange = f"{STRANGER} = 1" + (", " if before.endswith("{ ") else "\n")
    with pytest.raises(Faulty) as caught:
        read_questionnaire(source.replace(before, before + strange, 1), "questionnaire.md")
    return known_keys(caught.value.faults)


@pytest.mark.parametrize(
    ("introduction", "before"),
    [
        ("The file:", 'code = "HALL"\n'),
        ("A scale, ", "[[scale]]\n"),
        ("An option of a scale:", "option = [\n  { "),
        ("A section, ", "[[section]]\n"),
        ("An option of a marks item:", 'problems does this department have?"\noption = [\n  { '),
    ],
)
def test_every_key_of_a_questionnaire_is_told_and_known(introduction: str, before: str) -> None:
    assert listed(QUESTIONNAIRE, introduction) == keys_where(before)


def test_every_key_of_an_item_is_told_and_known() -> None:
    kinds = [keys_where(f'kind = "{kind.value}"\n') for kind in Kind]
    assert listed(QUESTIONNAIRE, "An item, ") == set().union(*kinds)


def round_example() -> dict[str, Any]:
    return tomllib.loads(fenced(IMPORT, "toml")[0])


def groups_without_strata(reading: Reading) -> object:
    return read_groups(reading, {})


def policy_of_the_default(reading: Reading) -> object:
    return read_policy(reading, default_questionnaire())


@pytest.mark.parametrize(
    ("introduction", "place", "read"),
    [
        ("`[round]`:", "round", read_head),
        ("`[office]`:", "office", read_office),
        ("`[policy]` ", "policy", policy_of_the_default),
        ("`[[group]]`, ", "group", groups_without_strata),
    ],
)
def test_every_key_of_round_toml_is_told_and_known(
    introduction: str, place: str, read: Callable[[Reading], object]
) -> None:
    content = round_example()
    table = content[place][0] if place == "group" else content[place]
    table[STRANGER] = 1
    reading = Reading(content, "round.toml", dict)
    read(reading)
    assert listed(IMPORT, introduction) == known_keys(reading.faults())


def test_the_defaults_of_the_policy_are_told_as_they_are() -> None:
    told = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", IMPORT.read_text("utf-8"), re.MULTILINE)
    policy = Policy("", {}, (), ())
    assert len(told) == 8
    assert {name: float(value) for name, value in told} == {name: float(getattr(policy, name)) for name, _ in told}


def import_files() -> Mapping[str, str]:
    departments, strata, ballots = fenced(IMPORT, "csv")
    return {
        "round.toml": fenced(IMPORT, "toml")[0],
        "questionnaire.toml": fenced(QUESTIONNAIRE, "toml")[0],
        "departments.csv": departments,
        "strata.csv": strata,
        "ballots.csv": ballots,
    }


def test_the_example_folder_is_read(tmp_path: Path) -> None:
    for name, content in import_files().items():
        (tmp_path / name).write_text(content, "utf-8")
    plan, ballots = rounds.read_folder(tmp_path)
    assert (plan.code, len(plan.departments), len(plan.strata), len(ballots)) == ("2026-1", 2, 2, 3)
    assert ballots[0].answers.departments["GG01"].marks == {"Z": ("Z01", "Z02")}


@pytest.mark.parametrize("name", ["departments.csv", "strata.csv", "ballots.csv"])
def test_every_column_of_a_file_is_told_and_in_the_example(name: str) -> None:
    heading = import_files()[name].splitlines()[0].split(",")
    assert listed(IMPORT, f"## {name}") == set(heading)
    assert name != "ballots.csv" or tuple(heading) == BALLOT_COLUMNS


def test_the_pictures_in_the_papers_are_small() -> None:
    pictures = sorted((TOP / "docs" / "images").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []
