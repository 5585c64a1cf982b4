"""The largest modulus that is found is exact where it is a root of a quadratic, and never too large."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.curvature.domain import read_domain
from symgd.curvature.proof import step_by
from symgd.curvature.second_derivatives import modulus
from symgd.curvature.second_derivatives.hessian import Hessian
from symgd.curvature.second_derivatives.modulus import by_shifted_minors, modulus_of
from symgd.evaluation.effort import Effort
from symgd.graph.assumptions import Interval
from symgd.graph.inference import Facts
from symgd.graph.node import constant
from tests.curvature.regions import matrix_of

MODULI = [
    ("x**2", "2"),
    ("3*x**2 + y**2", "2"),
    ("x**2 + 2*y**2 + x*y", "3 - sqrt(2)"),
    ("x**2 + x**4", "2"),
    ("x**2 + exp(x)", "2"),
    ("cosh(x)", "1"),
]


@pytest.mark.parametrize(("text", "modulus"), MODULI)
def test_moduli(text, modulus):
    verdict = sg.convexity(text)
    assert verdict.kind.name == "STRONGLY_CONVEX"
    true = float(sg.formula(modulus).to_sympy())
    assert float(verdict.modulus) <= true * (1 + 1e-12)
    assert float(verdict.modulus) >= 0.9 * true
    assert verdict.check()


def question(text, **bounds):
    """The Hessian of a formula, its matrix, and the domain."""
    formula = sg.formula(text)
    variables = sorted(formula.symbols, key=str)
    domain = read_domain(formula, variables, {name: Interval(*ends) for name, ends in bounds.items()}, [])
    return Hessian(formula, variables, Facts(domain.assumptions())), matrix_of(text, **bounds), domain


BOUNDED = [  # text, bounds, the infimum of the smallest eigenvalue of the Hessian, exactly
    ("x**2/2 + y**2", {}, "1"),
    ("x**2 + y**2 + x*y + x**4", {}, "1"),
    ("x**2 + 3*y**2 + x*y", {}, "4 - sqrt(5)"),
    ("x**2 + 5*y**2 + z**2 + x*z", {}, "1"),
    ("exp(x)", {"x": (0, 1)}, "1"),
    ("exp(x) + exp(y)", {"x": (0, 1), "y": (0, 1)}, "1"),
    ("-log(x)", {"x": (0, 2)}, "1/4"),
    ("x*log(x)", {"x": (0, 5)}, "1/5"),
    ("x**4", {"x": (1, 2)}, "12"),
    ("x**4", {"x": (-3, -1)}, "12"),
    ("1/x + 1/y", {"x": (0, 1), "y": (0, 2)}, "1/4"),
    ("x**2 + sin(x)", {}, "1"),
    ("sqrt(1 + x**2)", {"x": (-1, 1)}, "sqrt(2)/4"),
    ("x**2/1000 + 7*y**2", {}, "1/500"),
    ("1000*x**2 + 7000*y**2", {}, "2000"),
]


@pytest.mark.parametrize(("text", "bounds", "infimum"), BOUNDED)
def test_a_bound_of_the_hessian_is_at_most_the_infimum_and_close(text, bounds, infimum):
    hessian, matrix, domain = question(text, **bounds)
    step = modulus_of(hessian, domain, matrix, matrix.signs, Effort())
    exact = sp.sympify(infimum)
    found = sp.N(step.statement.modulus - exact, 40)
    assert -exact / 10 <= found <= sp.Float("1e-35")
    assert all(one.check() for one in step.walk())


FLAT = [  # convex functions whose Hessian comes arbitrarily close to a singular one
    ("exp(x)", {}), ("x**4", {}), ("x**4 + y**2", {}), ("(x - y)**2 + x**4", {}), ("-log(x)", {}), ("1/x", {}),
    ("sqrt(1 + x**2)", {}), ("x**2 + y**2 + 2*x*y", {}), ("x*log(x)", {}), ("x**3", {"x": (0, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bounds"), FLAT)
def test_a_hessian_that_comes_close_to_a_singular_one_has_no_bound(text, bounds):
    hessian, matrix, domain = question(text, **bounds)
    assert modulus_of(hessian, domain, matrix, matrix.signs, Effort()) is None


@pytest.mark.parametrize("above", [Fraction(1, 10**25), Fraction(1, 1000), Fraction(1)])
@pytest.mark.parametrize("text", ["x**2 + x*y + y**2", "cosh(x)", "exp(x) + x**2/2 + y**2"])
def test_a_bound_above_the_smallest_eigenvalue_does_not_check(text, above):
    """The smallest eigenvalues are 1, 1 and 1: of the last one where eˣ is 0."""
    hessian, matrix, domain = question(text)
    right = modulus_of(hessian, domain, matrix, matrix.signs, Effort())
    number = constant(1 + above)
    shifted = modulus._shifted(matrix, number)
    claimed = modulus._conclusion(matrix, number)
    assert shifted.semidefinite(1) is None
    for premises in (right.premises, ()):
        assert not step_by(by_shifted_minors, (matrix, number, shifted), claimed, premises).check()
        assert not step_by(by_shifted_minors, (matrix, number, right.given[2]), claimed, premises).check()
        assert not dataclasses.replace(right, statement=claimed.statement, premises=premises).check()
    assert right.check()


NUMBERS = [  # exact numbers, and whether they are written as a fraction or with one square root
    ("0", True), ("7/3", True), ("-2", True), ("sqrt(2)", True), ("3 - sqrt(2)", True), ("5/2 + 7*sqrt(3)/4", True),
    ("-sqrt(5)/3", True), ("2*sqrt(3) - 1/7", True), ("sqrt(2/3)", True), ("2**Rational(1, 3)", False), ("pi", False),
    ("sqrt(2) + sqrt(3)", False), ("sqrt(1 + sqrt(2))", False), ("exp(1)", False), ("1 - pi", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "is_written"), NUMBERS)
def test_numbers_as_formulas_have_their_values(text, is_written):
    number = sp.sympify(text)
    node = modulus._number_as_node(number)
    assert (node is not None) == is_written
    if node is not None:
        assert sp.simplify(node.to_sympy() - number) == 0


SMALLEST = [  # text, a point, the smallest eigenvalue of the Hessian there, or None where it is no root of degree two
    ("x**2 + y**2 + x*y", (0, 0), "1"),
    ("x**2 + 3*y**2 + x*y", (0, 0), "4 - sqrt(5)"),
    ("x**4 + y**4", (1, 2), "12"),
    ("x**2*y", (1, 1), "1 - sqrt(5)"),
    ("x*y", (3, 5), "-1"),
    ("x**3", (2,), "12"),
    ("exp(x)", (1,), "E"),
    ("exp(x) + y**2", (1, 0), None),
    ("log(x)", (-1,), "-1"),
    ("x**2 + 2*y**2 + 3*z**2 + x*y", (0, 0, 0), "3 - sqrt(2)"),
    ("x**2 + 2*y**2 + 3*z**2", (0, 0, 0), "2"),
]


@pytest.mark.parametrize(("text", "point", "smallest"), SMALLEST)
def test_the_smallest_eigenvalue_at_a_point(text, point, smallest):
    formula = sg.formula(text)
    hessian = Hessian(formula, sorted(formula.symbols, key=str), Facts())
    found = modulus._exact_smallest(hessian, [Fraction(one) for one in point])
    assert (found is None) == (smallest is None)
    assert found is None or sp.simplify(found - sp.sympify(smallest)) == 0


@pytest.mark.parametrize("value", [1e-6, 0.037, 0.25, 1 / 3, 1, 1.23456789, 2.0000001, 17.5, 12345.678])
def test_candidates_stand_with_the_largest_first_and_the_last_is_safely_below(value):
    hessian, _, _ = question("7*x**2")
    numbers = [Fraction(node.value) for node in modulus._candidates(hessian, value, np.array([0.1]))]
    assert all(0 < number <= value * (1 + 1e-5) or number == Fraction(1, 1000) for number in numbers)
    assert numbers[-1] <= max(value * 0.6, 0.001)
    safe = [number for number in numbers[-3:] if number <= value]
    assert all(one >= other for one, other in itertools.pairwise(safe))
