"""Values of formulas (exact, in many digits, in intervals, modulo a prime), and the points where they are computed."""
