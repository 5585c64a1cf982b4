"""How formulas are written: Unicode text, LaTeX, index notation; names and numbers in them."""
