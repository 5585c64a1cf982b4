from __future__ import annotations

import pytest
import sympy as sp

from symgd.convexity.exact import constant_hessian, polynomial_hessian, sign_pattern
from symgd.graph.facts import Interval

x, y = sp.symbols("x y", real=True)


@pytest.mark.parametrize(
    ("expression", "interval", "negative", "positive"),
    [
        (12 * x**2, Interval(), False, True),
        (6 * x, Interval(), True, True),
        (6 * x, Interval(0), False, True),
        (x**2 - 2, Interval(2), False, True),
        (x**2 - 2, Interval(1), True, True),
        ((x**2 - 2) ** 2, Interval(), False, True),
        (x**2 - 2 * x + 1 + sp.Rational(1, 10**12), Interval(), False, True),
        (x**2 - 2 * x + 1 - sp.Rational(1, 10**12), Interval(), True, True),
        (1 / x, Interval(0, open_low=True), False, True),
        (sp.exp(x) / (1 + sp.exp(x)) ** 2, Interval(), False, True),
        (sp.exp(2 * x) - 3 * sp.exp(x) + 2, Interval(), True, True),
        (sp.sqrt(x) - x / 100, Interval(0), True, True),
        (-(x ** sp.Rational(-3, 2)), Interval(0, open_low=True), True, False),
    ],
)
def test_signs_are_exact(expression, interval, negative, positive):
    found = sign_pattern(expression, x, interval)
    assert (found.takes_negative, found.takes_positive) == (negative, positive)


@pytest.mark.parametrize("expression", [sp.sin(x), sp.exp(x) + x, sp.log(x), 1 / (x - 1), sp.pi * x])
def test_what_this_algebra_cannot_tell_it_does_not_tell(expression):
    assert sign_pattern(expression, x, Interval()) is None


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([[2, 1], [1, 2]], "definite"),
        ([[1, 1], [1, 1]], "semidefinite"),
        ([[1, 2], [2, 1]], "indefinite"),
        ([[-1, 0], [0, 0]], "negative semidefinite"),
        ([[0, 0], [0, 0]], "zero"),
        ([[0, 1], [1, 0]], "indefinite"),
        ([[1, 0, 1], [0, 1, 1], [1, 1, 2]], "semidefinite"),
    ],
)
def test_constant_hessians_are_decided_exactly(rows, kind):
    assert constant_hessian(sp.Matrix(rows))[0] == kind


def test_nearly_singular_matrices_are_told_apart():
    tiny = sp.Rational(1, 10**40)
    assert constant_hessian(sp.Matrix([[1, 1], [1, 1 + tiny]]))[0] == "definite"
    assert constant_hessian(sp.Matrix([[1, 1], [1, 1 - tiny]]))[0] == "indefinite"


def test_all_principal_minors_count_not_only_the_leading_ones():
    assert polynomial_hessian(sp.Matrix([[0, 0], [0, -(x**2)]]), {}) is None
    assert polynomial_hessian(sp.Matrix([[12 * x**2, 0], [0, 12 * y**2]]), {}) is not None
    assert polynomial_hessian(sp.Matrix([[2 / y, -2 * x / y**2], [-2 * x / y**2, 2 * x**2 / y**3]]), {y: True}) is not None
    assert polynomial_hessian(sp.Matrix([[2 / y, -2 * x / y**2], [-2 * x / y**2, 2 * x**2 / y**3]]), {}) is None
