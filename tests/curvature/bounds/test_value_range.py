"""Proven ranges hold all values, and are close."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import symgd as sg
from symgd.curvature.bounds import value_range
from symgd.curvature.bounds.value_range import range_of, range_of_second_derivative, spread_of_scalars
from symgd.graph.assumptions import Interval

RANGES = [  # text, interval, the true range
    ("x**2", Interval(-1, 2), (0, 4)),
    ("exp(-x**2)", Interval(), (0, 1)),
    ("sin(x)", Interval(), (-1, 1)),
    ("x*exp(-x)", Interval(0), (0, float(np.exp(-1)))),
    ("1/(1 + exp(-x))", Interval(), (0, 1)),
]


@pytest.mark.parametrize(("text", "interval", "true"), RANGES)
def test_ranges_hold_the_values_and_are_close(text, interval, true):
    formula = sg.formula(text)
    found = range_of(formula, formula.symbols[0], interval)
    assert float(found.low) <= true[0] + 1e-12
    assert float(found.high) >= true[1] - 1e-12
    assert (float(found.low), float(found.high)) == pytest.approx(true, abs=3e-2)


def test_second_derivatives_of_pieces_count_where_slopes_meet():
    formula = sg.formula("where(abs(x) < 1, x**2/2, abs(x) - 1/2)")
    found = range_of_second_derivative(formula, formula.symbols[0], Interval())
    assert (found.low, found.high) == (0, 1)
    kinked = sg.formula("abs(x)")
    assert range_of_second_derivative(kinked, kinked.symbols[0], Interval()) is None


JUMPS = ["atan(1/x)", "tanh(1/x)", "where(x > 1, tanh(1/(x - 2)), 2)", "erf(1/x) + 10*x**2", "sigmoid(1/(x + 3))"]


@pytest.mark.parametrize("text", JUMPS)
def test_a_function_that_is_not_defined_everywhere_has_no_bounds(text):
    """The second derivatives are bounded, and the functions jump."""
    formula = sg.formula(text)
    found = range_of_second_derivative(formula, formula.symbols[0], Interval())
    assert found is None or not (found.low > -np.inf and found.high < np.inf)


@pytest.mark.parametrize(
    ("text", "interval", "low", "high"),
    [
        ("atan(1/x)", Interval(1, 2), 0.16, 0.5),  # 2x/(1 + x²)²
        ("sqrt(x**2 + x + 1)", Interval(), 0, 1.1547),  # 3/4·(x² + x + 1)^(−3/2)
        ("log(x)", Interval(1, 2), -1, -0.25),
        ("where(x > 1, 1/x, 2 - x)", Interval(), 0, 2),
    ],
)
def test_inside_what_it_needs_it_has_bounds(text, interval, low, high):
    formula = sg.formula(text)
    found = range_of_second_derivative(formula, formula.symbols[0], interval)
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_no_sample_sees_is_inside_the_range(sign):
    formula = sg.formula(f"{sign}*(x**2 - exp(-10**12*(x - 1/7)**2))")
    found = range_of(formula, formula.symbols[0], Interval(0, 1))
    least = sign * (found.low if sign > 0 else found.high)
    assert least <= 1 / 49 - 1


SPREADS = [  # text, where all variables lie, the smallest and the largest eigenvalue of the Hessian there, by hand
    ("x**2", None, (2, 2)),
    ("x**2 + y**2", None, (2, 2)),
    ("x**2 - y**2", None, (-2, 2)),
    ("x*y", None, (-1, 1)),
    ("x**2 + 3*y**2", None, (2, 6)),
    ("x**2 + x*y + y**2", None, (1, 3)),
    ("(x - y)**2", None, (0, 4)),
    ("-(x + y)**2", None, (-4, 0)),
    ("x**2 + y**2 + z**2 + x*y + y*z", None, (2 - math.sqrt(2), 2 + math.sqrt(2))),
    ("x**4 + y**2", (-1, 1), (0, 12)),
    ("x**4 + y**4", (1, 2), (12, 48)),
    ("x**3 - y**3", (0, 1), (-6, 6)),
    ("x**2*y", (0, 1), (-2, 1 + math.sqrt(5))),
    ("exp(x) + exp(y)", (0, 1), (1, math.e)),
    ("sin(x) + cos(y)", None, (-1, 1)),
    ("log(1 + exp(x + y))", None, (0, 1 / 2)),
]


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("text", "ends", "true"), SPREADS)
def test_all_eigenvalues_lie_between_the_ends_of_a_spread_and_these_are_close(text, ends, true, way):
    formula = sg.formula(text if way > 0 else f"-({text})")
    variables = sorted(formula.symbols, key=str)
    interval = Interval(*ends) if ends else None
    low, high = spread_of_scalars(formula, variables, dict.fromkeys(variables, interval))
    first, last = sorted(way * end for end in true)
    size = max(abs(first), abs(last))
    assert first - size / 10 <= low <= first + 1e-12
    assert last - 1e-12 <= high <= last + size / 10
    flat = [sg.lambdify(variables, row) for row in (sg.gradient(sg.gradient(formula, one), variables) for one in variables)]
    rng = np.random.default_rng(0)
    for _ in range(30):
        point = rng.uniform(*ends, len(variables)) if ends else rng.normal(size=len(variables)) * rng.choice([0.1, 1, 5])
        values = np.linalg.eigvalsh(np.array([code(*point) for code in flat], dtype=float).reshape(len(variables), -1))
        assert low <= values[0] + 1e-9 and values[-1] - 1e-9 <= high


UNBOUNDED = [  # text, where the variables lie: an eigenvalue has no bound, or the gradient may jump, or there is no value
    ("x**4 + y**2", None), ("x**2*y", None), ("abs(x) + y**2", None), ("maximum(x, y)", None),
    ("log(x) + y**2", (0, 1)), ("1/(x - y)", (0, 1)), ("sqrt(x**2) + y**2", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ends"), UNBOUNDED)
def test_a_hessian_without_bounds_has_no_spread(text, ends):
    formula = sg.formula(text)
    variables = sorted(formula.symbols, key=str)
    assert spread_of_scalars(formula, variables, dict.fromkeys(variables, Interval(*ends) if ends else None)) is None


@pytest.mark.parametrize("value", [0.0, 1e-12, -1e-9, 0.25, 1 / 3, -1 / 3, 1.0, 2.7182818, -1e-3, 123456.789, -98765.4321])
def test_ends_that_are_tried_lie_below_a_minimum_but_for_rounding_and_the_last_safely(value):
    ends = list(value_range._ends_below(value))
    assert all(end <= Fraction(value) + Fraction(1, 10**7) * max(1, abs(Fraction(value))) for end in ends)
    assert ends[-1] < value
    assert min(abs(end - Fraction(value)) for end in ends) <= Fraction(1, 10**5) * max(1, abs(Fraction(value)))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_no_end_is_tried_below_what_is_not_finite(value):
    assert list(value_range._ends_below(value)) == []


SECOND = [  # a function with pieces, an interval, and the infimum and supremum of its second derivative, or None where it jumps
    ("where(x < 0, x**2, 3*x**2)", Interval(), (2, 6)),
    ("where(x < 0, x**2, x**3)", Interval(-1, 2), (0, 12)),
    ("relu(x)**2", Interval(), (0, 2)),
    ("abs(x)**3", Interval(-2, 1), (0, 12)),
    ("where(x < 1, x**2, 2*x - 1)", Interval(), (0, 2)),
    ("where(x < 1, x**2, 2*x)", Interval(), None),
    ("where(x < 1, x**2, 3*x - 2)", Interval(), None),
    ("where(x < 1, x**2, 3*x - 2)", Interval(-1, 1), (2, 2)),
    ("abs(x)", Interval(1, 2), (0, 0)),
    ("sqrt(x**2)", Interval(-1, 1), None),
    ("abs(x - 1) + x**2", Interval(), None),
]


@pytest.mark.parametrize(("text", "interval", "true"), SECOND)
def test_second_derivatives_of_pieces_have_a_range_only_where_slopes_meet(text, interval, true):
    formula = sg.formula(text)
    found = range_of_second_derivative(formula, formula.symbols[0], interval)
    assert (found is None) == (true is None)
    if true is not None:
        assert (float(found.low), float(found.high)) == pytest.approx(true, abs=1e-3)
        assert found.low <= true[0] and true[1] <= found.high
