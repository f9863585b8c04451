"""Shares of a tally key as trustees bring them: as files, or typed at the keyboard; and what two of them make."""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from appraisal.model.faults import Refused
from appraisal.secrecy import shares
from appraisal.secrecy.shares import LINES, NEEDED, SHARES, Share, ShareFault, show_fingerprint

SHARE_FILE: Final = click.option(
    "--share",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File of one share; give it once for each.",
)
TYPED: Final = click.option(
    "--type", "typed", default=0, type=click.IntRange(0, SHARES), help="How many shares are typed at the keyboard."
)
LONGEST_SHEET: Final = 20_000
# Bilingual, because the trustees who read it stand beside the operator.
TOO_FEW: Final = (
    "需要三份份额中的两份，现在只有{count}份；少了两份，谁也开不了票。"
    " / two of the three shares are needed, only {count} given; with two lost nobody can open the ballots"
)
NOT_ONE_KEY: Final = (
    "这些份额合不成本轮的密钥（指纹{key}）：同一份给了两次，或者不是同一次拆分的。没有做任何事。"
    " / these shares do not make this round's key (fingerprint {key}): one given twice, or of another splitting; nothing was done"
)
NO_SHARE: Final = (
    "{where}：不是评议轮次{code}的份额，或者有几行调换了。"
    " / {where}: no share of round {code}, or its lines are in another order"
)
BAD_LINE: Final = "{where}：第{line}行抄错了，请核对。 / {where}: line {line} is not as it was printed"


def given_shares(code: str, files: Sequence[Path], typed: int) -> list[Share]:
    """The shares in the files, then those typed now. Raises ``Refused`` for one that is no share of this round."""
    given = [_read(path, code) for path in files]
    return given + [_type(code, len(files) + number) for number in range(1, typed + 1)]


def combined(given: Sequence[Share], public: bytes | None) -> bytes:
    """The private half that the shares make. Raises ``Refused`` when they are too few, or not those of this public half."""
    count = len({share.number for share in given})
    if count < NEEDED:
        raise Refused(TOO_FEW.format(count=count))
    if public is None or any(share.fingerprint != shares.fingerprint(public) for share in given):
        raise Refused(NOT_ONE_KEY.format(key="—" if public is None else show_fingerprint(public)))
    try:
        return shares.combine(given)
    except ShareFault:
        raise Refused(NOT_ONE_KEY.format(key=show_fingerprint(public))) from None


def _read(path: Path, code: str) -> Share:
    if stat.S_ISREG(path.stat().st_mode) and path.stat().st_size > LONGEST_SHEET:
        raise Refused(NO_SHARE.format(where=path, code=code))
    try:
        return shares.read_share(path.read_bytes().decode("utf-8-sig", "replace"), code)
    except ShareFault as fault:
        wrong = BAD_LINE if fault.line else NO_SHARE
        raise Refused(wrong.format(where=path, line=fault.line, code=code)) from None


def _type(code: str, place: int) -> Share:
    """Asked line by line and not shown: each line is checked when it is typed, so that only that one is typed again."""
    where = f"份额 / share ({place})"
    lines = [_type_line(f"{where}, {number})") for number in range(1, LINES + 1)]
    try:
        return shares.share_of(lines, code)
    except ShareFault:
        raise Refused(NO_SHARE.format(where=where, code=code)) from None


def _type_line(prompt: str) -> str:
    while True:
        typed = click.prompt(prompt, hide_input=True, err=True)
        try:
            return shares.read_line(typed)
        except ShareFault:
            click.echo("这一行抄错了，请再输一次。 / not as it was printed, type this line again", err=True)
