"""Numbers of rows as addresses and forms name them, kept to what a database can hold."""

from typing import Any, Final

from werkzeug.routing import IntegerConverter, Map

LARGEST: Final = 2**31 - 1


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address. A number that no row can have leads to no page, where a database would stumble over it."""

    def __init__(self, map: Map, *limits: Any, **named: Any) -> None:
        super().__init__(map, *limits, **{"max": LARGEST, **named})


def row_numbers(typed: list[str]) -> tuple[int, ...]:
    """Those of the fields that can be the number of a row, each once, in their order.

    >>> row_numbers(["7", "x", "99999999999", "7"])
    (7,)
    """
    numbers = (int(each) for each in typed if each.isdecimal())
    return tuple(dict.fromkeys(each for each in numbers if each <= LARGEST))
