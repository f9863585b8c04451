"""What the ratings say: pure functions on numpy and scipy, results that know their uncertainty.

A ``Design`` (or only its ``Strata``) says who was asked; ``Cells`` hold the sums over ratings, from single ratings
(``RatingCells``) or from one GROUP BY (``CountCells``), with the same figures from both. Means and shares come population
weighted (``design_…``), with preset stratum weights (``preset_…``, the official score) or for each stratum (``stratum_…``).
"No result" is nan, never 0.
"""

from appraisal.stats.advice import Advice, ItemCode, ItemReport, ItemRule, Redundant, item_report, redundant_pairs
from appraisal.stats.assignment import Assignment, AssignmentReport, assign
from appraisal.stats.banding import BandRule, Bands, bands
from appraisal.stats.blocks import affine_blocks
from appraisal.stats.bursts import Burst, burst_scan
from appraisal.stats.calibrated import (
    calibrated_covariance,
    calibrated_means,
    calibrated_preset_covariance,
    calibrated_preset_means,
    calibrated_shares,
)
from appraisal.stats.calibration import Calibration, calibrate_linear, calibrate_logit
from appraisal.stats.change import Change, change
from appraisal.stats.cohorts import Cohort, StraightLining, cohorts, level_bands, straight_lining
from appraisal.stats.contrasts import Contrasts, contrasts, pair_differences, peer_differences
from appraisal.stats.covariance import linear_covariance
from appraisal.stats.design import Design, Lonely, Strata, Unusable
from appraisal.stats.differential import Differential, differential
from appraisal.stats.disclosure import Protection, Statements, protect
from appraisal.stats.estimates import Estimates, Means, Method, Shares
from appraisal.stats.extremes import Contented, ExtremeExcess, contented, extreme_excess, normal_tail, poisson_tail
from appraisal.stats.factor import Factor, omega_total, one_factor
from appraisal.stats.families import benjamini_hochberg, benjamini_yekutieli
from appraisal.stats.flags import FlagRule, Flags, expected_shares, flag_counts, flag_marks, pooled_share, upper_tail
from appraisal.stats.funnel import Funnel, funnel
from appraisal.stats.gamma_poisson import GammaMixture, Shrunk, expected_counts, fit_gamma_mixture, shrink_counts
from appraisal.stats.gaps import GapRule, Gaps, stratum_gaps
from appraisal.stats.graded import GradedItems, graded_response
from appraisal.stats.items import (
    ItemDiagnostics,
    alpha_if_dropped,
    answer_shares,
    item_diagnostics,
    pairwise_covariance,
)
from appraisal.stats.likeness import Likeness, against_chance, exchanged, likeness
from appraisal.stats.means import design_means, design_shares, means_covariance, stratum_means, stratum_shares
from appraisal.stats.panel import panel_change
from appraisal.stats.planning import Allocation, allocate, invitations, margin_expected, ratings_needed, share_sd
from appraisal.stats.polychoric import bivariate_normal, polychoric
from appraisal.stats.preset import preset_covariance, preset_means, preset_shares
from appraisal.stats.proportions import beta_ends, effective_n, korn_graubard, logit_interval, wilson
from appraisal.stats.raking import Margin, poststratify, rake
from appraisal.stats.ranks import Ranks, rank_sets
from appraisal.stats.ratings import Cells, CountCells, RatingCells, Ratings
from appraisal.stats.replicates import (
    Centre,
    Replicated,
    Replicates,
    replicate_means,
    replicate_shares,
    replicate_statistic,
)
from appraisal.stats.resampling import canty_davison, jackknife, preston, rao_wu
from appraisal.stats.responding import BallotSignals, alike, ballot_signals, guttman, mahalanobis, synonyms, variability
from appraisal.stats.runs import expected_run, longest_run, run_p
from appraisal.stats.sensitivity import Scenario, Sensitivity, equal_weights, sensitivity, without
from appraisal.stats.share_change import Counts, ShareChange, share_change
from appraisal.stats.share_planning import answers_to_show, fewest_flagged, power_to_show, ticks_to_show
from appraisal.stats.shrinkage import ShrunkMeans, shrink_means
from appraisal.stats.small_cells import Showing, hidden_cells, show_means, show_shares
from appraisal.stats.texts import TextGroup, near_duplicates
from appraisal.stats.weighting import (
    DesignEffects,
    Trimming,
    WeightCheck,
    check_weights,
    design_effects,
    kish_deff,
    rake_and_trim,
    trim,
    trim_strata,
)
from appraisal.stats.words import WordCounts, Words, count_words, normalised, over_represented
from appraisal.stats.worsening import ChangeRule, fallen, risen

