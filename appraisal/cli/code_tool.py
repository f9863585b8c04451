"""``appraisal codes key|make|import-digests``: codes drawn on another machine, of which the server sees digests alone."""

import secrets as chance
from pathlib import Path

import click

from appraisal import collect
from appraisal.cli.code_list import PRIVATE, refuse_overwriting, write_list
from appraisal.cli.edge import as_json, place, say
from appraisal.collect import CodeKit
from appraisal.rounds import read_strata, read_text_file

MOST_BYTES = 20_000_000


@click.command()
@click.argument("code")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The file to write; whoever has it can make codes."
)
@as_json
def key(code: str, out: Path, as_json: bool) -> None:
    """Write the code key of the round CODE for the machine that draws the codes. It opens no draft and no ballot."""
    refuse_overwriting(out)
    with place() as here:
        secrets = here.secrets
        with here.writing() as db:
            collect.make_papers(db, code, chance.SystemRandom())
        with here.reading() as db:
            kit = collect.code_kit(db, code, secrets)
    out.touch(mode=PRIVATE, exist_ok=False)
    out.write_text(kit.to_json(), "utf-8")
    say(as_json, f"{code}: {out}", code=code, papers=kit.papers, out=out)


@click.command()
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="What `codes key` wrote.")
@click.option(
    "--strata", required=True, type=click.Path(path_type=Path), help="The round's strata.csv: how many for each."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder for the two files.")
@click.option("--address", required=True, help="Where respondents will reach the server, https://…")
@as_json
def make(key_file: Path, strata: Path, out: Path, address: str, as_json: bool) -> None:
    """Draw codes, on any machine and without a database: codes.csv for the printer, digests.csv for the server."""
    kit = CodeKit.from_json(read_text_file(key_file, MOST_BYTES), key_file.name)
    issued = collect.make_codes(kit, read_strata(strata), chance.SystemRandom())
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    listed, digests = out / "codes.csv", out / "digests.csv"
    for path in (listed, digests):
        refuse_overwriting(path)
    write_list(listed, issued, address)
    digests.write_text(collect.digests_file(kit, issued), "utf-8")
    say(as_json, f"{kit.round_code}: {len(issued)} codes drawn", code=kit.round_code, drawn=len(issued), out=out)


@click.command("import-digests")
@click.argument("code")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def import_digests(code: str, file: Path, as_json: bool) -> None:
    """Let the codes in whose digests FILE holds; they were drawn elsewhere for the round CODE."""
    text = read_text_file(file, MOST_BYTES)
    with place() as here:
        secrets = here.secrets
        with here.writing() as db:
            count = collect.import_digests(db, code, text, file.name, secrets)
    say(as_json, f"{code}: {count} codes let in", code=code, imported=count)
