"""Descent along gradients: w ← w − λ·d. It works with callables and arrays only."""
