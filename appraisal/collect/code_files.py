"""CSV files about codes, read by the names of their columns; what they have besides is left alone."""

import csv
import io
from collections.abc import Sequence

from appraisal.collect import refusals
from appraisal.model.faults import Fault, Faulty


def cells_by_line(text: str, file: str, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Line and cells (column → text without blanks around it) of every row that is not blank.

    Raises ``Faulty`` for a heading without one of the columns, for a file without a row, and where the quoting breaks.
    """
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        missing = [name for name in columns if name not in heading]
        if missing:
            raise Faulty(tuple(Fault.of(file, 1, name, refusals.NO_COLUMN, name=name) for name in missing))
        rows = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error:
        raise Faulty((Fault.of(file, reader.line_num, "", refusals.QUOTES),)) from None
    found = [(line, dict(zip(heading, cells, strict=False))) for line, cells in rows if any(cells)]
    if not found:
        raise Faulty((Fault.of(file, 0, columns[-1], refusals.NO_CODES),))
    return found
