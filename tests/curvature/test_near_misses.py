"""What is true is proven where it can be; what is nearly true is never proven."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp

from symgd.curvature.kind import Kind
from tests.curvature.near_misses import MISSES, TRUE
from tests.curvature.regions import proven

CONTRADICTED = {
    "convex": {kind for kind in Kind if kind.is_convex},
    "concave": {kind for kind in Kind if kind.is_concave},
    "strict": {Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONVEX, Kind.STRICTLY_CONCAVE},
}
NAMES = {"where": lambda condition, a, b: sp.Piecewise((a, condition), (b, True)), "maximum": sp.Max}


@pytest.mark.parametrize("row", TRUE, ids=str)
def test_what_is_true_is_proven(row):
    verdict = proven(row.text, domain=row.domain)
    assert verdict.kind.name in row.kinds
    assert verdict.check()


def second_difference(row):
    """Return f(p + d) + f(p − d) − 2·f(p), computed by SymPy and mpmath in 50 digits."""
    symbols = {name: sp.Symbol(name, real=True) for name in row.at}
    code = sp.lambdify(list(symbols.values()), sp.sympify(row.text, locals={**NAMES, **symbols}), modules="mpmath")
    with mpmath.workdps(50):
        place, step = ([mpmath.mpf(x) for x in given.values()] for given in (row.at, row.step))
        ahead, behind, here = (code(*(p + way * d for p, d in zip(place, step, strict=True))) for way in (1, -1, 0))
        return ahead + behind - 2 * here


@pytest.mark.parametrize("row", MISSES, ids=str)
def test_what_is_nearly_true_is_never_proven(row):
    gap = second_difference(row)
    assert {"convex": gap < 0, "concave": gap > 0, "strict": abs(gap) < mpmath.mpf(10) ** -45}[row.is_not]
    assert proven(row.text, domain=row.domain).kind not in CONTRADICTED[row.is_not]
