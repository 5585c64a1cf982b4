"""Factors that are missing in a claim, or stand there once too often: numbers, sizes, inputs and parts of the derivative."""

from __future__ import annotations

import pytest

import symgd as sg
from symgd.checking.diagnosis.factors import constant_factor, named_factor
from tests.checking.diagnosis.planted import planted
from tests.formulas import declared

CONSTANT = [  # the derivative, the claim, how the words begin
    ("2*x", "x", "missing factor 2:"),
    ("x", "3*x", "factor 3 too many:"),
    ("x", "3*x/2", "factor 1.5 too many:"),
    ("3*s", "s/7", "missing factor 21:"),
    ("2*x", "-2*x", "wrong sign:"),
    ("2*x", "-x", "wrong sign and missing factor 2:"),
    ("x", "1.000001*x", "factor 1.000001 too many:"),
    ("2*x", "0*x", "everything is missing: 0 is claimed"),
    ("x/n", "x", "missing factor 1/n"),
    ("x", "x/n", "missing factor n"),
    ("x*n", "x", "missing factor n"),
    ("2*x/n", "x", "missing factor 2/n"),
    ("2*n*x", "x", "missing factor 2*n"),
    ("x/n", "2*x", "missing factor 1/(2*n)"),
    ("n*x/2", "x", "missing factor n/2"),
    ("x/n", "-x", "missing factor -1/n"),
    ("x", "-x/n", "missing factor -n"),
    ("x/n**2", "x/n", "missing factor 1/n"),
    ("X/(m*n)", "X/m", "missing factor 1/n"),
    ("X/(m*n)", "X", "missing factor 1/(m*n)"),
    ("2*X/(m*n)", "X", "missing factor 2/(m*n)"),
    ("X", "X/(m*n)", "missing factor m*n"),
    ("X/(m*n)", "-2*X", "missing factor -1/(2*m*n)"),
    ("x/n", "x/3", "the size n is written as the number 3"),
    ("x*n", "3*x", "the size n is written as the number 3"),
    ("x/n", "-x/3", "the size n is written as the number -3"),
    ("X/n", "X/m", "m stands in the place of the size n"),
    ("X/m", "X/n", "n stands in the place of the size m"),
    ("X*n", "X*m", "m stands in the place of the size n"),
    ("X/n", "X/(n - 1)", "n - 1 stands in the place of the size n"),
    ("X*n", "X*(n + 1)", "n + 1 stands in the place of the size n"),
    ("X/m", "X/(n + 2)", "n + 2 stands in the place of the size m"),
]
NO_CONSTANT = [
    ("2*x", "2*x"),
    ("2*x", "3*x + 1"),
    ("2*x", "x*s"),
    ("0*x", "x"),
    ("0*x", "0*x"),
    ("x", "-abs(x)"),
    ("x/n", "x/n**(1/2)"),
]


@pytest.mark.parametrize(("right", "claim", "words"), CONSTANT)
def test_factors_that_are_the_same_for_all_entries(right, claim, words):
    found = constant_factor(planted(right, claim))
    assert found == words if ":" not in words else found.startswith(words)


@pytest.mark.parametrize(("right", "claim"), NO_CONSTANT)
def test_what_is_no_common_factor_is_none(right, claim):
    assert constant_factor(planted(right, claim)) is None


def test_one_set_of_sizes_does_not_tell_a_product_of_sizes_from_a_number():
    assert constant_factor(planted("X/35", "X", sizes=[{"m": 5, "n": 7}])).startswith("factor 35 too many: ")


NAMED = [
    ("s*x", "x", "missing factor s"),
    ("s*x", "-x", "missing factor -s"),
    ("x*v", "x", "missing factor v"),
    ("X*x", "X", "missing factor x"),
    ("v*exp(x)", "v", "missing factor exp(x)"),
    ("s*exp(s*x)", "exp(s*x)", "missing factor s"),
    ("v*sin(x)/s", "v*sin(x)", "missing factor 1/s"),
    ("s*x", "s*s*x", "factor s too many"),
    ("s*x", "-s*s*x", "factor -s too many"),
    ("v*exp(x)", "v*exp(x)**2", "factor exp(x) too many"),
    ("x*norm2(x)", "x", "missing factor norm2(x)"),
]


@pytest.mark.parametrize(("right", "claim", "words"), NAMED)
def test_factors_that_have_a_name(right, claim, words):
    assert named_factor(planted(right, claim)) == words


@pytest.mark.parametrize(("right", "claim"), [("x", "cos(x)"), ("2*x", "x"), ("s + t", "s"), ("x", "x + v"), ("x", "1 + 0*x")])
def test_what_is_no_named_factor_is_none(right, claim):
    assert named_factor(planted(right, claim)) is None


def test_inputs_of_the_formula_are_factors_too():
    """c is no part of 2*c*x/c, and of the formula."""
    assert named_factor(planted("2*x", "2*x*s")) is None
    assert named_factor(planted("2*x", "2*x*s", output="s*sum(x**2)/s")) == "factor s too many"


COUNTED = [  # a loss, its variable, a claim: the size that is meant stands in the derivative
    ("mean(X**2)", "X", "2*X", "missing factor 1/(m*n)"),
    ("mean((A @ x - v)**2)", "x", "2*A.T @ (A @ x - v)", "missing factor 1/n"),
    ("mean((X @ x - u)**2)", "x", "2*X.T @ (X @ x - u)/n", "n stands in the place of the size m"),
    ("mean((X.T @ u - x)**2)", "u", "2*X @ (X.T @ u - x)/m", "m stands in the place of the size n"),
    ("var(x)", "x", "2*(x - mean(x))/(n - 1)", "n - 1 stands in the place of the size n"),
]


@pytest.mark.parametrize(("loss", "wrt", "claim", "words"), COUNTED)
def test_counts_of_means_are_named_by_a_check(loss, wrt, claim, words):
    shapes = {"x": "n", "v": "n", "u": "m", "X": "m n", "A": "n n"}
    check = sg.check_gradient(sg.formula(loss, shapes=declared(shapes, loss)), wrt, gradient=claim)
    assert check.verdict.name == "WRONG"
    assert check.causes == [words]
