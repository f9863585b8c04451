"""The measures of an official letter, GB/T 9704-2012, each once; lengths in mm or pt as the standard gives them.

The standard asks for 28 characters of 3号 (16 pt) in 156 mm, which are 158 mm wide: every line is therefore set a fifth of a
point tighter. 22 lines in 225 mm give the pitch.
"""

from typing import Final

POINTS_PER_MM: Final = 72 / 25.4

# 5.1, 5.2.1: the page and its type area (版心).
PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
TOP_MARGIN: Final = 37.0
BINDING_MARGIN: Final = 28.0
TYPE_WIDTH: Final = 156.0
TYPE_HEIGHT: Final = 225.0
OUTER_MARGIN: Final = PAGE_WIDTH - BINDING_MARGIN - TYPE_WIDTH
BOTTOM_MARGIN: Final = PAGE_HEIGHT - TOP_MARGIN - TYPE_HEIGHT

# 5.2.2, 5.2.3: lines a page, characters a line; sizes 2号, 3号, 4号 in points.
LINES: Final = 22
CELLS: Final = 28
SIZE_2: Final = 22.0
SIZE_3: Final = 16.0
SIZE_4: Final = 14.0
MEASURE: Final = TYPE_WIDTH * POINTS_PER_MM
CELL: Final = MEASURE / CELLS
# Rounded down, so that twenty-two of them never need a hair more than the type area has.
PITCH: Final = int(TYPE_HEIGHT * POINTS_PER_MM / LINES * 1000) / 1000
PITCH_MM: Final = PITCH / POINTS_PER_MM

# 7.2.4 to 7.2.7: the head. Upper edge of the red name 35 mm below the top of the type area, the number two lines below it,
# the red rule 4 mm below the number, the title two lines below the rule: the letters of the title then stand on the grid.
OFFICE_TOP: Final = 35.0
OFFICE_SIZE: Final = 42.0
OFFICE_WIDTH: Final = 150.0
OFFICE_NARROWEST: Final = 0.62
# Of its size: the white above a character of the red face, which the 35 mm do not count.
OFFICE_BLANK_ABOVE: Final = 0.1
NUMBER_LINE: Final = 7
RULE_BELOW_NUMBER: Final = 4.0
RULE_THICKNESS: Final = 0.5
TITLE_LINE: Final = 10
TITLE_CELLS: Final = 20

# 7.3: indents in characters. 署名 ends two characters before the right edge, the date begins two after its first character.
INDENT: Final = 2
SIGNED_FROM_RIGHT: Final = 2
DATE_AFTER_SIGNED: Final = 2

# 7.4: the imprint (版记), its rules and its indent of one character on both sides.
IMPRINT_THICK: Final = 0.35
IMPRINT_THIN: Final = 0.25
IMPRINT_INDENT: Final = 1
IMPRINT_PITCH: Final = 24.0

# 10.1: the letter (信函格式). Its red name stands 30 mm from the edge of the page, 4 mm below it a double rule, the upper one
# thick; another, the lower one thick, ends 20 mm above the edge of the page; both 170 mm long, in the middle of the page. The number
# stands at the right under the first, away from it by 7/8 of the height of 3号, the title two lines below the number; no line comes
# nearer than those 7/8 to the second rule.
LETTER_OFFICE_TOP: Final = 30.0
LETTER_OFFICE_WIDTH: Final = 160.0
# Of its size: how far a character of the red face reaches below its body.
OFFICE_INK_BELOW: Final = 0.05
LETTER_RULE_BELOW_OFFICE: Final = 4.0
LETTER_RULE_LENGTH: Final = 170.0
LETTER_RULE_FROM_BOTTOM: Final = 20.0
LETTER_RULE_THICK: Final = 0.9
LETTER_RULE_GAP: Final = 0.5
LETTER_RULE_THIN: Final = 0.3
LETTER_RULE: Final = LETTER_RULE_THICK + LETTER_RULE_GAP + LETTER_RULE_THIN
LETTER_RULE_DISTANCE: Final = SIZE_3 * 7 / 8 / POINTS_PER_MM
LETTER_TITLE_LINES: Final = 2
# A line is set in the middle of its pitch: half of what is left over lies below its characters.
LEADING_BELOW: Final = (PITCH - SIZE_3) / 2 / POINTS_PER_MM
LETTER_FIRST_BOTTOM: Final = LETTER_RULE_FROM_BOTTOM + LETTER_RULE + LETTER_RULE_DISTANCE - LEADING_BELOW

# The mark of a copy stands at the foot of every page, below its number and below the letter's second rule; the standard knows none there.
COPY_SIZE: Final = 9.0
COPY_FROM_TOP: Final = 281.0
# The placeholder has four figures more than the mark, each half a character wide.
COPY_SURPLUS: Final = 4 * 0.5

# 7.5: the dash of the page number stands 7 mm below the type area, one character from the edge.
PAGE_NUMBER_BELOW: Final = 7.0
