"""The house keeps its own rules."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.architecture import rules

Rule = Callable[[str], object]
TOP = Path(__file__).parents[2]
PACKAGE = TOP / "appraisal"
MODULES = sorted(PACKAGE.rglob("*.py"))
INNER = (
    "model",
    "stats",
    "secrecy",
    "masking",
    "rounds",
    "collect",
    "scoring",
    "followup",
    "forms",
    "reports",
    "store",
)
SERVED = (".html", ".jinja", ".css", ".js", ".svg")
TEXTS = (".py", ".toml", ".md", ".sh", ".in", ".lock", ".txt", ".csv", ".po", *SERVED)
SCRIPTS = ("run", "check", "run.sh")


def part_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules_of(*parts: str) -> list[Path]:
    return [module for module in MODULES if part_of(module) in parts]


def broken(modules: Iterable[Path], rule: Rule) -> dict[str, object]:
    """Which modules break a rule, and where."""
    found = {str(module.relative_to(TOP)): rule(module.read_text(encoding="utf-8")) for module in modules}
    return {name: places for name, places in found.items() if places}


def committed(suffixes: tuple[str, ...]) -> list[Path]:
    git = shutil.which("git")
    if git is None or not (TOP / ".git").exists():
        pytest.skip("no git here, or not a git checkout: what is committed cannot be told")
    asked = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(asked, cwd=TOP, capture_output=True, text=True, check=True)
    paths = [TOP / name for name in listed.stdout.split("\0") if name]
    return [p for p in paths if p.is_file() and "vendor" not in p.parts and (p.suffix in suffixes or p.name in SCRIPTS)]


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 20


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    assert broken(MODULES, rules.is_too_long) == {}


def test_no_function_is_longer_than_a_screen() -> None:
    assert broken(MODULES, rules.too_long_functions) == {}


def test_no_module_is_named_after_nothing() -> None:
    named = [module for module in PACKAGE.rglob("*") if module.suffix in {".py", ""}]
    assert [str(each) for each in named if rules.has_empty_name(each.stem)] == []


def test_only_the_store_ends_a_transaction() -> None:
    assert broken((m for m in MODULES if part_of(m) != "store"), rules.commits) == {}


def test_the_time_is_an_argument_below_the_edges() -> None:
    assert broken(modules_of(*INNER), rules.clock_readings) == {}


def test_the_session_is_the_first_argument() -> None:
    assert broken(MODULES, rules.late_sessions) == {}


def test_the_model_needs_the_standard_library_only() -> None:
    def foreign(source: str) -> list[str]:
        return rules.foreign_imports(source, "appraisal.model")

    assert broken(modules_of("model"), foreign) == {}


def test_nothing_is_loaded_from_another_host() -> None:
    pages = [path for path in PACKAGE.rglob("*") if path.suffix in SERVED]
    assert broken(pages, rules.foreign_resources) == {}


def test_no_committed_text_names_a_registry_or_a_machine() -> None:
    assert broken(committed(TEXTS), rules.addresses) == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_holds_hashes_and_no_address(name: str) -> None:
    lock = (TOP / name).read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert [line for line in lock.splitlines() if "://" in line or "file:" in line or line.startswith("--")] == []


def test_every_import_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-logo"], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


BREACHES = [
    (rules.is_too_long, "x = 1\n" * 300, "x = 1\n" * 299),
    (
        rules.too_long_functions,
        "def f():\n" + "    x = 1\n" * 39,
        'def f():\n    """Words.\n\n    """\n' + "    x = 1\n" * 38,
    ),
    (rules.has_empty_name, "ballot_utils", "ballot"),
    (rules.commits, "session.commit()", "commit = 1"),
    (rules.clock_readings, "import datetime\ndatetime.datetime.now()", "clock.now()"),
    (rules.late_sessions, "def f(now, db): ...", "class A:\n    def f(self, db, now): ..."),
    (
        lambda s: rules.foreign_imports(s, "own"),
        "import numpy as np",
        "import json\nfrom own.a import b\nfrom . import c",
    ),
    (rules.addresses, "see https://pypi" + ".org/simple", "a net/work/day"),
    (rules.addresses, "cd /wo" + "rk/main", "/works"),
    (rules.foreign_resources, '<script src="//cdn.example/x.js">', '<a href="https://example.org">'),
    (rules.foreign_resources, "a { background: url(https://example.org/x) }", "a { background: url(data:x) }"),
]


@pytest.mark.parametrize(("rule", "bad", "good"), BREACHES)
def test_a_planted_breach_is_seen_and_its_neighbour_is_not(rule: Rule, bad: str, good: str) -> None:
    assert rule(bad)
    assert not rule(good)
