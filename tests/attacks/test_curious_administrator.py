"""The administrator has the folder, its keys, the log of the database, two copies and every log, and knows who came when.

The knowledge of who came in which order, and of every code, is given for nothing. What is left of each way to go from a person to a
ballot is counted: whoever names a ballot at random among those of a batch is right once in a batch.
"""

import random

import pytest
from sqlalchemy import text

from appraisal import store
from appraisal.secrecy import sealed
from tests.attacks.adversary import NO_ORDER, commits, everything, first_seen, free_pages, hits, named_rightly, rho
from tests.attacks.conftest import CANARY, COMERS, IN_THE_MIDST, City

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
# Of 300 guessed at random one is right on average; more than 8 (Poisson) comes once in a million times.
LUCK = 8


def guess(city: City, ordered: list[bytes]) -> None:
    """Hold the ballots in this order for those of the people in the order in which they came."""
    place = {key: n for n, key in enumerate(ordered)}
    assert len(ordered) == COMERS
    assert rho([place[key] for key in city.ids]) < NO_ORDER
    assert named_rightly(ordered, city.ids) <= LUCK
    assert named_rightly(ordered[::-1], city.ids) <= LUCK


def rows(city: City, statement: str) -> list[bytes]:
    engine = store.connect(city.settled / "appraisal.db")
    with store.reading(engine) as db:
        found = [bytes(row) for row in db.scalars(text(statement))]
    engine.dispose()
    return found


def test_the_attack_by_order_would_find_an_order_if_there_were_one(city: City) -> None:
    assert rho(range(COMERS)) == pytest.approx(1)
    assert named_rightly(city.ids, city.ids) == COMERS
    shuffled = random.Random(1).sample(city.ids, COMERS)
    assert rho([shuffled.index(key) for key in city.ids]) < NO_ORDER


def test_the_order_of_a_scan_names_nobody(city: City) -> None:
    guess(city, rows(city, "SELECT id FROM ballot NOT INDEXED"))


def test_the_order_of_an_index_names_nobody(city: City) -> None:
    guess(city, rows(city, "SELECT id FROM ballot INDEXED BY ix_ballot_round_id ORDER BY round_id"))


def test_where_the_bytes_lie_in_the_file_names_nobody(city: City) -> None:
    content = (city.settled / "appraisal.db").read_bytes()
    kept = {key: rows(city, f"SELECT sealed FROM ballot WHERE id = x'{key.hex()}'")[0] for key in city.ids}
    places = {key: content.find(box[-256:]) for key, box in kept.items()}
    assert min(places.values()) > 0
    guess(city, sorted(places, key=places.__getitem__))


def test_the_order_in_the_public_log_names_nobody(city: City) -> None:
    engine = store.connect(city.settled / "appraisal.db")
    with store.reading(engine) as db:
        batches = {row.id: row.batch for row in db.execute(text("SELECT id, batch FROM ballot"))}
    engine.dispose()
    assert len(set(batches.values())) == 1
    guess(city, sorted(city.ids))


def test_the_receipts_name_nobody(city: City) -> None:
    by_receipt = dict(zip(city.receipts, city.ids, strict=True))
    guess(city, [by_receipt[receipt] for receipt in sorted(by_receipt)])


def test_spent_codes_lie_in_no_order_that_ballots_share(city: City) -> None:
    spent = rows(city, "SELECT digest FROM invitation NOT INDEXED WHERE spent")
    place = {key: n for n, key in enumerate(spent)}
    assert rho([place[key] for key in city.digests]) < NO_ORDER
    assert (
        named_rightly(
            rows(city, "SELECT id FROM ballot NOT INDEXED"), [city.ids[city.digests.index(key)] for key in spent]
        )
        <= LUCK
    )


def test_a_settled_folder_holds_no_write_ahead_log_to_read(city: City) -> None:
    assert list(commits(city.logs[1])) == []
    assert free_pages((city.settled / "appraisal.db").read_bytes()) == []


def test_a_log_copied_in_the_midst_tells_the_order_of_sealed_ballots_and_of_nothing_said(city: City) -> None:
    """What is left, counted: a copied log shows which sealed ballot came with which commit; docs/security.md says so."""
    wal = city.logs[0]
    seen = first_seen(list(commits(wal)), city.ids[:IN_THE_MIDST])
    alone = [n for n in seen.values() if list(seen.values()).count(n) == 1]
    assert len(alone) > 10
    assert alone == sorted(alone)
    assert hits({"wal": wal}, city.canaries) == []
    assert b'"ratings"' not in wal


