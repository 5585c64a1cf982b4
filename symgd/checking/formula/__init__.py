"""Check a claim about a formula, entry by entry, against the derivative that symgd confirms in many digits."""
