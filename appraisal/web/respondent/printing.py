"""Pages that were rendered once, kept until there are too many of them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Final

from flask import g, request

from appraisal.web.respondent.stencil import Places, Stencil, cut_out

# About ten kilobytes each.
MOST_KEPT: Final = 512

_KEPT: Final[OrderedDict[Hashable, Stencil]] = OrderedDict()
_LOCK: Final = Lock()


def printed(key: Hashable, render: Callable[[Places], str]) -> Stencil:
    """The stencil under this key, in the language of this page; ``render`` makes the page where there is none yet.

    The key has to tell apart whatever the page shows beside its places, as a frozen round's hash does.
    """
    whole = (key, g.language, request.script_root)
    with _LOCK:
        if whole in _KEPT:
            _KEPT.move_to_end(whole)
            return _KEPT[whole]
    places = Places()
    made = cut_out(render(places), places)
    with _LOCK:
        _KEPT[whole] = made
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return made
