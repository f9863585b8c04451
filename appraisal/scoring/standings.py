"""Stored figures of places, peers, bands and the funnel → what pages share. None where a run has none."""

from collections.abc import Mapping
from typing import Final

from appraisal.model.places import Band, PeerDifference, Place
from appraisal.model.results import Estimate, Funnel, Negatives
from appraisal.store.scores import Figure, KeptRun

SIGNIFICANT: Final = 0.05

Figures = Mapping[tuple[str, str], Figure]


def estimate(figure: Figure) -> Estimate:
    """The part of a figure that is an estimate."""
    return Estimate(figure.value, figure.se, figure.df, figure.low, figure.high, figure.n)


def place(found: Figures, measure: str) -> Place | None:
    """Between which places, alone and jointly."""
    alone, joint = found.get((measure, "")), found.get((f"{measure}_joint", ""))
    if alone is None or joint is None:
        return None
    ends = (alone.low, alone.high, joint.low, joint.high, alone.value)
    first, last, joint_first, joint_last, tier = (round(end) for end in ends if end is not None)
    return Place(first, last, joint_first, joint_last, tier, alone.n)


def peers(found: Figures) -> PeerDifference | None:
    """How far from the mean of the others of the group."""
    figure = found.get(("peers", ""))
    if figure is None:
        return None
    parts = (figure.reference, figure.value, figure.low, figure.high, figure.q)
    mean, difference, low, high, q = (part for part in parts if part is not None)
    return PeerDifference(mean, difference, low, high, q, real=q <= SIGNIFICANT)


def band(found: Figures) -> Band | None:
    """The band, with how reliable the score is."""
    figure = found.get(("band", ""))
    if figure is None or figure.value is None or figure.reference is None:
        return None
    return Band(round(figure.value), figure.reference)


def negatives(found: Figures) -> Negatives | None:
    """The share of ballots with a problem, beside the limits of the funnel."""
    figure = found.get(("negative", ""))
    if figure is None:
        return None
    usual, extreme = (_limits(found[measure, ""]) for measure in ("negative_usual", "negative_extreme"))
    return Negatives(estimate(figure), figure.count or 0, usual, extreme)


def funnel(run: KeptRun) -> Funnel | None:
    """What the run's funnel is drawn from."""
    if run.funnel_target is None or run.funnel_tau2 is None:
        return None
    return Funnel(run.funnel_target, run.funnel_tau2)


def _limits(figure: Figure) -> tuple[float, float]:
    return figure.low or 0.0, figure.high or 0.0
