"""Taylor expansions and power series with exact coefficients."""
