"""Formulas from SymPy and to SymPy."""
