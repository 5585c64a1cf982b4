"""Formulas in the LaTeX of papers."""
