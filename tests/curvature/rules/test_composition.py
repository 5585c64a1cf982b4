"""The composition theorem against Jensen's inequality: what it proves holds at sampled points."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.rules.composition import compose
from symgd.graph.assumptions import Curvature
from symgd.graph.inference import Facts
from tests.formulas import scalar_formulas

X, Y = sg.scalar("x"), sg.scalar("y")
points = st.tuples(st.floats(-3, 3), st.floats(-3, 3))


@settings(max_examples=300)
@given(scalar_formulas(), st.lists(points, min_size=6, max_size=6))
def test_what_is_proven_holds(formula, sampled):
    found = compose(formula, [X, Y], Facts()).curvature
    if found == Curvature.UNKNOWN:
        return
    code = sg.lambdify([X, Y], formula)
    with np.errstate(all="ignore"):
        for (a, b), (c, d) in zip(sampled[::2], sampled[1::2], strict=True):
            ends, middle = [float(code(a, b)), float(code(c, d))], float(code((a + c) / 2, (b + d) / 2))
            if not np.all(np.isfinite([*ends, middle])):
                continue
            gap, noise = middle - sum(ends) / 2, 1e-9 * (1 + max(map(abs, [*ends, middle])))
            assert not (found & Curvature.CONVEX and gap > noise), (formula, a, b, c, d)
            assert not (found & Curvature.CONCAVE and gap < -noise), (formula, a, b, c, d)


def test_the_first_obstacle_is_named():
    assert compose(sg.sin(X) + X**2, [X], Facts()).obstacle is sg.sin(X)
