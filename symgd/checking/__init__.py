"""Check derivatives that somebody claims: given as formulas, or as functions."""
