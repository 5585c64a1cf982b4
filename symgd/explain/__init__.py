"""Derivations as text, LaTeX and HTML."""
