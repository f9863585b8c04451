"""Whatever a name or a statement says, nothing is fetched for a document and nothing in it runs, opens by itself or hangs on it."""

import dataclasses
import io
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from appraisal import scoring, store
from appraisal.model.ballot import IssuedCode
from appraisal.model.round import Office, RoundPlan, SlipForm
from appraisal.model.wording import Wording
from appraisal.reports import department_report, letters, round_report, slip
from appraisal.store import Engine
from tests.makers import make_ballot, make_plan, make_scored_round, make_slip_document, make_slip_finding

# Keys that start something, open something or carry a file.
FORBIDDEN = (
    "/JS",
    "/JavaScript",
    "/Launch",
    "/EmbeddedFile",
    "/AA",
    "/OpenAction",
    "/SubmitForm",
    "/ImportData",
    "/RichMedia",
)
CANARY = "canary-of-the-house"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where somebody waits to be asked for something."""
    with socket.create_server(("127.0.0.1", 0)) as waiting:
        waiting.setblocking(False)
        yield waiting


@pytest.fixture
def hostile(listener: socket.socket, tmp_path: Path) -> str:
    """Everything at once that a renderer of pages might follow, over the network or into the disk."""
    host, secret = f"http://127.0.0.1:{listener.getsockname()[1]}", tmp_path / "secret.txt"
    secret.write_text(CANARY)
    return (
        f'<img src="{host}/a.png"><link rel="stylesheet" href="{host}/b.css"><link rel="attachment" href="file://{secret}">'
        f'<style>@import "{host}/c.css"; p {{ background: url({host}/d.png) }}</style><object data="file://{secret}"></object>'
        f'<embed src="{host}/e"><iframe src="file://{secret}"></iframe><a href="javascript:app.alert(1)">x</a>'
        f'<script>x()</script>"><svg><image href="{host}/f.svg"/></svg> url({host}/g) {{{{7*7}}}}'
    )


def slips_of(hostile: str, form: SlipForm) -> bytes:
    finding = make_slip_finding(label=hostile, statement=hostile, basis=hostile, demand=hostile)
    document = make_slip_document(
        findings=(finding,),
        department=f"局{hostile}",
        contact=hostile,
        copy_to=(hostile,),
        round_title=hostile,
        form=form,
    )
    return slip.render(document).pdf


def hostile_plan(hostile: str) -> RoundPlan:
    said, plan = Wording(hostile, hostile), make_plan()
    return dataclasses.replace(
        plan,
        title=said,
        departments=tuple(dataclasses.replace(each, name=said) for each in plan.departments),
        strata=tuple(dataclasses.replace(each, name=said) for each in plan.strata),
        groups=tuple(dataclasses.replace(each, name=said) for each in plan.groups),
        office=Office(said, "示评办提", hostile, (hostile,)),
    )


def letters_of(hostile: str) -> bytes:
    return letters.render(
        [IssuedCode("2345678923456789", "citizen", 1)], hostile_plan(hostile), "https://pingyi.shifan.example"
    )


def reports_of(engine: Engine, hostile: str, kind: str) -> bytes:
    plan = hostile_plan(hostile)
    changes = {field: getattr(plan, field) for field in ("title", "departments", "strata", "groups", "office")}
    with store.transaction(engine) as db:
        code = make_scored_round(db, [make_ballot("citizen", {"D1": "S2", "D2": "S4"})] * 12, **changes).code
        if kind == "department":
            return department_report.render(scoring.department_facts(db, code, "D1"), "zh")
        return round_report.render(scoring.round_facts(db, code), scoring.sensitivity(db, code), "zh")


KINDS: dict[str, Callable[[Engine, str], bytes]] = {
    "slip": lambda _engine, words: slips_of(words, SlipForm.ORDINARY),
    "slip as a letter": lambda _engine, words: slips_of(words, SlipForm.LETTER),
    "letters with codes": lambda _engine, words: letters_of(words),
    "report on a department": lambda engine, words: reports_of(engine, words, "department"),
    "report on a round": lambda engine, words: reports_of(engine, words, "round"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_fetched_and_nothing_runs_in_a_document_of_hostile_words(
    kind: str, engine: Engine, hostile: str, listener: socket.socket
) -> None:
    pdf = KINDS[kind](engine, hostile)
    with pytest.raises(BlockingIOError):
        listener.accept()
    found = keys_of(pdf)
    assert {key: found[key] for key in FORBIDDEN if found[key]} == {}
    assert CANARY.encode() not in b"".join(streams_of(pdf))
    assert found["/Font"] > 0


def objects_of(pdf: bytes) -> Iterator[Any]:
    """Every object of a file, those in compressed streams too."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    for number in range(1, int(reader.trailer["/Size"])):
        yield pypdf.generic.IndirectObject(number, 0, reader).get_object()


def keys_of(pdf: bytes) -> Counter[str]:
    """How often each name stands in the file, as a key or as the value of one."""
    seen: Counter[str] = Counter()
    for each in objects_of(pdf):
        count_names(each, seen)
    return seen


def count_names(each: Any, seen: Counter[str]) -> None:
    if isinstance(each, dict):
        seen.update(str(key) for key in each)
        seen.update(str(value) for value in each.values() if isinstance(value, pypdf.generic.NameObject))
    for inner in each.values() if isinstance(each, dict) else each if isinstance(each, list) else ():
        if not isinstance(inner, pypdf.generic.IndirectObject):
            count_names(inner, seen)


def streams_of(pdf: bytes) -> Iterator[bytes]:
    return (each.get_data() for each in objects_of(pdf) if isinstance(each, pypdf.generic.StreamObject))


def test_the_search_finds_what_it_is_to_find() -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 72)
    writer.root_object[pypdf.generic.NameObject("/OpenAction")] = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/S"): pypdf.generic.NameObject("/JavaScript"),
            pypdf.generic.NameObject("/JS"): pypdf.generic.TextStringObject("app.alert(1)"),
        }
    )
    writer.add_attachment("secret.txt", CANARY.encode())
    out = io.BytesIO()
    writer.write(out)
    found = keys_of(out.getvalue())
    assert all(found[key] for key in ("/JS", "/JavaScript", "/OpenAction", "/EmbeddedFile"))
    assert CANARY.encode() in b"".join(streams_of(out.getvalue()))
