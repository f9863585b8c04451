"""Preset scores with calibrated weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal import stats


def drawn(seed: int) -> tuple[stats.Design, stats.Ratings, list[stats.Margin]]:
    rng = np.random.default_rng(seed)
    design = stats.Design.of(np.arange(80) % 4, [40.0, 90, 400, 2000])
    score = rng.choice([100.0, 75, 50, 25, 0, np.nan], (80, 3))
    who, what = np.indices(score.shape).reshape(2, -1)
    sex = rng.permutation(np.arange(80) % 2)
    margin = stats.Margin.of("sex", sex, design.weight.sum() * np.array([0.55, 0.45]))
    return design, stats.Ratings.of(who, what, score.ravel(), departments=3), [margin]


@given(seed=st.integers(0, 10**6), pool=st.sampled_from([0, 5, 30]))
@settings(max_examples=10, deadline=None)
def test_the_diagonal_is_the_variance_and_the_matrix_has_no_negative_direction(seed: int, pool: int) -> None:
    design, ratings, margins = drawn(seed)
    known, rows = stats.rake(design.weight, margins), np.tile([0.4, 0.3, 0.2, 0.1], (3, 1))
    found = stats.calibrated_preset_means(design, ratings, known, rows, pool_below=pool)
    matrix = stats.calibrated_preset_covariance(design, ratings, known, rows, pool_below=pool)
    np.testing.assert_allclose(np.diag(matrix), found.variance, rtol=1e-10)
    assert np.linalg.eigvalsh(matrix).min() > -1e-9


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_calibration_to_the_strata_alone_changes_nothing(seed: int) -> None:
    design, ratings, _ = drawn(seed)
    known = stats.poststratify(design.weight, stats.Margin.of("stratum", design.stratum, design.strata.population))
    rows = np.tile([0.4, 0.3, 0.2, 0.1], (3, 1))
    found = stats.calibrated_preset_means(design, ratings, known, rows)
    plain = stats.preset_means(stats.RatingCells.of(design, ratings), rows)
    np.testing.assert_allclose([found.value, found.se], [plain.value, plain.se], rtol=1e-9)
    assert found.df.tolist() == plain.df.tolist()


def test_a_department_without_enough_of_its_weight_has_no_result() -> None:
    design, ratings, margins = drawn(1)
    kept = ratings.department != 1
    fewer = stats.Ratings.of(ratings.respondent[kept], ratings.department[kept], ratings.value[kept], departments=3)
    found = stats.calibrated_preset_means(design, fewer, stats.rake(design.weight, margins), np.ones((3, 4)))
    assert np.isnan([found.value[1], found.se[1]]).all()
    assert not np.isnan(found.se[[0, 2]]).any()


def test_weights_of_other_respondents_are_refused() -> None:
    design, ratings, margins = drawn(1)
    known = stats.rake(design.weight[:40], [stats.Margin.of("sex", margins[0].level[:40], [10.0, 10.0])])
    with pytest.raises(stats.Unusable, match="respondents"):
        stats.calibrated_preset_means(design, ratings, known, np.ones((3, 4)))
