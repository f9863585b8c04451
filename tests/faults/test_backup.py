"""F21, F22 (backups), F38: a backup that is made under load comes back whole, one that was changed or mixed up is refused."""

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appraisal.cli import main
from appraisal.cli.backups import bring_back
from appraisal.model.faults import Refused
from tests.faults.harness import history
from tests.faults.harness.installation import Installation, install
from tests.faults.harness.storm import laws_hold, storm_on
from tests.faults.results import record

FULL = [pytest.mark.full_faults, pytest.mark.timeout(0)]


def appraisal(one: Installation, *words: str | Path) -> Result:
    """The command line, on that installation."""
    return CliRunner().invoke(
        main, list(map(str, words)), env={"APPRAISAL_HOME": str(one.settings.home), "PORT": "8000"}
    )


def back_up(one: Installation, folder: Path) -> Path:
    done = appraisal(one, "db", "backup", folder)
    assert done.exit_code == 0, done.stderr
    assert "keys/ is not included" in done.stdout
    return max(folder.glob("appraisal-*"))


def elsewhere(one: Installation, home: Path, keys: Path | None = None) -> Installation:
    """An empty place with the keys of that installation, or with others."""
    shutil.copytree(keys or one.settings.keys, home / "keys")
    return Installation(type(one.settings)(home=home, demo=True), one.round_code, one.key, one.codes)


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=FULL)])
def test_f21_every_acknowledged_ballot_before_a_backup_is_in_it(
    serve: Callable[[], tuple[Installation, int]], tmp_path: Path, times: int
) -> None:
    (one, _), slowest = serve(), 0.0
    storm = storm_on(one)
    for number in range(times):
        storm.start()
        time.sleep(0.4)
        before = list(storm.history.lines)
        backup = back_up(one, tmp_path / f"backups {number}")
        storm.stop()
        begun = time.monotonic()
        restored = elsewhere(one, tmp_path / f"restored {number}")
        done = appraisal(restored, "db", "restore", backup)
        assert done.exit_code == 0, done.stderr
        slowest = max(slowest, time.monotonic() - begun)
        holds_prefix(restored, before, storm.history.lines)
    storm.settle()
    record(
        "F21",
        f"{times} backups under load",
        **laws_hold(one, storm),
        slowest_restore_s=round(slowest, 1),
        ballots_missing=0,
    )


def holds_prefix(restored: Installation, before: list[history.Sent], sent: list[history.Sent]) -> None:
    """Acknowledged before ⊆ restored ⊆ sent, and the box balances."""
    box, key = restored.box(), restored.secrets.receipt_key
    acknowledged = [line for line in before if line.acknowledged]
    others = [line for line in sent if line not in acknowledged]
    # What was acknowledged since may be there or not, as if nobody had heard of it.
    since = [history.Sent(line.code, line.nonce, line.answer, line.sent_at) for line in others]
    assert history.faults([*acknowledged, *since], box, key) == []


@pytest.mark.parametrize("flips", [25, pytest.param(1000, marks=FULL)])
def test_f22_a_byte_that_was_changed_in_a_backup_is_found(city: Installation, tmp_path: Path, flips: int) -> None:
    backup, rng, found = back_up(city, tmp_path / "backups"), random.Random(4), 0
    files = sorted(path for path in backup.rglob("*") if path.is_file())
    for number in range(flips):
        changed = rng.choice(files)
        content = changed.read_bytes()
        place = rng.randrange(len(content))
        changed.write_bytes(content[:place] + bytes([content[place] ^ (1 << rng.randrange(8))]) + content[place + 1 :])
        one = elsewhere(city, tmp_path / str(number))
        try:
            bring_back(backup, one.settings)
        except Refused:
            found += 1
            assert not one.settings.database.exists()
        else:
            # The list itself holds words that nothing hangs on, e.g. what was not included.
            assert changed.name == "backup.json"
            assert one.box(opened=False).ballots == city.box(opened=False).ballots
        changed.write_bytes(content)
        shutil.rmtree(one.settings.home)
    record("F22", f"{flips} changed bits in a backup", flips=flips, refused=found, harmless_in_the_list=flips - found)
    assert found > 0.9 * flips / len(files)


def test_f22_a_backup_that_was_broken_off_is_refused(city: Installation, tmp_path: Path) -> None:
    backup = back_up(city, tmp_path / "backups")
    (backup / "backup.json").unlink()
    done = appraisal(city, "db", "drill", backup)
    assert done.exit_code == 1
    assert "broken off" in done.stderr


def test_f38_a_backup_and_the_keys_of_another_installation_are_refused(city: Installation, tmp_path: Path) -> None:
    other = install(tmp_path / "other" / "var", 2)
    one = elsewhere(city, tmp_path / "mixed", keys=other.settings.keys)
    done = appraisal(one, "db", "restore", back_up(city, tmp_path / "backups"))
    record("F38", "backup with foreign keys", refused=done.exit_code == 1)
    assert done.exit_code == 1
    assert "does not belong to this database" in done.stderr
    assert not one.settings.database.exists()


def test_a_database_that_is_there_is_not_overwritten(city: Installation, tmp_path: Path) -> None:
    backup, before = back_up(city, tmp_path / "backups"), city.settings.database.read_bytes()
    done = appraisal(city, "db", "restore", backup)
    assert done.exit_code == 1
    assert "there already" in done.stderr
    assert city.settings.database.read_bytes() == before
