"""Simplification: rules with reasons, and the driver that applies them."""