def test_free_pages_of_a_live_copy_are_blank(city: City) -> None:
    database = (city.live / "appraisal.db").read_bytes()
    assert not any(page.strip(b"\0") for page in free_pages(database))


def test_two_copies_tell_which_ballots_came_between_and_not_whose(city: City) -> None:
    """What is left: the ballots between two copies are a crowd of that size, and sealed; inside it nothing leads to a person."""
    early = store.connect(city.live / "appraisal.db")
    with store.reading(early) as db:
        before = {bytes(key) for key in db.scalars(text("SELECT id FROM ballot"))}
        spent = {bytes(key) for key in db.scalars(text("SELECT digest FROM invitation WHERE spent"))}
    early.dispose()
    assert before == set(city.ids[:IN_THE_MIDST])
    assert spent == set(city.digests[:IN_THE_MIDST])
    between = [key for key in rows(city, "SELECT id FROM ballot NOT INDEXED") if key not in before]
    assert len(between) == COMERS - IN_THE_MIDST
    assert rho([between.index(key) for key in city.ids[IN_THE_MIDST:]]) < 0.32
    assert named_rightly(between, city.ids[IN_THE_MIDST:]) <= LUCK


def test_drafts_have_ids_that_lead_to_no_ballot_and_are_gone(city: City) -> None:
    live = everything(city.live)
    pepper, code = city.installation.secrets.pepper, city.installation.round_code
    from appraisal.secrecy import keys

    ids = [keys.draft_id(pepper, code, one) for one in city.codes[:IN_THE_MIDST]]
    assert not set(ids) & set(city.ids)
    left = everything(city.settled)["appraisal.db"]
    assert not any(key in left for key in ids)
    assert "appraisal.db" in live


def test_the_opened_ballots_are_in_no_order_of_arrival(city: City) -> None:
    engine = store.connect(city.closed / "appraisal.db")
    with store.reading(engine) as db:
        rated = db.execute(text("SELECT option, avg(number) AS n FROM rating WHERE item='A3' GROUP BY option"))
        numbers = {row.option: row.n for row in rated}
        texts = db.scalars(text("SELECT text FROM comment NOT INDEXED")).all()
    engine.dispose()
    assert len(numbers) == 5
    came = [int(said.removeprefix(CANARY)) for said in texts]
    assert sorted(came) == list(range(COMERS))
    assert rho(came) < NO_ORDER


def test_no_ballot_opens_with_what_lies_beside_the_database_but_the_tally_key(city: City) -> None:
    boxes = rows(city, "SELECT sealed FROM ballot")
    held = everything(city.settled)
    tally = f"keys/tally-{city.installation.round_code}.key"
    others = [content[:32] for name, content in held.items() if name.startswith("keys/") and name != tally]
    others += [city.installation.secrets.pepper, city.installation.secrets.receipt_key]
    for private in others:
        with pytest.raises(sealed.SealBroken):
            sealed.unseal(private, boxes[0])
    assert sealed.unseal(held[tally], boxes[0])


def test_neither_codes_nor_answers_nor_texts_lie_anywhere_in_plain_before_the_close(city: City) -> None:
    for folder in (city.live, city.settled):
        files = everything(folder)
        assert {"appraisal.db", "server.log", "jobs.db"} <= files.keys()
        assert hits(files, city.canaries) == []
        assert not any(mark in files["appraisal.db"] for mark in (b'"ratings":', b'"texts":', b'{"departments"'))


def test_after_the_close_only_the_opened_comments_are_in_plain(city: City) -> None:
    files = everything(city.closed)
    assert {name.split(": ")[0] for name in hits(files, city.canaries)} == {"appraisal.db"}
    assert hits(files, [one for one in city.canaries if one != CANARY]) == []
    assert hits({str(n): said.encode() for n, said in enumerate(city.told)}, city.canaries) == []


def test_no_file_has_a_time_that_tells_when_a_ballot_came(city: City) -> None:
    names = set(everything(city.settled))
    assert not [name for name in names if any(key.hex() in name for key in city.ids)]
    plain = {name for name in names if not name.startswith(("appraisal.db", "jobs.db", "server.log", "keys/"))}
    assert len(plain) <= 3, plain
