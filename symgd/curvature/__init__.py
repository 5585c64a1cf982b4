"""Verdicts with proofs on whether a formula is convex."""
