"""``appraisal verify`` and ``appraisal log check-proof``, as an operator and as an outsider run them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from appraisal import rounds, store
from appraisal.cli import main
from appraisal.collect.log import first_batch, full_batch, last_batch, look_up
from appraisal.jobs import make_queue, tend_audit, tend_log, tend_logs
from appraisal.secrecy.chain import read_published
from appraisal.settings import Secrets, Settings
from tests.makers import NOW, make_cast, make_open_round

SCRIPT = Path(__file__).parents[2] / "tools" / "check_proof.py"


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(main, words, env={"APPRAISAL_HOME": str(settings.home)})


def findings(settings: Settings, *words: str) -> list[tuple[str, int]]:
    """What is wrong and in which batch; the exit code says so too."""
    done = run(settings, "verify", *words, "--json")
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == (0 if found["holds"] else 1)
    return [(one["what"], one["batch"]) for one in found["findings"]]


@pytest.fixture
def receipts(settings: Settings, engine: Engine, secrets: Secrets) -> list[str]:
    """A closed round 2026-1 of 55 ballots in three headers, published as the worker does it."""
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=20)
    tend_logs(settings, engine, first_batch)
    with store.transaction(engine) as db:
        receipts = [make_cast(db, secrets, opened, number) for number in range(50)]
    tend_log(settings, engine, opened.code, full_batch)
    with store.transaction(engine) as db:
        receipts += [make_cast(db, secrets, opened, number) for number in range(50, 55)]
        rounds.close(db, opened.code, "zhuban", NOW)
    tend_log(settings, engine, opened.code, last_batch)
    tend_audit(settings, engine)
    return receipts


@pytest.fixture
def proof(engine: Engine, receipts: list[str], tmp_path: Path) -> Path:
    with store.reading(engine) as db:
        found = look_up(db, receipts[3])
    assert found is not None
    assert found.proof is not None
    path = tmp_path / "proof.json"
    path.write_bytes(found.proof.to_json())
    return path


def test_a_log_that_holds_is_said_to_hold(settings: Settings, receipts: list[str]) -> None:
    assert findings(settings, "2026-1") == []
    assert findings(settings, "--audit") == []
    assert "3 batches, 55 ballots" in run(settings, "verify", "2026-1").stdout


def test_a_deleted_ballot_is_named_by_its_batch_in_both_languages(
    settings: Settings, engine: Engine, receipts: list[str]
) -> None:
    with store.transaction(engine) as db:
        db.execute(text("DELETE FROM ballot WHERE id=(SELECT min(id) FROM ballot WHERE batch=2)"))
    assert ("deleted", 2) in findings(settings, "2026-1")
    said = run(settings, "verify", "2026-1").stdout
    assert "第2批：少了1条" in said
    assert "Batch 2: 1 entries are missing" in said


def test_a_log_that_was_cut_back_is_found_by_the_published_file(
    settings: Settings, engine: Engine, receipts: list[str], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.json"
    settings.log_file("2026-1").rename(kept)
    with store.transaction(engine) as db:
        db.execute(text("DELETE FROM log_batch WHERE number=3"))
        db.execute(text("UPDATE ballot SET batch=NULL WHERE batch=3"))
    tend_log(settings, engine, "2026-1", last_batch)
    assert findings(settings, "2026-1") == []
    with store.transaction(engine) as db:
        db.execute(text("DELETE FROM log_batch"))
        db.execute(text("UPDATE ballot SET batch=NULL"))
    settings.log_file("2026-1").unlink()
    tend_log(settings, engine, "2026-1", last_batch)
    assert findings(settings, "2026-1") == []
    assert findings(settings, "2026-1", "--headers", str(kept)) == [("published", 1)]


def test_an_edited_event_of_the_staff_is_found(settings: Settings, engine: Engine, receipts: list[str]) -> None:
    with store.transaction(engine) as db:
        db.execute(text("UPDATE round_event SET actor='fuhe' WHERE id=2"))
    assert findings(settings, "--audit") == [("changed", 1)]


def test_a_proof_holds_without_a_database(settings: Settings, proof: Path) -> None:
    headers = str(settings.log_file("2026-1"))
    elsewhere = Settings(home=proof.parent / "elsewhere")
    done = run(elsewhere, "log", "check-proof", str(proof), "--headers", headers)
    assert (done.exit_code, "included in batch 2" in done.stdout) == (0, True)
    other = run(elsewhere, "log", "check-proof", str(proof), "--headers", headers, "--key", "00" * 32)
    assert (other.exit_code, "signature" in other.stdout) == (1, True)


@pytest.mark.parametrize("field", ["ballot_id", "sealed_sha256", "receipt", "index", "n", "size", "path", "round"])
def test_a_proof_with_anything_changed_does_not_hold(settings: Settings, proof: Path, field: str) -> None:
    read = json.loads(proof.read_text("utf-8"))
    changed = {"receipt": "000G-40R4-0M30-E200", "round": "2026-2", "path": read["path"][1:], "n": 3}
    read[field] = changed.get(field, read[field] + 1 if field in {"index", "size"} else "00" + str(read[field])[2:])
    proof.write_text(json.dumps(read), "utf-8")
    headers = settings.log_file("2026-1")
    assert run(settings, "log", "check-proof", str(proof), "--headers", str(headers)).exit_code == 1
    assert by_script(proof, headers).returncode == 1


def by_script(proof: Path, headers: Path, *key: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), str(proof), str(headers), *key]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_script_for_outsiders_comes_to_the_same(settings: Settings, proof: Path) -> None:
    done = by_script(proof, settings.log_file("2026-1"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "batch 2 of 2026-1" in done.stdout
    assert by_script(proof, settings.log_file("2026-1"), "11" * 32).returncode == 1


@pytest.mark.parametrize("words", [["verify"], ["verify", "2026-1", "--audit"]])
def test_verify_wants_a_round_or_the_staffs_events(settings: Settings, words: list[str]) -> None:
    assert run(settings, *words).exit_code == 2


def test_a_file_of_another_round_or_no_log_at_all_is_refused(
    settings: Settings, receipts: list[str], tmp_path: Path
) -> None:
    junk = tmp_path / "junk.json"
    junk.write_text("{}", "utf-8")
    for file in (junk, settings.audit_file):
        done = run(settings, "verify", "2026-1", "--headers", str(file))
        assert (done.exit_code, file.name in done.output) == (1, True)


def test_a_lost_key_of_a_log_that_was_begun_is_not_made_anew(settings: Settings, receipts: list[str]) -> None:
    (settings.keys / "log.key").unlink()
    done = run(settings, "db", "upgrade")
    assert (done.exit_code, "log.key is missing" in done.output) == (1, True)
    assert not (settings.keys / "log.key").exists()


def test_an_installation_older_than_the_logs_gets_a_key(settings: Settings) -> None:
    (settings.keys / "log.key").unlink()
    assert run(settings, "db", "upgrade").exit_code == 0
    assert len(settings.read_log_key()) == 32


def test_at_the_full_hour_the_worker_closes_what_waits_and_empties_the_databases_own_log(
    settings: Settings, engine: Engine, secrets: Secrets
) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=20)
        for number in range(50):
            make_cast(db, secrets, opened, number)
    queue = make_queue(settings, immediate=True)
    queue.sweep.call_local()
    assert "1 batches, 50 ballots, 50 waiting" in run(settings, "verify", opened.code).stdout
    queue.close_batches.call_local()
    assert settings.database.with_name("appraisal.db-wal").stat().st_size == 0
    assert "2 batches, 50 ballots, 0 waiting" in run(settings, "verify", opened.code).stdout
    assert len(read_published(settings.log_file(opened.code).read_bytes())[1]) == 2


def test_the_worker_ends_the_log_of_a_closed_round_before_it_opens_the_ballots(
    settings: Settings, engine: Engine, secrets: Secrets
) -> None:
    with store.transaction(engine) as db:
        opened = make_open_round(db, secrets, codes=20)
        make_cast(db, secrets, opened)
        rounds.close(db, opened.code, "zhuban", NOW)
    settings.tally_key(opened.code).write_bytes(opened.key.private)
    make_queue(settings, immediate=True).sweep.call_local()
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM opened_ballot")) == 1
    assert findings(settings, opened.code) == []


def test_the_worker_opens_nothing_over_a_broken_log_and_the_rounds_page_says_why(
    settings: Settings, engine: Engine, receipts: list[str]
) -> None:
    with store.transaction(engine) as db:
        db.execute(text("UPDATE ballot SET sealed=X'00' WHERE id=(SELECT min(id) FROM ballot WHERE batch=2)"))
    settings.tally_key("2026-1").write_bytes(b"k" * 32)
    make_queue(settings, immediate=True).sweep.call_local()
    with store.reading(engine) as db:
        assert db.scalar(text("SELECT count(*) FROM opened_ballot")) == 0
        note = db.scalar(text("SELECT note FROM round_event ORDER BY id DESC LIMIT 1"))
    assert "第2批" in json.loads(f'"{note}"' if "\\u" in note else json.dumps(note))
