"""Matrices of second derivatives at a point, stored as their structure allows: SciPy's linear operators.

Each kind keeps its parts and nothing else, multiplies and solves with them, and becomes a dense matrix only when asked to.
"""
