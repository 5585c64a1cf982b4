"""Data add to a verdict what eigenvalues by hand say: exact numbers for parameters, and a modulus that is not too large."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
import sympy as sp

import symgd as sg
from symgd.api.convexity_with_data import _rounded_down, with_data
from symgd.curvature.kind import Kind

SHAPES = {"X": "m n", "w": "n", "y": "m"}
POSITIVE = {"a": {"positive": True}}
SQUARES = sg.formula("sum((X @ w - y)**2)", shapes=SHAPES)
RIDGE = sg.formula("sum((X @ w - y)**2) + a*sum(w**2)", shapes=SHAPES, facts=POSITIVE)


def judged(formula, wrt, **data):
    """The verdict without data, and with them."""
    verdict = sg.convexity(formula, wrt)
    return verdict, with_data(verdict, {node: np.asarray(data[node.name]) for node in formula.symbols if node.name in data})


@pytest.mark.parametrize(
    ("number", "modulus"),
    [
        (3, 6),
        (0.5, 1),
        (0.1, 2 * sp.Rational(*(0.1).as_integer_ratio())),
        (1e-300, 2 * sp.Rational(*(1e-300).as_integer_ratio())),
    ],
)
def test_the_modulus_gets_the_exact_number_of_a_parameter(number, modulus):
    verdict, found = judged(sg.formula("a*x**2", facts=POSITIVE), "x", a=number)
    assert str(verdict.modulus) == "2*a"
    assert (found.kind, found.modulus) == (Kind.STRONGLY_CONVEX, modulus)
    assert found.reason == verdict.reason and found.check()


DATA = [  # twice the smallest eigenvalue of XᵀX, by hand
    ([[3, 0], [0, 1]], 2),
    ([[3, 0], [0, 1], [1, 1]], 12 - 2 * sqrt(17)),
    ([[1, 2], [3, 4], [5, 6]], 91 - sqrt(91**2 - 4 * 24)),
    ([[0.125, 0], [0, 8]], 1 / 32),
    ([[2], [3]], 26),
]


@pytest.mark.parametrize(("matrix", "modulus"), DATA)
def test_least_squares_have_the_smallest_eigenvalue(matrix, modulus):
    verdict, found = judged(SQUARES, "w", X=np.array(matrix, dtype=float), y=np.ones(len(matrix)))
    assert (verdict.kind, verdict.modulus) == (Kind.CONVEX, None)
    assert found.kind is Kind.STRONGLY_CONVEX and found.reason.startswith(verdict.reason)
    assert modulus * (1 - 1e-5) <= found.modulus <= modulus
    assert found.check() and "verified smallest eigenvalue" in str(found.proof.text())


def test_the_proof_states_six_digits_that_are_not_above():
    """12 − 2√17 = 3.7537887…"""
    _, found = judged(SQUARES, "w", X=np.array(DATA[1][0], dtype=float), y=np.ones(3))
    assert "the Hessian is ⪰ 3.75378·I" in found.proof.root.because


@pytest.mark.parametrize(("matrix", "modulus"), DATA[:3])
def test_a_parameter_and_an_eigenvalue_add_up(matrix, modulus):
    _, found = judged(RIDGE, "w", X=np.array(matrix, dtype=float), y=np.ones(len(matrix)), a=0.25)
    assert (modulus + 0.5) * (1 - 1e-5) <= found.modulus <= modulus + 0.5
    _, known = judged(RIDGE, "w", a=0.25)
    assert known.modulus == Fraction(1, 2) and known.check()


@pytest.mark.parametrize(
    "matrix",
    [[[1, 1], [1, 1]], [[1, 2]], [[0, 0], [0, 0]], [[1, 1e-9], [1, 1e-9], [1, 1e-9]]],
    ids=["singular", "wide", "0", "thin"],
)
def test_what_has_no_smallest_eigenvalue_above_0_stays(matrix):
    verdict, found = judged(SQUARES, "w", X=np.array(matrix, dtype=float), y=np.ones(len(matrix)))
    assert found is verdict
    _, ridge = judged(RIDGE, "w", X=np.array(matrix, dtype=float), y=np.ones(len(matrix)), a=3)
    assert ridge.modulus == 6


@pytest.mark.parametrize(
    ("formula", "wrt", "kind"),
    [
        (-SQUARES, "w", Kind.CONCAVE),
        ("x**3", "x", Kind.NEITHER),
        ("2*x", "x", Kind.AFFINE),
        ("log(1 + exp(x))", "x", Kind.STRICTLY_CONVEX),
    ],
)
def test_verdicts_that_data_add_nothing_to_stay(formula, wrt, kind):
    verdict, found = judged(sg.formula(formula), wrt, X=np.eye(2), y=np.ones(2))
    assert found is verdict and found.kind is kind


def test_data_that_are_missing_leave_a_verdict_as_it_is():
    for data in ({}, {"X": np.eye(2)}, {"a": 1.0}):
        verdict, found = judged(SQUARES, "w", **data)
        assert found is verdict
    verdict, found = judged(RIDGE, "w", y=np.ones(2))
    assert found is verdict and str(found.modulus) == "2*a"
    verdict, found = judged(sg.formula("(a + b)*x**2", facts={**POSITIVE, "b": {"positive": True}}), "x", a=1)
    assert found is verdict and {node.name for node in found.modulus.symbols} == {"a", "b"}


def test_the_public_verdict_is_this_one():
    data = {"X": np.array([[3.0, 0.0], [0.0, 1.0]]), "y": np.ones(2)}
    _, found = judged(SQUARES, "w", **data)
    public = sg.convexity(SQUARES, "w", data=data)
    assert (public.kind, public.modulus) == (found.kind, found.modulus)


NUMBERS = [1.9999995, 1.99999949, 2.0, 100.0, 1234567.9, 0.1, 1 / 3, 5e-324, 1e-300, 1e20, 1 - 2**-53]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_modulus_is_printed_rounded_down(number):
    printed = Fraction(_rounded_down(number))
    assert printed <= Fraction(number) and Fraction(number) - printed <= Fraction(number) / 10**5
