"""Check claimed derivatives: given as formulas, or as functions."""
