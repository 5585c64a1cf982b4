"""Prove that two formulas are equal, and that they have values at the same points."""
