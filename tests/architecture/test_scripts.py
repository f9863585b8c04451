"""The scripts that a stranger types first."""

import shutil
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SCRIPTS = ["run", "check", ".ci/run", "tools/bootstrap.sh", "tools/lock.sh"]
NEEDED = ["run", "check", "tools", "pyproject.toml", "requirements.lock", "requirements-test.lock"]


def answer(*command: str, cwd: Path = TOP) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_read_by_a_plain_shell(script: str) -> None:
    assert answer("sh", "-n", script).stderr == ""


@pytest.mark.parametrize("script", ["run", "check", ".ci/run"])
def test_a_command_can_be_started_as_it_lies_there(script: str) -> None:
    assert (TOP / script).stat().st_mode & 0o111


def test_the_long_checks_are_told() -> None:
    told = answer("./check", "--help").stdout
    assert [line.split()[1] for line in told.splitlines() if line.startswith("  ./check ")] == ["faults", "fuzz"]


@pytest.mark.parametrize("command", ["./run", "./check"])
def test_an_unknown_word_is_refused_before_anything_is_done(command: str) -> None:
    done = answer(command, "--no-such-thing")
    assert done.returncode == 2
    assert "what is meant by --no-such-thing?" in done.stderr


def call(tree: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Runs one line with the functions of the bootstrap at hand."""
    return answer("sh", "-c", f"set -eu; . ./tools/bootstrap.sh; {line}", cwd=tree)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the scripts in a folder whose name has a blank."""
    tree = tmp_path / "a tree"
    tree.mkdir()
    for name in NEEDED:
        source = TOP / name
        shutil.copytree(source, tree / name) if source.is_dir() else shutil.copy(source, tree / name)
    return tree


def test_an_environment_left_half_made_is_thrown_away(tree: Path) -> None:
    (tree / ".venv/bin").mkdir(parents=True)
    (tree / ".venv/unfinished").touch()
    assert call(tree, "discard_broken_venv").returncode == 0
    assert not (tree / ".venv").exists()


def test_an_environment_without_a_working_python_is_thrown_away(tree: Path) -> None:
    (tree / ".venv/bin").mkdir(parents=True)
    (tree / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert call(tree, "discard_broken_venv").returncode == 0
    assert not (tree / ".venv").exists()


def test_the_fingerprint_follows_the_lock(tree: Path) -> None:
    before = call(tree, "python=python3; fingerprint requirements.lock").stdout
    with (tree / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    after = call(tree, "python=python3; fingerprint requirements.lock").stdout
    assert len(before.strip()) == 64
    assert before != after


def test_a_python_that_is_too_old_is_passed_over(tree: Path) -> None:
    old = tree / "old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = call(tree, 'PYTHON=./old; find_python; echo "$python"')
    assert done.stdout.strip().startswith("python3")


def test_what_only_root_can_install_is_named_in_one_line_to_type(tree: Path) -> None:
    done = call(tree, "has() { true; }; refuse libpango-1.0-0 python3-venv")
    assert done.returncode == 1
    assert "sudo apt-get install --no-install-recommends libpango-1.0-0 python3-venv" in done.stderr
