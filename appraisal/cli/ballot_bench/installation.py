"""A real installation in a temporary folder: fresh secrets, a round of each layout open today, codes enough for a measurement."""

import dataclasses
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from appraisal import collect, rounds, store
from appraisal.cli.installing import bring_up
from appraisal.demo.city import SHORT_QUESTIONNAIRE, demo_rounds, write_folder
from appraisal.model.faults import Refused
from appraisal.model.questionnaire_file import read_questionnaire
from appraisal.model.round import Layout, Policy, RoundPlan
from appraisal.secrecy.keys import receipt
from appraisal.secrecy.sealed import new_tally_key
from appraisal.settings import Settings, city_now, write_private
from appraisal.store import casting

DEPARTMENTS: Final = 12
ACTOR: Final = "bench"


@dataclass(frozen=True, slots=True)
class Installation:
    """The folder, its engine, and the codes of each round by its kind."""

    settings: Settings
    engine: store.Engine
    codes: Mapping[str, list[str]]

    def take(self, kind: str, count: int) -> list[str]:
        """So many codes that nobody has used yet."""
        taken, self.codes[kind][:] = self.codes[kind][:count], self.codes[kind][count:]
        return taken

    def stored(self) -> set[str]:
        """The receipts of all ballots that are in the database."""
        with store.reading(self.engine) as db:
            return {receipt(key) for key in casting.ballot_ids(db)}


@contextmanager
def installed(port: int, counts: Mapping[str, int], database_server: str = "") -> Iterator[Installation]:
    """An installation with so many codes for each kind of round, gone afterwards but for what lies on a database server.

    Raises ``Refused`` for a database on a server that is not empty.
    """
    with tempfile.TemporaryDirectory(prefix="appraisal-bench-") as folder:
        settings = Settings(home=Path(folder) / "var", port=port, database_server=database_server)
        _refuse_filled(settings)
        engine = bring_up(settings)
        try:
            codes = {
                kind: _opened(settings, engine, _plan(kind, folder, count), count) for kind, count in counts.items()
            }
            yield Installation(settings, engine, codes)
        finally:
            engine.dispose()


def _refuse_filled(settings: Settings) -> None:
    if not settings.database_server:
        return
    engine = store.connect(settings.database_server)
    filled = store.revision(engine) is not None
    engine.dispose()
    if filled:
        raise Refused(f"{settings.database_name} holds an installation: an empty database is needed for measuring")


def _plan(kind: str, folder: str, codes: int) -> RoundPlan:
    """The demo city's open round, with twelve departments a ballot."""
    one = demo_rounds(city_now().date(), 1000)[2]
    plan, _ = rounds.read_folder(write_folder(one, Path(folder) / kind))
    strata = (dataclasses.replace(plan.strata[0], population=None, codes=codes), *plan.strata[1:])
    plan = dataclasses.replace(
        plan,
        code=f"BENCH-{kind}".replace("_", "-"),
        strata=strata,
        per_ballot=DEPARTMENTS,
        closes_on=city_now().date() + timedelta(days=30),
    )
    return plan if kind == "paged" else _shortened(plan)


def _shortened(plan: RoundPlan) -> RoundPlan:
    ranked = tuple(one for one in plan.departments if one.ranked)[:DEPARTMENTS]
    source = SHORT_QUESTIONNAIRE.read_text("utf-8")
    policy = Policy("A3", {"S5": 100.0, "S4": 75.0, "S3": 50.0, "S2": 25.0, "S1": 0.0}, ("S5", "S4"), ("S2", "S1"))
    return dataclasses.replace(
        plan,
        questionnaire=read_questionnaire(source, "questionnaire.toml"),
        questionnaire_source=source,
        departments=ranked,
        groups=tuple(group for group in plan.groups if group.code in {one.group for one in ranked}),
        policy=policy,
        layout=Layout.ONE_PAGE,
    )


def _opened(settings: Settings, engine: store.Engine, plan: RoundPlan, codes: int) -> list[str]:
    key, now, rng = new_tally_key(), city_now(), random.SystemRandom()
    write_private(settings.tally_key(plan.code), key.private)
    with store.transaction(engine) as db:
        rounds.create(db, plan, ACTOR, now)
        issued = collect.issue_codes(db, plan.code, {plan.strata[0].code: codes}, settings.read_secrets(), rng)
        rounds.open_round(db, plan.code, key.public, ACTOR, now)
    return [one.code for one in issued]
