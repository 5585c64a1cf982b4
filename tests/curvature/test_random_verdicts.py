"""Random functions whose curvature exact algebra decides: a proof says no more than is true, and nothing simple is missed."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.kind import Kind
from tests.curvature.regions import proven

SMALL = st.fractions(-3, 3, max_denominator=3)
QUICK = settings(max_examples=25, deadline=None)


def is_right(verdict, is_convex, is_concave, is_strict):
    """Whether a verdict says nothing that is not true."""
    kind = verdict.kind
    if kind in (Kind.STRICTLY_CONVEX, Kind.STRONGLY_CONVEX, Kind.STRICTLY_CONCAVE) and not is_strict:
        return False
    return (is_convex or not kind.is_convex) and (is_concave or not kind.is_concave)


@QUICK
@given(SMALL, SMALL, SMALL, st.fractions(-2, 2, max_denominator=3), st.fractions(Fraction(1, 3), 3, max_denominator=3))
def test_quartics_on_intervals(a, b, c, low, width):
    """12·a·x² + 6·b·x + 2·c is smallest and largest at the ends or at its vertex."""
    high = low + width
    places = [low, high]
    if a and low < -b / (4 * a) < high:
        places.append(-b / (4 * a))
    bends = [12 * a * x**2 + 6 * b * x + 2 * c for x in places]
    verdict = proven(sg.formula(f"({a})*x**4 + ({b})*x**3 + ({c})*x**2 + x"), domain={"x": (low, high)})
    least, most = min(bends), max(bends)
    assert is_right(verdict, least >= 0, most <= 0, is_strict=bool(a or b or c))
    assert verdict.kind is not Kind.UNKNOWN or (least < 0 < most)
    if verdict.modulus is not None:
        assert verdict.modulus <= sp.Rational(str(least))
    assert verdict.proof is None or verdict.check()


@QUICK
@given(
    st.lists(st.tuples(SMALL, st.fractions(-2, 2, max_denominator=2)), min_size=1, max_size=3),
    st.sampled_from([Fraction(0), Fraction(1), Fraction(-1, 2)]),
    SMALL,
)
def test_sums_of_kinks(kinks, square, slope):
    """The slope jumps by 2·Σc at a kink of Σ c·|x − k|, and bends by 2·q between them."""
    jumps = defaultdict(Fraction)
    for size, place in kinks:
        jumps[place] += size
    text = " + ".join(f"({size})*abs(x - ({place}))" for size, place in kinks) + f" + ({square})*x**2 + ({slope})*x"
    verdict = proven(sg.formula(text + " + 0*x"), sg.scalar("x"))
    is_convex = square >= 0 and all(jump >= 0 for jump in jumps.values())
    is_concave = square <= 0 and all(jump <= 0 for jump in jumps.values())
    assert is_right(verdict, is_convex, is_concave, is_strict=square != 0)
    assert verdict.kind is not Kind.UNKNOWN or not (is_convex or is_concave)
    assert verdict.proof is None or verdict.check()


@QUICK
@given(st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3), st.sampled_from([0, 1]))
def test_quadratic_forms(rows, is_square):
    """The signs of the eigenvalues decide, and the modulus is not above the smallest."""
    matrix = sp.Matrix(rows)
    matrix = matrix.T * matrix if is_square else matrix + matrix.T
    names = "xyz"
    text = " + ".join(f"({matrix[i, j]})*{names[i]}*{names[j]}" for i in range(3) for j in range(3))
    variables = [sg.scalar(name) for name in names]
    verdict = proven(sg.formula(text + " + 0*(x + y + z)"), variables)
    roots = sp.real_roots(matrix.charpoly().as_expr())
    signs = [sp.sign(root) for root in roots]
    is_convex, is_concave = all(sign >= 0 for sign in signs), all(sign <= 0 for sign in signs)
    assert is_right(verdict, is_convex, is_concave, is_strict=0 not in signs)
    assert (verdict.kind is Kind.UNKNOWN) == (not is_convex and not is_concave)
    assert (verdict.kind is Kind.AFFINE) == (is_convex and is_concave)
    if verdict.modulus is not None:
        assert sp.N(verdict.modulus - 2 * min(roots), 40) <= sp.Float("1e-30")


MONOMIALS = [  # exponents of x and y, and the curvature of x^a·y^b for x, y > 0: Boyd & Vandenberghe, exercise 3.4 and 4.7
    ("1/2", "1/2", "concave"), ("1/3", "1/2", "concave"), ("2/3", "1/2", ""), ("-1", "-1", "convex"), ("-1/2", "-2", "convex"),
    ("2", "-1", "convex"), ("3/2", "-1/2", "convex"), ("3/2", "-2/3", ""), ("2", "1", ""), ("1", "1", ""), ("-1", "1/2", ""),
    ("3", "-2", "convex"), ("3", "-9/4", ""), ("5/2", "-1", "convex"), ("1/4", "-1/4", ""), ("1", "-1", ""), ("1", "1/2", ""),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "truth"), MONOMIALS)
def test_products_of_powers(a, b, truth):
    kind = proven(sg.formula(f"x**({a})*y**({b})"), domain={"x": "(0, inf)", "y": "(0, inf)"}).kind
    assert (kind.is_convex, kind.is_concave) == (truth == "convex", truth == "concave")
    turned = proven(sg.formula(f"-x**({a})*y**({b})"), domain={"x": "(0, inf)", "y": "(0, inf)"}).kind
    assert (turned.is_convex, turned.is_concave) == (truth == "concave", truth == "convex")
