"""Pages as they should look, at 60 dots an inch: what moves, goes missing or changes its face is seen.

Renew the pictures, after having looked at them, with ``python -m tests.reports.test_golden``.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray
from PIL import Image

from appraisal.model.round import SlipForm
from appraisal.reports import department_report, slip, slip_measures
from tests.makers import make_slip_document
from tests.reports.test_department_report import make_facts

GOLDEN: Final = Path(__file__).parent / "golden"
DPI: Final = 60
# A grey value off by more than this, of 255, is a pixel that differs; so many of a hundred thousand may, for another version of the
# rasteriser: a hairline across the page has 360 pixels, 120 of a hundred thousand.
FAINT: Final = 48
FEW: Final = 8
LARGEST: Final = 60_000

Pixels = NDArray[np.uint8]


def ordinary() -> bytes:
    return slip.render(make_slip_document()).pdf


def letter() -> bytes:
    return slip.render(make_slip_document(form=SlipForm.LETTER, website="https://pingyi.shifan.example")).pdf


@cache
def report() -> bytes:
    return department_report.render(make_facts(), "zh")


PAGES: Final[dict[str, tuple[Callable[[], bytes], int]]] = {
    "ordinary-1": (ordinary, 0),
    "ordinary-last": (ordinary, -1),
    "letter-1": (letter, 0),
    "letter-receipt": (letter, -2),
    "report-1": (report, 0),
}


def shown(pdf: bytes, page: int) -> Pixels:
    """One page in shades of grey."""
    with pypdfium2.PdfDocument(pdf) as sheets:
        drawn = sheets[page % len(sheets)].render(scale=DPI / 72, grayscale=True)
        return np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)


def kept(name: str) -> Pixels:
    with Image.open(GOLDEN / f"{name}.png") as picture:
        return np.array(picture)


def differing(one: Pixels, other: Pixels) -> float:
    """Pixels that differ clearly, of a hundred thousand; all of them where the sizes differ."""
    if one.shape != other.shape:
        return 100_000.0
    return float((np.abs(one.astype(int) - other.astype(int)) > FAINT).mean() * 100_000)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_did(name: str) -> None:
    make, page = PAGES[name]
    assert differing(shown(make(), page), kept(name)) <= FEW


def test_a_red_rule_that_moves_by_three_millimetres_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slip_measures, "RULE_BELOW_NUMBER", slip_measures.RULE_BELOW_NUMBER + 3)
    assert differing(shown(ordinary(), 0), kept("ordinary-1")) > 5 * FEW


def test_one_character_of_the_body_is_seen() -> None:
    changed = slip.render(make_slip_document(round_title="2026年度万人民主评价机关")).pdf
    assert differing(shown(changed, 0), kept("ordinary-1")) > FEW


def test_the_pictures_are_small() -> None:
    sizes = {path.stem: path.stat().st_size for path in GOLDEN.glob("*.png")}
    assert set(sizes) == set(PAGES)
    assert max(sizes.values()) < LARGEST


def renew() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for name, (make, page) in PAGES.items():
        Image.fromarray(shown(make(), page)).save(GOLDEN / f"{name}.png", optimize=True)


if __name__ == "__main__":
    renew()