__all__ = [
    "Advice",
    "Allocation",
    "Assignment",
    "AssignmentReport",
    "BallotSignals",
    "BandRule",
    "Bands",
    "Burst",
    "Calibration",
    "Cells",
    "Centre",
    "Change",
    "ChangeRule",
    "Cohort",
    "Contented",
    "Contrasts",
    "CountCells",
    "Counts",
    "Design",
    "DesignEffects",
    "Differential",
    "Estimates",
    "ExtremeExcess",
    "Factor",
    "FlagRule",
    "Flags",
    "Funnel",
    "GammaMixture",
    "GapRule",
    "Gaps",
    "GradedItems",
    "ItemCode",
    "ItemDiagnostics",
    "ItemReport",
    "ItemRule",
    "Likeness",
    "Lonely",
    "Margin",
    "Means",
    "Method",
    "Protection",
    "Ranks",
    "RatingCells",
    "Ratings",
    "Redundant",
    "Replicated",
    "Replicates",
    "Scenario",
    "Sensitivity",
    "ShareChange",
    "Shares",
    "Showing",
    "Shrunk",
    "ShrunkMeans",
    "Statements",
    "StraightLining",
    "Strata",
    "TextGroup",
    "Trimming",
    "Unusable",
    "WeightCheck",
    "WordCounts",
    "Words",
    "affine_blocks",
    "against_chance",
    "alike",
    "allocate",
    "alpha_if_dropped",
    "answer_shares",
    "answers_to_show",
    "assign",
    "ballot_signals",
    "bands",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "beta_ends",
    "bivariate_normal",
    "burst_scan",
    "calibrate_linear",
    "calibrate_logit",
    "calibrated_covariance",
    "calibrated_means",
    "calibrated_preset_covariance",
    "calibrated_preset_means",
    "calibrated_shares",
    "canty_davison",
    "change",
    "check_weights",
    "cohorts",
    "contented",
    "contrasts",
    "count_words",
    "design_effects",
    "design_means",
    "design_shares",
    "differential",
    "effective_n",
    "equal_weights",
    "exchanged",
    "expected_counts",
    "expected_run",
    "expected_shares",
    "extreme_excess",
    "fallen",
    "fewest_flagged",
    "fit_gamma_mixture",
    "flag_counts",
    "flag_marks",
    "funnel",
    "graded_response",
    "guttman",
    "hidden_cells",
    "invitations",
    "item_diagnostics",
    "item_report",
    "jackknife",
    "kish_deff",
    "korn_graubard",
    "level_bands",
    "likeness",
    "linear_covariance",
    "logit_interval",
    "longest_run",
    "mahalanobis",
    "margin_expected",
    "means_covariance",
    "near_duplicates",
    "normal_tail",
    "normalised",
    "omega_total",
    "one_factor",
    "over_represented",
    "pair_differences",
    "pairwise_covariance",
    "panel_change",
    "peer_differences",
    "poisson_tail",
    "polychoric",
    "pooled_share",
    "poststratify",
    "power_to_show",
    "preset_covariance",
    "preset_means",
    "preset_shares",
    "preston",
    "protect",
    "rake",
    "rake_and_trim",
    "rank_sets",
    "rao_wu",
    "ratings_needed",
    "redundant_pairs",
    "replicate_means",
    "replicate_shares",
    "replicate_statistic",
    "risen",
    "run_p",
    "sensitivity",
    "share_change",
    "share_sd",
    "show_means",
    "show_shares",
    "shrink_counts",
    "shrink_means",
    "straight_lining",
    "stratum_gaps",
    "stratum_means",
    "stratum_shares",
    "synonyms",
    "ticks_to_show",
    "trim",
    "trim_strata",
    "upper_tail",
    "variability",
    "wilson",
    "without",
]
