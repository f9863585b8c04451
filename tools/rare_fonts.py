"""Cut the fall-back faces for rare characters out of LXGW WenKai, as TrueType, under names of our own.

    python -m tools.rare_fonts FOLDER UNIHAN

FOLDER holds LXGWWenKai-Light.ttf and LXGWWenKai-Bold.ttf (Debian: fonts-lxgw-wenkai), UNIHAN is Unihan_OtherMappings.txt.bz2
(Debian: unicode-data). Kept is what the Fandol faces lack of the 8105 characters of 通用规范汉字表 (Unihan's kTGH), of the characters of
the telegraph code (kMainlandTelegraph), where names are looked up, and of some signs. A ballot box that is ticked is
drawn here from an empty square and a tick. Hints and features are left out; the names that the licence reserves are gone.
"""

import bz2
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS: Final = Path(__file__).parents[1] / "appraisal" / "reports" / "fonts"
FACES: Final = {"LXGWWenKai-Light.ttf": "GwRareLight", "LXGWWenKai-Bold.ttf": "GwRareBold"}
LISTS: Final = ("kTGH", "kMainlandTelegraph")
# In names and places, though in neither list.
MORE: Final = "嶴龑"
SIGNS: Final = "―✓㎡㎥㎏㎎㎞㎜㎝㏄⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
SQUARE, TICK, TICKED, HEAVY_TICK, BOX = 0x25A1, 0x2713, 0x2611, 0x2714, 0x2610
# Name records of the licence: copyright, licence, its address.
KEPT_RECORDS: Final = frozenset({0, 13, 14})


def main(folder: Path, unihan: Path) -> None:
    """Write the faces into the folder of the fonts, and say how large they are."""
    wanted = wanted_characters(unihan)
    for source, family in FACES.items():
        font = cut(TTFont(folder / source), wanted, family)
        font.save(FONTS / f"{family}.ttf")
        print(family, len(font.getBestCmap()), "characters,", (FONTS / f"{family}.ttf").stat().st_size // 1000, "kB")


def wanted_characters(unihan: Path) -> set[int]:
    """What the fall-back is to have: code points that Fandol lacks."""
    with TTFont(FONTS / "FandolFang-Regular.ttf", lazy=True) as own:
        have = set(own.getBestCmap())
    return (set(_listed(unihan)) | set(map(ord, MORE + SIGNS))) - have


def _listed(unihan: Path) -> Iterator[int]:
    with bz2.open(unihan, "rt", encoding="utf-8") as lines:
        for line in lines:
            parts = line.split("\t")
            if len(parts) == 3 and parts[1] in LISTS:
                yield int(parts[0].removeprefix("U+"), 16)


def cut(font: TTFont, wanted: set[int], family: str) -> TTFont:
    """The font with the wanted characters alone, renamed, with the signs that we draw."""
    options = Options(layout_features=[], hinting=False, name_IDs=sorted(KEPT_RECORDS), notdef_outline=True)
    # Nothing is set from top to bottom.
    options.drop_tables += ["vhea", "vmtx", "BASE", "GDEF", "GSUB", "GPOS"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=[*wanted, SQUARE, TICK])
    cutter.subset(font)
    _draw_signs(font)
    _rename(font, family)
    _as_high_as_fandol(font)
    # The same bytes whenever it is made: the date of the original stays.
    font.recalcTimestamp = False
    return font


def _draw_signs(font: TTFont) -> None:
    glyphs: Any = font.getGlyphSet()
    tables: Any = font
    known = font.getBestCmap()
    square, tick = known[SQUARE], known[TICK]
    pen = TTGlyphPen(glyphs)
    glyphs[square].draw(pen)
    # The tick fills four fifths of the square, about the middle of the square's body.
    glyphs[tick].draw(TransformPen(pen, (0.72, 0, 0, 0.72, 140, 106)))
    tables.setGlyphOrder([*font.getGlyphOrder(), "ticked"])
    tables["glyf"]["ticked"] = pen.glyph()
    tables["hmtx"]["ticked"] = tables["hmtx"][square]
    for table in tables["cmap"].tables:
        table.cmap |= {TICKED: "ticked", HEAVY_TICK: tick, BOX: square}
        # Fandol has the square itself.
        table.cmap.pop(SQUARE, None)


def _rename(font: TTFont, family: str) -> None:
    """A modified version may not bear the reserved names, OFL 1.1, 3."""
    names: Any = font["name"]
    for number in (1, 3, 4, 6, 16):
        names.setName(family, number, 3, 1, 0x409)
    names.setName("Regular", 2, 3, 1, 0x409)
    # Each is the only one of its family: whoever asks for the family means it.
    tables: Any = font
    tables["OS/2"].usWeightClass = 400


def _as_high_as_fandol(font: TTFont) -> None:
    """Height and depth of the faces that it stands beside: a line with a rare character keeps its place on the grid."""
    tables: Any = font
    with TTFont(FONTS / "FandolFang-Regular.ttf", lazy=True) as own:
        rise, fall = own["hhea"].ascent, own["hhea"].descent
    for table, names in (
        ("hhea", ("ascent", "descent", "lineGap")),
        ("OS/2", ("sTypoAscender", "sTypoDescender", "sTypoLineGap")),
    ):
        for name, value in zip(names, (rise, fall, 0), strict=True):
            setattr(tables[table], name, value)
    tables["OS/2"].usWinAscent, tables["OS/2"].usWinDescent = rise, -fall


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
