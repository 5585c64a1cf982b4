"""The signs of formulas of scalars, proven: normal forms, roots, squares, calculus, intervals."""
