"""The open bundle: whoever has it recomputes the published figures, and sees every change."""

import ast
import hashlib
import importlib.util
import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from appraisal import rounds, scoring, store
from appraisal.model.faults import Refused
from appraisal.model.round import Combine
from appraisal.scoring.bundle import VERIFY
from appraisal.secrecy.signing import public_half, sign
from appraisal.store import Session
from tests.makers import LOG_KEY, NOW, make_policy, make_scored_round, make_stuffed_round
from tests.scoring.test_publication import MANY, published, some_ballots

KEY = public_half(LOG_KEY).hex()


def verifier() -> ModuleType:
    made = importlib.util.spec_from_file_location("verify_bundle_alone", VERIFY)
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    return module


VERIFIER = verifier()


def complaints(folder: Path, key: str | None, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    failed = VERIFIER.main(folder, key, True)
    # The solver may print a line of its own before.
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["ok"] is not bool(failed)
    found: list[str] = said["complaints"]
    return found


def packed(db: Session, **changes: Any) -> dict[str, bytes]:
    said, found = published(db, some_ballots(MANY), **changes)
    scoring.keep_publication(db, said, NOW)
    return scoring.bundle_files(db, found.code, LOG_KEY)


@pytest.fixture(scope="module")
def files(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bundle of one round, packed once."""
    path = tmp_path_factory.mktemp("bundle") / "appraisal.db"
    shutil.copy(migrated, path)
    engine = store.connect(path)
    with store.transaction(engine) as db:
        made = packed(db)
    engine.dispose()
    return made


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    return laid_out(files, tmp_path)


def laid_out(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def sum_anew(folder: Path, key: bytes | None = None) -> None:
    """What an attacker does after a change; with ``key`` the signature is made anew as well."""
    names = sorted({path.name for path in folder.iterdir()} - {VERIFIER.SUMS, VERIFIER.SIGNATURE})
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / VERIFIER.SUMS).write_text("".join(lines))
    if key is not None:
        (folder / VERIFIER.SIGNATURE).write_text(sign(key, "".join(lines).encode()).hex())


@pytest.mark.parametrize("combine", list(Combine))
def test_a_bundle_holds_and_says_what_its_tables_allow(
    db: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], combine: Combine
) -> None:
    folder = laid_out(packed(db, policy=make_policy(combine=combine)), tmp_path)
    assert complaints(folder, KEY, capsys) == complaints(folder, None, capsys) == []


def test_it_is_checked_without_our_package(folder: Path) -> None:
    tree = ast.parse((folder / "verify.py").read_text("utf-8"))
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    named += [each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names]
    assert {str(name).split(".")[0] for name in named} - sys.stdlib_module_names == {"numpy", "scipy"}
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "--key", KEY], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "everything holds" in done.stdout


@pytest.mark.parametrize("broken", ["", "null", "[{}]"])
def test_a_file_that_cannot_be_read_is_a_line_and_no_traceback(folder: Path, broken: str) -> None:
    (folder / "tables.json").write_text(broken)
    done = subprocess.run([sys.executable, "verify.py"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("files: ")
    assert done.stderr.count("\n") == 1


def test_it_is_the_same_file_whenever_it_is_packed(db: Session) -> None:
    said, found = published(db, some_ballots(MANY))
    scoring.keep_publication(db, said, NOW)
    once, again = scoring.bundle(db, found.code, LOG_KEY), scoring.bundle(db, found.code, LOG_KEY)
    assert once == again
    with zipfile.ZipFile(BytesIO(once)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == scoring.bundle_files(
            db, found.code, LOG_KEY
        )


def test_there_is_none_before_the_round_is_published(db: Session) -> None:
    found = make_scored_round(db, some_ballots(MANY))
    with pytest.raises(Refused):
        scoring.bundle(db, found.code, LOG_KEY)


def counts(tables: Any) -> Iterator[Callable[[int], int]]:
    """Every count of tables, as what puts another in its place and returns the old one."""

    def at(where: Any, place: Any) -> Callable[[int], int]:
        def put(by: int) -> int:
            old: int = where[place]
            where[place] = max(0, old + by) if old + by != old else old + 1
            return int(where[place] - old)

        return put

    for table in tables:
        rows = [
            *table["counts"],
            table["row_totals"],
            table["column_totals"],
            table["unknown"],
            *table["marks"].values(),
        ]
        for row in rows:
            for place in range(len(row)) if isinstance(row, list) else row:
                if row[place] is not None:
                    yield at(row, place)


def changed(folder: Path, rng: random.Random) -> None:
    """Another number in place of one count."""
    path = folder / "tables.json"
    tables = json.loads(path.read_text("utf-8"))
    places, by = list(counts(tables)), rng.choice([-9, -5, -2, -1, 1, 2, 5, 9])
    if rng.choice(places)(by) == 0:
        changed(folder, rng)
        return
    path.write_text(json.dumps(tables, ensure_ascii=False, sort_keys=True, indent=1) + "\n", "utf-8")


@pytest.mark.parametrize("count", [60, pytest.param(1000, marks=[pytest.mark.fuzz, pytest.mark.timeout(0)])])
def test_every_changed_count_is_seen_though_the_sums_were_made_anew(
    folder: Path, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    rng, caught, reckoned = random.Random(7), 0, 0
    before = (folder / "tables.json").read_bytes()
    for _ in range(count):
        changed(folder, rng)
        sum_anew(folder)
        found = complaints(folder, KEY, capsys)
        caught += bool(found)
        reckoned += any(line.startswith(("tables", "figures")) for line in found)
        (folder / "tables.json").write_bytes(before)
    with capsys.disabled():
        print(f"\n{count} changes: {caught} seen, {reckoned} of them by reckoning alone")
    assert caught == count
    assert reckoned > 0.5 * count


def test_who_signs_anew_with_a_key_of_their_own_is_seen_by_whoever_knows_the_key(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = bytes(range(1, 33))
    log = folder / "log.json"
    log.write_text(log.read_text("utf-8").replace(KEY, public_half(own).hex()), "utf-8")
    sum_anew(folder, own)
    assert any(line.startswith("signature") for line in complaints(folder, KEY, capsys))
    assert any(line.startswith("log") for line in complaints(folder, None, capsys))


@pytest.mark.parametrize(
    ("name", "old", "new", "check"),
    [
        ("round.json", '"enterprise":0.5', '"enterprise":0.4', "rules"),
        ("questionnaire.toml", "[", "# \n[", "rules"),
        ("published.json", '"satisfied": ', '"satisfied": 1', "figures"),
        ("published.json", '"registered": 0', '"registered": 4', "figures"),
        ("published.json", '"n": ', '"n": 1', "figures"),
    ],
)
def test_other_changes_are_seen_by_the_check_that_is_for_them(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, check: str
) -> None:
    path = folder / name
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    sum_anew(folder, LOG_KEY)
    assert any(line.startswith(check) for line in complaints(folder, KEY, capsys))


def test_files_that_are_missing_or_added_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "run.json").unlink()
    (folder / "more.txt").write_text("more")
    found = complaints(folder, KEY, capsys)
    assert found == ["files: more.txt is not listed", "files: run.json is missing"]


def test_signatures_are_checked_as_the_library_makes_them() -> None:
    rng = random.Random(3)
    for _ in range(20):
        private, message = rng.randbytes(32), rng.randbytes(rng.randint(0, 90))
        public, signature = public_half(private), bytearray(sign(private, message))
        assert VERIFIER.is_signed(public, message, bytes(signature))
        assert not VERIFIER.is_signed(public, message + b".", bytes(signature))
        signature[rng.randrange(64)] ^= 1 << rng.randrange(8)
        assert not VERIFIER.is_signed(public, message, bytes(signature))


def test_the_register_of_quarantine_names_cohorts_and_dates_and_nobody(db: Session) -> None:
    code = make_stuffed_round(db)
    signal = next(one for one in scoring.quality(db, code).signals if one.numbers)
    cohort = scoring.propose(db, code, signal.key, "first", NOW, "一个理由")
    scoring.decide(db, code, cohort, "decline", "second", NOW, "另一个理由")
    scoring.score_round(db, code, "zhuban", NOW)
    rounds.publish(db, code, "zhuban", NOW)
    scoring.publish_figures(db, code, NOW)
    raw = scoring.bundle_files(db, code, LOG_KEY)["quarantine.json"].decode()
    (kept,) = json.loads(raw)
    assert (kept["state"], [step["action"] for step in kept["steps"]]) == ("declined", ["propose", "decline"])
    assert not any(word in raw for word in ("first", "second", "理由"))
