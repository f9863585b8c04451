"""Personal data in comments: found and masked, with the places told, so that a person can judge each."""

from appraisal.masking.kinds import Kind, Masked, Roster, Span, covered
from appraisal.masking.masker import mask

__all__ = ["Kind", "Masked", "Roster", "Span", "covered", "mask"]
