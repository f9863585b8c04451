"""Figures of an experiment, kept for docs/faults.md: ``./check faults`` names the folder, elsewhere they are only asserted."""

import json
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "APPRAISAL_FAULTS_RESULTS"


def record(fault: str, what: str, **figures: object) -> None:
    """Keep the figures of one experiment, e.g. ``record("F1", "kills", cycles=3000, lost=0)``; a later run replaces them."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    kept = {"fault": fault, "what": what, "figures": figures, "day": datetime.now(UTC).date().isoformat()}
    kept["machine"] = f"{os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"
    path = Path(folder) / f"{fault}-{re.sub(r'[^0-9A-Za-z]+', '-', what)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
