"""``appraisal export …``: estimates, the ledger, the bundle that everybody may check."""

from appraisal.cli.bundling import export_bundle
from appraisal.cli.reporting import export_ledger
from appraisal.cli.scoring import export

__all__ = ["export"]

export.add_command(export_bundle)
export.add_command(export_ledger)
