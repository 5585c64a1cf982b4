"""Derivatives: the adjoint sweep and what is built on it."""
