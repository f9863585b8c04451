"""Charts of a scored round as SVG: pure functions of the results, the same file for page and PDF, every text a text."""

from appraisal.reports.charts.bands import band_names, bands
from appraisal.reports.charts.beside import MarkBeside, beside
from appraisal.reports.charts.caterpillar import caterpillar, strip
from appraisal.reports.charts.diverging import Bar, diverging, diverging_bars, diverging_strata
from appraisal.reports.charts.funnel import funnel
from appraisal.reports.charts.heatmap import heatmap, heatmap_of
from appraisal.reports.charts.placed import placed
from appraisal.reports.charts.progress import RoundProgress, Stage, progress, stage_name
from appraisal.reports.charts.rows import of_group, paged, rows_height
from appraisal.reports.charts.trend import trend

__all__ = [
    "Bar",
    "MarkBeside",
    "RoundProgress",
    "Stage",
    "band_names",
    "bands",
    "beside",
    "caterpillar",
    "diverging",
    "diverging_bars",
    "diverging_strata",
    "funnel",
    "heatmap",
    "heatmap_of",
    "of_group",
    "paged",
    "placed",
    "progress",
    "rows_height",
    "stage_name",
    "strip",
    "trend",
]
