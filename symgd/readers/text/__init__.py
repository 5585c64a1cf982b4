"""Formulas in the text notation."""
