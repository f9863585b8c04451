"""The one printer of a worker, with the limits that the installation sets."""

from appraisal.reports.printer import Limits, Printer, printer_for
from appraisal.settings import Settings


def printer_of(settings: Settings) -> Printer:
    """Where this installation's documents are printed: a child process, started with the first document."""
    return printer_for(Limits(settings.print_seconds, settings.print_megabytes))
