"""A web application that says what it was asked for, after as long as the address says."""

import time
from collections.abc import Callable, Iterable
from typing import Any


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path.startswith("/wait/"):
        time.sleep(float(path[6:]))
    said = path.encode()
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]
