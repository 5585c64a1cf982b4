"""A function with a chord below its curve and another above it."""

import symgd as sg
from symgd.explain.figures import function_with_chords

verdict = sg.convexity("x**2 - sin(2*x)")
parts = verdict.witness.against_convexity.chord(), verdict.witness.against_concavity.chord()
chords = [
    ([float(x) for x in part.first.values()], [float(x) for x in part.second.values()], shows)
    for part, shows in zip(parts, ("not convex", "not concave"), strict=True)
]
function_with_chords(sg.lambdify("x", verdict.formula), (-3, 3), chords, title="x² − sin 2x is neither")
