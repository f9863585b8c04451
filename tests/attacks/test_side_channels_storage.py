"""Side channels of what is stored: order, logs, leftovers, times, sizes, copies. One test a channel, its number in the docstring."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime, Time, text

from appraisal import store
from appraisal.secrecy import drafts, keys
from appraisal.secrecy.sealed import SealBroken
from appraisal.store.engine import forget_order
from appraisal.store.tables import Base
from tests.attacks.adversary import NO_ORDER, commits, everything, free_pages, hits, rho
from tests.attacks.conftest import CANARY, COMERS, City

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# Content, and what the office did with it after the close.
COMMENT_COLUMNS = {"id", "round_id", "sealed", "department_id", "item", "text", "state", "batch"} | {
    "masks",
    "released_by",
    "confirmed_by",
}
SECRET = ("invitation", "draft", "ballot", "sealed_comment")


def scalars(database: Path, statement: str) -> list[object]:
    engine = store.connect(database)
    with store.reading(engine) as db:
        found = list(db.scalars(text(statement)))
    engine.dispose()
    return found


def test_no_row_number_tells_the_order_of_arrival(city: City) -> None:
    """S1."""
    found = scalars(city.settled / "appraisal.db", "SELECT id FROM ballot NOT INDEXED")
    assert rho([found.index(key) for key in city.ids]) < NO_ORDER
    for table in SECRET:
        with pytest.raises(Exception, match="no such column: rowid"):
            scalars(city.settled / "appraisal.db", f"SELECT rowid FROM {table}")


def test_the_write_ahead_log_holds_nothing_in_plain_and_is_emptied_with_every_batch(city: City) -> None:
    """S2."""
    live, settled = city.logs
    assert len(live) > 100_000
    assert hits({"wal": live}, city.canaries) == []
    assert list(commits(settled)) == []


def test_nothing_is_left_in_free_pages_or_temporary_files(city: City) -> None:
    """S3."""
    for folder in (city.live, city.settled, city.closed):
        assert not any(page.strip(b"\0") for page in free_pages((folder / "appraisal.db").read_bytes()))
        assert not [
            name
            for name, content in everything(folder).items()
            if name.startswith("tmp/") and CANARY.encode() in content
        ]
    pragmas = ("secure_delete", "temp_store")
    assert [scalars(city.closed / "appraisal.db", f"PRAGMA {name}") for name in pragmas] == [[1], [2]]


@pytest.mark.parametrize("table", [*SECRET, "opened_ballot", "rating", "mark", "overall_answer", "comment"])
def test_no_table_of_ballots_has_a_date_or_a_time(table: str) -> None:
    """S4."""
    assert not [one for one in Base.metadata.tables[table].columns if isinstance(one.type, Date | DateTime | Time)]


def test_no_file_is_made_for_a_ballot(city: City) -> None:
    """S5."""
    before, after = (set(everything(folder)) for folder in (city.live, city.settled))
    assert {name for name in after - before if not name.startswith(("appraisal.db", "logs/", "log"))} == set()


def test_a_draft_opens_with_nothing_that_lies_in_the_folder_but_the_code(city: City, tmp_path: Path) -> None:
    """S11."""
    secrets, code = city.installation.secrets, city.installation.round_code
    key = keys.draft_key(secrets.pepper, code, city.installation.codes[-1])
    kept = drafts.seal_draft(key, CANARY.encode())
    held = [content[:32] for name, content in everything(city.settled).items() if name.startswith("keys/")]
    for other in (secrets.pepper, secrets.receipt_key, secrets.cookie_key, *held):
        if len(other) == 32:
            with pytest.raises(SealBroken):
                drafts.open_draft(other, kept)
    assert drafts.open_draft(key, kept) == CANARY.encode()
    assert scalars(city.settled / "appraisal.db", "SELECT count(*) FROM draft") == [0]


def test_two_backups_show_a_crowd_of_sealed_ballots(city: City) -> None:
    """S20: what two copies tell is which ballots came between, sealed; in what order is not in them."""
    early = set(scalars(city.live / "appraisal.db", "SELECT id FROM ballot"))
    late = [
        key for key in scalars(city.settled / "appraisal.db", "SELECT id FROM ballot NOT INDEXED") if key not in early
    ]
    came = [key for key in city.ids if key not in early]
    assert len(late) == len(came) == COMERS - len(early) >= 50
    # Of 180; chance alone exceeds this once in ten thousand times.
    assert rho([late.index(key) for key in came]) < 0.3


def test_sealed_rows_have_the_same_few_lengths(city: City) -> None:
    """S21."""
    for table in ("ballot", "sealed_comment"):
        assert len(set(scalars(city.settled / "appraisal.db", f"SELECT length(sealed) FROM {table}"))) == 1


# S26, the statement log of a PostgreSQL server, is looked at in tests/store/test_postgres.py, where one runs.


def test_a_comment_has_no_column_that_leads_to_its_ballot(city: City) -> None:
    """S29."""
    for name in ("sealed_comment", "comment"):
        names = {one.name for one in Base.metadata.tables[name].columns}
        assert names <= COMMENT_COLUMNS
    database = city.settled / "appraisal.db"
    assert not set(scalars(database, "SELECT id FROM sealed_comment")) & set(scalars(database, "SELECT id FROM ballot"))
    sealed, opened = (
        scalars(database, "SELECT id FROM sealed_comment"),
        scalars(city.closed / "appraisal.db", "SELECT id FROM comment"),
    )
    assert len(sealed) == len(opened) == COMERS
    assert not set(sealed) & set(opened)


def test_the_file_is_written_anew_so_that_pages_keep_no_order(city: City, tmp_path: Path) -> None:
    """S1, for pages: before a batch is logged they do tell the order of sealed ballots, after it they do not."""
    shutil.copy(city.live / "appraisal.db", tmp_path / "early.db")
    engine = store.connect(tmp_path / "early.db")

    def order() -> float:
        content = (tmp_path / "early.db").read_bytes()
        with store.reading(engine) as db:
            kept = {bytes(row.id): row.sealed for row in db.execute(text("SELECT id, sealed FROM ballot"))}
        return rho([content.find(kept[key][-256:]) for key in city.ids if key in kept])

    before = order()
    forget_order(engine)
    assert order() < 0.4 < before
    engine.dispose()
