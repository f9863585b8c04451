"""Style sheets and pictures under addresses that change with their content, so that browsers may keep them for a year."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from flask import Flask, request, url_for

STATIC: Final = Path(__file__).parent / "static"
YEAR: Final = 365 * 24 * 3600


def read_versions(folder: Path) -> Mapping[str, str]:
    """Relative name → first 12 hexadecimal digits of the SHA-256 of every file under the folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def serve_assets(app: Flask) -> None:
    """Give templates ``asset('app.css')``; a file asked for under its own version is kept for a year, any other is asked for again."""
    versions = read_versions(STATIC)

    def asset(name: str) -> str:
        return url_for("static", filename=name, v=versions[name])

    def lasts(name: str | None) -> int | None:
        return YEAR if request.args.get("v") == versions.get(name or "", "") else None

    app.jinja_env.globals["asset"] = asset
    app.get_send_file_max_age = lasts  # type: ignore[method-assign, assignment]
