"""Style sheets and pictures under addresses that change with their content, so that browsers may keep them for a year.

They go out compressed, packed once when the server starts: over a bad line the first page is there in a fifth of the time. Nothing
else is ever compressed. A page holds a token beside what was typed, and the length of what is compressed would tell of it
(Gluck, Harris and Prado, "BREACH: reviving the CRIME attack", 2013).
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, url_for

STATIC: Final = Path(__file__).parent / "static"
YEAR: Final = 365 * 24 * 3600
# What is text gets smaller.
PACKED: Final = frozenset({".css", ".js", ".svg"})
GZIP: Final = "gzip"


def read_versions(folder: Path) -> Mapping[str, str]:
    """Relative name → first 12 hexadecimal digits of the SHA-256 of every file under the folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def pack(folder: Path) -> Mapping[str, bytes]:
    """Relative name → compressed bytes, the same each time, of every text under the folder that gets smaller by it."""
    texts = (path for path in sorted(folder.rglob("*")) if path.suffix in PACKED)
    packed = {path: gzip.compress(path.read_bytes(), 9, mtime=0) for path in texts}
    return {
        path.relative_to(folder).as_posix(): small for path, small in packed.items() if len(small) < path.stat().st_size
    }


def serve_assets(app: Flask) -> None:
    """Give templates ``asset('app.css')``; a file asked for under its own version is kept for a year, any other is asked for again."""
    versions, packed = read_versions(STATIC), pack(STATIC)

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def lasts(name: str | None) -> int | None:
        return YEAR if request.args.get("v") == versions.get(name or "", "") else None

    def static(filename: str) -> Response:
        if filename not in packed:
            return app.send_static_file(filename)
        if request.accept_encodings.quality(GZIP) and "Range" not in request.headers:
            answer = _compressed(filename, packed[filename], versions[filename], lasts(filename))
        else:
            answer = app.send_static_file(filename)
        # Whoever keeps answers for others shall not give a browser what it cannot read.
        answer.vary.add("Accept-Encoding")
        return answer

    app.jinja_env.globals["asset"] = asset
    app.get_send_file_max_age = lasts  # type: ignore[method-assign, assignment]
    app.view_functions["static"] = static


def _compressed(name: str, content: bytes, version: str, lasts: int | None) -> Response:
    answer = Response(content, mimetype=mimetypes.guess_type(name)[0])
    answer.headers["Content-Encoding"] = GZIP
    answer.set_etag(f"{version}-{GZIP}")
    # As Flask says it of a file.
    answer.cache_control.public = lasts is not None
    answer.cache_control.max_age = lasts
    answer.cache_control.no_cache = None if lasts else True
    answer.make_conditional(request)
    return answer
