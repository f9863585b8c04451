"""Charts of a scored round as SVG: pure functions of the results, the same file for page and PDF, every text a text."""

from appraisal.reports.charts.caterpillar import caterpillar, strip
from appraisal.reports.charts.diverging import diverging, diverging_strata
from appraisal.reports.charts.funnel import funnel
from appraisal.reports.charts.heatmap import heatmap

__all__ = ["caterpillar", "diverging", "diverging_strata", "funnel", "heatmap", "strip"]
