"""Verdicts with proofs: is a formula convex?"""
