"""Lists of codes as files: written once, readable by their owner alone, never over another."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appraisal.model.ballot import IssuedCode
from appraisal.model.faults import Refused

# Whoever reads a code can cast its ballot.
PRIVATE: Final = 0o600


def refuse_overwriting(path: Path | None) -> None:
    """Codes are shown once: a list of them is never written over."""
    if path is not None and (path.exists() or path.with_stem(f"{path.stem}-001").exists()):
        raise Refused(f"{path} is there already: codes in it exist nowhere else; name another file")


def write_list(path: Path, issued: Sequence[IssuedCode], address: str) -> None:
    """Stratum, paper, code and link of each, a row a code."""
    path.touch(mode=PRIVATE, exist_ok=False)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("stratum", "paper", "code", "link"))
        rows.writerows((one.stratum, one.paper_number, one.code, f"{address}/q/{one.code}") for one in issued)
