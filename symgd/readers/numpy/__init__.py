"""Formulas from ordinary NumPy functions."""
