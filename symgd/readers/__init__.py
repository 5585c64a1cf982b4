"""Formulas from text, LaTeX, SymPy, NumPy functions and files, and their conversion to SymPy and to files."""
