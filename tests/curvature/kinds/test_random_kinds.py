"""Random functions of which calculus says what they are, and random points on lines: no verdict is wrong."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symgd as sg
from symgd.curvature.kind import KINDS, Kind
from tests.curvature.chords import random_values
from tests.curvature.kinds.known_functions import FUNCTIONS, MATRICES

SMALL = st.fractions(-3, 3, max_denominator=3)
POWERS = st.sampled_from([Fraction(p) for p in ("-2", "-1", "-1/2", "0", "1/2", "1/3", "1", "2", "3/2")])
QUICK = settings(max_examples=25, deadline=None)


def is_decided(verdict, kind, truth):
    """Whether a verdict is the true one, and is shown."""
    return verdict.kind is (KINDS[kind] if truth else KINDS[kind].refuted) and verdict.check()


@QUICK
@given(st.lists(SMALL, min_size=1, max_size=3), SMALL, st.sampled_from(["quasiconvex", "quasiconcave"]))
def test_polynomials_by_the_changes_of_sign_of_their_slope(roots, constant, kind):
    """The integral of Π (x − r) falls and rises as the product has odd roots."""
    t = sp.Symbol("t")
    slope = sp.prod([t - sp.Rational(str(root)) for root in roots])
    text = str(sp.integrate(slope, t) + sp.Rational(str(constant))).replace("t", "x")
    odd = sorted(root for root in set(roots) if roots.count(root) % 2)
    rises_last = kind == "quasiconvex"  # all these polynomials rise at the right end
    truth = not odd or (len(odd) == 1 and rises_last)
    assert is_decided(sg.convexity(text, kind=kind), kind, truth)


@QUICK
@given(POWERS, POWERS, st.sampled_from(sorted(KINDS)))
def test_products_of_powers(a, b, kind):
    """log xᵃyᵇ = a·log x + b·log y; the level sets are those of a function of log x and log y: Boyd & Vandenberghe, 3.4."""
    is_zero = a == b == 0
    truth = {
        "log-concave": a >= 0 and b >= 0,
        "log-convex": a <= 0 and b <= 0,
        "quasiconcave": (a >= 0 and b >= 0) or a == 0 or b == 0 or ((a < 0) != (b < 0) and _is_ratio(a, b, concave=True)),
        "quasiconvex": (a <= 0 and b <= 0) or a == 0 or b == 0 or ((a < 0) != (b < 0) and _is_ratio(a, b, concave=False)),
    }[kind]
    formula = sg.formula(f"x**({a})*y**({b}) + 0*(x + y)")
    verdict = sg.convexity(formula, [sg.scalar("x"), sg.scalar("y")], domain={"x": "(0, inf)", "y": "(0, inf)"}, kind=kind)
    assert verdict.kind in (KINDS[kind] if truth or is_zero else KINDS[kind].refuted, Kind.UNKNOWN)
    assert verdict.kind is not Kind.UNKNOWN or (a < 0) != (b < 0)


def _is_ratio(a, b, concave):
    """Whether xᵖ/y^q is quasiconcave (quasiconvex): the set x ≥ s·y^(q/p) is convex for q ≥ p, x ≤ s·y^(q/p) for q ≤ p."""
    rises, falls = max(a, b), -min(a, b)
    return falls >= rises if concave else falls <= rises


@QUICK
@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6), st.sampled_from(["quasiconvex", "quasiconcave"]))
def test_ratios_of_affine_functions(numbers, kind):
    """A ratio of affine functions is monotone along every line where its denominator is positive."""
    a, b, c, d, e, f = numbers
    formula = sg.formula(f"(({a})*x + ({b})*y + ({c}))/(({d})**2*x + ({e})**2*y + {f * f + 1}) + 0*(x + y)")
    verdict = sg.convexity(formula, [sg.scalar("x"), sg.scalar("y")], domain={"x": "[0, inf)", "y": "[0, inf)"}, kind=kind)
    assert verdict.kind is KINDS[kind]


@pytest.mark.parametrize("function", [*FUNCTIONS, *MATRICES], ids=str)
def test_what_the_table_says_holds_at_random_points(function):
    """The truth that the table states is not contradicted by values."""
    facts = {name: dict(one) for name, one in function.facts.items()}
    formula = sg.formula(function.text, shapes=dict(function.shapes) or None, facts=facts or None)
    code = sg.lambdify(list(formula.symbols), formula)
    generator = np.random.default_rng(0)
    for _ in range(60):
        points = [_point(function, formula, generator) for _ in range(2)]
        for name in ("a",):  # what is held fixed
            points[1].update({node: value for node, value in points[0].items() if node.name == name})
        middle = {node: (points[0][node] + points[1][node]) / 2 for node in formula.symbols}
        with np.errstate(all="ignore"):
            a, b, c = (float(code(*point.values())) for point in (*points, middle))
        if np.isfinite([a, b, c]).all():
            assert not _contradicted(function.kinds, a, b, c, 1e-9 * (abs(a) + abs(b) + abs(c)))


def _contradicted(kinds, a, b, c, noise):
    """Return which letters three values contradict."""
    product = np.sqrt(max(a, 0)) * np.sqrt(max(b, 0))
    wrong = {"V": c > max(a, b) + noise, "C": c < min(a, b) - noise, "L": c > product + noise, "K": c < product - noise}
    if min(a, b, c) < -noise:
        wrong |= {"L": True, "K": True}
    return {letter for letter in kinds if wrong[letter]}


def _point(function, formula, generator):
    point = {}
    for node in formula.symbols:
        ends = function.domain.get(node.name)
        if ends is None:
            point[node] = random_values(node, {"n": 3}, generator)
            continue
        low, high = (float(end) for end in ends[1:-1].split(","))
        point[node] = generator.uniform(low, high) if np.isfinite(high) else low + 0.001 + generator.exponential(2)
    return point
