"""What the ratings say: pure functions on numpy and scipy, results that know their uncertainty.

A ``Design`` (or only its ``Strata``) says who was asked; ``Cells`` hold the sums over ratings, from single ratings
(``RatingCells``) or from one GROUP BY (``CountCells``), with the same figures from both. Means and shares come population
weighted (``design_…``), with preset stratum weights (``preset_…``, the official score) or for each stratum (``stratum_…``).
"No result" is nan, never 0.
"""

from appraisal.stats.advice import Advice, ItemCode, ItemReport, ItemRule, Redundant, item_report, redundant_pairs
from appraisal.stats.bursts import Burst, burst_scan
from appraisal.stats.change import Change, change
from appraisal.stats.cohorts import Cohort, StraightLining, cohorts, level_bands, straight_lining
from appraisal.stats.covariance import linear_covariance
from appraisal.stats.design import Design, Lonely, Strata, Unusable
from appraisal.stats.differential import Differential, differential
from appraisal.stats.estimates import Estimates, Means, Method, Shares
from appraisal.stats.factor import Factor, omega_total, one_factor
from appraisal.stats.families import benjamini_hochberg, benjamini_yekutieli
from appraisal.stats.flags import FlagRule, Flags, expected_shares, flag_counts, flag_marks, pooled_share, upper_tail
from appraisal.stats.items import (
    ItemDiagnostics,
    alpha_if_dropped,
    answer_shares,
    item_diagnostics,
    pairwise_covariance,
)
from appraisal.stats.likeness import Likeness, exchanged, likeness
from appraisal.stats.means import design_means, design_shares, means_covariance, stratum_means, stratum_shares
from appraisal.stats.polychoric import bivariate_normal, polychoric
from appraisal.stats.preset import preset_covariance, preset_means, preset_shares
from appraisal.stats.proportions import beta_ends, effective_n, korn_graubard, logit_interval, wilson
from appraisal.stats.ranks import Ranks, rank_sets
from appraisal.stats.ratings import Cells, CountCells, RatingCells, Ratings
from appraisal.stats.responding import BallotSignals, alike, ballot_signals, guttman, mahalanobis, synonyms, variability
from appraisal.stats.runs import expected_run, longest_run, run_p

__all__ = [
    "Advice",
    "BallotSignals",
    "Burst",
    "Cells",
    "Change",
    "Cohort",
    "CountCells",
    "Design",
    "Differential",
    "Estimates",
    "Factor",
    "FlagRule",
    "Flags",
    "ItemCode",
    "ItemDiagnostics",
    "ItemReport",
    "ItemRule",
    "Likeness",
    "Lonely",
    "Means",
    "Method",
    "Ranks",
    "RatingCells",
    "Ratings",
    "Redundant",
    "Shares",
    "StraightLining",
    "Strata",
    "Unusable",
    "alike",
    "alpha_if_dropped",
    "answer_shares",
    "ballot_signals",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "beta_ends",
    "bivariate_normal",
    "burst_scan",
    "change",
    "cohorts",
    "design_means",
    "design_shares",
    "differential",
    "effective_n",
    "exchanged",
    "expected_run",
    "expected_shares",
    "flag_counts",
    "flag_marks",
    "guttman",
    "item_diagnostics",
    "item_report",
    "korn_graubard",
    "level_bands",
    "likeness",
    "linear_covariance",
    "logit_interval",
    "longest_run",
    "mahalanobis",
    "means_covariance",
    "omega_total",
    "one_factor",
    "pairwise_covariance",
    "polychoric",
    "pooled_share",
    "preset_covariance",
    "preset_means",
    "preset_shares",
    "rank_sets",
    "redundant_pairs",
    "run_p",
    "straight_lining",
    "stratum_means",
    "stratum_shares",
    "synonyms",
    "upper_tail",
    "variability",
    "wilson",
]
