"""``appraisal round``: import, list, open, close, score, publish."""

import random
import secrets as chance
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from appraisal import collect, rounds, scoring
from appraisal.cli.edge import Place, as_json, operator, place, say
from appraisal.cli.round_keys import key as round_key
from appraisal.cli.share_entry import SHARE_FILE, TYPED, combined, given_shares
from appraisal.collect.log import close_log, last_batch
from appraisal.jobs import tend_log
from appraisal.model.faults import Refused
from appraisal.model.round import Custody
from appraisal.secrecy.sealed import is_pair, new_tally_key
from appraisal.secrecy.shares import Share
from appraisal.secrecy.signing import public_half
from appraisal.settings import city_now, write_private
from appraisal.store.engine import forget_order
from appraisal.store.rounds import KeptRound, all_rounds

CODE = click.argument("code")


@click.group("round")
def round_() -> None:
    """Set up, open, close, score and publish a round."""


round_.add_command(round_key)


@round_.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@as_json
def import_(folder: Path, as_json: bool) -> None:
    """Store the round in FOLDER: round.toml, departments.csv, strata.csv, questionnaire.toml and, optionally, ballots.csv.

    Every fault of every file is listed with its row and column, and then nothing is stored. With ballots.csv (ballots that
    were collected elsewhere) the round is opened, its ballots are sealed like any other, and it is closed at once.
    """
    plan, ballots = rounds.read_folder(folder)
    with place() as here:
        key = new_tally_key()
        path = _free_key_path(here, plan.code) if ballots else None
        with here.writing() as db:
            rounds.create(db, plan, operator(), city_now())
            if ballots:
                collect.make_papers(db, plan.code, random.Random(chance.randbits(64)))
                rounds.open_for_import(db, plan.code, key.public, operator(), city_now())
                collect.take_imported(db, plan.code, ballots, chance.SystemRandom())
                rounds.close(db, plan.code, operator(), city_now())
                log_key = here.settings.read_log_key()
                close_log(db, plan.code, log_key, city_now().date())
                collect.open_ballots(db, plan.code, key.private, chance.SystemRandom(), public_half(log_key))
            if path:
                write_private(path, key.private)
        if ballots:
            tend_log(here.settings, here.engine, plan.code)
    state = "closed" if ballots else "draft"
    counts = {"departments": len(plan.departments), "strata": len(plan.strata), "ballots": len(ballots)}
    say(
        as_json,
        f"{plan.code}: {state}, " + ", ".join(f"{n} {what}" for what, n in counts.items()),
        code=plan.code,
        state=state,
        **counts,
    )


@round_.command("list")
@as_json
def list_(as_json: bool) -> None:
    """Every round, newest first."""
    with place() as here, here.reading() as db:
        lines = all_rounds(db)
    text = (
        "\n".join(f"{line.code:<10} {line.state:<10} {line.kind} {line.title.zh}" for line in lines) or "no round yet"
    )
    say(as_json, text, rounds=[asdict(line) for line in lines])


@round_.command("open")
@CODE
@as_json
def open_(code: str, as_json: bool) -> None:
    """Freeze the round CODE, make its tally key and let people answer."""
    with place() as here:
        with here.reading() as db:
            kept = rounds.kept_round(db, code)
        if kept.plan.tally_key is Custody.SHARES:
            path, where = None, "tally key with its trustees"
            _open_with_shares(here, kept)
        else:
            path = _free_key_path(here, code)
            where = f"tally key in {path}, keep a copy off this machine"
            _open_with_file(here, code, path)
    say(as_json, f"{code}: open; {where}", code=code, state="open", tally_key=path)


def _open_with_shares(here: Place, kept: KeptRound) -> None:
    with here.writing() as db:
        collect.make_papers(db, kept.plan.code, random.Random(chance.randbits(64)))
        rounds.open_round(db, kept.plan.code, kept.tally_public_key or b"", operator(), city_now())


def _open_with_file(here: Place, code: str, path: Path) -> None:
    key = new_tally_key()
    with here.writing() as db:
        collect.make_papers(db, code, random.Random(chance.randbits(64)))
        rounds.open_round(db, code, key.public, operator(), city_now())
        # Inside the transaction: a round is never open without the file that will open its ballots, tried as it lies there.
        write_private(path, key.private)
        collect.rehearse(db, code, path.read_bytes(), (), operator(), city_now())


@round_.command()
@CODE
@SHARE_FILE
@TYPED
@as_json
def close(code: str, files: tuple[Path, ...], typed: int, as_json: bool) -> None:
    """Close the round CODE and open its ballots, shuffled.

    A round whose tally key was split needs two of its shares (--share, --type). Interrupted, it is simply given again.
    """
    with place() as here:
        with here.reading() as db:
            kept = rounds.kept_round(db, code)
        opened = close_and_open(here, kept, _private_key(here, kept, given_shares(code, files, typed)))
    say(as_json, f"{code}: closed, {opened} ballots opened", code=code, state="closed", ballots=opened)


def _free_key_path(here: Place, code: str) -> Path:
    path = here.settings.tally_key(code)
    if path.exists():
        raise Refused(f"{path} is there already: ballots may depend on it; move it away first")
    return path


def _private_key(here: Place, kept: KeptRound, given: Sequence[Share]) -> bytes:
    """What opens the ballots. Closing cannot be taken back, so the key is tried before."""
    if kept.plan.tally_key is Custody.SHARES:
        return combined(given, kept.tally_public_key)
    path = here.settings.tally_key(kept.plan.code)
    if kept.tally_public_key is None:
        return b""
    if not path.exists():
        raise Refused(f"{path} is missing: bring the tally key back before closing")
    if not is_pair(kept.tally_public_key, path.read_bytes()):
        raise Refused(f"{path} is the tally key of another round: bring this round's back before closing")
    return path.read_bytes()


def close_and_open(here: Place, kept: KeptRound, private: bytes) -> int:
    """Close in one transaction, open the ballots in the next: what was acknowledged stays closed in even if opening fails.

    Killed between the two or within the second it is begun again: the round is closed already, and nothing lies half open.
    """
    with here.writing() as db:
        if kept.state != "closed":
            rounds.close(db, kept.plan.code, operator(), city_now())
    tend_log(here.settings, here.engine, kept.plan.code, last_batch)
    log_key = public_half(here.settings.read_log_key())
    # Opened on a snapshot: ballots of other rounds do not wait for it.
    with here.reading() as db:
        found = collect.unseal_ballots(db, kept.plan.code, private, chance.SystemRandom(), log_key)
    with here.writing() as db:
        opened = collect.keep_opened(db, found)
    forget_order(here.engine)
    with here.writing() as db:
        rounds.note_opened(db, kept, operator(), city_now())
    return opened


@round_.command()
@CODE
@as_json
def score(code: str, as_json: bool) -> None:
    """Compute scores, intervals and flags of the closed round CODE."""
    with place() as here:
        # Computed on a snapshot: ballots of other rounds do not wait for it.
        with here.reading() as db:
            computed = scoring.compute_round(db, code, operator(), city_now())
        with here.writing() as db:
            run = scoring.keep_run(db, computed)
            flags = len(scoring.results(db, code).flags)
    say(as_json, f"{code}: scored as run {run}, {flags} flags", code=code, state="scored", run=run, flags=flags)


@round_.command()
@CODE
@as_json
def publish(code: str, as_json: bool) -> None:
    """Let every department see its own results of the scored round CODE."""
    with place() as here, here.writing() as db:
        rounds.publish(db, code, operator(), city_now())
    say(as_json, f"{code}: published", code=code, state="published")
