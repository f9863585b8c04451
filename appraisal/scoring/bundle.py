"""The open tabulation bundle of a published round: rules, tables, figures, log and a program that checks them without ours."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Final

from appraisal.model.faults import Refused
from appraisal.model.publication_json import figures_json, read_publication, tables_json
from appraisal.model.signal import Signal
from appraisal.scoring.publication import kept_figures, published_round
from appraisal.scoring.quarantine import round_cohorts
from appraisal.scoring.reading import scored
from appraisal.secrecy import chain, signing
from appraisal.secrecy.ballot_log import BALLOTS
from appraisal.store import Session, logs
from appraisal.store.rounds import KeptRound

SUMS: Final = "SHA256SUMS"
SIGNATURE: Final = "SHA256SUMS.sig"
VERIFY: Final = Path(__file__).with_name("verify_bundle.py")
README: Final = Path(__file__).with_name("bundle_readme.md")
# The first moment that a ZIP file knows: the same round gives the same bytes whenever it is packed.
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
NO_LOG: Final = "本轮没有公开日志，不能生成开放数据包。"


def bundle(db: Session, round_code: str, log_key: bytes) -> bytes:
    """The bundle as one ZIP file, the same bytes whenever it is made. Raises ``Refused`` as ``scoring.publication``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(bundle_files(db, round_code, log_key).items()):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()


def bundle_files(db: Session, round_code: str, log_key: bytes) -> dict[str, bytes]:
    """The files of the bundle by name, sums and signature among them. Raises ``Refused`` as ``scoring.publication``."""
    kept, figures = published_round(db, round_code), kept_figures(db, round_code)
    said = read_publication(*json.loads(figures.content))
    content = {
        "README.md": README.read_bytes(),
        "verify.py": VERIFY.read_bytes(),
        "round.json": kept.plan.frozen_json().encode(),
        "questionnaire.toml": kept.plan.questionnaire_source.encode(),
        "published.json": figures_json(said).encode(),
        "tables.json": tables_json(said).encode(),
        "run.json": _run(db, kept, figures.code_version),
        "log.json": _log(db, kept, signing.public_half(log_key)),
        "quarantine.json": _quarantine(db, round_code),
    }
    sums = "".join(f"{hashlib.sha256(raw).hexdigest()}  {name}\n" for name, raw in sorted(content.items())).encode()
    return {**content, SUMS: sums, SIGNATURE: signing.sign(log_key, sums).hex().encode()}


def _run(db: Session, kept: KeptRound, decided_with: str) -> bytes:
    """Which program computed and decided, from which answers, with which seed."""
    _, run = scored(db, kept.plan.code)
    return _json(
        {
            "computed_with": run.code_version,
            "computed_at": run.at.isoformat(),
            "decided_with": decided_with,
            "input_sha256": run.input_sha256,
            "rank_draws": run.rank_draws,
            "rank_seed": run.rank_seed,
        }
    )


def _log(db: Session, kept: KeptRound, public_key: bytes) -> bytes:
    links = logs.links(db, kept.id)
    if not links:
        raise Refused(NO_LOG)
    return chain.publish(links, BALLOTS, {"round": kept.plan.code}, public_key)


def _quarantine(db: Session, round_code: str) -> bytes:
    """Every cohort that was proposed, what was done about it and when; people and their reasons stay in the office's register."""
    return _json(
        [
            {
                "signal": _signal(one.signal),
                "ballots": one.kept.ballots,
                "state": one.kept.state,
                "rules_sha256": one.kept.frozen_sha256,
                "formula_sha256": hashlib.sha256(one.kept.formula.encode()).hexdigest(),
                "steps": [{"on": step.at.date().isoformat(), "action": step.action} for step in one.kept.steps],
            }
            for one in round_cohorts(db, round_code)
        ]
    )


def _signal(signal: Signal) -> dict[str, object]:
    return {"kind": signal.kind, "stratum": signal.stratum, "department": signal.department, "end": signal.end}


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
