"""Derivatives: the reverse sweep and what is built on it."""
