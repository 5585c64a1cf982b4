"""Formulas from text, LaTeX, SymPy, NumPy functions and files, and their way back to SymPy and to files."""
