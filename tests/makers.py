"""Builders of whole, small, real things for tests: plans, rounds, ballots. Add to it; every maker takes what a test may vary."""
