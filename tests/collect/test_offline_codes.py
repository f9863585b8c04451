"""Codes drawn elsewhere: the server lets them in and has never seen one."""

import random

import pytest

from appraisal import collect, rounds
from appraisal.collect import CodeKit
from appraisal.collect.log import codes_fields
from appraisal.model.faults import Faulty, Refused
from appraisal.model.round import Stratum
from appraisal.model.wording import Wording
from appraisal.secrecy import keys
from appraisal.settings import Secrets
from appraisal.store import Session, casting
from appraisal.store.rounds import KeptRound
from tests.makers import NOW, TODAY, make_plan

STRATA = (Stratum("citizen", Wording("市民"), None, codes=12), Stratum("deputy", Wording("代表"), 30, codes=5))


@pytest.fixture
def draft(db: Session) -> KeptRound:
    rounds.create(db, make_plan(), "zhuban", NOW)
    collect.make_papers(db, "2026-1", random.Random(1))
    return rounds.kept_round(db, "2026-1")


def kit_of(db: Session, secrets: Secrets) -> CodeKit:
    return CodeKit.from_json(collect.code_kit(db, "2026-1", secrets).to_json(), "key.json")


def test_codes_drawn_elsewhere_open_their_papers(db: Session, secrets: Secrets, draft: KeptRound) -> None:
    kit = kit_of(db, secrets)
    drawn = collect.make_codes(kit, STRATA, random.Random(2))
    text = collect.digests_file(kit, drawn)
    assert not any(one.code in text for one in drawn)
    assert collect.import_digests(db, "2026-1", text, "digests.csv", secrets) == 17
    rounds.open_round(db, "2026-1", bytes(31) + b"\x09", "zhuban", NOW)
    for one in drawn:
        entry = collect.enter(db, one.code, secrets, TODAY)
        assert (entry.stratum, entry.paper_number) == (one.stratum, one.paper_number)


def test_the_root_over_codes_holds_those_drawn_elsewhere(db: Session, secrets: Secrets, draft: KeptRound) -> None:
    before = codes_fields(db, draft.id, casting.last_batch(db, draft.id))
    kit = kit_of(db, secrets)
    text = collect.digests_file(kit, collect.make_codes(kit, STRATA, random.Random(2)))
    collect.import_digests(db, "2026-1", text, "digests.csv", secrets)
    after = codes_fields(db, draft.id, casting.last_batch(db, draft.id))
    assert (before["codes_issued"], after["codes_issued"]) == (0, 17)
    assert before["codes_root"] != after["codes_root"]


def test_the_code_key_leads_to_no_draft_and_to_no_other_round(secrets: Secrets) -> None:
    key = keys.code_key(secrets.pepper, "2026-1")
    assert keys.digest_under(key, "2026-1", "C") == keys.digest(secrets.pepper, "2026-1", "C")
    assert keys.code_key(secrets.pepper, "2026-2") != key
    assert keys.draft_key(key, "2026-1", "C") != keys.draft_key(secrets.pepper, "2026-1", "C")


def test_papers_are_dealt_evenly_elsewhere_too(db: Session, secrets: Secrets, draft: KeptRound) -> None:
    kit = kit_of(db, secrets)
    numbers = [one.paper_number for one in collect.make_codes(kit, STRATA[:1], random.Random(3))]
    counts = [numbers.count(number) for number in range(1, kit.papers + 1)]
    assert max(counts) - min(counts) <= 1


def test_every_faulty_row_of_the_digests_is_named_and_nothing_is_kept(
    db: Session, secrets: Secrets, draft: KeptRound
) -> None:
    kit = kit_of(db, secrets)
    drawn = collect.make_codes(kit, STRATA, random.Random(2))
    head, *lines = collect.digests_file(kit, drawn).splitlines()
    lines[0] = lines[0].replace("citizen", "nobody").replace("deputy", "nobody")
    lines[1] = ",".join([*lines[1].split(",")[:2], "99", *lines[1].split(",")[3:]])
    lines[2] = lines[2].replace(lines[2].split(",")[3], "XYZ")
    lines[3] = lines[3][:-16] + "0" * 16
    lines[5] = lines[4]
    with pytest.raises(Faulty) as faulty:
        collect.import_digests(db, "2026-1", "\n".join([head, *lines]), "digests.csv", secrets)
    found = [(fault.row, fault.field) for fault in faulty.value.faults]
    assert found == [(2, "stratum"), (3, "paper"), (4, "digest"), (5, "key"), (7, "digest")]
    assert casting.last_batch(db, draft.id) == 0


def test_the_same_file_is_not_taken_twice(db: Session, secrets: Secrets, draft: KeptRound) -> None:
    kit = kit_of(db, secrets)
    text = collect.digests_file(kit, collect.make_codes(kit, STRATA[:1], random.Random(2)))
    collect.import_digests(db, "2026-1", text, "digests.csv", secrets)
    with pytest.raises(Faulty, match="已经登记过"):
        collect.import_digests(db, "2026-1", text, "digests.csv", secrets)


def test_more_codes_than_people_are_refused(db: Session, secrets: Secrets, draft: KeptRound) -> None:
    kit = kit_of(db, secrets)
    many = Stratum("deputy", Wording("代表"), 30, codes=31)
    text = collect.digests_file(kit, collect.make_codes(kit, [many], random.Random(2)))
    with pytest.raises(Refused, match="多于总数"):
        collect.import_digests(db, "2026-1", text, "digests.csv", secrets)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"round": "R", "papers": 3, "code_key": "00"}'])
def test_a_file_that_is_no_code_key_is_refused(text: str) -> None:
    with pytest.raises(Faulty, match="codes key"):
        CodeKit.from_json(text, "key.json")
