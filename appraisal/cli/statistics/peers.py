"""Other packages that estimate means with their standard errors, timed on the same answers where they are installed.

``python -m appraisal.cli.statistics.peers FILE.csv`` is what runs ``svy``: in a process of its own, as R is.
"""

import csv
import importlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from appraisal.cli.statistics import in_memory
from appraisal.stats.design import Floats, Ints

COLUMNS: Final = ("respondent", "stratum", "population", "weight", "department", "score")
# Reading the file is not timed; the design and the means are.
SCRIPT: Final = """
suppressPackageStartupMessages(library(survey))
answers <- read.csv(commandArgs(TRUE)[1])
cpu <- function() sum(proc.time()[c("user.self", "sys.self")])
least <- Inf
for (turn in seq_len(as.integer(commandArgs(TRUE)[2]))) {
    start <- cpu()
    asked <- svydesign(ids = ~respondent, strata = ~stratum, weights = ~weight, fpc = ~population, data = answers)
    found <- svyby(~score, ~department, asked, svymean)
    least <- min(least, cpu() - start)
}
cat(sprintf('{"cpu_s": %.17g, "mean": [%s], "se": [%s]}', least,
    paste(sprintf("%.17g", coef(found)), collapse = ","), paste(sprintf("%.17g", SE(found)), collapse = ",")))
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """CPU seconds of one package for the mean and standard error of every department; ``None``: not installed."""

    who: str
    respondents: int
    cpu_s: float | None


def beside(respondents: int) -> list[Beside]:
    """Our own time first, then numpy's and everybody else's on the same answers.

    Raises ``ArithmeticError`` when a package gives other figures than ours.
    """
    arrays = in_memory.made(respondents)
    own, found = in_memory.least_cpu(lambda: in_memory.estimated(*arrays))
    floor, _ = in_memory.least_cpu(lambda: in_memory.lower_bound(*arrays))
    times: dict[str, float | None] = {"appraisal.stats": own, "numpy": floor}
    with tempfile.TemporaryDirectory(prefix="appraisal-bench-") as folder:
        path = Path(folder) / "answers.csv"
        _write(path, *arrays)
        for who, run in PEERS.items():
            said = run(path)
            times[who] = None if said is None else _agreed(who, said, found.value, found.se)
    return [Beside(who, respondents, seconds) for who, seconds in times.items()]


def _write(path: Path, stratum: Ints, population: Floats, who: Ints, department: Ints, score: Floats) -> None:
    of = stratum[who]
    weight = (population / np.bincount(stratum, minlength=population.size))[of]
    columns = (who, of, population[of], weight, department, score)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(zip(*(column.tolist() for column in columns), strict=True))


def _agreed(who: str, said: Mapping[str, object], mean: Floats, se: Floats) -> float:
    for name, own in (("mean", mean), ("se", se)):
        if not np.allclose(np.array(said[name], dtype=np.float64), own, rtol=1e-9, atol=0):
            raise ArithmeticError(f"{who} gives another {name}")
    return float(str(said["cpu_s"]))


def _svy(path: Path) -> Mapping[str, object] | None:
    if find_spec("svy") is None:
        return None
    return _said([sys.executable, "-m", __name__, str(path)])


def _r_survey(path: Path) -> Mapping[str, object] | None:
    program = shutil.which("Rscript")
    if program is None:
        return None
    asked = [program, "-e", 'quit(status = !requireNamespace("survey", quietly = TRUE))']
    if subprocess.run(asked, check=False, capture_output=True).returncode:
        return None
    return _said([program, "-e", SCRIPT, str(path), str(in_memory.TURNS)])


PEERS: Final[Mapping[str, Callable[[Path], Mapping[str, object] | None]]] = {"svy": _svy, "R survey": _r_survey}


def _said(words: list[str]) -> Mapping[str, object]:
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def svy_means(path: Path) -> dict[str, object]:
    """The means of a file as ``svy`` computes them, and how long that takes."""
    polars, svy = importlib.import_module("polars"), importlib.import_module("svy")
    answers = polars.read_csv(path)
    design = svy.Design(stratum="stratum", psu="respondent", wgt="weight", pop_size="population")
    seconds, found = in_memory.least_cpu(lambda: svy.Sample(answers, design).estimation.mean("score", by="department"))
    ordered = sorted(found.estimates, key=lambda one: int(one.by_level[0]))
    return {"cpu_s": seconds, "mean": [one.est for one in ordered], "se": [one.se for one in ordered]}


def table(lines: list[Beside]) -> str:
    """The comparison as aligned text; ``× ours`` is the time beside that of ``appraisal.stats`` on the same answers."""
    own = {one.respondents: one.cpu_s for one in lines if one.who == "appraisal.stats"}
    heading = f"{'mean and SE, in memory':<28}{'respondents':>12}{'CPU s':>14}{'× ours':>10}"
    return "\n".join([heading, *(_line(one, own[one.respondents]) for one in lines)])


def _line(one: Beside, own: float | None) -> str:
    start = f"{one.who:<28}{one.respondents:>12,}"
    if one.cpu_s is None or own is None:
        return f"{start}{'not installed':>14}"
    return f"{start}{one.cpu_s:>14.4f}{one.cpu_s / own:>10,.1f}"


if __name__ == "__main__":
    print(json.dumps(svy_means(Path(sys.argv[1]))))
