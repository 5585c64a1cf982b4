"""Formulas as people type them."""
