"""What a check refuses, with its own kind of error and words that say what to do."""

from __future__ import annotations

import numpy as np
import pytest

import symgd as sg
from symgd.errors import DataError, DomainError, ParseError, ShapeError, SymgdError, UnsupportedError
from tests.checking.least_squares import opaque

SQUARES = sg.formula("sum(x**2)", shapes={"x": "n"})


def square(x):
    return np.sum(np.asarray(x, dtype=float) ** 2)


def double(x):
    return 2 * np.asarray(x, dtype=float)


AT = [1.0, 2.0]
CODE = {  # checks of functions
    "no point": (lambda: sg.check_gradient(square, double), SymgdError, "two functions are compared at a point"),
    "an empty point": (lambda: sg.check_gradient(square, double, at=[]), ShapeError, "this one is empty"),
    "a point of texts": (lambda: sg.check_gradient(square, double, at=["a"]), DataError, "the point"),
    "a complex point": (lambda: sg.check_gradient(square, double, at=[1j]), DataError, "complex"),
    "a ragged point": (lambda: sg.check_gradient(square, double, at=[[1.0], [1.0, 2.0]]), SymgdError, ""),
    "no number": (lambda: sg.check_gradient(lambda x: None, double, at=AT), DataError, "is None, which is no number"),
    "a text": (lambda: sg.check_gradient(lambda x: "a", double, at=AT), DataError, "not 'a'"),
    "a complex value": (lambda: sg.check_gradient(lambda x: 1j, double, at=AT), DataError, "complex"),
    "a vector": (lambda: sg.check_gradient(double, double, at=AT), ShapeError, "judge its Jacobian with check_jacobian"),
    "no gradient": (lambda: sg.check_gradient(opaque(square), lambda x: None, at=AT), DataError, "None"),
    "a ragged gradient": (lambda: sg.check_gradient(opaque(square), lambda x: [[1], [1, 2]], at=AT), DataError, "lengths"),
    "a masked gradient": (
        lambda: sg.check_gradient(opaque(square), lambda x: np.ma.array(x, mask=[True, False]), at=AT), DataError, "masked",
    ),
    "infinite there": (
        lambda: sg.check_gradient(opaque(lambda x: 1 / x[0]), double, at=[0.0]), SymgdError, "not finite at this point",
    ),
    "not a number there": (
        lambda: sg.check_gradient(opaque(lambda x: np.log(x[0])), double, at=[-1.0]), SymgdError, "inside its domain",
    ),
    "a negative seed": (lambda: sg.check_gradient(square, double, at=AT, seed=-1), SymgdError, "a seed is a whole number"),
    "arguments that are none": (lambda: sg.check_gradient(square, double, at=AT, args=3), SymgdError, "arg"),
    "no pair": (lambda: sg.check_gradient(square, True, at=AT), SymgdError, "does not return two things"),
    "a text as gradient": (lambda: sg.check_hessian(square, double, gradient="2*x", at=AT), SymgdError, "is a function"),
    "a Hessian by values": (lambda: sg.check_hessian(opaque(square), double, at=AT), SymgdError, "give gradient="),
    "a huge Jacobian": (
        lambda: sg.check_jacobian(opaque(lambda x: x), lambda x: x, at=np.zeros(20_000)), UnsupportedError, "too large",
    ),
}  # fmt: skip
FORMULAS = {  # checks of formulas
    "an unknown variable": (lambda: sg.check_gradient(SQUARES, "y"), SymgdError, "y"),
    "no variable": (lambda: sg.check_gradient(SQUARES, []), SymgdError, ""),
    "a vector": (lambda: sg.check_gradient(sg.formula("2*x", shapes={"x": "n"}), "x"), ShapeError, ""),
    "a strange claim": (lambda: sg.check_gradient(SQUARES, "x", gradient="2*x*z"), SymgdError, "the claim has the inputs z"),
    "a claim that is no formula": (lambda: sg.check_gradient(SQUARES, "x", gradient="2*x*("), ParseError, "end"),
    "another count of claims": (
        lambda: sg.check_gradient("s*t", ["s", "t"], gradient=["t"]), SymgdError, "1 derivatives are claimed for 2 variables",
    ),
    "another length of a claim": (
        lambda: sg.check_gradient("s*t", ["s", "t"], gradient="[t, s, s]"), ShapeError, "the claimed derivative has shape",
    ),
    "a function for scalars": (
        lambda: sg.check_gradient("s*t", ["s", "t"], gradient=lambda s, t: [t, s]), SymgdError, "judged in one variable",
    ),
    "no points": (lambda: sg.check_gradient(SQUARES, "x", at=[]), SymgdError, "the list of points is empty"),
    "a number as point": (lambda: sg.check_gradient(SQUARES, "x", at=3), SymgdError, "names its values"),
    "an unknown name": (lambda: sg.check_gradient(SQUARES, "x", at={"x": AT, "q": 1}), SymgdError, "not in the formula"),
    "a missing value": (lambda: sg.check_gradient("s*t", "s", at={"s": 1}), SymgdError, "a value is missing for t"),
    "another shape": (lambda: sg.check_gradient(SQUARES, "x", at={"x": [[1.0]]}), ShapeError, "x has shape"),
    "not a number": (lambda: sg.check_gradient(SQUARES, "x", at={"x": [np.nan]}), DataError, "not finite"),
    "no domain": (lambda: sg.check_gradient("log(-s**2)", "s"), DomainError, "no point was found"),
    "a count of 0": (lambda: sg.check_gradient(SQUARES, "x", points=0), SymgdError, "whole number from"),
    "half a seed": (lambda: sg.check_gradient(SQUARES, "x", seed=0.5), SymgdError, "a seed is a whole number"),
    "a Hessian in several": (lambda: sg.check_hessian("s*t", ["s", "t"]), SymgdError, "judged in one variable"),
    "too many arguments": (
        lambda: sg.check_gradient(SQUARES, "x", gradient=lambda x, y: 2 * x), SymgdError, "",
    ),
    "strange arguments": (
        lambda: sg.check_gradient("s*t", "s", gradient=lambda a, b: b, arguments=["s", "q"]), SymgdError, "q",
    ),
}  # fmt: skip
REFUSED = [("code", CODE, name) for name in CODE] + [("formulas", FORMULAS, name) for name in FORMULAS]


@pytest.mark.parametrize(("kind", "cases", "name"), REFUSED, ids=[f"{kind}: {name}" for kind, _, name in REFUSED])
def test_mistakes_are_refused_in_words(kind, cases, name):
    check, error, words = cases[name]
    with pytest.raises(error, match=words or ".") as caught:
        check()
    assert isinstance(caught.value, SymgdError)
    assert len(str(caught.value)) > 15


@pytest.mark.parametrize("wrapped", [opaque, lambda function: function], ids=["values", "read"])
def test_errors_of_the_claim_at_the_point_are_its_own(wrapped):
    def broken(x):
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        sg.check_gradient(wrapped(lambda x: np.sum(x**2)), broken, at=AT)


def fails_elsewhere(x):
    if not np.array_equal(x, AT):
        raise ValueError("only there")
    return 2 * x


@pytest.mark.parametrize("wrapped", [opaque, lambda function: function], ids=["values", "read"])
def test_a_claim_may_fail_at_other_points(wrapped):
    check = sg.check_gradient(wrapped(lambda x: np.sum(x**2)), fails_elsewhere, at=AT)
    assert check.verdict.name == "RIGHT", check.explain()
