"""``appraisal doctor``: examine an installation before somebody relies on it."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

import click

from appraisal import collect, store
from appraisal.cli.edge import as_json, operator_settings, say
from appraisal.model.round import Custody, RoundState
from appraisal.secrecy.sealed import is_pair
from appraisal.secrecy.shares import show_fingerprint
from appraisal.sending import MailServer
from appraisal.sending.gateway import Down
from appraisal.sending.smtp import SmtpGateway
from appraisal.settings import Secrets, Settings, SettingsError, city_now
from appraisal.store.engine import on_server
from appraisal.store.people import STORM, count_records
from appraisal.store.postgres import loose_settings
from appraisal.store.rounds import all_rounds, find_round

ENOUGH_SPACE: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    good: bool
    said: str


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Examine this installation: database, secrets, tally keys, disk, typesetter. Exit code 1 when something is wrong."""
    checks = tuple(_examine(operator_settings()))
    lines = "\n".join(f"{'ok  ' if one.good else 'BAD '} {one.what}: {one.said}" for one in checks)
    say(as_json, lines, checks=[asdict(one) for one in checks])
    sys.exit(0 if all(one.good for one in checks) else 1)


def _examine(settings: Settings) -> Iterator[Check]:
    yield Check("python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield from _database(settings)
    yield _secrets(settings)
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.parent).free
    yield Check("disk", free > ENOUGH_SPACE, f"{free / 1e9:.1f} GB free, 1 GB is the least")
    yield _typesetter()
    yield _mail()


def _database(settings: Settings) -> Iterator[Check]:
    if not settings.has_database:
        yield Check("database", False, f"{settings.database_name} is missing: run `appraisal db upgrade`")
        return
    try:
        engine = store.connect(settings.database_address)
    except store.UnsafeStore as unsafe:
        yield Check("durability", False, str(unsafe))
        return
    yield Check("durability", True, store.describe(engine))
    yield from _server_settings(engine)
    revision, newest = store.revision(engine), store.newest_revision()
    yield Check("schema", revision == newest, f"{revision}, newest is {newest}")
    with store.reading(engine) as db:
        answer = store.integrity(db)
    yield Check("integrity", answer == "ok", answer)
    if revision == newest:
        yield from _tally_keys(settings, engine)
        yield _storms(engine)


def _storms(engine: store.Engine) -> Check:
    """Whether somebody tried out codes by the hundred since yesterday."""
    with store.reading(engine) as db:
        storms = count_records(db, STORM, "", city_now() - timedelta(days=1))
    said = f"tried out in great numbers, {storms} alarms since yesterday: see docs/operating.md" if storms else "quiet"
    return Check("code entry", not storms, said)


def _server_settings(engine: store.Engine) -> Iterator[Check]:
    """What a database server writes into its own log could tell who said what."""
    if on_server(engine):
        with store.reading(engine) as db:
            loose = loose_settings(db)
        yield Check("server log", not loose, "; ".join(loose) or "no statements, no values, no commit times")


def _tally_keys(settings: Settings, engine: store.Engine) -> Iterator[Check]:
    """An open round without its private key takes ballots that nobody will be able to open."""
    with store.reading(engine) as db:
        kept = [find_round(db, line.code) for line in all_rounds(db) if line.state is RoundState.OPEN]
    for one in kept:
        if one is None or one.tally_public_key is None:
            continue
        if one.plan.tally_key is Custody.SHARES:
            named = show_fingerprint(one.tally_public_key)
            yield Check(
                f"tally key {one.plan.code}", True, f"{named}, with its trustees: bring two shares to the close"
            )
            continue
        path = settings.tally_key(one.plan.code)
        good = path.exists() and is_pair(one.tally_public_key, path.read_bytes())
        said = "fits the round" if good else f"{path} is missing or another round's: bring it back"
        yield Check(f"tally key {one.plan.code}", good, said)


def _secrets(settings: Settings) -> Check:
    try:
        kept = settings.read_secrets()
        if settings.has_database:
            _refuse_foreign(settings, kept)
    except SettingsError as wrong:
        return Check("secrets", False, str(wrong))
    return Check("secrets", True, "the demo's: never for a real round" if kept.demo else "of this installation")


def _refuse_foreign(settings: Settings, kept: Secrets) -> None:
    """Raises ``SettingsError`` for secrets that are another database's, or that the database does not know yet."""
    engine = store.connect(settings.database_address)
    if store.revision(engine) != store.newest_revision():
        return
    with store.reading(engine) as db:
        collect.refuse_foreign_secrets(db, kept)
        if not collect.knows_secrets(db):
            raise SettingsError("the database does not know its secrets yet: run `appraisal db upgrade`")


def _typesetter() -> Check:
    try:
        from appraisal.reports.press import print_pdf

        print_pdf("<p>工作提示单</p>", "p { font-family: GwFang }")
    except Exception as broken:  # noqa: BLE001 - whatever keeps a letter from being printed is what the operator must read
        return Check("typesetter", False, str(broken))
    return Check("typesetter", True, "prints Chinese")


def _mail() -> Check:
    """Whether the mail server can be reached and lets us in; nothing is sent."""
    try:
        server = MailServer.from_env()
    except SettingsError as wrong:
        return Check("mail", False, str(wrong))
    if server is None:
        return Check("mail", True, "no server is named by APPRAISAL_SMTP_HOST: notices wait in the outbox")
    gateway = SmtpGateway(server)
    try:
        gateway.connect()
    except Down as down:
        return Check("mail", False, f"{server.host}:{server.port} cannot be reached or does not let us in ({down})")
    gateway.close()
    return Check("mail", True, f"{server.host}:{server.port} lets us in, as {server.sender}")
