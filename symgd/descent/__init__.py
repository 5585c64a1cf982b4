"""Descent along gradients: w ← w − λ·d. It knows only callables and arrays."""
