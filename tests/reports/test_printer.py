"""Documents are printed by a child: the same bytes, and what runs away, eats memory or dies takes nobody along."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appraisal.jobs.presses import printer_of
from appraisal.model.faults import Refused
from appraisal.model.slip import SlipDocument
from appraisal.reports import slip
from appraisal.reports.printer import Limits, Printer, Unprinted, printer_for
from appraisal.settings import Settings, SettingsError
from tests.makers import make_slip_document, make_slip_finding


def too_much(times: int = 45_000) -> SlipDocument:
    """A slip whose one problem takes hundreds of pages to say."""
    return make_slip_document(findings=(make_slip_finding(statement="窗口推诿扯皮，" * times),))


@pytest.fixture
def printer() -> Iterator[Printer]:
    printer = Printer(Limits())
    yield printer
    printer.rest()


def told(printer: Printer, name: str) -> int:
    """A figure of the system's on the child."""
    lines = Path(f"/proc/{printer.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


def test_the_child_prints_the_same_bytes_and_stays_for_the_next_document(printer: Printer) -> None:
    document = make_slip_document()
    assert printer.printed("slip", document) == slip.render(document).pdf
    child = printer.pid
    assert printer.printed("slip", document).startswith(b"%PDF")
    assert printer.pid == child


def test_what_the_fonts_lack_is_refused_with_its_reason_and_the_child_stays(printer: Printer) -> None:
    with pytest.raises(Refused, match=r"字库里没有这些字.*U\+1F600") as refusal:
        printer.printed("slip", make_slip_document(contact="😀"))
    assert refusal.value.parts["department"] == "市交通运输局"
    assert printer.printed("slip", make_slip_document()).startswith(b"%PDF")


def test_a_document_that_runs_away_is_stopped_and_the_next_is_printed() -> None:
    printer = Printer(Limits(seconds=2))
    with pytest.raises(Unprinted, match="用了2秒"):
        printer.printed("slip", too_much())
    assert printer.pid is None
    assert printer.printed("slip", make_slip_document(1)).startswith(b"%PDF")
    printer.rest()


def test_a_document_that_eats_memory_is_stopped_and_the_next_is_printed() -> None:
    printer = Printer(Limits(megabytes=220))
    with pytest.raises(Unprinted, match="超过了220兆字节"):
        printer.printed("slip", too_much(6_000))
    assert printer.printed("slip", make_slip_document(1)).startswith(b"%PDF")
    printer.rest()


def test_a_child_that_is_killed_at_work_fails_this_document_alone(printer: Printer) -> None:
    printer.printed("slip", make_slip_document(1))
    before = printer.pid
    assert before is not None
    threading.Timer(0.2, os.kill, (before, signal.SIGKILL)).start()
    with pytest.raises(Unprinted, match="中途退出"):
        printer.printed("slip", too_much())
    assert printer.printed("slip", make_slip_document(1)).startswith(b"%PDF")
    assert printer.pid != before


def test_a_child_that_died_at_rest_is_replaced_without_a_word(printer: Printer) -> None:
    printer.printed("slip", make_slip_document(1))
    assert printer.pid is not None
    os.kill(printer.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert printer.printed("slip", make_slip_document(1)).startswith(b"%PDF")


def test_a_fault_of_the_program_is_logged_by_its_place_and_not_by_its_words(
    printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unprinted, match="排版程序报错"):
        printer.printed("slip", "某人说的话")
    assert "AttributeError at " in caplog.text
    assert "某人" not in caplog.text


def test_the_child_knows_nothing_of_the_installation(printer: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APPRAISAL_HOME", "APPRAISAL_DATABASE", "APPRAISAL_SMTP_PASSWORD", "PGPASSWORD"):
        monkeypatch.setenv(name, "canary")
    printer.printed("slip", make_slip_document(1))
    assert b"canary" not in Path(f"/proc/{printer.pid}/environ").read_bytes()
    opened = {os.readlink(entry) for entry in Path(f"/proc/{printer.pid}/fd").iterdir()}
    assert not {each for each in opened if each.endswith((".db", ".key", ".json"))}


def test_the_child_is_held_by_the_system_not_by_its_good_will(printer: Printer) -> None:
    printer.printed("slip", make_slip_document(1))
    limits = Path(f"/proc/{printer.pid}/limits").read_text()
    assert f"Max address space         {1024 << 20}" in " ".join(limits.splitlines())
    assert "Max core file size        0" in limits


def test_a_printer_that_rests_has_no_child(printer: Printer) -> None:
    printer.printed("slip", make_slip_document(1))
    child = printer.pid
    printer.rest()
    assert printer.pid is None
    assert not Path(f"/proc/{child}").exists()


def test_one_process_has_one_printer() -> None:
    assert printer_for(Limits()) is printer_for(Limits(60, 1024))


@pytest.mark.slow
def test_many_documents_leave_the_child_no_larger(printer: Printer) -> None:
    sizes = []
    for number in range(50):
        printer.printed("slip", make_slip_document(1, number=f"示评办提〔2026〕{number}号"))
        sizes.append(told(printer, "VmRSS"))
    assert max(sizes[40:]) < 1.1 * max(sizes[10:20])


def test_the_installation_sets_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPRAISAL_PRINT_SECONDS", "7")
    monkeypatch.setenv("APPRAISAL_PRINT_MEGABYTES", "512")
    assert printer_of(Settings.from_env()).limits == Limits(7, 512)
    for name in ("APPRAISAL_PRINT_SECONDS", "APPRAISAL_PRINT_MEGABYTES"):
        monkeypatch.setenv(name, "")
    assert printer_of(Settings.from_env()).limits == Limits()


@pytest.mark.parametrize("name", ["APPRAISAL_PRINT_SECONDS", "APPRAISAL_PRINT_MEGABYTES"])
@pytest.mark.parametrize("said", ["0", "-1", "1.5", "many", "99999999", "１００"])
def test_a_limit_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(SettingsError, match=f"{name}={said!r}: a number of .* is needed"):
        Settings.from_env()
