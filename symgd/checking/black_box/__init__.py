"""Check a function that cannot be read as a formula, by its values alone."""
